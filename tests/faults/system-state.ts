import type { Simulation } from '../../sandbox/simulation';

/** All that an integration could have changed in either system, as it is at this moment. */
export function stateOf(world: Simulation): unknown {
  const text = JSON.stringify(world.writable(), (_name, value) =>
    value instanceof Map || value instanceof Set ? [...value] : value,
  );
  return JSON.parse(text);
}

/** What differs between two states: where, what was there and what is; empty when nothing does. */
export function changesBetween(before: unknown, after: unknown, where = ''): string[] {
  if (isPart(before) && isPart(after)) {
    const names = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...names].flatMap((name) => changesBetween(before[name], after[name], `${where}/${name}`));
  }
  return before === after ? [] : [`${where}: ${shown(before)} became ${shown(after)}`];
}

function isPart(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function shown(value: unknown): string {
  return (JSON.stringify(value) ?? 'nothing').slice(0, 300);
}
