import type { JsonObject } from '../../runtime/connector/json';
import { objectsAt, textAt } from './members';

/** A payment of a single bill may name it without saying how much went to it: all of it did. */
export function withBillPayments(payment: JsonObject): JsonObject {
  const billId = textAt(payment, 'billId');
  const amount = payment['amount'];
  if (billId === undefined || amount === undefined || objectsAt(payment, 'billPayments').length > 0)
    return payment;
  return { ...payment, billPayments: [{ billId, amount }] };
}

/** Whether a row says how far the payment is: payments made outside BILL have no `singleStatus`. */
export function tellsStatus(payment: JsonObject): boolean {
  if (textAt(payment, 'singleStatus') !== undefined) return true;
  return payment['onlinePayment'] === false && textAt(payment, 'status') !== undefined;
}
