import { storableObject, storableText } from '../ledger/canonical-json';
import type { Ledger, Note } from '../ledger/ledger';
import type { Line } from '../ledger/lines';
import { freshLinks } from '../ledger/links';
import type { LockedRecord, RecordChange } from '../ledger/records';
import type { Ending, Step } from './step';

/** A link written this long before an attempt began may have been missed by it, milliseconds. */
const CLOCK_SKEW_MS = 5_000;
/** Then it is tried again after this long, milliseconds. */
const MISSED_LINK_MS = 1_000;

/** An ending as the ledger takes it. */
export interface AppliedEnding {
  readonly step: Step;
  readonly change: RecordChange;
  /** The lines whose next record may have its turn now. */
  readonly lines: readonly Line[];
  readonly events: readonly Parameters<Note>[0][];
}

export async function endingsOf(
  ledger: Ledger,
  steps: readonly Step[],
  records: ReadonlyMap<string, LockedRecord>,
  now: Date,
): Promise<readonly AppliedEnding[]> {
  const waits = steps.flatMap(({ held, ending }) =>
    waitsOf(ending).map((wait) => ({
      ...wait,
      since: new Date(held.claimedAt.getTime() - CLOCK_SKEW_MS),
    })),
  );
  const missed = new Set(await freshLinks(ledger, waits));
  return steps.flatMap((step) => {
    const record = records.get(step.held.claim.id);
    if (!step.ending || !record) return [];
    const missedLink = waitsOf(step.ending).some(({ sync, key }) => missed.has(JSON.stringify([sync, key])));
    return endingOf(step, step.ending, record, missedLink, now);
  });
}

/** An ending is noted as it was, and then gives way to a newer version or to a link that appeared meanwhile. */
function endingOf(
  step: Step,
  ending: Ending,
  record: LockedRecord,
  missedLink: boolean,
  now: Date,
): AppliedEnding {
  const { claim } = step.held;
  const about = { sync: claim.sync, recordId: claim.id };
  const lines = [...new Set([claim.orderKey, record.orderKey])].map((orderKey) => ({
    sync: claim.sync,
    company: claim.company,
    orderKey,
  }));
  const noted = { ...about, kind: ending.state === 'landed' ? 'postponed' : ending.state };
  const events = [{ ...noted, detail: { attempt: claim.attempt, ...factsOf(ending) } }];
  const newer = record.version > (record.workedVersion ?? 0);

  if (ending.state === 'landed') {
    const failures = newer ? 0 : claim.failures + (ending.counts ? 1 : 0);
    const change: RecordChange = {
      id: claim.id,
      state: 'landed',
      detail: storableObject(ending.detail),
      nextAttemptAt: ending.at,
      failures,
      requeued: false,
      options: claim.options,
    };
    return { step, change, lines, events };
  }
  if (newer || missedLink) {
    const why = newer ? 'a newer version had landed' : 'what it waits for had just appeared';
    const change: RecordChange = {
      id: claim.id,
      state: 'landed',
      nextAttemptAt: newer ? undefined : new Date(now.getTime() + MISSED_LINK_MS),
      failures: 0,
      requeued: true,
    };
    return { step, change, lines, events: [...events, { ...about, kind: 'landed-again', detail: { why } }] };
  }
  const [wait] = waitsOf(ending);
  const change: RecordChange = {
    id: claim.id,
    state: ending.state,
    ...(ending.state === 'confirmed'
      ? {}
      : { reason: storableText(ending.reason), detail: storableObject(ending.detail) }),
    ...(wait ? { waitsFor: storableWait(wait) } : {}),
    failures: 0,
    requeued: false,
  };
  return { step, change, lines, events };
}

/** The link that an ending waits for, if any. */
function waitsOf(ending: Ending | undefined): readonly { readonly sync: string; readonly key: string }[] {
  if (ending?.state !== 'parked' && ending?.state !== 'ignored') return [];
  return ending.waitsFor ? [ending.waitsFor] : [];
}

function storableWait(wait: { readonly sync: string; readonly key: string }) {
  return { sync: storableText(wait.sync), key: storableText(wait.key) };
}

function factsOf(ending: Ending): Record<string, unknown> {
  if (ending.state === 'confirmed') return {};
  if (ending.state === 'landed') return { until: ending.at, ...ending.detail };
  const { reason, detail, waitsFor } = ending;
  return { reason, ...detail, ...(waitsFor ? { waitsFor } : {}) };
}
