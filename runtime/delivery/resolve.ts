import { validate } from 'uuid';
import { ConfigurationError } from '../connector/errors';
import { storableText } from '../ledger/canonical-json';
import { changeIntents, type Intent } from '../ledger/intents';
import type { Ledger } from '../ledger/ledger';
import { closeLinks, writeLinks } from '../ledger/links';
import { openIntentsOf } from '../ledger/open-intents';
import { changeRecords, type LockedRecord, lockRecords, releaseWaiting } from '../ledger/records';
import { linkOfIntent } from './new-intent';
import type { ResolveRequest } from './protocol';
import type { Queues } from './queues';
import { wakeLines } from './wake';

/**
 * Takes a person's word on a write whose outcome is unknown, and lets the record go on from there: what
 * happened is linked, what did not may be sent again.
 * @throws ConfigurationError when there is nothing to resolve, or the record is being worked on
 */
export async function resolveByHand(ledger: Ledger, queues: Queues, request: ResolveRequest): Promise<void> {
  const { recordId, decision, by, why } = request;
  if (!by || !why) {
    throw refusal(
      'RESOLVE_UNSIGNED',
      'A decision needs who takes it and why.',
      'Say both: they stand in the audit.',
    );
  }
  if (decision.happened && !decision.ref) {
    throw refusal(
      'RESOLVE_WITHOUT_ID',
      'It happened, but under which id?',
      'Give the id of the document over there.',
    );
  }
  await ledger.change(async (note) => {
    const now = ledger.now();
    const records = validate(recordId) ? await lockRecords(ledger.store, [recordId]) : new Map();
    const record: LockedRecord | undefined = records.get(recordId);
    const intent = record && (await openIntentsOf(ledger, recordId))[0];
    if (!record || !intent) {
      const remedy = 'Look at its passport: it may have been resolved meanwhile.';
      throw refusal('NOTHING_TO_RESOLVE', `Record ${recordId} has no write with an unknown outcome.`, remedy);
    }
    if (record.state === 'working') {
      throw refusal('RECORD_IN_WORK', 'The record is being worked on right now.', 'Try again in a moment.');
    }
    const ref = decision.happened ? storableText(decision.ref) : undefined;
    note({
      kind: 'resolved',
      sync: record.sync,
      recordId,
      detail: { by, why, intent: intent.id, ...decision },
    });
    await changeIntents(ledger, [{ id: intent.id, state: ref ? 'confirmed' : 'rejected', ref }], now);
    const lines = ref ? await applyEffect(ledger, record, intent, ref, now) : [];
    const requeued = record.state !== 'landed';
    await changeRecords(ledger.store, [{ id: recordId, state: 'landed', failures: 0, requeued }], now);
    await wakeLines(ledger.store, queues, [record, ...lines], now);
  });
}

/** What the happened write means for the link; returns the lines of the records that it releases. */
async function applyEffect(ledger: Ledger, record: LockedRecord, intent: Intent, ref: string, now: Date) {
  if (intent.effect === 'act') return [];
  if (intent.effect === 'close') {
    await closeLinks(ledger, [record.id], now);
    return [];
  }
  const link = linkOfIntent(record, intent, { ref });
  await writeLinks(ledger, [link], now);
  return releaseWaiting(ledger.store, [link], now);
}

function refusal(code: string, message: string, remedy: string): ConfigurationError {
  return new ConfigurationError(code, message, 'resolve', remedy);
}
