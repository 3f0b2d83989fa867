import type { OperationContext, TallyRow } from '../../../runtime/connector/system';
import type { EpicorConnection } from '../connection';
import { findHeads } from './payment-heads';

/** Every posted, live payment that carries a payer's ID and came through a group of ours. */
export async function* tallyPayments(
  connection: EpicorConnection,
  { calls, signal }: OperationContext,
): AsyncGenerator<TallyRow, void, void> {
  let last = 0;
  for (;;) {
    signal.throwIfAborted();
    const heads = await findHeads(connection, calls, [
      { column: 'HeadNum', operator: 'gt', value: { number: String(last) } },
    ]);
    if (!heads.some(({ headNum }) => headNum > last)) return;
    for (const { headNum, posted, voided, reference, groupId, amount, currency, date } of heads) {
      last = Math.max(last, headNum);
      const isOurs = reference !== undefined && (groupId?.startsWith(connection.groupPrefix) ?? true);
      if (!posted || voided || !isOurs) continue;
      yield {
        ref: String(headNum),
        ...(amount === undefined ? {} : { amount }),
        ...(currency === undefined ? {} : { currency }),
        ...(date === undefined ? {} : { date }),
      };
    }
  }
}
