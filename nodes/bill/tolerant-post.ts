import { SystemError } from '../../runtime/connector/errors';
import type { JsonObject } from '../../runtime/connector/json';
import type { Calls } from '../../runtime/connector/system';
import type { BillConnection } from './connection';
import { type DocumentKind, urlOf } from './documents';
import { withShortAmounts } from './lines';
import { asObject, textAt } from './members';
import { unreadableWrite } from './troubles';

/** Says, in whatever words, that a member of the body is not one of this API's. */
const unknownMember =
  /unrecogni[sz]ed|unknown|unexpected|not (a )?(valid|known|allowed|supported)|additional propert|invalid (field|parameter|propert|member)/i;
const unknownMemberCodes = ['BILL_INVALID_FIELD', 'BILL_UNREADABLE_BODY'];

/**
 * Makes a document, with members that not every BILL knows. One that does not know them refuses the whole body
 * before anything is stored: then it goes without them, from then on.
 * @param optional sent beside the body while nothing is known against it
 * @throws SystemError; `ambiguous` when BILL says success without an id
 */
export async function postTolerantly(
  bill: BillConnection,
  kind: DocumentKind,
  calls: Calls,
  schema: JsonObject,
  body: JsonObject,
  optional: JsonObject,
): Promise<JsonObject> {
  const known = Object.entries(optional).filter(([member]) => !bill.unsupported.has(mark(kind, member)));
  if (known.length === 0) return post(bill, kind, calls, schema, body);
  try {
    return await post(bill, kind, calls, schema, { ...body, ...Object.fromEntries(known) });
  } catch (error) {
    const members = known.map(([member]) => member);
    if (!refuses(error, members)) throw error;
    const created = await post(bill, kind, calls, schema, body);
    for (const member of members) bill.unsupported.add(mark(kind, member));
    return created;
  }
}

async function post(
  bill: BillConnection,
  kind: DocumentKind,
  calls: Calls,
  bodySchema: JsonObject,
  json: JsonObject,
): Promise<JsonObject> {
  const name = `create-${kind.one}`;
  const answer = await calls.call({
    name,
    method: 'POST',
    url: urlOf(bill, kind),
    json: withShortAmounts(json, kind.lines),
    bodySchema,
    effect: 'once',
  });
  const created = asObject(answer.json);
  if (!created || textAt(created, 'id') === undefined) throw unreadableWrite(name, answer.status);
  return created;
}

/** Whether a refusal can be about these members. A second refusal without them is then the true one. */
function refuses(error: unknown, members: readonly string[]): boolean {
  if (!(error instanceof SystemError) || error.recovery !== 'rejected' || error.status !== 400) return false;
  const words = error.systemWords ?? '';
  return (
    members.some((member) => words.includes(member)) ||
    unknownMember.test(words) ||
    unknownMemberCodes.includes(error.code)
  );
}

function mark(kind: DocumentKind, member: string): string {
  return `${kind.path} with ${member}`;
}
