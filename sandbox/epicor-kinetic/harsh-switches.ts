import type { Random } from '../random';
import type { EpicorSwitches } from './switches';

/** What the documentation of Epicor leaves open, or sites decide, drawn: page sizes, orders, formats, waits. */
export function harshEpicorSwitches(random: Random): Partial<EpicorSwitches> {
  return {
    latencyMs: random.pick([0, 0, 3]),
    postingMs: random.pick([0, 20, 80]),
    unstableOrder: random.chance(0.3),
    nextLink: random.chance(0.3),
    rowLimit: random.pick([20, 50, 100]),
    changeDatePrecision: random.pick(['day', 'second']),
    dateStyle: random.pick(['plain', 'z', 'offset']),
    decimalStyle: random.pick(['stored', 'five']),
    groupAfterPosting: random.pick(['delete', 'keep']),
    staleRowStatus: random.pick([409, 500]),
    emptyUnauthorized: random.chance(0.3),
  };
}
