import type { EntityData, Value } from '../acumatica/entity-store';
import { isObject, type WireObject } from '../http/exact-json';
import { compared, scaleOf, sum } from '../money';
import { departmentOf, NO_SUBACCOUNT } from './acumatica-accounts';
import type { AcumaticaCompany } from './acumatica-company';
import type { BillSeed } from './bill-seed';
import type { Expectation, Outcome } from './expected';

const LONGEST_NUMBER = 21;
/** Documents of which a company may think either way. */
const EITHER: Outcome[] = ['confirmed', 'ignored:not-approved', 'parked:not-approved'];

const of = (row: EntityData, name: string): string => String(row.values[name] ?? '');

/** Letters and digits only, without case. */
export function plainText(text: unknown): string {
  return String(text ?? '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
}

/** The key of a bill: `<Type>|<ReferenceNbr>`. */
export function billKey(values: Readonly<Record<string, Value>>): string {
  return `${values['Type']}|${values['ReferenceNbr']}`;
}

/** The number under which BILL knows a document: the vendor's own, or ours where the vendor gave none. */
export function numberAtBill(values: Readonly<Record<string, Value>>): string {
  return String(values['VendorRef'] || values['ReferenceNbr']);
}

/**
 * What each bill and adjustment of a company must have become after the first sync under the template's default rules,
 * worked out from the two systems' data alone.
 */
export function expectedOfAcumatica({ acumatica, bill }: AcumaticaCompany): Expectation[] {
  const documents = acumatica.entities['Bill'] ?? [];
  const vendors = new Map((acumatica.entities['Vendor'] ?? []).map((row) => [of(row, 'VendorID'), row]));
  const names = Map.groupBy(vendors.values(), (row) => plainText(row.values['VendorName']));
  const accounts = new Set(usable(bill, 'chart-of-accounts'));
  const departments = new Set(usable(bill, 'departments'));
  const sendable = documents.filter((row) => of(row, 'Status') === 'Open');
  const numbers = Map.groupBy(sendable, (row) => `${of(row, 'Vendor')}|${numberAtBill(row.values)}`);
  const spellings = Map.groupBy(
    sendable,
    (row) => `${of(row, 'Vendor')}|${plainText(numberAtBill(row.values))}|${of(row, 'Amount')}`,
  );
  const prepared = new Set(
    (acumatica.entities['Check'] ?? []).flatMap((check) => (check.details?.['Details'] ?? []).map(docKey)),
  );

  const judge = (row: EntityData): Outcome[] => {
    const [type, status] = [of(row, 'Type'), of(row, 'Status')];
    if (['Pre-Released', 'Under Reclassification'].includes(status)) return EITHER;
    if (status !== 'Open') return ['ignored:not-approved'];
    if (type === 'Credit Adj.' || type === 'Prepayment') return EITHER;
    const vendor = vendors.get(of(row, 'Vendor'));
    const parked: Outcome[] = vendorReasons(vendor, bill);
    const choices: Outcome[] = [];
    if (of(row, 'Balance') !== of(row, 'Amount')) parked.push('parked:partly-paid');
    if (prepared.has(billKey(row.values))) choices.push('parked:partly-paid');
    if ((names.get(plainText(vendor?.values['VendorName'])) ?? []).length > 1) {
      choices.push('parked:vendor-not-linked', 'parked:vendor-ambiguous');
    }
    if (vendor?.values['Status'] === 'One-Time') choices.push('parked:vendor-inactive');
    const number = numberAtBill(row.values);
    if (type === 'Bill' && number.length > LONGEST_NUMBER) parked.push('parked:number-too-long');
    if (of(row, 'CurrencyID') !== vendor?.values['CurrencyID']) parked.push('parked:currency-mismatch');
    const lines = row.details?.['Details'] ?? [];
    if (lines.some((line) => !accounts.has(String(line['Account'])))) {
      parked.push('parked:gl-account-unmapped');
    }
    for (const line of lines) {
      const subaccount = String(line['Subaccount']);
      if (subaccount === NO_SUBACCOUNT) choices.push('parked:department-unmapped');
      else if (!departments.has(departmentOf(subaccount))) parked.push('parked:department-unmapped');
    }
    const whole = sum(
      [...lines.map((line) => String(line['Amount'])), of(row, 'TaxTotal')],
      scaleOf(of(row, 'CurrencyID')),
    );
    if (compared(whole, of(row, 'Amount')) !== 0) parked.push('parked:amounts-differ');
    if (enteredOtherwise(row, vendor, bill)) parked.push('parked:number-in-use');
    if ((numbers.get(`${of(row, 'Vendor')}|${number}`) ?? []).length > 1)
      choices.push('parked:number-in-use');
    const spelling = `${of(row, 'Vendor')}|${plainText(number)}|${of(row, 'Amount')}`;
    if ((spellings.get(spelling) ?? []).length > 1) choices.push('parked:near-duplicate');
    return parked.length > 0 ? [...parked, ...choices] : ['confirmed', ...choices];
  };
  return documents.map((row) => ({ key: billKey(row.values), accepts: judge(row) }));
}

function docKey(row: Readonly<Record<string, Value>>): string {
  return `${row['DocType']}|${row['ReferenceNbr']}`;
}

/** Numbers of accounts, or codes of departments, that BILL has and uses. */
function usable(bill: BillSeed, family: string): string[] {
  return bill.classifications
    .filter((entry) => entry.family === family && !entry.archived)
    .flatMap(({ data }) => codeOf(data) ?? []);
}

/** The number of a chart-of-accounts entry, the short name of a department. */
export function codeOf(data: WireObject): string | undefined {
  const code = isObject(data['account']) ? data['account']['number'] : data['shortName'];
  return typeof code === 'string' ? code : undefined;
}

function vendorReasons(vendor: EntityData | undefined, bill: BillSeed): Outcome[] {
  const reasons: Outcome[] = [];
  const status = String(vendor?.values['Status'] ?? '');
  if (['Inactive', 'On Hold', 'Hold Payments'].includes(status)) {
    reasons.push('parked:vendor-inactive', 'parked:vendor-not-linked');
  }
  const at = vendor?.linked?.['MainContact/Address'] ?? {};
  if (['AddressLine1', 'City', 'PostalCode'].some((name) => !at[name])) {
    reasons.push('parked:vendor-incomplete', 'parked:vendor-not-linked');
  }
  const name = plainText(vendor?.values['VendorName']);
  if (bill.vendors.filter((other) => plainText(other['name']) === name).length > 1) {
    reasons.push('parked:vendor-ambiguous', 'parked:vendor-not-linked');
  }
  return reasons;
}

/** BILL holds a bill of this number for this vendor, with another amount. */
function enteredOtherwise(row: EntityData, vendor: EntityData | undefined, bill: BillSeed): boolean {
  return bill.bills.some(
    (other) =>
      plainText(other.vendor) === plainText(vendor?.values['VendorName']) &&
      other.number === numberAtBill(row.values) &&
      compared(other.amount, of(row, 'Amount')) !== 0,
  );
}
