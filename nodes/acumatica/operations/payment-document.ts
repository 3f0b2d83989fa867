import { RecordOutcome } from '../../../runtime/connector/errors';
import type { JsonObject } from '../../../runtime/connector/json';
import { add, compare, equal, subtract, sumOf } from '../../../runtime/mapping/decimals';
import type { AcumaticaConnection } from '../connection';
import { dateAt, decimalAt, rowsAt, textAt } from '../values';

/** What the payment does to one bill or debit adjustment. */
export interface Allocation {
  readonly type: string;
  readonly referenceNbr: string;
  /** Positive, also for a debit adjustment. */
  readonly amount: string;
}

/** The document of `record-payment`, checked. */
export interface Payment {
  readonly paymentId: string;
  readonly vendor: string;
  readonly date: string;
  /** What was paid out: bills less debit adjustments. */
  readonly amount: string;
  readonly currency: string;
  readonly method: string;
  readonly cashAccount: string;
  readonly memo: string | undefined;
  readonly allocations: readonly Allocation[];
}

/**
 * Reads a document of `record-payment`. Several allocations of one bill become one.
 * @throws RecordOutcome (park) `amounts-differ` when the parts do not add up to the amount, `setting-missing` when
 * neither the document nor the connection names payment method and cash account
 */
export function paymentOf(document: JsonObject, connection: AcumaticaConnection): Payment {
  const amount = decimalAt(document, 'amount') ?? '0';
  const bills = combined(document, 'allocations', 'Bill');
  const credits = combined(document, 'credits', 'Debit Adj.');
  const net = subtract(totalOf(bills), totalOf(credits));
  if (!equal(net, amount)) {
    throw new RecordOutcome('park', 'amounts-differ', {
      message: `The payment is ${amount}, its parts come to ${net}.`,
      amount,
      parts: net,
    });
  }
  return {
    paymentId: textAt(document, 'paymentId') ?? '',
    vendor: textAt(document, 'vendor') ?? '',
    date: dateAt(document, 'date') ?? '',
    amount,
    currency: textAt(document, 'currency') ?? '',
    method: setting(document, 'paymentMethod', connection.paymentMethod, 'ACUMATICA_PAYMENT_METHOD'),
    cashAccount: setting(document, 'cashAccount', connection.cashAccount, 'ACUMATICA_CASH_ACCOUNT'),
    memo: textAt(document, 'memo'),
    allocations: [...bills, ...credits],
  };
}

export function keyOf({ type, referenceNbr }: Pick<Allocation, 'type' | 'referenceNbr'>): string {
  return `${type}|${referenceNbr}`;
}

function combined(document: JsonObject, name: string, usualType: string): Allocation[] {
  const byKey = new Map<string, Allocation>();
  for (const row of rowsAt(document, name)) {
    const type = textAt(row, 'type') ?? usualType;
    const referenceNbr = textAt(row, 'referenceNbr') ?? '';
    const key = keyOf({ type, referenceNbr });
    const before = byKey.get(key)?.amount ?? '0';
    byKey.set(key, { type, referenceNbr, amount: add(before, decimalAt(row, 'amount') ?? '0') });
  }
  return [...byKey.values()].filter(({ amount }) => compare(amount, '0') !== 0);
}

function totalOf(allocations: readonly Allocation[]): string {
  return sumOf(allocations.map(({ amount }) => amount));
}

function setting(
  document: JsonObject,
  name: string,
  configured: string | undefined,
  variable: string,
): string {
  const chosen = textAt(document, name) ?? configured;
  if (chosen !== undefined) return chosen;
  throw new RecordOutcome('park', 'setting-missing', {
    message: `${variable} is not set, and the document names no ${name}.`,
    setting: variable,
  });
}
