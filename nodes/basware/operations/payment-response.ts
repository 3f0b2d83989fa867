import { RecordOutcome, SystemError } from '../../../runtime/connector/errors';
import type { JsonObject } from '../../../runtime/connector/json';
import type { Effect, LookUp, Operation, OperationContext } from '../../../runtime/connector/system';
import { equal } from '../../../runtime/mapping/decimals';
import { canonical } from '../canonical';
import type { BaswareConnection } from '../connection';
import { fetchDocument } from '../document-reader';
import { pick } from '../imports';
import { objectsAt, textAt, withoutBlanks } from '../members';
import { recordsIn } from '../request-status';
import { decimal, object } from '../schema-parts';
import {
  invoiceOf,
  notDone,
  type ResponseKind,
  respond,
  type Standing,
  standingOf,
} from './invoice-responses';

const kind: ResponseKind = {
  one: 'payment-response',
  list: 'paymentResponses',
  entityType: 'PaymentResponse',
  schema: object({ paidTotal: decimal, cashDiscount: decimal }),
};

/** What all invoices of a payment share. */
const shared =
  'success paymentBlock responseMessage sourceSystem paymentDate paymentMethod paymentTermCode checkNumber paymentNumber paymentDocument paymentReversalDocument paymentMessage';

/**
 * Says what has been paid on each invoice so far. Every response is a whole snapshot, because members that are
 * left out are cleared; a later payment and a void are further snapshots, with another total.
 */
export function paymentResponseOperation(basware: BaswareConnection): Operation {
  return {
    businessKey: (document) => {
      const payment = textAt(document, 'paymentNumber');
      return `${payment === undefined ? 'payment' : `payment ${payment}`} of ${refOf(document)}`;
    },
    lookUp: (document, context) => lookUp(basware, document, context),
    create: (document, context) => send(basware, document, context, 'create'),
    resume: (_partial, document, context) => send(basware, document, context, 'complete'),
    update: (_ref, document, previous, context) => {
      refuseMissing(document, previous);
      return send(basware, document, context, 'change');
    },
  };
}

async function lookUp(
  basware: BaswareConnection,
  document: JsonObject,
  context: OperationContext,
): Promise<LookUp> {
  const missing: string[] = [];
  let there = 0;
  for (const { invoiceId, body } of snapshotsOf(basware, document)) {
    const invoice = await fetchDocument(basware, context.calls, invoiceId);
    if (!invoice) {
      const message = `Basware has no invoice ${invoiceId}.`;
      return { found: 'conflict', reason: 'not-ours', detail: { message, invoiceId } };
    }
    if (isRemoved(invoice)) continue;
    there += 1;
    const standing = await standingOf(basware, kind, invoice, contentOf(invoiceId, body), context);
    const own = objectsAt(context.remembered, 'sent').find((one) => textAt(one, 'invoiceId') === invoiceId);
    const wanted = textAt(own, 'externalCode');
    const isOther = context.resolving && wanted !== undefined && standing.code !== wanted;
    const isKnown = !isOther && (await isTold(basware, 'complete', invoice, body, standing, context));
    if (!isKnown) missing.push(invoiceId);
  }
  const ref = refOf(document);
  if (missing.length === there) return { found: 'absent' };
  if (missing.length === 0) return { found: 'present', ref };
  return { found: 'partial', ref, missing: `payment responses on ${missing.join(', ')}` };
}

/** What a response is for: the first word about a payment, the rest of it, or a change of what was said. */
type Purpose = 'create' | 'complete' | 'change';

/** Tells each invoice, one after the other, unless it was told enough. */
async function send(
  basware: BaswareConnection,
  document: JsonObject,
  context: OperationContext,
  purpose: Purpose,
): Promise<Effect> {
  const snapshots = snapshotsOf(basware, document);
  const invoices = await readyInvoices(
    basware,
    snapshots.map(({ invoiceId }) => invoiceId),
    context,
  );
  let sent = objectsAt(context.remembered, 'sent');
  for (const { invoiceId, body } of snapshots) {
    const invoice = invoices.get(invoiceId);
    if (!invoice) continue;
    const standing = await standingOf(basware, kind, invoice, contentOf(invoiceId, body), context);
    if (await isTold(basware, purpose, invoice, body, standing, context)) continue;
    const externalCode = standing.free;
    sent = [...sent.filter((one) => textAt(one, 'invoiceId') !== invoiceId), { invoiceId, externalCode }];
    await context.remember({ sent: [...sent] });
    await respond(basware, kind, invoiceId, { ...body, externalCode }, context);
  }
  return { ref: refOf(document) };
}

/**
 * The invoices of a payment, fresh, before the first of them is told: Basware refuses payments of an invoice that it
 * does not hold as transferred, and half a payment told is worse than one that waits. Those that were removed there
 * have nobody to be told, and are left out.
 * @throws RecordOutcome park `not-approved` when one was taken back there, ignore `not-ours` when all were removed;
 *   SystemError when an acceptance is on its way
 */
