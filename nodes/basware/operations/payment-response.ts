import { RecordOutcome } from '../../../runtime/connector/errors';
import type { JsonObject } from '../../../runtime/connector/json';
import type { Effect, LookUp, Operation, OperationContext } from '../../../runtime/connector/system';
import { canonical } from '../canonical';
import type { BaswareConnection } from '../connection';
import { fetchDocument } from '../document-reader';
import { pick } from '../imports';
import { objectsAt, textAt, withoutBlanks } from '../members';
import { decimal, object } from '../schema-parts';
import { invoiceOf, type ResponseKind, respond, standingOf } from './invoice-responses';

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
    create: (document, context) => send(basware, document, context, () => false),
    resume: (_partial, document, context) => send(basware, document, context, (code) => code !== undefined),
    update: (_ref, document, previous, context) => {
      refuseMissing(document, previous);
      return send(basware, document, context, (code, last) => code !== undefined && last);
    },
  };
}

async function lookUp(
  basware: BaswareConnection,
  document: JsonObject,
  context: OperationContext,
): Promise<LookUp> {
  const missing: string[] = [];
  const snapshots = snapshotsOf(basware, document);
  for (const { invoiceId, body } of snapshots) {
    const invoice = await fetchDocument(basware, context.calls, invoiceId);
    if (!invoice) {
      const message = `Basware has no invoice ${invoiceId}.`;
      return { found: 'conflict', reason: 'not-ours', detail: { message, invoiceId } };
    }
    const { code } = await standingOf(basware, kind, invoice, contentOf(invoiceId, body), context);
    const own = objectsAt(context.remembered, 'sent').find((one) => textAt(one, 'invoiceId') === invoiceId);
    const wanted = textAt(own, 'externalCode');
    if (code === undefined || (context.resolving && wanted !== undefined && code !== wanted)) {
      missing.push(invoiceId);
    }
  }
  const ref = refOf(document);
  if (missing.length === 0) return { found: 'present', ref };
  if (missing.length === snapshots.length) return { found: 'absent' };
  return { found: 'partial', ref, missing: `payment responses on ${missing.join(', ')}` };
}

/** @param isDone whether what stands on an invoice makes another response needless */
async function send(
  basware: BaswareConnection,
  document: JsonObject,
  context: OperationContext,
  isDone: (code: string | undefined, last: boolean) => boolean,
): Promise<Effect> {
  let sent = objectsAt(context.remembered, 'sent');
  for (const { invoiceId, body } of snapshotsOf(basware, document)) {
    const invoice = await invoiceOf(basware, invoiceId, context);
    const { code, last, free } = await standingOf(
      basware,
      kind,
      invoice,
      contentOf(invoiceId, body),
      context,
    );
    if (isDone(code, last)) continue;
    sent = [
      ...sent.filter((one) => textAt(one, 'invoiceId') !== invoiceId),
      { invoiceId, externalCode: free },
    ];
    await context.remember({ sent: [...sent] });
    await respond(basware, kind, invoiceId, { ...body, externalCode: free }, context);
  }
  return { ref: refOf(document) };
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
