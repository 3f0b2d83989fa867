import type { JsonObject } from '../../runtime/connector/json';
import { conform } from '../../runtime/connector/schema';
import type { Calls, ReadContext, StreamReader } from '../../runtime/connector/system';
import { signOf } from './amounts';
import type { AirbaseConnection } from './connection';
import { shortNumber } from './ledger-entry';
import { idOf, objectAt, objectsAt, textAt } from './members';
import { partsOf } from './payment-parts';
import { paymentRow } from './row-schemas';
import { fetchBill } from './spend-bills';
import { type SpendList, spendReader } from './spend-reader';

const payments: SpendList = {
  title: 'Payments',
  name: 'list-payments',
  path: 'payments',
  schema: paymentRow,
  since: true,
  shape: paymentOf,
};

/** Payments of the spend API, in every status. */
export function spendPaymentReader(airbase: AirbaseConnection): StreamReader {
  const reader = spendReader(airbase, payments);
  return {
    ...reader,
    get: async (key, context) => {
      const payment = (await reader.get?.(key, context)) ?? (await inList(reader, key, context));
      if (!payment) return undefined;
      return conform(
        { ...payment, applied_to: await appliedTo(airbase, context.calls, payment) },
        paymentRow,
      );
    },
  };
}

/** Not every tenant gives a payment by its id. */
async function inList(
  reader: StreamReader,
  key: string,
  context: ReadContext,
): Promise<JsonObject | undefined> {
  for await (const { rows } of reader.read({ cursor: undefined, options: {}, full: true }, context)) {
    const found = rows.find((row) => row.key === key);
    if (found) return found.data;
  }
  return undefined;
}

function paymentOf(payment: JsonObject): JsonObject {
  const amount = textAt(payment, 'amount');
  const vendor = objectAt(payment, 'vendor');
  const party = vendor && { ...vendor, airbase_id: idOf(vendor) ?? null };
  const bills = payment['bill_ids'];
  const ids = Array.isArray(bills) ? bills.filter((id) => typeof id === 'string') : [];
  return {
    ...payment,
    source: 'spend',
    kind: 'bill-payment',
    reversal: signOf(amount) === -1,
    reference:
      textAt(payment, 'check_number') ?? textAt(payment, 'reference') ?? shortNumber(idOf(payment) ?? ''),
    ...(party && { vendor: party, payee: party }),
    applied_to: ids.map((id) => ({ airbase_id: id, transaction_type: 'bill', kind: 'bill' })),
  };
}

/** A payment names bills by the ids of the spend API, which are not those of ledger entries: their numbers help. */
async function appliedTo(
  airbase: AirbaseConnection,
  calls: Calls,
  payment: JsonObject,
): Promise<JsonObject[]> {
  const applied = objectsAt(payment, 'applied_to');
  const bills = await Promise.all(applied.map((each) => fetchBill(airbase, calls, idOf(each) ?? '')));
  const paid = textAt(payment, 'amount');
  const totals = bills.map((bill) => textAt(bill, 'total_amount'));
  const amounts = paid === undefined ? [] : partsOf(paid, totals);
  return applied.map((each, at) => {
    const [number, amount] = [textAt(bills[at], 'invoice_number'), amounts[at]];
    return {
      ...each,
      ...(number === undefined ? {} : { invoice_number: number }),
      ...(amount === undefined ? {} : { amount }),
    };
  });
}