async function readyInvoices(
  basware: BaswareConnection,
  ids: readonly string[],
  context: OperationContext,
): Promise<ReadonlyMap<string, JsonObject>> {
  const invoices = new Map<string, JsonObject>();
  for (const id of ids) {
    const invoice = await invoiceOf(basware, id, context);
    if (!isRemoved(invoice)) invoices.set(id, invoice);
  }
  if (invoices.size === 0) {
    const message = 'The invoices of this payment were removed in Basware: there is nothing to tell.';
    throw new RecordOutcome('ignore', 'not-ours', { message, invoices: ids });
  }
  const among = (statuses: readonly string[]) =>
    ids.filter((id) => statuses.includes(textAt(invoices.get(id), 'processingStatus') ?? ''));
  const takenBack = among(TAKEN_BACK);
  if (takenBack.length > 0) {
    const message =
      'Basware has taken invoices of this payment back from the transfer. It is told when they are accepted.';
    throw new RecordOutcome('park', 'not-approved', { message, invoices: takenBack });
  }
  const [early] = among(ON_THEIR_WAY);
  if (early !== undefined) throw notAcceptedYet(early);
  return invoices;
}

/** In work again: `New` is where a withdrawn invoice goes. */
const TAKEN_BACK = ['New', 'TransferFailed', 'WaitingToBeReturned', 'Returned'];
const ON_THEIR_WAY = ['WaitingForTransfer', 'TransferInProgress'];
const REMOVED = ['WaitingToBeRemoved', 'Removed'];

function isRemoved(invoice: JsonObject): boolean {
  return REMOVED.includes(textAt(invoice, 'processingStatus') ?? '');
}

function notAcceptedYet(invoiceId: string): SystemError {
  return new SystemError({
    recovery: 'retry',
    code: 'BASWARE_NOT_ACCEPTED_YET',
    text: `Basware does not hold invoice ${invoiceId} as transferred yet.`,
    remedy: 'Nothing to do: the payment is told after the acceptance.',
    call: kind.one,
  });
}

/**
 * Whether an invoice needs no (further) response: it has this one, for a change as the last word, or the last word
 * is another payment's with the same total. Of payments that were posted together, the first to be told says it
 * all. When that one has been taken back, the payment that stands for it is told all the same, once. A void is always
 * told: the order of the responses is not documented, and an earlier one may have the total that is left.
 * @throws SystemError `ambiguous` while Basware has not taken its response over
 */
async function isTold(
  basware: BaswareConnection,
  purpose: Purpose,
  invoice: JsonObject,
  body: JsonObject,
  { code, isOpen, last }: Standing,
  { calls }: OperationContext,
): Promise<boolean> {
  if (code !== undefined && (purpose === 'complete' || (purpose === 'change' && last))) {
    if (isOpen) throw notDone(kind);
    return true;
  }
  if (textAt(body, 'paymentReversalDocument') !== undefined) return false;
  const newest = objectsAt(invoice, kind.list).at(-1);
  if (!newest || !isSameTotalOfAnother(newest, body)) return false;
  if (purpose !== 'change' && textAt(newest, 'paymentReversalDocument') !== undefined) return false;
  const refused = await recordsIn(basware, calls, 'Error', kind.entityType);
  return !refused.has(textAt(newest, 'externalCode') ?? '');
}

function isSameTotalOfAnother(newest: JsonObject, body: JsonObject): boolean {
  const same = (name: string) => equal(textAt(newest, name) ?? '0', textAt(body, name) ?? '0');
  return (
    newest['success'] === true &&
    textAt(newest, 'paymentNumber') !== textAt(body, 'paymentNumber') &&
    same('paidTotal') &&
    same('cashDiscount')
  );
}

function snapshotsOf(
  basware: BaswareConnection,
  document: JsonObject,
): readonly { readonly invoiceId: string; readonly body: JsonObject }[] {
  return objectsAt(document, 'invoices').map((invoice) => ({
    invoiceId: textAt(invoice, 'invoiceId') ?? '',
    body: withoutBlanks({
      success: true,
      paymentBlock: false,
      sourceSystem: basware.sourceSystem,
      ...pick(document, shared),
      ...pick(invoice, 'paidTotal cashDiscount paymentBlock'),
    }),
  }));
}

/** An invoice that is no longer part of the payment keeps the total it was given: somebody has to correct it. */
function refuseMissing(document: JsonObject, previous: JsonObject): void {
  const now = idsOf(document);
  const left = idsOf(previous).filter((id) => !now.includes(id));
  if (left.length === 0) return;
  throw new RecordOutcome('park', 'changed-after-sent', {
    message:
      'The payment no longer covers invoices that Basware was told about. Send them with their new total.',
    invoices: left,
  });
}

function contentOf(invoiceId: string, body: JsonObject): string {
  return canonical({ ...body, invoiceId, response: kind.one });
}

function idsOf(document: JsonObject): readonly string[] {
  return objectsAt(document, 'invoices').flatMap((invoice) => textAt(invoice, 'invoiceId') ?? []);
}

function refOf(document: JsonObject): string {
  return idsOf(document).join(',');
}
