import type { Ledger } from '../ledger/ledger';
import { findStuck, type StuckLimits, takeBack } from '../ledger/stuck';
import type { Queues } from './queues';
import { wakeLines } from './wake';

/** Wakes what should be moving and is not, so that a lost job or a dead process never strands a record. */
export async function sweep(
  ledger: Ledger,
  queues: Queues,
  sync: string,
  limits: StuckLimits,
): Promise<number> {
  const stuck = await findStuck(ledger.store, sync, limits);
  if (stuck.length === 0) return 0;
  return ledger.change(async (note) => {
    const working = stuck.filter(({ state }) => state === 'working').map(({ id }) => id);
    const taken = await takeBack(ledger.store, working, limits);
    for (const recordId of taken) note({ kind: 'taken-back', sync, recordId, detail: {} });
    await wakeLines(ledger.store, queues, stuck, limits.now);
    return stuck.length;
  });
}
