import type { JsonObject } from '../../runtime/connector/json';
import type { Calls, HttpAnswer, HttpRequest } from '../../runtime/connector/system';
import { type AcumaticaConnection, entityUrl } from './connection';
import { assertServed } from './endpoints';
import { errorCodes } from './error-table';
import { all, equals } from './filters';
import { hasCode, sessionAtWork, unreadableAnswer } from './troubles';
import { asObject, textAt, unwrap, wrap, wrappedSchema } from './values';

/** Calls on behalf of a reader or an operation. */
export interface Caller {
  readonly calls: Calls;
  readonly signal: AbortSignal;
}

export interface ListRequest {
  /** Name of the call. */
  readonly name: string;
  readonly entity: string;
  readonly conditions?: readonly string[];
  readonly expand?: readonly string[];
  readonly top: number;
  readonly skip?: number;
}

/**
 * Makes a call while no action has the session. A 404 says nothing yet: when the instance does not serve the
 * configured endpoint at all, that is the error.
 * @throws SystemError
 */
export function send(
  connection: AcumaticaConnection,
  { calls, signal }: Caller,
  request: HttpRequest,
): Promise<HttpAnswer> {
  return connection.gate.call(() => sendNow(connection, calls, request), signal);
}

/** The same from within an action. */
export async function sendNow(
  connection: AcumaticaConnection,
  calls: Calls,
  request: HttpRequest,
): Promise<HttpAnswer> {
  const { gate, clock } = connection;
  try {
    const answer = await calls.call(request);
    gate.answered();
    return answer;
  } catch (error) {
    if (hasCode(error, errorCodes.notFound)) await assertServed(connection, calls);
    const isBusy = hasCode(error, errorCodes.refused) && error.status === 500;
    if (isBusy && gate.mayBeAtWork(clock.now().getTime()))
      throw sessionAtWork(request.name, error.systemWords);
    throw error;
  }
}

/** A list of records, unwrapped, in whatever order the server has them. */
export async function list(
  connection: AcumaticaConnection,
  caller: Caller,
  { name, entity, conditions = [], expand = [], top, skip = 0 }: ListRequest,
): Promise<readonly JsonObject[]> {
  const query = {
    ...(conditions.length === 0 ? {} : { $filter: all(conditions) }),
    ...(expand.length === 0 ? {} : { $expand: expand.join(',') }),
    $top: String(top),
    ...(skip === 0 ? {} : { $skip: String(skip) }),
  };
  const url = entityUrl(connection, entity);
  const { json } = await send(connection, caller, { name, method: 'GET', url, query, effect: 'read' });
  if (!Array.isArray(json)) throw unreadableAnswer(name);
  return json.map(unwrap);
}

/** Where one record is: entity, and its key fields in order. */
export interface RecordKey {
  readonly entity: string;
  readonly keys: Readonly<Record<string, string>>;
}

/**
 * One record by its keys, unwrapped; undefined when there is none. Keys that an address cannot hold (web servers
 * refuse parts that end in a dot, such as `Debit Adj.`) are looked up in the list, and the record by its id.
 * @throws SystemError
 */
export async function getByKeys(
  connection: AcumaticaConnection,
  caller: Caller,
  name: string,
  { entity, keys }: RecordKey,
  expand: readonly string[] = [],
): Promise<JsonObject | undefined> {
  const parts = Object.values(keys);
  const get = async (...address: readonly string[]) => {
    const record = await getAt(connection, caller, name, [entity, ...address], expand);
    if (record && !hasKeys(record, keys)) throw unreadableAnswer(name);
    return record;
  };
  const isTried = parts.every(fitsAddress);
  if (isTried) {
    try {
      return await get(...parts);
    } catch (error) {
      if (!hasCode(error, errorCodes.notFound)) throw error;
    }
  }
  // A 404 without words may be of anything on the way: what the list does not have is not there.
  const conditions = Object.entries(keys).map(([field, value]) => equals(field, value));
  const listed = await list(connection, caller, { name, entity, conditions, top: 2 });
  const found = listed.find((row) => hasKeys(row, keys));
  if (!found || expand.length === 0) return found;
  const id = textAt(found, 'id');
  if (id === undefined) throw unreadableAnswer(name);
  if (isTried) return get(id);
  try {
    const whole = await get(id);
    if (whole) return whole;
  } catch (error) {
    if (!hasCode(error, errorCodes.notFound)) throw error;
  }
  // An id may be good for one answer only: then the keys are all there is, and some servers take them as they are.
  return get(...parts);
}

/** Databases compare without case. */
function hasKeys(row: JsonObject, keys: RecordKey['keys']): boolean {
  return Object.entries(keys).every(
    ([field, value]) => textAt(row, field)?.toUpperCase() === value.toUpperCase(),
  );
}

async function getAt(
  connection: AcumaticaConnection,
  caller: Caller,
  name: string,
  address: readonly string[],
  expand: readonly string[],
): Promise<JsonObject | undefined> {
  try {
    const { json } = await send(connection, caller, {
      name,
      method: 'GET',
      url: entityUrl(connection, ...address),
      ...(expand.length === 0 ? {} : { query: { $expand: expand.join(',') } }),
      effect: 'read',
    });
    if (!asObject(json)) throw unreadableAnswer(name);
    return unwrap(json);
  } catch (error) {
    if (hasCode(error, errorCodes.noSuchRecord)) return undefined;
    throw error;
  }
}

function fitsAddress(part: string): boolean {
  return /^[A-Za-z0-9]([A-Za-z0-9 _-]*[A-Za-z0-9_-])?$/.test(part);
}

export interface PutRequest {
  readonly name: string;
  readonly entity: string;
  /** Bare fields; lists of rows: one without an id is appended, so only what is to be added goes without. */
  readonly fields: JsonObject;
  /** Says which fields are decimals. */
  readonly schema?: JsonObject;
  readonly expand?: readonly string[];
  /** `new` makes and never changes, `existing` changes and never makes. */
  readonly match: 'new' | 'existing';
  readonly effect: 'idempotent' | 'once';
}

/** Makes or changes one record, and gives it back as Acumatica has it then. */
export async function put(
  connection: AcumaticaConnection,
  caller: Caller,
  { name, entity, fields, schema, expand = [], match, effect }: PutRequest,
): Promise<JsonObject> {
  const { json } = await send(connection, caller, {
    name,
    method: 'PUT',
    url: entityUrl(connection, entity),
    ...(expand.length === 0 ? {} : { query: { $expand: expand.join(',') } }),
    headers: match === 'new' ? { 'If-None-Match': '*' } : { 'If-Match': '*' },
    json: wrap(fields),
    ...(schema ? { bodySchema: wrappedSchema(schema) } : {}),
    effect,
  });
  return unwrap(json);
}
