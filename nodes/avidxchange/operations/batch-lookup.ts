import type { BatchAnswer, BatchContext, BatchItem } from '../../../runtime/connector/batch';
import type { AvidConnection } from '../connection';
import { textAt } from '../members';
import { isNotFound } from '../troubles';
import { judgeBatch } from './batch-judging';
import type { BatchKind } from './batch-kind';
import { ageOf } from './batch-sending';
import { findBatch, readBatch } from './batch-state';

/**
 * What became of a batch that was sent, or may have been: by the id that AvidXchange gave it, else by ours. A batch
 * whose receipt came and that is not shown is waited for; it is never absent.
 */
export async function lookUpBatch(
  avid: AvidConnection,
  kind: BatchKind,
  items: readonly BatchItem[],
  context: BatchContext,
): Promise<BatchAnswer | { readonly status: 'absent' }> {
  const { calls, externalId, remembered } = context;
  const guid = textAt(remembered, 'batch');
  try {
    const known = guid === undefined ? undefined : await readBatch(avid, kind, calls, guid);
    const state = known ?? (await findBatch(avid, kind, calls, externalId));
    // Whose receipt was lost may have been sent by halves.
    const readBack = kind.readsBack || guid === undefined;
    if (state) return await judgeBatch(avid, kind, items, state, context, ageOf(context), readBack);
  } catch (error) {
    // Without a list of batches the documents themselves are looked up.
    if (isNotFound(error)) return { status: 'done', results: [] };
    throw error;
  }
  if (guid === undefined) return { status: 'absent' };
  return { status: 'pending', lookInMs: 60_000, why: 'AvidXchange does not show the batch that it took' };
}
