import type { BatchCandidate, BatchContext, BatchItem, BatchReading } from '../connector/batch';
import type { JsonObject } from '../connector/json';
import type { Calls } from '../connector/system';
import { type Batch, findBatch } from '../ledger/batches';
import type { RecordKey } from '../ledger/identity';
import type { Intent } from '../ledger/intents';
import type { Ledger } from '../ledger/ledger';
import { nextNumber } from '../ledger/numbers';
import type { Target } from './target';

/** Keeps facts durably; absent where there is only looking. */
export interface BatchMemory {
  ofBatch(facts: JsonObject): Promise<void>;
  ofItem(intent: Intent, facts: JsonObject): Promise<void>;
}

/** The calls of a batch belong to no one record. */
export function callsOf(target: Target): Calls {
  return target.batchCalls ?? target.calls;
}

export function readingOf(
  target: Target,
  { sync, company }: Pick<RecordKey, 'sync' | 'company'>,
  now: () => Date,
  calls: Calls = callsOf(target),
): BatchReading {
  const { options, sourceFiles, signal } = target;
  return { calls, options, sync, company, sourceFiles, now, signal };
}

export function contextOfBatch(
  ledger: Ledger,
  target: Target,
  batch: Batch,
  calls: Calls,
  memory?: BatchMemory,
): BatchContext {
  const memo = remembering(batch.remembered, memory && ((facts) => memory.ofBatch(facts)));
  return {
    ...readingOf(target, batch, ledger.now, calls),
    externalId: batch.externalId,
    sentAt: batch.sentAt,
    get remembered() {
      return memo.facts;
    },
    remember: memo.add,
    nextNumber: (name, start) => nextNumber(ledger.store, name, start),
  };
}

export function candidateOf({ sync, company, key }: RecordKey, document: JsonObject): BatchCandidate {
  return { record: { sync, company, key }, document };
}

export function itemOf(
  record: RecordKey,
  intent: Intent,
  linked: BatchItem['linked'],
  memory?: BatchMemory,
): BatchItem {
  const memo = remembering(intent.remembered, memory && ((facts) => memory.ofItem(intent, facts)));
  return {
    ...candidateOf(record, intent.body),
    id: intent.id,
    ...(linked ? { linked } : {}),
    get remembered() {
      return memo.facts;
    },
    remember: memo.add,
  };
}

/** The batch as it was sent, ready to be looked up. */
export async function sentBatchOf(
  ledger: Ledger,
  target: Target,
  id: string,
): Promise<{ readonly items: readonly BatchItem[]; readonly context: BatchContext }> {
  const sent = await findBatch(ledger, id);
  if (!sent) throw new TypeError(`the batch ${id} of an intent is not in the ledger`);
  return {
    items: sent.items.map(({ record, intent, linked }) => itemOf(record, intent, linked)),
    context: contextOfBatch(ledger, target, sent.batch, callsOf(target)),
  };
}

/** A later `add` adds to the earlier ones. */
function remembering(known: JsonObject, keep: ((facts: JsonObject) => Promise<void>) | undefined) {
  const memo = {
    facts: known,
    async add(facts: JsonObject): Promise<void> {
      if (!keep) throw new TypeError('a look-up has nothing to remember: it only reads');
      const merged = { ...memo.facts, ...facts };
      await keep(merged);
      memo.facts = merged;
    },
  };
  return memo;
}
