import type { JsonObject } from '../../runtime/connector/json';
import { conform } from '../../runtime/connector/schema';
import type { Calls, ReadContext, StreamReader } from '../../runtime/connector/system';
import { compare } from '../../runtime/mapping/decimals';
import type { AirbaseConnection } from './connection';
import { shortNumber } from './ledger-entry';
import { idOf, objectAt, objectsAt, textAt } from './members';
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
      const applied = objectsAt(payment, 'applied_to');
      const only = applied.length === 1 ? textAt(payment, 'amount') : undefined;
      const known = await Promise.all(applied.map((each) => withNumber(airbase, context.calls, each, only)));
      return conform({ ...payment, applied_to: known }, paymentRow);
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
    reversal: amount !== undefined && /^-\d/.test(amount) && compare(amount, '0') < 0,
    state: 'other',
    reference:
      textAt(payment, 'check_number') ?? textAt(payment, 'reference') ?? shortNumber(idOf(payment) ?? ''),
    ...(party && { vendor: party, payee: party }),
    applied_to: ids.map((id) => ({ airbase_id: id, transaction_type: 'bill', kind: 'bill' })),
  };
}

/** A payment names bills by the ids of the spend API, which are not those of ledger entries: their numbers help. */
async function withNumber(
  airbase: AirbaseConnection,
  calls: Calls,
  applied: JsonObject,
  amount: string | undefined,
): Promise<JsonObject> {
  const number = textAt(await fetchBill(airbase, calls, idOf(applied) ?? ''), 'invoice_number');
  return {
    ...applied,
    ...(number === undefined ? {} : { invoice_number: number }),
    ...(amount === undefined ? {} : { amount }),
  };
}
