import { RecordOutcome } from '../../../runtime/connector/errors';
import type { Json, JsonObject } from '../../../runtime/connector/json';
import { add, compare, equal, negate, subtract, sumOf } from '../../../runtime/mapping/decimals';
import { asRow, dateIn, decimalIn, integerIn, textIn } from '../dataset';

/** Largest number that the check number column, a 32-bit integer, holds. */
export const largestCheckNumber = 2_147_483_647;

/** What the payment does to one invoice or debit memo. */
export interface Allocation {
  readonly invoiceNum: string;
  /** Amount applied, discount included, in Epicor's sign: negative for a debit memo. */
  readonly applied: string;
  readonly discount: string;
}

/** The document of `record-payment`, checked. */
export interface Payment {
  readonly paymentId: string;
  readonly vendorNum: number;
  readonly date: string;
  /** What was paid out: allocations less debit memos, without discounts. */
  readonly amount: string;
  readonly currency: string;
  /** The real check number, when there is one that the column holds. */
  readonly checkNumber: number | undefined;
  /** The number as the payer wrote it. */
  readonly checkText: string | undefined;
  readonly memo: string | undefined;
  readonly allocations: readonly Allocation[];
}

/**
 * Reads a document of `record-payment`. Several allocations of one invoice become one.
 * @throws RecordOutcome (park, `amounts-differ`) when the parts do not add up to the amount
 */
export function paymentOf(document: JsonObject): Payment {
  const checkText = textIn(document, 'checkNumber');
  const amount = decimalIn(document, 'amount') ?? '0';
  const invoices = listIn(document['allocations']).map((each) => {
    const discount = decimalIn(each, 'discount') ?? '0';
    const paid = decimalIn(each, 'amount') ?? '0';
    return { invoiceNum: textIn(each, 'invoiceNum') ?? '', applied: add(paid, discount), discount };
  });
  const memos = listIn(document['credits']).map((each) => ({
    invoiceNum: textIn(each, 'invoiceNum') ?? '',
    applied: negate(decimalIn(each, 'amount') ?? '0'),
    discount: '0',
  }));
  const allocations = [...combined(invoices), ...combined(memos)];
  const net = subtract(
    sumOf(allocations.map(({ applied }) => applied)),
    sumOf(allocations.map(({ discount }) => discount)),
  );
  if (!equal(net, amount)) {
    throw new RecordOutcome('park', 'amounts-differ', {
      message: `The payment is ${amount}, its parts come to ${net}.`,
      amount,
      parts: net,
    });
  }
  return {
    paymentId: textIn(document, 'paymentId') ?? '',
    vendorNum: integerIn(document, 'vendorNum') ?? 0,
    date: dateIn(document, 'date') ?? '',
    amount,
    currency: textIn(document, 'currency') ?? '',
    checkNumber: usableNumber(checkText),
    checkText,
    memo: textIn(document, 'memo'),
    allocations,
  };
}

function combined(allocations: readonly Allocation[]): Allocation[] {
  const byInvoice = new Map<string, Allocation>();
  for (const { invoiceNum, applied, discount } of allocations) {
    const before = byInvoice.get(invoiceNum) ?? { invoiceNum, applied: '0', discount: '0' };
    byInvoice.set(invoiceNum, {
      invoiceNum,
      applied: add(before.applied, applied),
      discount: add(before.discount, discount),
    });
  }
  return [...byInvoice.values()].filter(({ applied }) => compare(applied, '0') !== 0);
}

function usableNumber(text: string | undefined): number | undefined {
  if (text === undefined || !/^\d{1,10}$/.test(text)) return undefined;
  const number = Number(text);
  return number > 0 && number <= largestCheckNumber ? number : undefined;
}

function listIn(value: Json | undefined): JsonObject[] {
  return Array.isArray(value) ? value.map(asRow).filter((each) => each !== undefined) : [];
}
