import { insertBatches, rememberBatchFacts } from '../ledger/batches';
import {
  type ClaimedDocument,
  claimedDocuments,
  claimOfAnother,
  type DocumentName,
  releaseRefused,
} from '../ledger/claimed-documents';
import { changeIntents, insertIntents, rememberFacts } from '../ledger/intents';
import type { Ledger, Note } from '../ledger/ledger';
import { closeLinks, writeLinks } from '../ledger/links';
import { type NearDuplicate, nearDuplicates } from '../ledger/near-duplicates';
import { changeRecords, type LockedRecord, lockRecords, releaseWaiting } from '../ledger/records';
import { endingsOf } from './endings';
import type { Queues } from './queues';
import type { Step, StepResult } from './step';
import { wakeLines } from './wake';

/**
 * Applies the steps of many attempts in one transaction, by sets: one statement per table however many there
 * are. A step whose attempt no longer has the record changes nothing.
 */
export async function applySteps(
  ledger: Ledger,
  queues: Queues,
  steps: readonly Step[],
): Promise<readonly StepResult[]> {
  return ledger.change(async (note) => {
    const now = ledger.now();
    const records = await lockRecords(
      ledger.store,
      steps.map((step) => step.held.claim.id),
    );
    const results = await judge(ledger, steps, records);
    const applied = steps.filter((_, index) => results[index]?.applied);

    await insertBatches(ledger, [...new Set(applied.flatMap((step) => step.batch ?? []))]);
    await insertIntents(
      ledger,
      applied.flatMap((step) => step.open ?? []),
    );
    await rememberFacts(
      ledger,
      applied.flatMap((step) => step.remember ?? []),
    );
    await rememberBatchFacts(ledger, [...new Set(applied.flatMap((step) => step.rememberBatch ?? []))]);
    await changeIntents(
      ledger,
      applied.flatMap((step) => step.intent ?? []),
      now,
    );
    const closing = applied.filter((step) => step.closesLink).map((step) => step.held.claim);
    await closeLinks(
      ledger,
      closing.map(({ id }) => id),
      now,
    );
    const links = applied.flatMap((step) => step.link ?? []);
    await writeLinks(ledger, links, now);
    const endings = await endingsOf(ledger, applied, records, now);
    await changeRecords(
      ledger.store,
      endings.map(({ change }) => change),
      now,
    );
    const released = [
      ...(await releaseWaiting(ledger.store, links, now)),
      ...(await releaseRefused(ledger.store, closing, now)),
    ];

    noteSteps(note, applied);
    for (const event of endings.flatMap(({ events }) => events)) note(event);
    for (const { id, sync } of released) note({ kind: 'released', sync, recordId: id, detail: {} });

    await queues.complete(endings.map(({ step: { held } }) => ({ sync: held.claim.sync, job: held.job })));
    await wakeLines(ledger.store, queues, [...endings.flatMap(({ lines }) => lines), ...released], now);
    return results;
  });
}

async function judge(
  ledger: Ledger,
  steps: readonly Step[],
  records: ReadonlyMap<string, LockedRecord>,
): Promise<readonly StepResult[]> {
  const refusing = steps.flatMap((step) =>
    step.refuseNearDuplicates && step.open?.nearKey ? step.open.nearKey : [],
  );
  const known: NearDuplicate[] = [...(await nearDuplicates(ledger.store, refusing))];
  const claimed: ClaimedDocument[] = [
    ...(await claimedDocuments(
      ledger.store,
      steps.flatMap((step) => documentOf(step) ?? []),
    )),
  ];
  const ended = new Set<string>();
  return steps.map((step) => {
    const { id, attempt } = step.held.claim;
    const record = records.get(id);
    const mine = record?.attempt === attempt && !ended.has(id);
    const replies = step.held.settlement?.state === 'parked' && record?.state === 'parked';
    if (!mine || (record.state !== 'working' && !replies)) return { applied: false, because: 'superseded' };

    const document = documentOf(step);
    const taken = document && claimOfAnother(claimed, document, id);
    if (taken) return { applied: false, because: 'of-another', of: taken };

    const nearKey = step.open?.nearKey;
    const like = known.find((other) => other.nearKey === nearKey && other.recordId !== id);
    if (nearKey && step.refuseNearDuplicates && like) {
      return { applied: false, because: 'near-duplicate', of: like };
    }
    if (document) claimed.push({ ...document, recordId: id, key: step.held.claim.key, ref: undefined });
    if (nearKey) known.push({ nearKey, recordId: id, key: step.held.claim.key, ref: undefined });
    if (step.ending) ended.add(id);
    return { applied: true };
  });
}

/** The document that a step makes, changes or takes, where no two records may have one. */
function documentOf({ unique, open, link }: Step): DocumentName | undefined {
  const named = open ?? link;
  if (!unique || named?.businessKey === undefined) return undefined;
  const { connection, operation, businessKey } = named;
  return { connection, operation, businessKey };
}

function noteSteps(note: Note, steps: readonly Step[]): void {
  for (const { held, events } of steps) {
    const { sync, id } = held.claim;
    for (const event of events) note({ ...event, sync, recordId: id });
  }
}
