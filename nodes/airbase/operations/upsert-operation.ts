import {
  type BatchAnswer,
  type BatchCandidate,
  type BatchedWrite,
  type BatchItem,
  type BatchResult,
  onlyInBatches,
} from '../../../runtime/connector/batch';
import type { Json, JsonObject } from '../../../runtime/connector/json';
import type { Calls, LookUp, Operation } from '../../../runtime/connector/system';
import type { AirbaseConnection } from '../connection';
import { entityOf } from '../feed-entity';
import { type FeedKind, referenceIn, says } from '../feed-kinds';
import type { Master } from '../master-book';
import { namesakeConflict, namesakesOf, otherNameConflict } from '../vendor-doubts';
import { sendEntities } from './upsert-sending';

/** How old the knowledge of everything may be before a first load, milliseconds. */
const keptMs = 30_000;

/**
 * Loads one kind of master data. Whoever has the key of the ERP is changed, so loading again doubles nothing; before
 * the first load it is asked whether what stands there is meant.
 */
export function upsertOperation(airbase: AirbaseConnection, kind: FeedKind): Operation {
  const batch: BatchedWrite = {
    send: (items, context) => sendEntities(airbase, kind, items, context),
    lookUp: (items, { calls }) => whatArrived(airbase, kind, items, calls),
    lookUpItems: (items, { calls, options }) => doubtsAbout(airbase, kind, items, calls, options),
  };
  return {
    businessKey: (document) => `${kind.one} ${referenceIn(document)}`,
    lookUp: async (document, { calls, options, record, resolving }) => {
      if (resolving) return isThere(airbase, kind, document, calls);
      const [answer] = await doubtsAbout(airbase, kind, [{ record, document }], calls, options);
      return answer ?? { found: 'absent' };
    },
    create: onlyInBatches,
    batch,
  };
}

/** What a person must decide first, and what there is nothing to close of; everything else is sent. */
async function doubtsAbout(
  airbase: AirbaseConnection,
  kind: FeedKind,
  items: readonly BatchCandidate[],
  calls: Calls,
  options: Readonly<Record<string, Json>>,
): Promise<readonly LookUp[]> {
  const book = airbase.books[kind.path];
  const absent = items.map((): LookUp => ({ found: 'absent' }));
  const documents = items.map(({ document }) => document);
  const isAsked = kind.bornThere || options['otherName'] === 'ask' || documents.some(isInactive);
  if (!isAsked) return absent;
  const known = await book.find(airbase, calls, documents.map(referenceIn), keptMs);
  if (!known) return absent;
  const newcomers = documents.some((document) => !known.has(referenceIn(document)));
  const unlinked = kind.bornThere && newcomers ? ((await book.unlinked(airbase, calls)) ?? []) : [];
  return documents.map((document): LookUp => {
    const stored = known.get(referenceIn(document));
    if (!stored && isInactive(document)) return nothingToClose(kind, document);
    const doubt = stored
      ? otherNameConflict(document, stored, kind.one, options)
      : namesakeConflict(document, namesakesOf(document, unlinked), options);
    return doubt ?? { found: 'absent' };
  });
}

function isInactive(document: JsonObject): boolean {
  return document['active'] === false;
}

function nothingToClose({ inactive }: FeedKind, document: JsonObject): LookUp {
  const message = `${referenceIn(document)} is inactive in the ERP, and Airbase never had it.`;
  return { found: 'conflict', ignored: true, reason: inactive, detail: { message } };
}

/** What of a batch whose outcome is unclear arrived; the rest is looked up one by one, with patience. */
async function whatArrived(
  airbase: AirbaseConnection,
  kind: FeedKind,
  items: readonly BatchItem[],
  calls: Calls,
): Promise<BatchAnswer> {
  const references = items.map(({ document }) => referenceIn(document));
  const known = await airbase.books[kind.path].find(airbase, calls, references, 0);
  const results: BatchResult[] = [];
  for (const { id, document } of items) {
    const answer = await isIn(airbase, kind, document, known, calls);
    if (answer.found !== 'present') results.push({ id, outcome: 'unknown' });
    else results.push({ id, outcome: 'done', ref: answer.ref, attributes: answer.attributes ?? {} });
  }
  return { status: 'done', results };
}

async function isThere(
  airbase: AirbaseConnection,
  kind: FeedKind,
  document: JsonObject,
  calls: Calls,
): Promise<LookUp> {
  const known = await airbase.books[kind.path].find(airbase, calls, [referenceIn(document)], 0);
  return isIn(airbase, kind, document, known, calls);
}

/** Whether a load whose outcome is unclear arrived: it is there just as it was sent. */
async function isIn(
  airbase: AirbaseConnection,
  kind: FeedKind,
  document: JsonObject,
  known: ReadonlyMap<string, Master> | undefined,
  calls: Calls,
): Promise<LookUp> {
  const reference = referenceIn(document);
  const stored = known?.get(reference);
  if (!stored) return { found: 'absent' };
  const sent = await entityOf(kind, document, { id: stored.id, stored }, airbase, calls);
  const active = document['active'] !== false;
  if (!says(stored, sent) || stored.active !== active) return { found: 'absent' };
  return { found: 'present', ref: stored.id, attributes: { reference, name: stored.name } };
}
