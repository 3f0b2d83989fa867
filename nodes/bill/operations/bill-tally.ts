import type { JsonObject } from '../../../runtime/connector/json';
import type { OperationContext, TallyRow } from '../../../runtime/connector/system';
import { negate } from '../../../runtime/mapping/decimals';
import { isDead, isDraft } from '../bill-state';
import { amountOf } from '../bill-wire';
import type { BillConnection } from '../connection';
import { bills, type DocumentKind, urlOf, vendorCredits } from '../documents';
import { readAll } from '../list-reader';
import { dateAt, decimalAt, objectAt, textAt } from '../members';
import { defaultCurrency, vendorForBill } from '../vendors';

/** Every live bill: neither archived nor a draft. The currency is its vendor's. */
export function tallyBills(bill: BillConnection, context: OperationContext): AsyncIterable<TallyRow> {
  return tally(bill, bills, context, (row) => {
    if (isDead(row) || isDraft(row)) return undefined;
    return { amount: amountOf(row), date: dateAt(objectAt(row, 'invoice'), 'invoiceDate') };
  });
}

/** Every live vendor credit, with a negative amount: it lessens what is owed, as its debit memo does. */
export function tallyCredits(bill: BillConnection, context: OperationContext): AsyncIterable<TallyRow> {
  return tally(bill, vendorCredits, context, (row) => {
    const amount = decimalAt(row, 'amount');
    if (row['archived'] === true || amount === undefined) return undefined;
    return { amount: amount.startsWith('-') ? amount : negate(amount), date: dateAt(row, 'creditDate') };
  });
}

async function* tally(
  bill: BillConnection,
  kind: DocumentKind,
  { calls, signal }: OperationContext,
  read: (row: JsonObject) => { readonly amount: string; readonly date: string | undefined } | undefined,
): AsyncGenerator<TallyRow, void, void> {
  const vendors = await bill.directory.readAll(calls, signal);
  const currencies = new Map(vendors.map((vendor) => [vendor.id, vendor.currency]));
  const list = { name: `list-${kind.many}`, url: urlOf(bill, kind) };
  const documents = await readAll(
    calls,
    list,
    (row) => {
      const facts = read(row);
      const ref = textAt(row, 'id');
      return facts && ref !== undefined
        ? { ref, vendorId: textAt(row, 'vendorId') ?? '', ...facts }
        : undefined;
    },
    signal,
  );
  // A row that moves while pages are read can come twice.
  for (const { ref, vendorId, amount, date } of new Map(documents.map((one) => [one.ref, one])).values()) {
    // List rows of vendors may be thinner than the vendor itself.
    const listed = currencies.get(vendorId) ?? (await vendorForBill(bill, calls, vendorId, false))?.currency;
    yield { ref, amount, currency: listed ?? defaultCurrency, ...(date === undefined ? {} : { date }) };
  }
}
