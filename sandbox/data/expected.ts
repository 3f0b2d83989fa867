import type { EpicorCompanyData } from '../epicor-kinetic/state';
import type { Row } from '../epicor-kinetic/table-rows';
import { isObject } from '../http/exact-json';
import { compared, scaleOf, sum } from '../money';
import type { BillSeed } from './bill-seed';

/** `confirmed`, `ignored:<reason>` or `parked:<reason>`. */
export type Outcome = 'confirmed' | `ignored:${string}` | `parked:${string}`;

export interface Expectation {
  /** `<VendorNum>|<InvoiceNum>`. */
  readonly key: string;
  /** Any of these is right; several where more than one rule speaks, or where a policy may choose. */
  readonly accepts: readonly Outcome[];
}

const MAIN_BOOK = 'MAIN';
const LONGEST_NUMBER = 21;

function amountOf(row: Row, column: string): string {
  return String(row[column] ?? '0');
}

function rowsOf(epicor: EpicorCompanyData, table: string): readonly Row[] {
  return epicor.tables[table] ?? [];
}

function byInvoice(rows: readonly Row[]): Map<string, Row[]> {
  const grouped = new Map<string, Row[]>();
  for (const row of rows) {
    const key = keyOf(row);
    const group = grouped.get(key);
    if (group === undefined) grouped.set(key, [row]);
    else group.push(row);
  }
  return grouped;
}

function keyOf(row: Row): string {
  return `${row['VendorNum']}|${row['InvoiceNum']}`;
}

/** Letters and digits only, without case. */
function plain(text: unknown): string {
  return String(text ?? '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
}

/**
 * What each invoice of a company must have become after the first sync under the template's default rules,
 * worked out from the two systems' data alone.
 */
export function expectedOutcomes(epicor: EpicorCompanyData, bill: BillSeed): Expectation[] {
  const tables = {
    exps: byInvoice(rowsOf(epicor, 'APInvExp')),
    accounts: byInvoice(rowsOf(epicor, 'APInvExpTGLC')),
    charges: byInvoice(rowsOf(epicor, 'APIHAPInvMsc')),
    lineCharges: byInvoice(rowsOf(epicor, 'APInvMsc')),
    taxes: byInvoice(rowsOf(epicor, 'APInvTax')),
  };
  const heads = rowsOf(epicor, 'APInvHed');
  const vendors = new Map(rowsOf(epicor, 'Vendor').map((row) => [row['VendorNum'], row]));
  const displays = new Map(rowsOf(epicor, 'GLAcctDisp').map((row) => [row['GLAccount'], row['GLAcctDisp1']]));
  const usable = new Set(
    bill.classifications.flatMap((entry) => (entry.archived ? [] : (accountNumber(entry.data) ?? []))),
  );
  const doubtful = new Map([...vendors].map(([num, row]) => [num, vendorReasons(row, bill)]));
  const names = Map.groupBy(vendors.values(), (row) => plain(row['Name']));
  const spellings = new Map<string, number>();
  for (const head of heads) {
    const spelling = `${head['VendorNum']}|${plain(head['InvoiceNum'])}|${amountOf(head, 'DocInvoiceAmt')}`;
    spellings.set(spelling, (spellings.get(spelling) ?? 0) + 1);
  }

  const judge = (head: Row): Outcome[] => {
    const approved = head['Posted'] === true && head['OpenPayable'] === true && head['PayHold'] !== true;
    if (!approved) return ['ignored:not-approved'];
    const key = keyOf(head);
    const vendor = vendors.get(head['VendorNum'] ?? 0) ?? {};
    const total = amountOf(head, 'DocInvoiceAmt');
    const parked: Outcome[] = [];
    const choices: Outcome[] = [];
    const untouched =
      compared(amountOf(head, 'DocInvoiceBal'), total) === 0 &&
      compared(amountOf(head, 'DocUnpostedBal'), total) === 0;
    if (!untouched) parked.push('parked:partly-paid');
    parked.push(...(doubtful.get(head['VendorNum'] ?? 0) ?? []));
    if ((names.get(plain(vendor['Name'])) ?? []).length > 1)
      choices.push('parked:vendor-not-linked', 'parked:vendor-ambiguous');
    if (String(head['InvoiceNum']).length > LONGEST_NUMBER) parked.push('parked:number-too-long');
    if (head['CurrencyCode'] !== vendor['CurrencyCode']) parked.push('parked:currency-mismatch');
    const main = (tables.accounts.get(key) ?? []).filter(
      (row) => row['RecordType'] === 'A' && row['BookID'] === MAIN_BOOK,
    );
    if (main.some((row) => !usable.has(String(displays.get(row['GLAccount'] ?? '') ?? '')))) {
      parked.push('parked:gl-account-unmapped');
    }
    const parts = [
      ...(tables.exps.get(key) ?? []).map((row) => amountOf(row, 'DocExpAmt')),
      ...(tables.charges.get(key) ?? []).map((row) => amountOf(row, 'DocMiscAmt')),
      ...(tables.taxes.get(key) ?? []).map((row) => amountOf(row, 'DocTaxAmt')),
    ];
    const lineCharges = (tables.lineCharges.get(key) ?? []).map((row) => amountOf(row, 'DocMiscAmt'));
    const scale = scaleOf(String(head['CurrencyCode']));
    if (compared(sum([...parts, ...lineCharges], scale), total) !== 0) parked.push('parked:amounts-differ');
    else if (lineCharges.length > 0) choices.push('parked:amounts-differ');
    if (enteredOtherwise(head, vendor, bill)) parked.push('parked:number-in-use');
    const spelling = `${head['VendorNum']}|${plain(head['InvoiceNum'])}|${total}`;
    if ((spellings.get(spelling) ?? 0) > 1) choices.push('parked:near-duplicate');
    return parked.length > 0 ? [...parked, ...choices] : ['confirmed', ...choices];
  };
  return heads.map((head) => ({ key: keyOf(head), accepts: judge(head) }));
}

function accountNumber(data: BillSeed['classifications'][number]['data']): string | undefined {
  const account = data['account'];
  return isObject(account) && typeof account['number'] === 'string' ? account['number'] : undefined;
}

function vendorReasons(vendor: Row, bill: BillSeed): Outcome[] {
  const reasons: Outcome[] = [];
  if (vendor['Inactive'] === true) reasons.push('parked:vendor-inactive', 'parked:vendor-not-linked');
  const complete = ['Address1', 'City', 'ZIP'].every((name) => String(vendor[name] ?? '') !== '');
  if (!complete) reasons.push('parked:vendor-incomplete', 'parked:vendor-not-linked');
  const alike = bill.vendors.filter((other) => plain(other['name']) === plain(vendor['Name']));
  if (alike.length > 1) reasons.push('parked:vendor-ambiguous', 'parked:vendor-not-linked');
  return reasons;
}

/** BILL holds a bill of this number for this vendor, with another amount. */
function enteredOtherwise(head: Row, vendor: Row, bill: BillSeed): boolean {
  return bill.bills.some(
    (other) =>
      plain(other.vendor) === plain(vendor['Name']) &&
      other.number === head['InvoiceNum'] &&
      compared(other.amount, amountOf(head, 'DocInvoiceAmt')) !== 0,
  );
}
