import { isActive } from '../basware/master-import';
import type { P2pRecord } from '../basware/tenant';
import { text } from '../epicor-kinetic/state';
import type { Row } from '../epicor-kinetic/table-rows';
import { isObject } from '../http/exact-json';
import type { BaswareBooks } from './basware-books';

/** Which segment of an account is the cost center. */
const COST_CENTER_SEGMENT = 2;

/** What coders need stands in P2P: once, under its code, live while it is live in Epicor. Gives what is wrong. */
export function checkMasters(books: BaswareBooks): string[] {
  const rows = (table: string) => books.company.rows(table).all;
  const wrong: string[] = [];
  const check = (path: string, member: string, live: readonly string[], dead: readonly string[]) => {
    const found = Map.groupBy(recordsOf(books, path), (record) => String(record.data[member]));
    for (const code of new Set(live)) {
      const same = (found.get(code) ?? []).filter(isActive);
      if (same.length !== 1) wrong.push(`${path}: ${code} stands ${same.length} times in Basware`);
    }
    for (const code of dead) {
      if (live.includes(code)) continue;
      if ((found.get(code) ?? []).some(isActive)) wrong.push(`${path}: ${code} is live in Basware only`);
    }
  };
  const split = (table: readonly Row[], column: string, isLive: (row: Row) => boolean) =>
    [table.filter(isLive), table.filter((row) => !isLive(row))].map((part) =>
      part.map((row) => text(row, column)),
    );
  const [vendors = [], gone = []] = split(rows('Vendor'), 'VendorID', (row) => row['Inactive'] !== true);
  check('/v1/vendors', 'vendorCode', vendors, gone);
  const centers = rows('COASegValues').filter((row) => row['SegmentNbr'] === COST_CENTER_SEGMENT);
  const [open = [], closed = []] = split(centers, 'SegmentCode', (row) => row['ActiveFlag'] === true);
  check('/v1/costCenters', 'costCenterCode', open, closed);
  check(
    '/v1/paymentTerms',
    'paymentTermCode',
    rows('PurTerms').map((row) => text(row, 'TermsCode')),
    [],
  );
  const [taxes = [], repealed = []] = split(rows('SalesTax'), 'TaxCode', (row) => row['Inactive'] !== true);
  check('/v1/taxCodes', 'taxCode', taxes, repealed);
  for (const row of rows('Vendor')) {
    const stale = recordsOf(books, '/v1/vendors').find(
      ({ data }) => data['vendorCode'] === text(row, 'VendorID') && data['name'] !== text(row, 'Name'),
    );
    if (stale !== undefined) wrong.push(`/v1/vendors: ${text(row, 'VendorID')} has another name in Basware`);
  }
  return [...wrong, ...checkAccounts(books, rows('GLAccount')), ...checkCompanies(books)];
}

/** Accounts are there whole or by their natural segment, as the integration was set up. */
function checkAccounts(books: BaswareBooks, accounts: readonly Row[]): string[] {
  const codes = recordsOf(books, '/v1/accounts')
    .filter(isActive)
    .map((record) => String(record.data['accountCode']));
  const wrong = accounts
    .filter((row) => row['Active'] === true)
    .map((row) => [text(row, 'GLAcctDispGLAcctDisp'), text(row, 'GLAccount1'), text(row, 'SegValue1')])
    .filter((names) => !names.some((name) => codes.includes(name)))
    .map(([display]) => `/v1/accounts: ${display} is missing in Basware`);
  if (new Set(codes).size !== codes.length) wrong.push('/v1/accounts: an account stands twice in Basware');
  return wrong;
}

/** Everything imported belongs to the company under test alone. */
function checkCompanies({ basware, companyCode }: BaswareBooks): string[] {
  return [...basware.tenant.p2p].flatMap(([path, table]) =>
    [...table.values()].flatMap(({ data, externalCode }) => {
      const companies = Array.isArray(data['companies']) ? data['companies'].filter(isObject) : [];
      return companies
        .filter((each) => each['companyCode'] !== companyCode)
        .map((each) => `${path}: ${externalCode} was given to company ${String(each['companyCode'])}`);
    }),
  );
}

function recordsOf({ basware }: BaswareBooks, path: string): P2pRecord[] {
  return [...basware.tenant.p2pOf(path).values()];
}
