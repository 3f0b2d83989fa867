import { canonicalJson, hashText, storableText } from '../ledger/canonical-json';
import { moveCursor } from '../ledger/cursors';
import { recordIdOf } from '../ledger/identity';
import { type LandingWrite, type Tally, writeLandings } from '../ledger/landings';
import type { Ledger, Note } from '../ledger/ledger';
import { type LockedRecord, lockRecords } from '../ledger/records';
import { decideLanding, IGNORED_AT_LANDING, type LandingDecision } from './landing-plan';
import type { Landing, LandingResult } from './protocol';
import type { Queues } from './queues';
import { wakeLines } from './wake';

interface Arrival {
  readonly id: string;
  readonly company: string;
  readonly key: string;
  readonly orderKey: string;
  readonly ignore: string | undefined;
  readonly tally: Tally | undefined;
  readonly payload: string;
  readonly contentHash: string;
}

interface Decided {
  readonly arrival: Arrival;
  readonly known: LockedRecord | undefined;
  readonly decision: LandingDecision;
  /** The record's newest version afterwards. */
  readonly version: number;
}

/** Lands one page in one transaction: records, versions, jobs, the cursor. Landing it again changes nothing. */
export async function landPage(ledger: Ledger, queues: Queues, landing: Landing): Promise<LandingResult> {
  const { sync, retryParked, cursor } = landing;
  // The last of two rows with one key is the newest: a page was read while the source changed.
  const arrivals = new Map(landing.rows.map((row) => arrivalOf(sync, row)).map((row) => [row.id, row]));
  return ledger.change(async (note) => {
    const now = ledger.now();
    const known = await lockRecords(ledger.store, [...arrivals.keys()]);
    const decided = [...arrivals.values()].map((arrival) =>
      decide(arrival, known.get(arrival.id), retryParked),
    );
    const changed = decided.filter(({ decision }) => decision.state !== undefined);
    await writeLandings(
      ledger,
      changed.map((row) => writeOf(sync, row)),
      now,
    );
    if (cursor !== undefined) await moveCursor(ledger.store, sync, cursor, now);
    for (const row of changed) noteLanding(note, sync, row);
    if (cursor !== undefined || changed.length > 0) {
      note({
        kind: 'page-landed',
        sync,
        detail: { rows: landing.rows.length, changed: changed.length, cursor },
      });
    }
    await wakeLines(ledger.store, queues, linesOf(sync, changed), now);
    return resultOf(landing, changed);
  });
}

function arrivalOf(sync: string, row: Landing['rows'][number]): Arrival {
  const key = storableText(row.key);
  const company = storableText(row.company);
  return {
    id: recordIdOf({ sync, company, key }),
    company,
    key,
    orderKey: storableText(row.orderKey ?? row.key),
    ignore: row.ignore,
    tally: row.tally && soundTally(row.tally),
    payload: JSON.stringify(row.data),
    contentHash: hashText(canonicalJson(row.data)),
  };
}

/** An amount or a date that is none must not keep the whole page from landing: the mapping will name it. */
function soundTally({ amount, currency, date }: Tally): Tally | undefined {
  const day = new Date(`${date}T00:00:00Z`);
  const sound =
    /^-?\d{1,30}(\.\d{1,30})?$/.test(amount) &&
    !Number.isNaN(day.getTime()) &&
    day.toISOString().slice(0, 10) === date;
  return sound ? { amount, currency: storableText(currency), date } : undefined;
}

function decide(
  arrival: Arrival,
  known: LockedRecord | undefined,
  retryParked: Landing['retryParked'],
): Decided {
  const decision = decideLanding(arrival, known, retryParked);
  const version = (known?.version ?? 0) + (isNewVersion(decision) ? 1 : 0);
  return { arrival, known, decision, version };
}

function isNewVersion({ act }: LandingDecision): boolean {
  return act === 'new' || act === 'version';
}

function writeOf(sync: string, { arrival, known, decision, version }: Decided): LandingWrite {
  const { id, company, key, orderKey, contentHash, tally, payload, ignore } = arrival;
  const ignored = decision.state === 'ignored';
  return {
    id,
    sync,
    company,
    key,
    orderKey,
    version,
    contentHash,
    state: decision.state ?? 'landed',
    reason: ignored ? ignore : undefined,
    detail: ignored ? { ...IGNORED_AT_LANDING } : undefined,
    tally,
    known: known !== undefined,
    requeued: decision.requeued,
    payload: isNewVersion(decision) ? payload : undefined,
  };
}

function noteLanding(note: Note, sync: string, { arrival, decision, version }: Decided): void {
  const { id: recordId, contentHash, ignore } = arrival;
  if (decision.state === 'ignored') {
    note({ kind: 'ignored', sync, recordId, detail: { version, contentHash, reason: ignore } });
  } else {
    note({ kind: 'landed', sync, recordId, detail: { version, contentHash, act: decision.act } });
  }
}

/** Lines where a record may have its turn now; also the line that a record left for another. */
function linesOf(sync: string, rows: readonly Decided[]) {
  return rows.flatMap(({ arrival, known, decision }) => {
    const left = known && known.orderKey !== arrival.orderKey ? [known.orderKey] : [];
    const joined = decision.state === 'landed' && (!known || decision.requeued) ? [arrival.orderKey] : left;
    const freed = decision.state === 'ignored' && known?.state === 'landed' ? [known.orderKey] : [];
    return [...new Set([...left, ...joined, ...freed])].map((orderKey) => ({
      sync,
      company: arrival.company,
      orderKey,
    }));
  });
}

function resultOf(landing: Landing, changed: readonly Decided[]): LandingResult {
  const ignored: Record<string, number> = {};
  let landed = 0;
  for (const { arrival, decision } of changed) {
    if (decision.state !== 'ignored') landed += 1;
    else if (arrival.ignore) ignored[arrival.ignore] = (ignored[arrival.ignore] ?? 0) + 1;
  }
  return { read: landing.rows.length, landed, unchanged: landing.rows.length - changed.length, ignored };
}
