import type { Json, JsonObject } from '../../../runtime/connector/json';
import { absolute, equal } from '../../../runtime/mapping/decimals';
import type { EpicorConnection } from '../connection';
import { type Dataset, dateIn, decimalIn, flagIn, integerIn, rowsOf, textIn } from '../dataset';
import { numberToken } from '../tokens';
import { type CodingGaps, codingGaps, orderCoding } from './ap-invoice-coding';
import { isAmount, numberOf, pairLines } from './ap-invoice-lines';
import type { InvoicePlan, PlannedLine } from './ap-invoice-plan';
import { costColumns, isUnturned, type Signs, tables } from './ap-invoice-rows';

/** What an invoice in Epicor lacks, and what has to be done about it. */
export interface InvoiceGaps extends CodingGaps {
  readonly missingLines: readonly PlannedLine[];
  /** Lines of orders whose quantity or cost is to change: they go through methods of their own. */
  readonly orderAmounts: readonly { readonly line: PlannedLine; readonly row: JsonObject }[];
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
      ...unpaired(missing, surplus),
      ...lines.flatMap(({ differences }) => differences),
      ...total.differences,
    ],
  };
}

/** How lines, their amounts and their coding differ from the plan: what nobody may change once it is posted. */
export function lineDifferences(
  connection: EpicorConnection,
  plan: InvoicePlan,
  dataset: Dataset,
  signs: Signs,
): readonly string[] {
  const { pairs, missing, surplus } = pairLines(plan.lines, dataset, signs);
  const differing = ({ line, row }: (typeof pairs)[number]) =>
    lineGaps(connection, line, row, dataset, signs).differences;
  return [...unpaired(missing, surplus), ...pairs.flatMap(differing)];
}

function unpaired(missing: readonly PlannedLine[], surplus: readonly JsonObject[]): string[] {
  return [
    ...missing.map((line) => `the line "${line.description}" of ${line.amount} is missing`),
    ...surplus.map((row) => `line ${numberOf(row)} does not belong to it`),
  ];
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
    !isUnturned(row, invoice) &&
      (vendorAmount === undefined || equal(absolute(vendorAmount), absolute(invoice.amount))),
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
