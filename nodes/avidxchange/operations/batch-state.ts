import type { JsonObject } from '../../../runtime/connector/json';
import type { Calls, HttpAnswer } from '../../../runtime/connector/system';
import { type AvidConnection, urlOf } from '../connection';
import { type Complaint, complaintsOf, wordsOf } from '../failures';
import { readAll } from '../list-reader';
import { asObject, flagAt, memberOf, numberAt, objectAt, objectsAt, textAt } from '../members';
import { isNotFound } from '../troubles';
import type { BatchKind } from './batch-kind';

/** What AvidXchange says of one item of a batch. */
export interface ItemResult {
  /** Undefined when it does not say. */
  readonly successful: boolean | undefined;
  readonly complaints: readonly Complaint[];
  /** The item itself and what names it, outside first. */
  readonly said: JsonObject;
}

/** A batch, as far as AvidXchange has come with it. */
export interface BatchState {
  /** Undefined when an answer does not name it. */
  readonly guid: string | undefined;
  /** `failed`: nothing of it was taken but for items that a result says were. */
  readonly phase: 'running' | 'done' | 'failed';
  /** In AvidXchange's words. */
  readonly status: string;
  readonly results: readonly ItemResult[];
  /** What it complains of about the batch as a whole. */
  readonly words: string;
  /** Items that were taken, when it counts them. */
  readonly taken: number | undefined;
}

const ended = /exception|success|complete|import|^(open|closed|done|partial)/i;
const failed = /error|fail|reject|cancel/i;

/** What a submission was answered. Undefined when the answer says nothing about a batch or its items. */
export function stateOfAnswer({ json }: HttpAnswer): BatchState | undefined {
  const body = asObject(json);
  if (!body) return undefined;
  if (isBatch(body)) return stateOf(body);
  const results = objectsAt(body, 'Results');
  const receipt = results.find((result) => isBatch(objectAt(result, 'Item') ?? {}));
  if (receipt) {
    const state = stateOf(objectAt(receipt, 'Item') ?? {});
    if (flagAt(receipt, 'Successful') !== false) return state;
    return { ...state, phase: 'failed', words: wordsOf(complaintsOf(receipt)) || state.words };
  }
  if (results.length === 0) return undefined;
  const items = results.map(itemResult);
  return { guid: undefined, phase: 'done', status: 'answered', results: items, words: '', taken: undefined };
}

/** The batch by AvidXchange's own id; undefined when it does not know it. @throws SystemError */
export async function readBatch(
  avid: AvidConnection,
  kind: BatchKind,
  calls: Calls,
  guid: string,
): Promise<BatchState | undefined> {
  const name = `get-${kind.one}-batch`;
  try {
    const answer = await calls.call({
      name,
      method: 'GET',
      url: urlOf(avid, kind.batches, guid),
      effect: 'read',
    });
    const body = asObject(answer.json);
    const batch = body && !isBatch(body) ? objectsAt(body, avid.name('itemsName'))[0] : body;
    return batch && { guid, ...withoutGuid(stateOf(batch)) };
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/**
 * The batch by our id; undefined when there is none. What the list leaves out is read from the batch itself.
 * @throws SystemError; `not-found` where AvidXchange has no such list
 */
export async function findBatch(
  avid: AvidConnection,
  kind: BatchKind,
  calls: Calls,
  externalId: string,
): Promise<BatchState | undefined> {
  const rows = await readAll(avid, calls, {
    name: `find-${kind.one}-batch`,
    url: urlOf(avid, kind.batches),
    query: { [avid.name('batchParameter')]: externalId },
    pageSize: 100,
  });
  const found = rows.find((row) => namesOf(row).includes(externalId));
  if (!found) return undefined;
  const guid = textAt(found, 'BatchGUID');
  const state = stateOf(found);
  // The list may leave results out, and lag behind in the status too.
  const whole = state.results.length > 0 && state.phase !== 'running';
  return whole || guid === undefined ? state : ((await readBatch(avid, kind, calls, guid)) ?? state);
}

function namesOf(batch: JsonObject): readonly (string | undefined)[] {
  return [
    textAt(objectAt(batch, 'ExternalIdentifier'), 'Value'),
    textAt(batch, 'ExternalIdentifier'),
    textAt(batch, 'ExternalBatchId'),
    textAt(batch, 'BatchName'),
  ];
}

function isBatch(object: JsonObject): boolean {
  return textAt(object, 'BatchGUID') !== undefined || objectAt(object, 'ExternalIdentifier') !== undefined;
}

function stateOf(batch: JsonObject): BatchState {
  const status =
    textAt(objectAt(batch, 'Status'), 'Description') ??
    textAt(batch, 'Status') ??
    textAt(batch, 'operationStatusTypeName') ??
    '';
  const results = objectsAt(batch, 'Results').map(itemResult);
  const counts = objectAt(batch, 'Counts') ?? batch;
  const taken = ['Inserts', 'Updates', 'NoUpdates'].map((name) => numberAt(counts, name));
  const counted = taken.some((count) => count !== undefined);
  return {
    guid: textAt(batch, 'BatchGUID'),
    phase: phaseOf(batch, status, results),
    status: status || 'without a status',
    results,
    words: wordsOf(complaintsOf(batch)),
    taken: counted ? taken.reduce<number>((sum, count) => sum + (count ?? 0), 0) : undefined,
  };
}

/** "Processing with Exceptions" is an end; "Processing", and a status nobody knows, are none. */
function phaseOf(batch: JsonObject, status: string, results: readonly ItemResult[]): BatchState['phase'] {
  if (ended.test(status)) return 'done';
  if (failed.test(status)) return 'failed';
  const isClosed = (memberOf(batch, 'DateClosed') ?? null) !== null;
  return status === '' && (results.length > 0 || isClosed) ? 'done' : 'running';
}

function itemResult(result: JsonObject): ItemResult {
  const item = objectAt(result, 'Item');
  const complaints = complaintsOf(result);
  const successful = flagAt(result, 'Successful') ?? (complaints.length > 0 ? false : undefined);
  return { successful, complaints, said: { ...item, ...withoutNulls(result) } };
}

function withoutNulls(result: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(result).filter(([, value]) => value !== null));
}

function withoutGuid({ guid: _, ...state }: BatchState): Omit<BatchState, 'guid'> {
  return state;
}
