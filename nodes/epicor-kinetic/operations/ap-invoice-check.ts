import type { Json, JsonObject } from '../../../runtime/connector/json';
import { absolute, equal } from '../../../runtime/mapping/decimals';
import type { EpicorConnection, GlAccount } from '../connection';
import { type Dataset, dateIn, decimalIn, flagIn, integerIn, rowsOf, textIn } from '../dataset';
import { numberToken } from '../tokens';
import { accountsOf, expensesOf, isAmount, numberOf, pairLines } from './ap-invoice-lines';
import type { Coding, InvoicePlan, PlannedLine } from './ap-invoice-plan';
import { costColumns, expenseColumns, type Signs, tables } from './ap-invoice-rows';
import { accountColumns, isCodedWith } from './gl-accounts';

/** A change of a row that is there: columns to set, or the whole row to delete. */
export interface Correction {
  readonly table: string;
  readonly row: JsonObject;
  readonly columns: JsonObject | 'delete';
}

/** What an invoice in Epicor lacks, and what has to be done about it. */
export interface InvoiceGaps {
  readonly missingLines: readonly PlannedLine[];
  /** Lines of orders whose quantity or cost is to change: they go through methods of their own. */
  readonly orderAmounts: readonly { readonly line: PlannedLine; readonly row: JsonObject }[];
  readonly corrections: readonly Correction[];
  readonly missingExpenses: readonly { readonly line: number; readonly coding: Coding }[];
  readonly missingAccounts: readonly {
    readonly line: number;
    readonly sequence: number;
    readonly account: GlAccount;
  }[];
  /** Every difference in a person's words; empty when the invoice is right. */
  readonly differences: readonly string[];
}

/**
 * Compares an invoice as Epicor holds it with the plan: the head, every line and its amount, every distribution
 * and its account, the total.
 */
export function gapsOf(
  connection: EpicorConnection,
  plan: InvoicePlan,
  dataset: Dataset,
  signs: Signs,
): InvoiceGaps {
  const { pairs, missing, surplus } = pairLines(plan.lines, dataset, signs);
  const head = headGaps(connection, plan, dataset, signs);
  const total = missing.length + surplus.length === 0 ? totalGap(plan, dataset, signs) : noGap;
  const lines = pairs.map(({ line, row }) => lineGaps(connection, line, row, dataset, signs));
  return {
    missingLines: missing,
    orderAmounts: lines.flatMap(({ orderAmounts }) => orderAmounts),
    corrections: [
      ...head.corrections,
      ...total.corrections,
      ...surplus.map((row) => ({ table: tables.line, row, columns: 'delete' }) as const),
      ...lines.flatMap(({ corrections }) => corrections),
    ],
    missingExpenses: lines.flatMap(({ missingExpenses }) => missingExpenses),
    missingAccounts: lines.flatMap(({ missingAccounts }) => missingAccounts),
    differences: [
      ...head.differences,
      ...missing.map((line) => `the line "${line.description}" of ${line.amount} is missing`),
      ...surplus.map((row) => `line ${numberOf(row)} does not belong to it`),
      ...lines.flatMap(({ differences }) => differences),
      ...total.differences,
    ],
  };
}

