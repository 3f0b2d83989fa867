import { randomUUID } from 'node:crypto';
import type { Batch } from '../ledger/batches';
import type { Intent } from '../ledger/intents';
import type { Gathered } from './batch-gathering';
import { aboutIntent, isUnique, newIntent } from './new-intent';
import type { Policies } from './policies';
import type { Settler } from './settler';

/** A document with its intent, once both are durable. */
export interface Item {
  readonly gathered: Gathered;
  readonly intent: Intent;
}

export interface OpenBatch {
  readonly batch: Batch;
  /** Not empty. */
  readonly items: readonly [Item, ...Item[]];
}

/**
 * Writes all intents of a batch and the batch itself down, in one transaction. Documents that may not be sent (another
 * attempt has the record, a near-duplicate) leave it, each with its reason. Undefined when none is left.
 * @throws whatever the store throws at the transaction; then nothing is durable
 */
export async function openBatch(
  { settler, policies }: { readonly settler: Settler; readonly policies: Policies },
  gathered: readonly Gathered[],
  now: Date,
): Promise<OpenBatch | undefined> {
  const [first] = gathered;
  if (!first) return undefined;
  const batch = newBatch(first, now);
  const items = gathered.flatMap((each, place): Item[] => {
    try {
      const intent = newIntent(each.held, each.target, each.wish, now, policies.settleMs);
      return [{ gathered: each, intent: { ...intent, batch: { id: batch.id, place } } }];
    } catch (error) {
      each.reject(error);
      return [];
    }
  });
  const refusals = await settler.takeTogether(
    items.map(({ gathered: { held, target, wish }, intent }) => ({
      held,
      open: intent,
      batch,
      unique: isUnique(target, wish),
      refuseNearDuplicates: wish.effect === 'create' && target.options['nearDuplicates'] === 'park',
      events: [{ kind: 'intent-sent', detail: { ...aboutIntent(intent), batch: batch.externalId } }],
    })),
  );
  const [head, ...rest] = items.filter(({ gathered: { reject } }, index) => {
    if (refusals[index]) reject(refusals[index]);
    return !refusals[index];
  });
  return head && { batch, items: [head, ...rest] };
}

function newBatch({ held, target }: Gathered, now: Date): Batch {
  const id = randomUUID();
  const { sync, company } = held.claim;
  const shortCompany = company.replaceAll(/[^A-Za-z0-9_-]/g, '').slice(0, 20) || 'batch';
  const day = now.toISOString().slice(0, 10).replaceAll('-', '');
  return {
    id,
    externalId: `${shortCompany}-${day}-${id.slice(-12)}`,
    sync,
    company,
    connection: target.connection,
    operation: target.operationName,
    remembered: {},
    sentAt: now,
  };
}
