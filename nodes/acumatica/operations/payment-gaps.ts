import { equal } from '../../../runtime/mapping/decimals';
import { type Check, isVoided } from './checks';
import { type Allocation, keyOf, type Payment } from './payment-document';

/** What is not yet, or not rightly, in Acumatica. */
export interface PaymentGaps {
  readonly missing: readonly Allocation[];
  /** What contradicts the document, in a person's words; such a payment is never released. */
  readonly wrong: readonly string[];
}

/** Compares a payment as Acumatica holds it with the document: vendor, date, currency, ID, every amount. */
export function gapsOf(payment: Payment, check: Check): PaymentGaps {
  const applied = new Map(check.applied.map((each) => [keyOf(each), each]));
  const wanted = new Map(payment.allocations.map((each) => [keyOf(each), each]));
  const missing = payment.allocations.filter((each) => !applied.has(keyOf(each)));
  const isAmountWrong = check.amount === undefined || !equal(check.amount, payment.amount);
  return {
    missing,
    wrong: [
      ...(isVoided(check) ? ['it is voided'] : []),
      ...differs('vendor', payment.vendor.toUpperCase(), check.vendor?.toUpperCase()),
      ...differs('date', payment.date, check.date),
      ...differs('currency', payment.currency.toUpperCase(), check.currency?.toUpperCase()),
      ...differs('payment ID', payment.paymentId, check.paymentRef),
      ...(isAmountWrong ? [`the amount is ${check.amount ?? 'missing'}, not ${payment.amount}`] : []),
      ...check.applied.flatMap((each) => {
        const name = `${each.type} ${each.referenceNbr}`;
        const amount = wanted.get(keyOf(each))?.amount;
        if (amount === undefined) return [`${each.amount} is applied to ${name}, which is not paid by it`];
        return equal(each.amount, amount) ? [] : [`${each.amount} is applied to ${name}, not ${amount}`];
      }),
    ],
  };
}

export function nothingAppliedTo({ type, referenceNbr }: Allocation): string {
  return `nothing is applied to ${type} ${referenceNbr}`;
}

function differs(what: string, wanted: string, found: string | undefined): string[] {
  return found === wanted ? [] : [`the ${what} is ${found ?? 'missing'}, not ${wanted}`];
}
