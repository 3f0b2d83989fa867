import { equal } from '../../../runtime/mapping/decimals';
import type { Payment } from './payment-document';
import type { AppliedAmount, RecordedPayment } from './payment-heads';

/** What is not yet, or not rightly, in Epicor. */
export interface PaymentGaps {
  /** Invoices whose amount is not applied yet. */
  readonly missing: readonly string[];
  /** What contradicts the document, in a person's words; such a payment is never submitted. */
  readonly wrong: readonly string[];
}

/** Compares a payment as Epicor holds it with the document: vendor, date, currency, number, every amount. */
export function gapsOf(payment: Payment, recorded: RecordedPayment): PaymentGaps {
  const { head, applied } = recorded;
  const missing = payment.allocations
    .map(({ invoiceNum }) => invoiceNum)
    .filter((invoiceNum) => !applied.some((each) => isSameNumber(each.invoiceNum, invoiceNum)));
  return {
    missing,
    wrong: [
      ...headContradictions(payment, recorded, missing),
      ...lineContradictions(payment, applied),
      ...(head.checkNum ? [] : ['no check number']),
    ],
  };
}

function headContradictions(
  payment: Payment,
  { head }: RecordedPayment,
  missing: readonly string[],
): string[] {
  const isComplete = missing.length === 0;
  return [
    ...(head.voided ? ['it is voided'] : []),
    ...differs(
      'vendor',
      String(payment.vendorNum),
      head.vendorNum === undefined ? undefined : String(head.vendorNum),
    ),
    ...differs('date', payment.date, head.date),
    ...differs('currency', payment.currency.toUpperCase(), head.currency?.toUpperCase()),
    ...differs('payment ID', payment.paymentId, head.reference),
    ...(isComplete && head.amount !== undefined && !equal(head.amount, payment.amount)
      ? [`the amount is ${head.amount}, not ${payment.amount}`]
      : []),
  ];
}

function lineContradictions(payment: Payment, applied: readonly AppliedAmount[]): string[] {
  return applied.flatMap((each) => {
    const wanted = payment.allocations.find(({ invoiceNum }) => isSameNumber(invoiceNum, each.invoiceNum));
    if (!wanted)
      return [`${each.applied} is applied to ${each.invoiceNum || 'no invoice'}, which is not paid by it`];
    const isRight = equal(each.applied, wanted.applied) && equal(each.discount, wanted.discount);
    return isRight
      ? []
      : [
          `${each.applied} (discount ${each.discount}) is applied to ${each.invoiceNum}, not ${wanted.applied} (discount ${wanted.discount})`,
        ];
  });
}

/** Epicor compares without case and trailing blanks, and writes the number as the invoice has it. */
function isSameNumber(a: string, b: string): boolean {
  return a.trimEnd().toUpperCase() === b.trimEnd().toUpperCase();
}

function differs(what: string, wanted: string, found: string | undefined): string[] {
  return found === wanted ? [] : [`the ${what} is ${found ?? 'missing'}, not ${wanted}`];
}
