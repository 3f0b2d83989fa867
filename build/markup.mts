/** Text as it may stand in HTML, in an attribute too. */
export function html(text: string): string {
  const entities: Record<string, string> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return text.replace(/[&<>"']/g, (sign) => entities[sign] as string);
}

/** Attributes with a leading space each; what is undefined is left out. */
export function attributes(values: Readonly<Record<string, string | undefined>>): string {
  return Object.entries(values)
    .filter((entry): entry is [string, string] => entry[1] !== undefined)
    .map(([name, value]) => ` ${name}="${html(value)}"`)
    .join('');
}

/** A value as JavaScript text that may stand inside a script element. */
export function literal(value: unknown): string {
  return JSON.stringify(value)
    .replace(/</g, '\\u003c')
    .replace(/[\u2028\u2029]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16)}`);
}

export function script(type: string, content: string, named: Readonly<Record<string, string>> = {}): string {
  if (/<\/script/i.test(content)) throw new Error(`${type}: the content would end its own script element`);
  return `<script type="${type}"${attributes(named)}>\n${content.trim()}\n</script>\n`;
}