function headGaps(
  connection: EpicorConnection,
  { invoice }: InvoicePlan,
  dataset: Dataset,
  signs: Signs,
): Pick<InvoiceGaps, 'corrections' | 'differences'> {
  const [row] = rowsOf(dataset, tables.head);
  if (!row) return { corrections: [], differences: ['the head is missing'] };
  const columns: JsonObject = {};
  const differences: string[] = [];
  const expect = (what: string, isRight: boolean, correct: Readonly<Record<string, Json>>, held: unknown) => {
    if (isRight) return;
    Object.assign(columns, correct);
    differences.push(`the ${what} is ${held === undefined || held === '' ? 'missing' : String(held)}`);
  };
  const date = (column: string, what: string, wanted: string | undefined) =>
    expect(
      what,
      wanted === undefined || dateIn(row, column) === wanted,
      { [column]: wanted ?? null },
      dateIn(row, column),
    );
  date('InvoiceDate', 'invoice date', invoice.invoiceDate);
  date('ApplyDate', 'apply date', invoice.applyDate);
  date('DueDate', 'due date', invoice.dueDate);
  const id = textIn(row, connection.invoiceColumn);
  expect('document ID', id === invoice.documentId, { [connection.invoiceColumn]: invoice.documentId }, id);
  const hold = flagIn(row, 'PayHold') === true;
  const { payHold = hold } = invoice;
  expect('pay hold', hold === payHold, { PayHold: payHold }, hold ? 'set' : 'not set');
  const vendorAmount = decimalIn(row, 'DocInvoiceVendorAmt') ?? decimalIn(row, 'ScrDocInvoiceVendorAmt');
  expect(
    "vendor's total",
    vendorAmount === undefined || equal(absolute(vendorAmount), absolute(invoice.amount)),
    { ScrDocInvoiceVendorAmt: numberToken(signs.entered(invoice.amount)) },
    vendorAmount,
  );
  const currency = textIn(row, 'CurrencyCode');
  if (currency?.toUpperCase() !== invoice.currency.toUpperCase()) {
    differences.push(`the currency is ${currency ?? 'missing'}, not ${invoice.currency}`);
  }
  if ((flagIn(row, 'DebitMemo') === true) !== invoice.isDebitMemo) {
    differences.push(invoice.isDebitMemo ? 'it is no debit memo' : 'it is a debit memo');
  }
  const isEmpty = Object.keys(columns).length === 0;
  return { corrections: isEmpty ? [] : [{ table: tables.head, row, columns }], differences };
}

type LineGaps = Omit<InvoiceGaps, 'missingLines'>;

function lineGaps(
  connection: EpicorConnection,
  line: PlannedLine,
  row: JsonObject,
  dataset: Dataset,
  signs: Signs,
): LineGaps {
  const number = numberOf(row);
  const isOfOrder = Boolean(integerIn(row, 'POLine'));
  const coding = isOfOrder
    ? orderCoding(line, number, dataset)
    : codingGaps(connection, line, number, dataset, signs);
  if (isAmount(row, signs.stored(line.amount))) return { ...coding, orderAmounts: [] };
  const columns = costColumns(line, signs);
  return {
    ...coding,
    orderAmounts: isOfOrder ? [{ line, row }] : [],
    corrections: [...(isOfOrder ? [] : [{ table: tables.line, row, columns }]), ...coding.corrections],
    differences: [
      `line ${number} is ${decimalIn(row, 'DocExtCost') ?? 'without an amount'}, not ${signs.stored(line.amount)}`,
      ...coding.differences,
    ],
  };
}

/** Accounts of a matched line come from its order; only that there are some is ours to see to. */
function orderCoding(line: PlannedLine, number: number, dataset: Dataset): Omit<LineGaps, 'orderAmounts'> {
  const [only, ...others] = line.coding;
  const account = only && others.length === 0 ? only.account : undefined;
  const empty = expensesOf(dataset, number)
    .flatMap((expense) => accountsOf(dataset, number, integerIn(expense, 'InvExpSeq')))
    .filter((row) => textIn(row, 'GLAccount') === undefined);
  return {
    missingExpenses: [],
    missingAccounts: [],
    corrections: account
      ? empty.map((row) => ({ table: tables.account, row, columns: accountColumns(account) }))
      : [],
    differences: empty.map(() => `line ${number} has no GL account`),
  };
}

