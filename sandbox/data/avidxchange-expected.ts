import type { Row } from '../epicor-kinetic/table-rows';
import { compared, sum } from '../money';
import type { AvidCompanySeed } from './avidxchange-company';
import type { Expectation, Outcome } from './expected';

const MAIN_BOOK = 'MAIN';
const NO_ADDRESS: readonly Outcome[] = ['parked:vendor-incomplete', 'parked:vendor-not-linked'];

function keyOf(row: Row): string {
  return `${row['VendorNum']}|${row['InvoiceNum']}`;
}

function amountOf(row: Row, column: string): string {
  return String(row[column] ?? '0');
}

/** Letters and digits only, without case. */
function plain(text: unknown): string {
  return String(text ?? '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
}

/**
 * What each invoice of a company must have become after the first sync under the template's default rules, worked out
 * from the two systems' data alone.
 */
export function expectedAtAvid({ epicor, avid, cases }: AvidCompanySeed): Expectation[] {
  const rows = (table: string): readonly Row[] => epicor.tables[table] ?? [];
  const byInvoice = (table: string) => Map.groupBy(rows(table), keyOf);
  const [exps, accounts] = [byInvoice('APInvExp'), byInvoice('APInvExpTGLC')];
  const [charges, lineCharges, taxes] = [
    byInvoice('APIHAPInvMsc'),
    byInvoice('APInvMsc'),
    byInvoice('APInvTax'),
  ];
  const vendors = new Map(rows('Vendor').map((row) => [row['VendorNum'], row]));
  const special = new Map(cases.map((each) => [`${each.invoice.vendor.num}|${each.invoice.number}`, each]));
  const spelling = (head: Row) =>
    `${head['VendorNum']}|${plain(head['InvoiceNum'])}|${amountOf(head, 'DocInvoiceAmt')}`;
  const spellings = Map.groupBy(rows('APInvHed'), spelling);

  const judge = (head: Row): readonly Outcome[] => {
    const approved = head['Posted'] === true && head['OpenPayable'] === true && head['PayHold'] !== true;
    if (!approved) return ['ignored:not-approved'];
    const key = keyOf(head);
    const vendor = vendors.get(head['VendorNum'] ?? 0) ?? {};
    const total = amountOf(head, 'DocInvoiceAmt');
    const parked: Outcome[] = [];
    const choices: Outcome[] = [];
    const isUntouched = ['DocInvoiceBal', 'DocUnpostedBal'].every(
      (column) => compared(amountOf(head, column), total) === 0,
    );
    if (!isUntouched) parked.push('parked:partly-paid');
    if (vendor['Inactive'] === true) parked.push('parked:vendor-inactive', 'parked:vendor-not-linked');
    if (String(vendor['Address1'] ?? '') === '') choices.push(...NO_ADDRESS);
    if (head['CurrencyCode'] !== 'USD') parked.push('parked:currency-mismatch');
    const main = (accounts.get(key) ?? []).filter(
      (row) => row['RecordType'] === 'A' && row['BookID'] === MAIN_BOOK,
    );
    if (special.get(key)?.mustWait === true) parked.push('parked:gl-account-unmapped');
    if (main.some((row) => String(row['GLAccount'] ?? '') === '')) choices.push('parked:gl-account-unmapped');
    if (special.get(key)?.eitherWay === true) choices.push('parked:rejected-by-target');
    const parts = [
      ...(exps.get(key) ?? []).map((row) => amountOf(row, 'DocExpAmt')),
      ...(charges.get(key) ?? []).map((row) => amountOf(row, 'DocMiscAmt')),
      ...(taxes.get(key) ?? []).map((row) => amountOf(row, 'DocTaxAmt')),
    ];
    const ofLines = (lineCharges.get(key) ?? []).map((row) => amountOf(row, 'DocMiscAmt'));
    if (compared(sum([...parts, ...ofLines], 3), total) !== 0) parked.push('parked:amounts-differ');
    else if (ofLines.length > 0) choices.push('parked:amounts-differ');
    const standing = avid.invoices.find(
      (each) => each.vendor === head['VendorNum'] && each.number === head['InvoiceNum'],
    );
    if (standing !== undefined) {
      if (compared(standing.gross, total) === 0) choices.push('parked:number-in-use');
      else parked.push('parked:number-in-use');
    }
    if ((spellings.get(spelling(head)) ?? []).length > 1) choices.push('parked:near-duplicate');
    return parked.length > 0 ? [...parked, ...choices] : ['confirmed', ...choices];
  };
  return rows('APInvHed').map((head) => ({ key: keyOf(head), accepts: judge(head) }));
}
