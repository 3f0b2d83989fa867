import type { JsonObject } from '../../runtime/connector/json';
import { equal, sumOf } from '../../runtime/mapping/decimals';
import { conformed } from './columns';
import { type Dataset, decimalIn, integerIn, rowsOf, textIn } from './dataset';
import { invoiceRow } from './invoice-rows';

/**
 * An AP invoice as one document, from the dataset that `GetByID` gives: the head with its lines, each with its
 * GL distributions and charges, the charges and distributions of the head, the taxes and what files are attached. Of the GL accounts
 * only those of one book are kept, the main one.
 * @param coa chart of accounts that the connection names, if it does
 */
export function invoiceDocument(dataset: Dataset, head: JsonObject, coa: string | undefined): JsonObject {
  const lines = rowsOf(dataset, 'APInvDtl').map((line) => lineOf(dataset, line, coa));
  const headCharges = rowsOf(dataset, 'APIHAPInvMsc');
  const coded = codedExpenses(rowsOf(dataset, 'APIHAPInvExp'), rowsOf(dataset, 'APIHAPInvExpTGLC'), coa);
  const { own, charges } = assign(coded, headCharges);
  const attachments = [...rowsOf(dataset, 'APInvHedAttch')];
  const parts = {
    Lines: lines,
    Distributions: own,
    Charges: charges,
    Taxes: taxesOf(dataset, head, [...lines, { Distributions: [], Charges: charges }]),
    Attachments: attachments,
  };
  return conformed({ ...head, ...parts }, invoiceRow);
}

function lineOf(dataset: Dataset, line: JsonObject, coa: string | undefined): JsonObject {
  const number = integerIn(line, 'InvoiceLine');
  const ofLine = (row: JsonObject) => lineNumberOf(row) === number;
  const expenses = rowsOf(dataset, 'APInvExp').filter(ofLine);
  const accounts = rowsOf(dataset, 'APInvExpTGLC').filter(ofLine);
  const misc = rowsOf(dataset, 'APInvMsc').filter(ofLine);
  const { own, charges } = assign(codedExpenses(expenses, accounts, coa), misc);
  return { ...line, Distributions: own, Charges: charges };
}

/**
 * The taxes of the head. Where their rows are missing, as of taxes that stand at the lines only, the sum that the
 * head has of them is one, provided that it is what the total has more than the lines and charges.
 */
function taxesOf(dataset: Dataset, head: JsonObject, coded: readonly JsonObject[]): JsonObject[] {
  const rows = rowsOf(dataset, 'APInvTax').map((tax) => ({
    ...tax,
    Description: textIn(tax, 'TaxCodeDescription') ?? textIn(tax, 'Description') ?? null,
  }));
  const [sum, total] = [decimalIn(head, 'DocTaxAmt'), decimalIn(head, 'DocInvoiceAmt')];
  if (rows.length > 0 || sum === undefined || total === undefined || equal(sum, '0')) return rows;
  const amounts = coded.flatMap((part) => [
    ...rowsOf(part, 'Distributions').map((each) => decimalIn(each, 'DocExpAmt') ?? '0'),
    ...rowsOf(part, 'Charges').map((each) => decimalIn(each, 'DocMiscAmt') ?? '0'),
  ]);
  return equal(sumOf([...amounts, sum]), total)
    ? [{ TaxCode: '', RateCode: '', Description: 'Tax', DocTaxAmt: sum }]
    : [];
}

/** Distributions of the charges go to their charge, the others stay with the line or head. */
function assign(distributions: readonly JsonObject[], charges: readonly JsonObject[]) {
  const taken = new Set<JsonObject>();
  const withTheirs = charges.map((charge) => {
    const theirs = distributions.filter((each) => !taken.has(each) && isOfCharge(each, charge));
    for (const each of theirs) taken.add(each);
    return { ...charge, Distributions: theirs };
  });
  return { own: distributions.filter((each) => !taken.has(each)), charges: withTheirs };
}

/** A charge names the sequence of its distribution; the amount tells whether that number is filled in at all. */
function isOfCharge(distribution: JsonObject, charge: JsonObject): boolean {
  const sequence = integerIn(charge, 'InvExpSeq');
  const amount = decimalIn(charge, 'DocMiscAmt');
  const distributed = decimalIn(distribution, 'DocExpAmt');
  if (!sequence || sequence !== integerIn(distribution, 'InvExpSeq')) return false;
  return amount !== undefined && distributed !== undefined && equal(amount, distributed);
}

function codedExpenses(
  expenses: readonly JsonObject[],
  accounts: readonly JsonObject[],
  coa: string | undefined,
): JsonObject[] {
  return expenses.map((expense) => {
    const sequence = integerIn(expense, 'InvExpSeq');
    const account = mainAccount(
      expense,
      accounts.filter((row) => sequenceOf(row) === sequence && isAccountRow(row)),
      coa,
    );
    const internal = textIn(account, 'GLAccount') ?? internalForm(textIn(expense, 'GLAccount'));
    return {
      ...expense,
      COACode: textIn(account, 'COACode') ?? textIn(expense, 'COACode') ?? '',
      GLAccount: internal ?? '',
      GLAccountDisplay:
        textIn(account, 'GLAccountGLAcctDisp') ??
        textIn(expense, 'ExpDispGLAcct') ??
        textIn(expense, 'GLAccount') ??
        '',
      Segments: segmentsOf(account, internal),
    };
  });
}

/** Account data has record type A; R rows only refer to what posting wrote. */
export function isAccountRow(row: JsonObject): boolean {
  return (textIn(row, 'RecordType') ?? 'A') === 'A';
}

function mainAccount(
  expense: JsonObject,
  accounts: readonly JsonObject[],
  coa: string | undefined,
): JsonObject | undefined {
  const book = textIn(expense, 'BookID');
  const inOrder = accounts.toSorted(
    (a, b) => (integerIn(a, 'TGLCTranNum') ?? 0) - (integerIn(b, 'TGLCTranNum') ?? 0),
  );
  return (
    inOrder.find((row) => coa !== undefined && textIn(row, 'COACode') === coa) ??
    inOrder.find((row) => book !== undefined && textIn(row, 'BookID') === book) ??
    inOrder[0]
  );
}

function segmentsOf(account: JsonObject | undefined, internal: string | undefined): string[] {
  const values = Array.from({ length: 20 }, (_, at) => textIn(account, `SegValue${at + 1}`) ?? '');
  const last = values.findLastIndex((value) => value !== '');
  return last >= 0 ? values.slice(0, last + 1) : (internal?.split('|') ?? []);
}

function internalForm(account: string | undefined): string | undefined {
  return account?.includes('|') ? account : undefined;
}

/** Rows of accounts name line and sequence in columns of their own or only in their general key columns. */
export function lineNumberOf(row: JsonObject): number | undefined {
  return integerIn(row, 'InvoiceLine') || integerIn(row, 'Key3');
}

/** Sequence of the distribution that a row of accounts belongs to. */
export function sequenceOf(row: JsonObject): number | undefined {
  return integerIn(row, 'InvExpSeq') || integerIn(row, 'Key4');
}
