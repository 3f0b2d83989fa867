import type { OperationContext, TallyRow } from '../../../runtime/connector/system';
import { list } from '../api';
import type { AcumaticaConnection } from '../connection';
import { equals } from '../filters';
import { readWindow } from '../windows';
import { type Check, checkOf, isVoided, readCheck, refOf } from './checks';

const pageSize = 100;

/**
 * Every live payment of the connection's payment method that carries a reference, from whichever cash account: a
 * mapping may name one for each currency. Released or not: the release may be left to people.
 * @param adopted payments that people entered before ours came, perhaps with another method
 */
export async function* tallyPayments(
  connection: AcumaticaConnection,
  context: OperationContext,
  adopted: ReadonlySet<string> = new Set(),
): AsyncGenerator<TallyRow, void, void> {
  const { paymentMethod } = connection;
  const conditions = [
    equals('Type', 'Payment'),
    ...(paymentMethod === undefined ? [] : [equals('PaymentMethod', paymentMethod)]),
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
      if (isVoided(check) || check.paymentRef === undefined || told.has(ref)) continue;
      told.add(ref);
      yield tallyRow(check);
    }
  }
  for (const ref of adopted) {
    const [type = '', referenceNbr = ''] = ref.split('|');
    const check = told.has(ref) ? undefined : await readCheck(connection, context, { type, referenceNbr });
    if (check && !isVoided(check)) yield tallyRow(check);
  }
}

function tallyRow(check: Check): TallyRow {
  const { amount, currency, date } = check;
  return {
    ref: refOf(check),
    ...(amount === undefined ? {} : { amount }),
    ...(currency === undefined ? {} : { currency }),
    ...(date === undefined ? {} : { date }),
  };
}
