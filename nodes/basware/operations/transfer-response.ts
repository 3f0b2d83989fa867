import type { JsonObject } from '../../../runtime/connector/json';
import type { Effect, LookUp, Operation, OperationContext } from '../../../runtime/connector/system';
import { canonical } from '../canonical';
import type { BaswareConnection } from '../connection';
import { pick } from '../imports';
import { objectsAt, textAt, withoutBlanks } from '../members';
import { transferMaterial } from '../operation-declarations';
import { recordsIn } from '../request-status';
import { object } from '../schema-parts';
import { invoiceOf, notDone, type ResponseKind, respond, standingOf } from './invoice-responses';

const kind: ResponseKind = {
  one: 'transfer-response',
  list: 'transferResponses',
  entityType: 'TransferResponse',
  schema: object({}),
};

/** Says that the ERP has taken an invoice, with its voucher number, or why not. */
export function transferResponseOperation(basware: BaswareConnection): Operation {
  return {
    businessKey: (document) => `${isSuccess(document) ? 'accept' : 'reject'} ${idOf(document)}`,
    lookUp: (document, context) => lookUp(basware, document, context),
    create: (document, context) => create(basware, document, context),
  };
}

/**
 * A response stands by its own code, or because the invoice has reached the status it leads to. An invoice that
 * was transferred under another voucher, or can no longer be rejected, is a conflict.
 * @throws SystemError `ambiguous` while Basware has not taken it over
 */
async function lookUp(
  basware: BaswareConnection,
  document: JsonObject,
  context: OperationContext,
): Promise<LookUp> {
  const invoice = await invoiceOf(basware, idOf(document), context);
  const standing = await standingOf(basware, kind, invoice, contentOf(document), context);
  const status = textAt(invoice, 'processingStatus') ?? '';
  const arrived = isSuccess(document) ? ['Transferred', 'Paid'] : ['TransferFailed'];
  if (standing.isOpen && !arrived.includes(status)) throw notDone(kind);
  if (standing.code !== undefined) return { found: 'present', ref: standing.code };
  if (status === 'Transferred' || status === 'Paid') return transferred(invoice, document, status);
  const accepted = await acceptedAs(basware, document, invoice, context);
  if (accepted !== undefined) return { found: 'present', ref: accepted };
  if (status === 'TransferFailed' && !isSuccess(document)) {
    return { found: 'present', ref: idOf(document), adopted: true };
  }
  return { found: 'absent' };
}

/**
 * An acceptance under this voucher whose second phase is not over, or not refused: there is no transfer after it
 * that would want another.
 */
async function acceptedAs(
  basware: BaswareConnection,
  document: JsonObject,
  invoice: JsonObject,
  { calls }: OperationContext,
): Promise<string | undefined> {
  const voucher = textAt(document, 'voucherNumber1');
  if (!isSuccess(document) || voucher === undefined) return undefined;
  const codes = objectsAt(invoice, kind.list)
    .filter((response) => response['success'] === true && textAt(response, 'voucherNumber1') === voucher)
    .flatMap((response) => textAt(response, 'externalCode') ?? []);
  if (codes.length === 0) return undefined;
  const refused = await recordsIn(basware, calls, 'Error', kind.entityType);
  return codes.find((code) => !refused.has(code));
}

function transferred(invoice: JsonObject, document: JsonObject, status: string): LookUp {
  const voucher = textAt(invoice, 'voucherNumber1') ?? acceptedVoucher(invoice);
  const ours = textAt(document, 'voucherNumber1');
  if (isSuccess(document) && (voucher === undefined || ours === undefined || voucher === ours)) {
    return { found: 'present', ref: idOf(document), adopted: true };
  }
  const message = isSuccess(document)
    ? `The invoice is ${status} in Basware already, under voucher ${voucher}.`
    : `The invoice is ${status} in Basware already and can no longer be rejected.`;
  const detail = {
    message,
    invoiceId: idOf(document),
    status,
    ...(voucher === undefined ? {} : { voucher }),
  };
  return { found: 'conflict', reason: 'rejected-by-target', detail, absent: true };
}

function acceptedVoucher(invoice: JsonObject): string | undefined {
  const accepted = objectsAt(invoice, kind.list).filter((response) => response['success'] === true);
  return textAt(accepted.at(-1), 'voucherNumber1');
}

async function create(
  basware: BaswareConnection,
  document: JsonObject,
  context: OperationContext,
): Promise<Effect> {
  const invoice = await invoiceOf(basware, idOf(document), context);
  const { free } = await standingOf(basware, kind, invoice, contentOf(document), context);
  const body = withoutBlanks({
    paymentBlock: false,
    sourceSystem: basware.sourceSystem,
    ...pick(
      document,
      'success responseMessage paymentBlock sourceSystem voucherNumber1 voucherNumber2 transferDate',
    ),
    externalCode: free,
  });
  await respond(basware, kind, idOf(document), body, context);
  return { ref: free };
}

function contentOf(document: JsonObject): string {
  return canonical({ ...pick(document, ...transferMaterial), response: kind.one });
}

function isSuccess(document: JsonObject): boolean {
  return document['success'] === true;
}

function idOf(document: JsonObject): string {
  return textAt(document, 'invoiceId') ?? '';
}
