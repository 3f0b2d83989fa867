import type { JsonObject } from '../../../runtime/connector/json';
import type {
  Calls,
  Effect,
  HttpAnswer,
  LookUp,
  Operation,
  OperationContext,
} from '../../../runtime/connector/system';
import { type AirbaseConnection, ask, urlOf, wordsOf } from '../connection';
import { objectOf } from '../failures';
import { entryOf } from '../ledger-entry';
import { fetchEntry } from '../ledger-queue';
import { textAt } from '../members';
import { belongingOf } from '../subsidiaries';
import { entryHasChanged, entryIsGone, markRefused } from '../troubles';

const longestMessage = 500;
const name = 'mark-ledger-entry';
/** Members of a mark that Airbase may not take. */
const optional = ['erp_url', 'erp_reference_id'];

/** Says of an entry of the queue that the ERP has it, or why not. */
export function markOperation(airbase: AirbaseConnection): Operation {
  return {
    businessKey: (document) =>
      `entry ${idIn(document)} ${document['success'] === true ? 'posted as' : 'refused:'} ${wordIn(document)}`.trim(),
    lookUp: (document, context) => lookUp(airbase, document, context),
    create: (document, context) => create(airbase, document, context),
  };
}

async function lookUp(
  airbase: AirbaseConnection,
  document: JsonObject,
  { calls, options, resolving }: OperationContext,
): Promise<LookUp> {
  const id = idIn(document);
  const present: LookUp = { found: 'present', ref: id };
  if (document['kind'] === 'card' && options['cardEntries'] === 'leave') return present;
  const entry = await fetchEntry(airbase, calls, id);
  if (!entry) throw entryIsGone(id);
  // What was sent under an intent is there or not, whatever has become of the entry since.
  if (!resolving) await refuseOther(airbase, entry, document, calls);
  return says(airbase, entry, document) ? present : { found: 'absent' };
}

/** Whether the entry carries the mark. What was posted is never marked as refused afterwards. */
function says({ conventions }: AirbaseConnection, entry: JsonObject, document: JsonObject): boolean {
  const state = conventions.stateOf(textAt(entry, 'status'));
  if (document['success'] !== true) {
    const message = textAt(entry, 'error_message') ?? messageIn(document);
    return state === 'done' || (state === 'failed' && message === messageIn(document));
  }
  // An Airbase that does not keep references shows none.
  const reference = textAt(entry, 'erp_reference_id');
  const wanted = textAt(document, 'reference');
  return state === 'done' && (reference === undefined || wanted === undefined || reference === wanted);
}

async function create(
  airbase: AirbaseConnection,
  document: JsonObject,
  context: OperationContext,
): Promise<Effect> {
  const id = idIn(document);
  const answer = await send(airbase, id, bodyOf(airbase, document), context);
  if (answer.status === 405) {
    if (document['kind'] === 'card') return { ref: id };
    throw markRefused(id, answer.status, wordsOf(airbase, answer));
  }
  if (answer.status === 404) throw entryIsGone(id);
  const shown = objectOf(answer);
  const marked =
    shown && textAt(shown, 'status') !== undefined ? shown : await fetchEntry(airbase, context.calls, id);
  // Where a reference that is set cannot be changed, the entry is marked all the same.
  const { reference: _mayBeOlder, ...marks } = document;
  if (marked && !says(airbase, marked, marks)) {
    throw markRefused(id, answer.status, `it says ${textAt(marked, 'status') ?? 'nothing'}`);
  }
  // The change may have come between the look and the mark; a short answer does not show it.
  const isWhole = textAt(marked, 'total_amount') !== undefined;
  const whole = isWhole || !hasVersion(document) ? marked : await fetchEntry(airbase, context.calls, id);
  if (whole) await refuseOther(airbase, whole, document, context.calls);
  return { ref: id };
}

function hasVersion(document: JsonObject): boolean {
  return textAt(document, 'version') !== undefined && document['success'] === true;
}

/**
 * People may change an entry while the ERP takes it over. Marked, it would leave the queue with a version that nobody
 * posted: the record begins again, and the change is posted first.
 */
async function refuseOther(
  airbase: AirbaseConnection,
  entry: JsonObject,
  document: JsonObject,
  calls: Calls,
): Promise<void> {
  if (!hasVersion(document)) return;
  const now = entryOf(entry, airbase.conventions, await belongingOf(airbase, calls));
  if (now['version'] !== document['version']) throw entryHasChanged(idIn(document));
}

/**
 * Sends the mark, without the members that Airbase does not take for this entry. An entry that was marked as refused
 * before may have to go back into the queue first.
 * @throws SystemError when it is refused for another reason
 */
async function send(
  airbase: AirbaseConnection,
  id: string,
  body: JsonObject,
  context: OperationContext,
): Promise<HttpAnswer> {
  const answer = await patch(airbase, id, body, context);
  if (answer.status !== 400) return answer;
  const words = wordsOf(airbase, answer);
  const refused = optional.filter((member) => member in body && words.includes(member));
  if (refused.length > 0) {
    // Of the next entry they may be taken: a reference may be refused only because another one is set.
    const rest = Object.fromEntries(Object.entries(body).filter(([member]) => !refused.includes(member)));
    return send(airbase, id, rest, context);
  }
  const { conventions } = airbase;
  const entry = await fetchEntry(airbase, context.calls, id);
  if (conventions.stateOf(textAt(entry, 'status')) !== 'failed') throw markRefused(id, answer.status, words);
  const back = await patch(airbase, id, { status: conventions.statuses.ready }, context);
  if (back.status >= 300) throw markRefused(id, answer.status, words);
  const again = await patch(airbase, id, body, context);
  if (again.status === 400) throw markRefused(id, again.status, wordsOf(airbase, again));
  return again;
}

function patch(
  airbase: AirbaseConnection,
  id: string,
  json: JsonObject,
  { calls }: OperationContext,
): Promise<HttpAnswer> {
  return ask(airbase, calls, {
    name,
    method: 'PATCH',
    url: urlOf(airbase, 'ledgerEntries', id),
    json,
    effect: 'idempotent',
    accept: [400, 404, 405],
  });
}

function bodyOf({ conventions }: AirbaseConnection, document: JsonObject): JsonObject {
  if (document['success'] !== true) {
    return { status: conventions.statuses.failed, error_message: messageIn(document) };
  }
  const reference = textAt(document, 'reference');
  const url = textAt(document, 'url');
  return {
    status: conventions.statuses.done,
    ...(reference === undefined ? {} : { erp_reference_id: reference }),
    ...(url === undefined ? {} : { erp_url: url }),
    error_message: null,
  };
}

function messageIn(document: JsonObject): string {
  const message = textAt(document, 'message') ?? 'The ERP did not take it.';
  return [...message].slice(0, longestMessage).join('').trim();
}

function wordIn(document: JsonObject): string {
  const word = document['success'] === true ? textAt(document, 'reference') : messageIn(document);
  const which = ['version', 'round'].map((name) => textAt(document, name) ?? '');
  return [word ?? '', ...which].join(' ').trim();
}

function idIn(document: JsonObject): string {
  return textAt(document, 'airbaseId') ?? '';
}
