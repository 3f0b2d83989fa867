import type { OrderRecord, VendorRecord } from '../avidxchange/records';
import { amount, text } from '../epicor-kinetic/state';
import type { Row } from '../epicor-kinetic/table-rows';
import { isObject, numberText } from '../http/exact-json';
import { compared, rounded } from '../money';
import { type AvidBooks, vendorNumOf } from './avidxchange-books';

/** Where a general ledger account may be kept over there. */
const ACCOUNT_GROUPS = ['GL Account', 'Accounting Codes'];

/** Every vendor in use stands once at AvidXchange, under its name; nothing was made of those that nobody sent. Gives what is wrong. */
export function checkVendorsAt(books: AvidBooks): string[] {
  const { company, avid, systemId } = books;
  const wrong: string[] = [];
  const byNum = new Map<number, VendorRecord[]>();
  for (const vendor of avid.site.vendors) {
    if (vendor.accountingSystemId !== systemId || vendor.code === undefined) continue;
    const num = vendorNumOf(company, vendor.code);
    if (num === undefined) wrong.push(`vendor ${vendor.code} at AvidXchange stands for nobody in Epicor`);
    else byNum.set(num, [...(byNum.get(num) ?? []), vendor]);
  }
  for (const row of company.rows('Vendor').all) {
    const name = `vendor ${text(row, 'VendorNum')}`;
    const found = byNum.get(Number(row['VendorNum'])) ?? [];
    const [vendor] = found;
    if (found.length > 1) wrong.push(`${name} stands ${found.length} times at AvidXchange`);
    if (row['Inactive'] === true) {
      if (vendor?.active === true) wrong.push(`${name} is inactive in Epicor and active at AvidXchange`);
      continue;
    }
    const mayMiss = text(row, 'CurrencyCode') !== 'USD' || text(row, 'Address1') === '';
    if (vendor === undefined) {
      if (!mayMiss) wrong.push(`${name} has not arrived`);
      continue;
    }
    const there = String(vendor.data['Name']);
    if (!vendor.active) wrong.push(`${name} is active in Epicor and inactive at AvidXchange`);
    if (there !== text(row, 'Name')) wrong.push(`${name} is called ${there} at AvidXchange`);
  }
  return wrong;
}

/** Every account in use stands once at AvidXchange. Gives what is wrong. */
export function checkCodesAt({ company, avid, systemId }: AvidBooks): string[] {
  const codes = avid.site.codes.filter(
    (code) => code.accountingSystemId === systemId && ACCOUNT_GROUPS.includes(code.group),
  );
  const byValue = Map.groupBy(codes, (code) => code.value);
  return company.rows('GLAccount').all.flatMap((row) => {
    const display = text(row, 'GLAcctDispGLAcctDisp');
    const found = byValue.get(display) ?? [];
    const isActive = found.some((code) => code.active);
    if (found.length > 1) return [`account ${display} stands ${found.length} times at AvidXchange`];
    if (row['Active'] === true && !isActive) return [`account ${display} has not arrived`];
    return row['Active'] === true || !isActive
      ? []
      : [`account ${display} is switched off, and active there`];
  });
}

/** Every open and approved order in dollars stands at AvidXchange with its lines; closed ones are not open there. Gives what is wrong. */
export function checkOrdersAt(books: AvidBooks): string[] {
  const { company, avid, systemId } = books;
  const there = avid.site.orders.filter((order) => order.accountingSystemId === systemId);
  const byNumber = Map.groupBy(there, (order) => order.number);
  const wrong = company.rows('POHeader').all.flatMap((row) => {
    const number = text(row, 'PONum');
    const [order] = byNumber.get(number) ?? [];
    byNumber.delete(number);
    const isOpen = row['OpenOrder'] === true && row['VoidOrder'] !== true;
    if (order === undefined) {
      const must = isOpen && text(row, 'ApprovalStatus') === 'A' && text(row, 'CurrencyCode') === 'USD';
      return must && row['OrderHeld'] !== true ? [`order ${number} has not arrived`] : [];
    }
    if (!isOpen) {
      const isClosed = String(order.data['Status'] ?? '').toLowerCase() === 'closed';
      return isClosed ? [] : [`order ${number} is closed in Epicor and open at AvidXchange`];
    }
    return differences(books, row, order).map((what) => `order ${number}: ${what}`);
  });
  return [...wrong, ...[...byNumber.keys()].map((number) => `order ${number} stands for nothing in Epicor`)];
}

function differences({ company }: AvidBooks, row: Row, { data }: OrderRecord): string[] {
  const wrong: string[] = [];
  const total = numberText(data['TotalAmount']) ?? '0';
  const whole = amount(row, 'DocTotalOrder');
  if (compared(rounded(total), rounded(whole)) !== 0)
    wrong.push(`${whole} in Epicor, ${total} at AvidXchange`);
  if (vendorNumOf(company, String(data['VendorExternalCode'])) !== row['VendorNum']) {
    wrong.push('it is another vendor’s at AvidXchange');
  }
  const given = data['LineItems'];
  const amounts = (Array.isArray(given) ? given : []).map((line) =>
    rounded((isObject(line) ? numberText(line['Amount']) : undefined) ?? '0'),
  );
  const lines = company.rows('PODetail').childrenOf(row);
  const here = lines.map((line) => rounded(amount(line, 'DocExtCost')));
  if (here.toSorted().join() !== amounts.toSorted().join()) {
    wrong.push(`lines of ${here.join(', ')} in Epicor, of ${amounts.join(', ')} at AvidXchange`);
  }
  return wrong;
}
