import { createHash } from 'node:crypto';
import type { Simulation } from '../../sandbox/simulation';

/** A hash of all that an integration could have changed in either system: equal means that nothing has. */
export function stateOf(world: Simulation): string {
  const text = JSON.stringify(world.writable(), (_name, value) =>
    value instanceof Map || value instanceof Set ? [...value] : value,
  );
  return createHash('sha256').update(text).digest('hex');
}
