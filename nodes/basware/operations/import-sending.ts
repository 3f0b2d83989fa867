import type { BatchContext, BatchItem } from '../../../runtime/connector/batch';
import { RecordOutcome } from '../../../runtime/connector/errors';
import type { Json, JsonObject } from '../../../runtime/connector/json';
import type { HttpAnswer } from '../../../runtime/connector/system';
import { type BaswareConnection, urlOf } from '../connection';
import { complaintsByCode, describeFailure } from '../failures';
import { codeOf, type ImportKind, placeIn, recordOf, says } from '../imports';
import { readOne } from '../list-reader';
import { asObject, objectsIn, textAt } from '../members';
import { recordsIn, requestIdOf } from '../request-status';
import { listOf } from '../schema-parts';

/** Answers that say something about single records, which are read here. */
const readHere = [200, 400, 409, 413, 422];

/** A request that Basware took, and the records in it. */
export interface SentRequest {
  /** Undefined where Basware gave no id: then only the records themselves tell. */
  readonly requestId: string | undefined;
  readonly path: readonly string[];
  readonly codes: readonly string[];
}

/** What the first phase made of a batch. */
export interface Sent {
  readonly requests: readonly SentRequest[];
  /** Records that Basware does not take, by `placeIn`, with its words. */
  readonly refused: ReadonlyMap<string, FirstRefusal>;
}

export interface FirstRefusal {
  /** A code of the table of reasons. */
  readonly reason?: string;
  readonly message: string;
}

/** Records of one address, by external code. */
interface Group {
  readonly kind: ImportKind;
  readonly path: readonly string[];
  readonly entityType: string;
  readonly records: Map<string, JsonObject>;
}

/**
 * Sends a batch, one call for each kind of record in it. What Basware refuses by name goes aside and the rest goes
 * again; a refusal without names is narrowed down by halves. A record that Basware refused in an earlier second
 * phase and that has not changed since would be passed over: it is sent twice, the first time a little different.
 */
export async function sendBatch(
  basware: BaswareConnection,
  kind: ImportKind,
  items: readonly BatchItem[],
  context: BatchContext,
): Promise<Sent> {
  const refused = new Map<string, FirstRefusal>();
  const requests: SentRequest[] = [];
  const post = async (group: Group, records: readonly JsonObject[]): Promise<void> => {
    if (records.length === 0) return;
    const answer = await postRecords(basware, group, records, context);
    const complaints = complaintsByCode(answer);
    const named = records.filter((record) => complaints.has(idOf(record)));
    const refuse = (record: JsonObject, message: string) =>
      refused.set(placeIn(group.path, idOf(record)), { message });
    for (const record of named) refuse(record, complaints.get(idOf(record)) ?? '');
    const rest = records.filter((record) => !named.includes(record));
    if (answer.status >= 300 && named.length > 0) return post(group, rest);
    if (answer.status >= 300 || isWholeRefusal(answer, named.length)) {
      const [only] = records;
      if (records.length === 1 && only) {
        refuse(only, describeFailure(answer).message);
        return;
      }
      const middle = Math.ceil(records.length / 2);
      await post(group, records.slice(0, middle));
      return post(group, records.slice(middle));
    }
    requests.push({ requestId: requestIdOf(answer), path: group.path, codes: rest.map(idOf) });
    await context.remember({ requests: requests.map(asJson) });
  };
  for (const group of groupsOf(basware, kind, items, context, refused)) {
    const records = [...group.records.values()];
    const refusedBefore = await refusedUnchanged(basware, group, records, context);
    const touched = refusedBefore.map((record) => kind.touched(record, context.options));
    if (touched.length > 0) await postRecords(basware, group, touched, context);
    await post(group, records);
  }
  return { requests, refused };
}

/** The requests of a batch as it was written down; empty when it was cut off before Basware answered. */
export function rememberedRequests(remembered: JsonObject): readonly SentRequest[] {
  return objectsIn(remembered['requests']).map((request) => ({
    requestId: textAt(request, 'requestId'),
    path: textsIn(request['path']),
    codes: textsIn(request['codes']),
  }));
}

function groupsOf(
  basware: BaswareConnection,
  kind: ImportKind,
  items: readonly BatchItem[],
  { options }: BatchContext,
  refused: Map<string, FirstRefusal>,
): readonly Group[] {
  const groups = new Map<string, Group>();
  for (const { document } of items) {
    const path = kind.path(document, options);
    const name = path.join('/');
    const entityType = kind.entityType(document, options);
    const group = groups.get(name) ?? { kind, path, entityType, records: new Map() };
    groups.set(name, group);
    const code = codeOf(document, kind);
    try {
      // The same code twice in one call is refused; the second waits for the next batch.
      if (!group.records.has(code)) group.records.set(code, recordOf(kind, document, basware, options));
    } catch (error) {
      if (!(error instanceof RecordOutcome)) throw error;
      refused.set(placeIn(path, code), { reason: error.reason, message: error.message });
    }
  }
  return [...groups.values()];
}

/** Those that Basware refused in an earlier second phase, and still has just as they would be sent. */
async function refusedUnchanged(
  basware: BaswareConnection,
  { kind, path, entityType }: Group,
  records: readonly JsonObject[],
  { calls }: BatchContext,
): Promise<readonly JsonObject[]> {
  const refused = await recordsIn(basware, calls, 'Error', entityType);
  const unchanged: JsonObject[] = [];
  for (const record of records.filter((each) => refused.has(idOf(each)))) {
    const url = urlOf(basware, ...path, idOf(record));
    const stored = await readOne(calls, { name: `get-${kind.one}`, url }, 'externalCode');
    if (stored && says(stored, record)) unchanged.push(record);
  }
  return unchanged;
}

function postRecords(
  basware: BaswareConnection,
  { kind, path }: Group,
  records: readonly Json[],
  { calls }: BatchContext,
): Promise<HttpAnswer> {
  return calls.call({
    name: `import-${kind.one}`,
    method: 'POST',
    url: urlOf(basware, ...path),
    json: [...records],
    bodySchema: listOf(kind.schema),
    effect: 'idempotent',
    accept: readHere,
  });
}

/** Says that it failed, and names none of the records. */
function isWholeRefusal(answer: HttpAnswer, named: number): boolean {
  return asObject(answer.json)?.['hasErrors'] === true && named === 0;
}

function idOf(record: JsonObject): string {
  return textAt(record, 'externalCode') ?? '';
}

function asJson({ requestId, path, codes }: SentRequest): JsonObject {
  return { ...(requestId === undefined ? {} : { requestId }), path: [...path], codes: [...codes] };
}

function textsIn(value: Json | undefined): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
