import { isDecimalText } from '../../runtime/connector/decimal-text';
import type { JsonObject } from '../../runtime/connector/json';
import { equal, subtract, sumOf } from '../../runtime/mapping/decimals';
import type { AvidConnection } from './connection';
import { objectAt, objectsAt, textAt } from './members';
import { paymentState, vendorCodeOf } from './statuses';

/** As long as the number of a card, which is kept nowhere; blanks and hyphens between its digits do not count. */
const cardNumber = /(?:\d[ -]?){12,18}\d/g;

/**
 * Adds to a payment what its status, method and numbers mean by the conventions of the connection.
 * @param changedAt when AvidXchange changed it last, ISO: the day a payment that is void was ended
 */
export function withMeaning(
  avid: AvidConnection,
  payment: JsonObject,
  changedAt: string | undefined,
): JsonObject {
  const method = methodOf(avid, payment);
  const card = cardOf(payment);
  const safe = { ...payment, ...(card ? { VirtualCard: card } : {}) };
  const reference = referenceOf(safe, method);
  const state = paymentState(avid, safe);
  const date = textAt(safe, 'ClearedDate') ?? textAt(safe, 'IssuedDate') ?? textAt(safe, 'PaymentDate');
  return {
    ...safe,
    CurrencyCode: textAt(safe, 'CurrencyCode') ?? 'USD',
    ...paidParts(safe),
    state,
    ...(state === 'void' && changedAt !== undefined ? { voided: changedAt } : {}),
    method,
    ...(reference === undefined ? {} : { reference }),
    ...(date === undefined ? {} : { date }),
    ...vendorCodeOf(avid, textAt(safe, 'PayeeExternalCode')),
  };
}

function methodOf({ methods }: AvidConnection, payment: JsonObject): string {
  const method = objectAt(payment, 'PaymentMethod');
  const description = textAt(method, 'Description')?.toLowerCase() ?? '';
  return methods.get(description) ?? methods.get(textAt(method, 'Id') ?? '') ?? 'other';
}

/** A check has the number that AvidPay printed, never the one that the ERP submitted. */
function referenceOf(payment: JsonObject, method: string): string | undefined {
  const card = objectAt(payment, 'VirtualCard');
  switch (method) {
    case 'check':
      return textAt(payment, 'AvidPayChecknumber');
    case 'ach':
      return textAt(payment, 'AchTraceNumber');
    case 'virtual-card':
      return textAt(card, 'ReferenceNumber') ?? textAt(card, 'LastFour');
    default:
      return (
        textAt(payment, 'AchTraceNumber') ??
        textAt(payment, 'AvidPayChecknumber') ??
        textAt(card, 'ReferenceNumber')
      );
  }
}

/**
 * Says of each invoice what was paid of it. A discount may stand beside that amount or be part of it: the amount of
 * the payment tells which. Where it does not, nothing is said.
 */
function paidParts(payment: JsonObject): JsonObject {
  const total = textAt(payment, 'Amount') ?? '';
  const shares = objectsAt(payment, 'Invoices').map((part) => ({
    part,
    amount: textAt(part, 'InvoiceAmount') ?? '0',
    discount: textAt(part, 'DiscountAmount') ?? '0',
  }));
  // One payment whose amounts cannot be read must not keep the others from being read.
  const said = [total, ...shares.flatMap(({ amount, discount }) => [amount, discount])];
  if (shares.length === 0 || !said.every(isDecimalText)) return {};
  const parts = shares.map(({ discount, ...share }) => ({
    ...share,
    net: subtract(share.amount, discount),
  }));
  const isBeside = equal(sumOf(parts.map(({ amount }) => amount)), total);
  const isWithin = !isBeside && equal(sumOf(parts.map(({ net }) => net)), total);
  if (!isBeside && !isWithin) return {};
  return { Invoices: parts.map(({ part, amount, net }) => ({ ...part, paid: isBeside ? amount : net })) };
}

function cardOf(payment: JsonObject): JsonObject | undefined {
  const card = objectAt(payment, 'VirtualCard');
  if (!card) return undefined;
  const lastFour = textAt(card, 'LastFour')?.replace(/\D/g, '').slice(-4);
  const reference = textAt(card, 'ReferenceNumber')?.replace(
    cardNumber,
    (digits) => `****${digits.replace(/\D/g, '').slice(-4)}`,
  );
  return {
    ...(lastFour ? { LastFour: lastFour } : {}),
    ...(reference ? { ReferenceNumber: reference } : {}),
  };
}
