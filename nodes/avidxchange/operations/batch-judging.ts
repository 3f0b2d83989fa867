import type { BatchAnswer, BatchItem, BatchReading, BatchResult } from '../../../runtime/connector/batch';
import type { JsonObject } from '../../../runtime/connector/json';
import type { AvidConnection } from '../connection';
import { wordsOf } from '../failures';
import { toOurNames } from '../field-names';
import type { BatchKind } from './batch-kind';
import { resultsByItem } from './batch-results';
import type { BatchState, ItemResult } from './batch-state';
import { isAboutBatch, isAboutImages, isDuplicate, refusalOf } from './item-refusal';

const second = 1000;
/** The result of each item where AvidXchange only counts that it took them all: lists may show them later. */
const taken: ItemResult = { successful: true, complaints: [], said: {} };

/**
 * What became of each item of a batch that AvidXchange has judged, or when to look again. What its answer leaves out
 * is looked for among the documents themselves.
 * @param ageMs since the batch was sent
 * @param readBack documents that are said to be there are looked at too
 */
export async function judgeBatch(
  avid: AvidConnection,
  kind: BatchKind,
  items: readonly BatchItem[],
  answered: BatchState,
  context: BatchReading,
  ageMs: number,
  readBack: boolean,
): Promise<BatchAnswer> {
  const heard = withoutEchoes(answered, items.length);
  if (heard.phase === 'running') {
    return {
      status: 'pending',
      lookInMs: nextLookMs(ageMs),
      why: `AvidXchange has the batch: ${heard.status}`,
    };
  }
  const results = resultsByItem(avid, kind, items, heard.results);
  // Complaints that belong to no item are about the batch.
  const apart = results.size === 0 ? wordsOf(heard.results.flatMap(({ complaints }) => complaints)) : '';
  const state = { ...heard, words: heard.words || apart };
  const isCounted = heard.phase === 'done' && heard.results.length === 0 && heard.taken === items.length;
  const doubtful = items.filter(({ id }) => {
    const result = results.get(id);
    if (result?.successful === undefined) return true;
    return result.successful ? readBack : isDuplicate(result.complaints);
  });
  const there = await thereAre(avid, kind, doubtful, context);
  return {
    status: 'done',
    results: items.map((item) =>
      judgeItem(
        avid,
        kind,
        item,
        results.get(item.id) ?? (isCounted ? taken : undefined),
        there.get(item.id),
        state,
        context,
      ),
    ),
  };
}

/** What a failed batch repeats for each item is said once, of the batch. */
function withoutEchoes(state: BatchState, count: number): BatchState {
  const { phase, results } = state;
  const said = results.map(({ complaints }) => complaints);
  const failed = phase === 'failed' && results.every(({ successful }) => successful === false);
  if (!failed || results.length !== count || !isAboutBatch(said)) return state;
  return { ...state, results: [], words: state.words || wordsOf(said[0] ?? []) };
}

/** Documents that AvidXchange has, by item. */
async function thereAre(
  avid: AvidConnection,
  kind: BatchKind,
  items: readonly BatchItem[],
  { calls }: BatchReading,
): Promise<ReadonlyMap<string, JsonObject>> {
  if (items.length === 0) return new Map();
  const rows = await kind.find(
    avid,
    calls,
    items.map(({ document }) => document),
  );
  const named = rows.map((row) => toOurNames(row, kind.schema, avid.fieldNames, kind.at));
  return new Map(
    items.flatMap(({ id, document }) => {
      const at = named.findIndex((row) => kind.isAbout(row, document, avid) === true);
      const row = rows[at];
      return row ? [[id, row] as const] : [];
    }),
  );
}

function judgeItem(
  avid: AvidConnection,
  kind: BatchKind,
  item: BatchItem,
  result: ItemResult | undefined,
  there: JsonObject | undefined,
  state: BatchState,
  { options }: BatchReading,
): BatchResult {
  const { id } = item;
  const done = (said: JsonObject): BatchResult => ({
    id,
    outcome: 'done',
    ref: kind.idOf(item.document, avid),
    attributes: kind.attributes(said, item),
  });
  const isOther = there !== undefined && !kind.isAsSent(there, item.document, avid, options);
  const other = { id, outcome: 'unknown', message: 'what stands there is not what was sent' } as const;
  if (result?.successful === true) {
    // The invoice is there without an image: it is looked up by itself, and completed.
    const lacksImages = isAboutImages(result.complaints) && options['imageTrouble'] !== 'without';
    if (lacksImages) return { id, outcome: 'unknown', message: refusalOf(result.complaints).message };
    return isOther ? other : done(result.said);
  }
  if (there && !isOther) return done(there);
  if (result?.successful === false) {
    const refusal = refusalOf(result.complaints);
    if (!isDuplicate(result.complaints)) return { id, outcome: 'refused', ...refusal };
    const theirs = result.complaints.find((complaint) => complaint.id !== undefined)?.id;
    return {
      id,
      outcome: 'refused',
      ...refusal,
      reason: 'number-in-use',
      ...(theirs === undefined ? {} : { detail: { existing: theirs } }),
    };
  }
  return isOther ? other : unjudged(id, state);
}

/** Of a batch that failed as a whole nothing was taken, unless it counts otherwise. */
function unjudged(id: string, { phase, words, taken = 0, status, results }: BatchState): BatchResult {
  const known = results.filter(({ successful }) => successful === true).length;
  if (phase !== 'failed' || taken > known) return { id, outcome: 'unknown', message: status };
  return { id, outcome: 'again', message: words || `the batch ended in ${status}` };
}

/** Longer than `run --once` waits by default: it says what it leaves waiting, and does not follow one batch for ever. */
const steadyLookMs = 305 * second;

/** Soon at first, then about every five minutes. */
function nextLookMs(ageMs: number): number {
  if (ageMs < 15 * second) return 15 * second;
  if (ageMs < 45 * second) return 30 * second;
  return ageMs < 105 * second ? 60 * second : steadyLookMs;
}
