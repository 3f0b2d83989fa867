import type { JsonObject } from '../../runtime/connector/json';
import { conform } from '../../runtime/connector/schema';
import type { Calls, Page, ReadContext, ReadQuery, StreamReader } from '../../runtime/connector/system';
import { negate } from '../../runtime/mapping/decimals';
import { signOf } from './amounts';
import type { AirbaseConnection } from './connection';
import type { Conventions } from './conventions';
import { fetchEntry } from './ledger-queue';
import { ledgerReader, withCandidates } from './ledger-reader';
import { objectsAt, textAt, withoutBlanks } from './members';
import { partsOf } from './payment-parts';
import { paymentRow } from './row-schemas';
import { spendPaymentReader } from './spend-payments';

const paymentKinds = ['bill-payment', 'reimbursement-payment'];

/** Payments of bills and reimbursements, wherever the connection says that they are read. */
export function paymentReader(airbase: AirbaseConnection): StreamReader {
  return airbase.paymentsFrom === 'spend' ? spendPaymentReader(airbase) : ledgerPaymentReader(airbase);
}

/** Payments are entries of the queue too, each with the entries that it settles. */
function ledgerPaymentReader(airbase: AirbaseConnection): StreamReader {
  const entries = ledgerReader(airbase);
  return {
    read: (query, context) => readPayments(entries, query, context),
    get: async (key, context) => {
      const entry = await entries.get?.(key, context);
      const payment = entry && (await withAmounts(airbase, context.calls, paymentOf(entry)));
      return payment && conform(await withCandidates(airbase, context.calls, payment), paymentRow);
    },
  };
}

async function* readPayments(
  entries: StreamReader,
  query: ReadQuery,
  context: ReadContext,
): AsyncGenerator<Page, void, void> {
  const kinds = { ...query, options: { ...query.options, kinds: paymentKinds } };
  for await (const page of entries.read(kinds, context)) {
    yield { ...page, rows: page.rows.map((row) => ({ ...row, data: paymentOf(row.data) })) };
  }
}

function paymentOf(entry: JsonObject): JsonObject {
  const amount = textAt(entry, 'total_amount');
  return conform(
    withoutBlanks({
      ...entry,
      id: textAt(entry, 'airbase_id'),
      source: 'ledger',
      // Only what was paid becomes an entry.
      status: 'paid',
      payment_date: textAt(entry, 'payment_entry_date') ?? textAt(entry, 'entry_date'),
      amount,
      reference: textAt(entry, 'document_number'),
      method: textAt(entry, 'credit_mode'),
    }),
    paymentRow,
  );
}

/** With the number of each of the settled entries, and what went to it where that is certain. */
async function withAmounts(
  airbase: AirbaseConnection,
  calls: Calls,
  payment: JsonObject,
): Promise<JsonObject> {
  const applied = objectsAt(payment, 'applied_to');
  const amount = textAt(payment, 'amount');
  if (amount === undefined || applied.length === 0) return payment;
  const settled = await Promise.all(
    applied.map((each) => {
      const id = textAt(each, 'airbase_id');
      return id === undefined ? undefined : fetchEntry(airbase, calls, id);
    }),
  );
  const numbered = applied.map((each, at): JsonObject => {
    const number = textAt(settled[at], 'invoice_number');
    return { ...each, ...(number === undefined ? {} : { invoice_number: number }) };
  });
  const amounts = partsOf(
    amount,
    settled.map((entry) => totalOf(entry, airbase.conventions)),
  );
  return {
    ...payment,
    applied_to: numbered.map((each, at) => {
      const part = amounts[at];
      return part === undefined ? each : { ...each, amount: part };
    }),
  };
}

/** Some give the total of a credit without its sign. */
function totalOf(entry: JsonObject | undefined, { takesBack }: Conventions): string | undefined {
  const total = textAt(entry, 'total_amount');
  const isUnsigned = takesBack(textAt(entry, 'type') ?? '') && signOf(total) === 1;
  return total !== undefined && isUnsigned ? negate(total) : total;
}
