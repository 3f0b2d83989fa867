import type { MasterKind, MasterRecord } from '../airbase/records';
import { text } from '../epicor-kinetic/state';
import type { Row } from '../epicor-kinetic/table-rows';
import type { AirbaseBooks } from './airbase-books';

/** Which segment of an account is the department. */
const DEPARTMENT_SEGMENT = 2;

/** What spend is coded with stands in Airbase: once, under its key, live while it is live in Epicor. Gives what is wrong. */
export function checkMasters(books: AirbaseBooks): string[] {
  return [...checkVendors(books), ...checkAccounts(books), ...checkTags(books), ...checkSubsidiaries(books)];
}

function recordsOf({ airbase }: AirbaseBooks, kind: MasterKind): MasterRecord[] {
  return [...airbase.tenant.masters[kind].values()];
}

function rowsOf({ company }: AirbaseBooks, table: string): readonly Row[] {
  return company.rows(table).all;
}

/** Each live row has one live record, each dead one none. One that may wait for a person may have none yet. */
function compare(
  what: string,
  rows: readonly Row[],
  isLive: (row: Row) => boolean,
  recordsFor: (row: Row) => readonly MasterRecord[],
  called: (row: Row) => string,
  mayWait: (row: Row) => boolean = () => false,
): string[] {
  return rows.flatMap((row) => {
    const live = recordsFor(row).filter((record) => record.active).length;
    if (isLive(row))
      return live === 1 || (live === 0 && mayWait(row))
        ? []
        : [`${what} ${called(row)} stands ${live} times in Airbase`];
    return live === 0 ? [] : [`${what} ${called(row)} is live in Airbase only`];
  });
}

function checkVendors(books: AirbaseBooks): string[] {
  const records = recordsOf(books, 'vendors');
  const rows = rowsOf(books, 'Vendor').filter((row) => text(row, 'Name').trim() !== '');
  const keysOf = (row: Row) => [text(row, 'VendorID'), text(row, 'VendorNum')];
  const recordsFor = (row: Row) => records.filter((record) => keysOf(row).includes(record.reference));
  const wrong = compare(
    'vendor',
    rows,
    (row) => row['Inactive'] !== true,
    recordsFor,
    (row) => text(row, 'VendorID'),
    // Whether it is the one that was made in Airbase under the same name, a person decides.
    (row) => records.some(({ reference, data }) => reference === '' && data['name'] === text(row, 'Name')),
  );
  for (const row of rows.filter((each) => each['Inactive'] !== true)) {
    const [record] = recordsFor(row);
    if (record !== undefined && record.data['name'] !== text(row, 'Name')) {
      wrong.push(`vendor ${text(row, 'VendorID')} has another name in Airbase`);
    }
  }
  const known = new Set(rowsOf(books, 'Vendor').flatMap(keysOf));
  for (const record of records) {
    const { reference, createdInAirbase } = record;
    if (createdInAirbase && reference !== '' && !known.has(reference)) {
      wrong.push(`vendor ${String(record.data['name'])} was linked to ${reference}, which Epicor has not`);
    }
  }
  return wrong;
}

function checkAccounts(books: AirbaseBooks): string[] {
  // Without the feed, accounts are taken over by hand.
  if (!books.airbase.switches.accountFeed) return [];
  const records = recordsOf(books, 'accounts');
  const recordsFor = (row: Row) => {
    const [coa, stored, shown] = [
      text(row, 'COACode'),
      text(row, 'GLAccount1'),
      text(row, 'GLAcctDispGLAcctDisp'),
    ];
    const keys = [stored, shown, `${coa}|${stored}`, `${coa}|${shown}`];
    return records.filter(
      (record) => keys.includes(record.reference) || keys.includes(String(record.data['account_number'])),
    );
  };
  return compare(
    'account',
    rowsOf(books, 'GLAccount'),
    (row) => row['Active'] === true,
    recordsFor,
    (row) => text(row, 'GLAcctDispGLAcctDisp'),
  );
}

function checkTags(books: AirbaseBooks): string[] {
  const records = recordsOf(books, 'tags').filter(
    (record) => String(record.data['type_label']).toLowerCase() === 'department',
  );
  return compare(
    'department',
    rowsOf(books, 'COASegValues').filter((row) => row['SegmentNbr'] === DEPARTMENT_SEGMENT),
    (row) => row['ActiveFlag'] === true,
    (row) => records.filter((record) => record.reference.split(/[|:/-]/).at(-1) === text(row, 'SegmentCode')),
    (row) => text(row, 'SegmentCode'),
  );
}

/** Everything loaded belongs to the subsidiary under test. */
function checkSubsidiaries(books: AirbaseBooks): string[] {
  const { masters } = books.airbase.tenant;
  return (['vendors', 'accounts', 'tags'] as const).flatMap((kind) =>
    recordsOf(books, kind)
      .filter(({ writes }) => writes > 0)
      .filter(({ subsidiaries }) =>
        subsidiaries.some((id) => masters.subsidiaries.get(id)?.reference !== books.subsidiary),
      )
      .map(({ data }) => `${kind}: ${String(data['name'])} was given to another subsidiary`),
  );
}
