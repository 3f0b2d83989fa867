import { equal, sumOf } from '../../runtime/mapping/decimals';

/**
 * What went to each of the documents that a payment settled. Airbase does not say: a single one got all, several got
 * their totals if these add up to the payment. Otherwise nobody can tell, and it is empty.
 * @param totals decimal text, negative for credits; undefined where one is not known
 */
export function partsOf(amount: string, totals: readonly (string | undefined)[]): readonly string[] {
  if (totals.length === 1) return [amount];
  const known = totals.flatMap((total) => (total && /^-?\d+(\.\d+)?$/.test(total) ? [total] : []));
  return known.length === totals.length && equal(sumOf(known), amount) ? known : [];
}
