/** Shows decimal text with thousands separated; never goes through a number. */
export function amount(text: string): string {
  const [, sign = '', whole = '', fraction = ''] = /^(-?)(\d+)(\.\d+)?$/.exec(text) ?? [];
  return whole === '' ? text : `${sign}${whole.replace(/\B(?=(\d{3})+$)/g, ' ')}${fraction}`;
}

/** `3 min ago`, `in 20 s`: for instants near now. */
export function ago(instant: string, now: number): string {
  const seconds = Math.round((now - Date.parse(instant)) / 1000);
  const distance = Math.abs(seconds);
  const [count, unit] =
    distance < 60
      ? [distance, 's']
      : distance < 3600
        ? [Math.round(distance / 60), 'min']
        : distance < 86_400
          ? [Math.round(distance / 3600), 'h']
          : [Math.round(distance / 86_400), 'd'];
  if (distance < 2) return 'now';
  return seconds > 0 ? `${count} ${unit} ago` : `in ${count} ${unit}`;
}

/** `2026-11-21 04:28:28.120` in UTC. */
export function instant(text: string): string {
  return text.replace('T', ' ').replace(/Z$/, '');
}

export function count(n: number): string {
  return amount(String(n));
}
