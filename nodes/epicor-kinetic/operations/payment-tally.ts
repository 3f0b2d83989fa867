import type { OperationContext, TallyRow } from '../../../runtime/connector/system';
import type { Condition } from '../conditions';
import type { EpicorConnection } from '../connection';
import { findHeads, findVoidable, type PaymentHead } from './payment-heads';

type Find = (condition: Condition) => Promise<readonly PaymentHead[]>;

/**
 * Every posted, live payment that carries a payer's ID and came through a group of ours. Sites whose payment
 * entry hides posted payments show them where they can be voided.
 */
export async function* tallyPayments(
  connection: EpicorConnection,
  { calls, signal }: OperationContext,
): AsyncGenerator<TallyRow, void, void> {
  const sources: readonly Find[] = [
    (condition) => findHeads(connection, calls, [condition]),
    (condition) => findVoidable(connection, calls, condition, 'none'),
  ];
  for (const find of sources) {
    let shown = 0;
    for await (const head of allHeads(find, signal)) {
      if (!head.posted) continue;
      shown += 1;
      if (isOurs(head, connection)) yield tallyRow(head);
    }
    if (shown > 0) return;
  }
}

async function* allHeads(find: Find, signal: AbortSignal): AsyncGenerator<PaymentHead, void, void> {
  let last = 0;
  for (;;) {
    signal.throwIfAborted();
    const heads = await find({ column: 'HeadNum', operator: 'gt', value: { number: String(last) } });
    const fresh = heads.filter(({ headNum }) => headNum > last);
    if (fresh.length === 0) return;
    last = Math.max(...fresh.map(({ headNum }) => headNum));
    yield* fresh;
  }
}

function isOurs({ voided, reference, groupId }: PaymentHead, { groupPrefix }: EpicorConnection): boolean {
  return !voided && reference !== undefined && (groupId?.startsWith(groupPrefix) ?? true);
}

function tallyRow({ headNum, amount, currency, date }: PaymentHead): TallyRow {
  return {
    ref: String(headNum),
    ...(amount === undefined ? {} : { amount }),
    ...(currency === undefined ? {} : { currency }),
    ...(date === undefined ? {} : { date }),
  };
}
