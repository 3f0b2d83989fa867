import type { OperationContext, TallyRow } from '../../../runtime/connector/system';
import { list } from '../api';
import type { AcumaticaConnection } from '../connection';
import { equals } from '../filters';
import { readWindow } from '../windows';
import { checkOf, isReleased, refOf } from './checks';

const pageSize = 100;

/** Every released, live payment of the connection's payment method and cash account that carries a reference. */
export async function* tallyPayments(
  connection: AcumaticaConnection,
  context: OperationContext,
): AsyncGenerator<TallyRow, void, void> {
  const { paymentMethod, cashAccount } = connection;
  const conditions = [
    equals('Type', 'Payment'),
    ...(paymentMethod === undefined ? [] : [equals('PaymentMethod', paymentMethod)]),
    ...(cashAccount === undefined ? [] : [equals('CashAccount', cashAccount)]),
  ];
  const name = 'tally-payments';
  const window = readWindow({
    name,
    pageSize,
    keyOf: (row) => refOf(checkOf(row)),
    page: (top, skip) => {
      context.signal.throwIfAborted();
      return list(connection, context, { name, entity: 'Check', conditions, top, skip });
    },
  });
  const told = new Set<string>();
  for await (const rows of window) {
    for (const check of rows.map(checkOf)) {
      const ref = refOf(check);
      if (!isReleased(check) || check.paymentRef === undefined || told.has(ref)) continue;
      told.add(ref);
      const { amount, currency, date } = check;
      yield {
        ref,
        ...(amount === undefined ? {} : { amount }),
        ...(currency === undefined ? {} : { currency }),
        ...(date === undefined ? {} : { date }),
      };
    }
  }
}
