import { jobIdOf } from '../ledger/identity';
import { headsOf, type Line, noteWakes } from '../ledger/lines';
import type { Store } from '../ledger/store';
import type { Queues } from './queues';

/**
 * Enqueues a job for the first landed record of each line, in the transaction in hand. A job too many does no
 * harm: it finds nothing to wake. A job too few would strand a record, so whatever settles a record or lands
 * one wakes its line. Lines of a sync that does not run here are woken by the sweep of a process where it does.
 */
export async function wakeLines(
  store: Store,
  queues: Queues,
  lines: readonly Line[],
  now: Date,
): Promise<void> {
  const heads = await headsOf(
    store,
    lines.filter(({ sync }) => queues.isOpen(sync)),
  );
  const jobs = heads.map((head) => ({
    sync: head.sync,
    id: jobIdOf(head, head.version, head.wakes + 1),
    recordId: head.id,
    ...(head.nextAttemptAt && head.nextAttemptAt > now ? { startAfter: head.nextAttemptAt } : {}),
  }));
  await noteWakes(
    store,
    jobs.map((job) => ({ recordId: job.recordId, jobId: job.id })),
    now,
  );
  for (const [sync, ofSync] of Map.groupBy(jobs, (job) => job.sync)) {
    await queues.engine.enqueue(
      sync,
      ofSync.map(({ sync: _, ...job }) => job),
    );
  }
}
