import { validate } from 'uuid';
import { ConfigurationError } from '../connector/errors';
import { storableObject } from '../ledger/canonical-json';
import type { Ledger } from '../ledger/ledger';
import { countSettled, type ReplayFilter, reopenSettled } from '../ledger/replays';
import type { ReplayRequest } from './protocol';
import type { Queues } from './queues';
import { wakeLines } from './wake';

/** Records of one transaction: a replay of everything must not hold up the rest for long. */
const CHUNK = 1_000;

/** Makes settled records work again, and writes down who wanted it and why. Returns how many. */
export async function replayRecords(ledger: Ledger, queues: Queues, request: ReplayRequest): Promise<number> {
  const filter = filterOf(request);
  if (request.dryRun) return countSettled(ledger.store, filter);
  const asOf = ledger.now();
  const options = request.options && storableObject(request.options);
  for (let total = 0; ; ) {
    const count = await ledger.change(async (note) => {
      const records = await reopenSettled(ledger.store, filter, { options, asOf, limit: CHUNK });
      for (const { id, sync } of records) {
        const detail = { by: request.by, why: request.why, ...(options ? { options } : {}) };
        note({ kind: 'replayed', sync, recordId: id, detail });
      }
      await wakeLines(ledger.store, queues, records, ledger.now());
      return records.length;
    });
    total += count;
    if (count < CHUNK) return total;
  }
}

function filterOf({ recordIds, sync, reason, by, why }: ReplayRequest): ReplayFilter {
  if (!by || !why) {
    throw refusal(
      'REPLAY_UNSIGNED',
      'A replay needs who wants it and why.',
      'Say both: they stand in the audit.',
    );
  }
  if (!recordIds && !sync && !reason) {
    throw refusal(
      'REPLAY_OF_EVERYTHING',
      'A replay needs records, a sync or a reason.',
      'Choose what to replay.',
    );
  }
  const bad = recordIds?.find((id) => !validate(id));
  if (bad !== undefined) {
    throw refusal('RECORD_ID_MALFORMED', `${bad} is not the id of a record.`, 'Copy it from the passport.');
  }
  return { recordIds, sync, reason };
}

function refusal(code: string, message: string, remedy: string): ConfigurationError {
  return new ConfigurationError(code, message, 'replay', remedy);
}