function codingGaps(
  connection: EpicorConnection,
  line: PlannedLine,
  number: number,
  dataset: Dataset,
  signs: Signs,
): Omit<LineGaps, 'orderAmounts'> {
  const expenses = expensesOf(dataset, number);
  const corrections: Correction[] = [];
  const missingAccounts: InvoiceGaps['missingAccounts'][number][] = [];
  const differences: string[] = [];
  const accounts = (expense: JsonObject) => accountsOf(dataset, number, integerIn(expense, 'InvExpSeq'));
  if (line.coding.length === 0) return { ...defaultCoding(number, expenses.map(accounts)), corrections };
  const { pairs, left } = pairCoding(line.coding, expenses, accounts, signs);
  for (const [coding, expense] of pairs) {
    const { account, amount } = coding;
    if (!isAmount(expense, signs.stored(amount), 'DocExpAmt')) {
      const columns = expenseColumns(connection, coding, signs);
      corrections.push({ table: tables.expense, row: expense, columns });
      differences.push(`line ${number} charges ${decimalIn(expense, 'DocExpAmt')}, not ${amount}`);
    }
    const held = accounts(expense);
    const own = held.filter((row) => [undefined, account.coa].includes(textIn(row, 'COACode')));
    const sequence = integerIn(expense, 'InvExpSeq') ?? 0;
    if (own.length === 0) {
      missingAccounts.push({ line: number, sequence, account });
      differences.push(`line ${number} has no GL account`);
    }
    for (const row of own.filter((each) => !isCodedWith(each, account))) {
      corrections.push({ table: tables.account, row, columns: accountColumns(account) });
      differences.push(
        `line ${number} has the GL account "${textIn(row, 'GLAccount') ?? ''}", not ${account.account}`,
      );
    }
  }
  for (const row of left) {
    corrections.push({ table: tables.expense, row, columns: 'delete' });
    differences.push(`line ${number} charges ${decimalIn(row, 'DocExpAmt')} too much`);
  }
  const missing = line.coding.filter((coding) => !pairs.has(coding));
  return {
    corrections,
    missingAccounts,
    missingExpenses: missing.map((coding) => ({ line: number, coding })),
    differences: [
      ...differences,
      ...missing.map(
        ({ amount, account }) => `line ${number} does not charge ${amount} to ${account.account}`,
      ),
    ],
  };
}

/** Without accounts of the document, those that Epicor gave must be there. */
function defaultCoding(number: number, accounts: readonly (readonly JsonObject[])[]) {
  const isCoded =
    accounts.length > 0 &&
    accounts.every((rows) => rows.length > 0 && rows.every((row) => textIn(row, 'GLAccount') !== undefined));
  return {
    missingExpenses: [],
    missingAccounts: [],
    differences: isCoded ? [] : [`line ${number} has no GL account, and the document gives none`],
  };
}

function pairCoding(
  codings: readonly Coding[],
  expenses: readonly JsonObject[],
  accounts: (expense: JsonObject) => readonly JsonObject[],
  signs: Signs,
) {
  const pairs = new Map<Coding, JsonObject>();
  const left = new Set(expenses);
  const sameAmount = ({ amount }: Coding, row: JsonObject) =>
    isAmount(row, signs.stored(amount), 'DocExpAmt');
  const sameAccount = ({ account }: Coding, row: JsonObject) =>
    accounts(row).some((each) => isCodedWith(each, account));
  const passes = [
    (coding: Coding, row: JsonObject) => sameAmount(coding, row) && sameAccount(coding, row),
    sameAccount,
    sameAmount,
    () => true,
  ];
  for (const fits of passes) {
    for (const coding of codings) {
      const row = pairs.has(coding) ? undefined : [...left].find((each) => fits(coding, each));
      if (!row) continue;
      pairs.set(coding, row);
      left.delete(row);
    }
  }
  return { pairs, left: [...left] };
}

const noGap = { corrections: [], differences: [] };

/** Tax that Epicor adds by itself goes with the tax region, where the option says that it shall. */
function totalGap(
  { invoice, clearsTax }: InvoicePlan,
  dataset: Dataset,
  signs: Signs,
): Pick<InvoiceGaps, 'corrections' | 'differences'> {
  const [row] = rowsOf(dataset, tables.head);
  const total = decimalIn(row, 'DocInvoiceAmt');
  const wanted = signs.stored(invoice.amount);
  if (!row || (total !== undefined && equal(total, wanted))) return noGap;
  const tax = decimalIn(row, 'DocTaxAmt');
  const isTaxed = tax !== undefined && !equal(tax, '0');
  const added = isTaxed ? `, with ${tax} of tax that Epicor added` : '';
  return {
    corrections: isTaxed && clearsTax ? [{ table: tables.head, row, columns: { TaxRegionCode: '' } }] : [],
    differences: [`the total is ${total ?? 'missing'}, not ${wanted}${added}`],
  };
}
