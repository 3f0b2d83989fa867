import { RecordOutcome, SystemError } from '../../../runtime/connector/errors';
import type { JsonObject } from '../../../runtime/connector/json';
import type { OperationContext } from '../../../runtime/connector/system';
import { type BaswareConnection, urlOf } from '../connection';
import { fetchDocument } from '../document-reader';
import { responseCodeOf } from '../external-code';
import { objectsAt, textAt } from '../members';
import { followRequest, recordsIn, requestIdOf } from '../request-status';
import { isRefusal, stillProcessing } from '../troubles';

/** A kind of response on an invoice. */
export interface ResponseKind {
  /** For the names of calls: `transfer-response`. */
  readonly one: string;
  /** Below the invoice's address, and the member of the invoice that lists them. */
  readonly list: 'transferResponses' | 'paymentResponses';
  /** As request status names it. */
  readonly entityType: string;
  /** For numbers on the wire. */
  readonly schema: JsonObject;
}

/** A response as it stands on the invoice. */
export interface Standing {
  /** The newest of ours that says this; undefined when there is none that counts. */
  readonly code: string | undefined;
  /** Basware has it and is not done with it: it may still refuse it. */
  readonly isOpen: boolean;
  /** It is the last of all responses. */
  readonly last: boolean;
  /** Code for saying it (again). */
  readonly free: string;
}

/**
 * Looks for a response that says exactly this. One that Basware refused in its second phase does not count: its
 * code is used up all the same.
 * @param content what the response says, as text that is the same for the same response
 */
export async function standingOf(
  basware: BaswareConnection,
  kind: ResponseKind,
  invoice: JsonObject,
  content: string,
  { calls }: OperationContext,
): Promise<Standing> {
  const codes = objectsAt(invoice, kind.list).map((response) => textAt(response, 'externalCode'));
  let turn = 1;
  while (codes.includes(responseCodeOf(content, turn))) turn += 1;
  const free = responseCodeOf(content, turn);
  const none = { code: undefined, isOpen: false, last: false, free };
  if (turn === 1) return none;
  const code = responseCodeOf(content, turn - 1);
  const refused = await recordsIn(basware, calls, 'Error', kind.entityType);
  if (refused.has(code)) return none;
  const open = await recordsIn(basware, calls, 'InProgress', kind.entityType);
  return { code, isOpen: open.has(code), last: codes.at(-1) === code, free };
}

/** The invoice, fresh. @throws SystemError `not-found` when Basware does not have it */
export async function invoiceOf(
  basware: BaswareConnection,
  invoiceId: string,
  { calls }: OperationContext,
): Promise<JsonObject> {
  const invoice = await fetchDocument(basware, calls, invoiceId);
  if (invoice) return invoice;
  throw new SystemError({
    recovery: 'not-found',
    code: 'BASWARE_NO_INVOICE',
    text: `Basware has no invoice ${invoiceId}.`,
    remedy: 'Look for it in Basware; it may have been removed, or belong to another tenant.',
    call: 'get-accounting-document',
  });
}

/**
 * Posts a response and follows it into the second phase, as far as patience goes. A refusal is looked into first:
 * what was sent before an answer was lost collides with itself.
 * @throws SystemError; RecordOutcome when the second phase refused it
 */
export async function respond(
  basware: BaswareConnection,
  kind: ResponseKind,
  invoiceId: string,
  body: JsonObject,
  context: OperationContext,
): Promise<void> {
  const code = textAt(body, 'externalCode') ?? '';
  const { calls, options, signal } = context;
  let requestId: string | undefined;
  try {
    const answer = await calls.call({
      name: kind.one,
      method: 'POST',
      url: urlOf(basware, 'accountingDocuments', invoiceId, kind.list),
      json: body,
      bodySchema: kind.schema,
      effect: 'once',
    });
    requestId = requestIdOf(answer);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const there = await isThere(basware, kind, invoiceId, code, context);
    // The code says what the response says: whoever has it already has this response, and does not show it yet.
    if (!there) throw isTaken(error) ? notDone(kind) : error;
  }
  const patienceMs = Number(options['followSeconds'] ?? 5) * 1000;
  const state =
    requestId === undefined ? undefined : await followRequest(basware, calls, requestId, patienceMs, signal);
  const became = state?.of(code).state ?? 'unknown';
  if (became === 'done' || became === 'unchanged') return;
  if (state && became === 'refused') {
    const item = state.of(code);
    throw refusedLater(kind, invoiceId, item.state === 'refused' ? item.message : '');
  }
  // No word of the second phase: the invoice itself says whether the response has arrived.
  if (became !== 'in-progress' && (await isThere(basware, kind, invoiceId, code, context))) return;
  throw notDone(kind);
}

/** The second phase may still refuse the response: it is looked at again. */
export function notDone({ one }: ResponseKind): SystemError {
  return stillProcessing(one, 10_000);
}

/** Basware has something under this code already. */
function isTaken({ status, systemWords = '' }: SystemError): boolean {
  return status === 409 || systemWords.includes('CONFLICT_IN_POST');
}

async function isThere(
  basware: BaswareConnection,
  { list }: ResponseKind,
  invoiceId: string,
  code: string,
  context: OperationContext,
): Promise<boolean> {
  const invoice = await fetchDocument(basware, context.calls, invoiceId);
  return objectsAt(invoice, list).some((response) => textAt(response, 'externalCode') === code);
}

/** A known outcome: the response is there and counts for nothing. */
function refusedLater({ one }: ResponseKind, invoiceId: string, words: string): RecordOutcome {
  return new RecordOutcome('park', 'rejected-by-target', {
    message: `Basware took the ${one.replace('-', ' ')} and refused it afterwards: ${words}`,
    invoiceId,
  });
}
