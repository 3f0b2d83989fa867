import type { JsonObject } from '../../runtime/connector/json';
import { conform } from '../../runtime/connector/schema';
import type { Calls, Page, ReadContext, ReadQuery, StreamReader } from '../../runtime/connector/system';
import { equal, sumOf } from '../../runtime/mapping/decimals';
import type { AirbaseConnection } from './connection';
import { fetchEntry } from './ledger-queue';
import { ledgerReader, withCandidates } from './ledger-reader';
import { objectsAt, textAt, withoutBlanks } from './members';
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

/**
 * What went to each of the settled entries. Airbase does not say: a single one got all, several got their totals if
 * these add up to the payment. Otherwise nobody can tell, and the amounts are left out.
 */
async function withAmounts(
  airbase: AirbaseConnection,
  calls: Calls,
  payment: JsonObject,
): Promise<JsonObject> {
  const applied = objectsAt(payment, 'applied_to');
  const amount = textAt(payment, 'amount');
  if (amount === undefined || applied.length === 0) return payment;
  const settled = await Promise.all(
    applied.map((each) => fetchEntry(airbase, calls, textAt(each, 'airbase_id') ?? '')),
  );
  const numbered = applied.map((each, at): JsonObject => {
    const number = textAt(settled[at], 'invoice_number');
    return { ...each, ...(number === undefined ? {} : { invoice_number: number }) };
  });
  const totals = settled.map((entry) => textAt(entry, 'total_amount') ?? '');
  const known = totals.every((total) => /^-?\d+(\.\d+)?$/.test(total));
  const amounts = applied.length === 1 ? [amount] : known && equal(sumOf(totals), amount) ? totals : [];
  return {
    ...payment,
    applied_to: numbered.map((each, at) => {
      const part = amounts[at];
      return part === undefined ? each : { ...each, amount: part };
    }),
  };
}
