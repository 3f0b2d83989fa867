import type { Row } from '../epicor-kinetic/table-rows';
import type { ClassificationSeed } from './bill-seed';

export const COA = 'MAIN';
export const BOOK = 'MAIN';

/** An account of the company, and how BILL holds it. */
export interface Account {
  /** Segments joined by `|`, as stored. */
  readonly internal: string;
  /** Segments joined by the separator, as shown and as numbered in BILL. */
  readonly display: string;
  readonly description: string;
  readonly active: boolean;
  /** Whether BILL's chart of accounts has it. */
  readonly inBill: 'yes' | 'no' | 'archived';
}

const NATURAL: readonly (readonly [code: string, name: string])[] = [
  ['5010', 'Raw material'],
  ['5020', 'Purchased parts'],
  ['5100', 'Subcontracting'],
  ['6100', 'Office supplies'],
  ['6150', 'Repairs and maintenance'],
  ['6200', 'Freight in'],
  ['6300', 'Utilities'],
  ['6400', 'Professional fees'],
  ['6500', 'Tools and dies'],
  ['6900', 'Miscellaneous expense'],
];
const DEPARTMENTS: readonly (readonly [code: string, name: string])[] = [
  ['10', 'Production'],
  ['20', 'Maintenance'],
  ['30', 'Warehouse'],
  ['40', 'Administration'],
];
const DIVISION = '200';

/** Natural accounts that BILL does not know: accounting made them after the chart was copied. */
const MISSING = new Set(['6900|40|200', '6500|30|200']);
const ARCHIVED = new Set(['6400|30|200']);
const INACTIVE = new Set(['5100|40|200']);

/** The company's forty accounts. */
export function makeAccounts(): Account[] {
  return NATURAL.flatMap(([code, name]) =>
    DEPARTMENTS.map(([department, of]): Account => {
      const internal = [code, department, DIVISION].join('|');
      return {
        internal,
        display: internal.replaceAll('|', '-'),
        description: `${name}, ${of}`,
        active: !INACTIVE.has(internal),
        inBill: MISSING.has(internal) ? 'no' : ARCHIVED.has(internal) ? 'archived' : 'yes',
      };
    }),
  );
}

/** The rows of the account tables. */
export function accountRows(accounts: readonly Account[]): Record<string, Row[]> {
  const segments = (internal: string): Row =>
    Object.fromEntries(internal.split('|').map((value, index) => [`SegValue${index + 1}`, value]));
  return {
    COA: [{ COACode: COA, Description: 'Main chart of accounts', SeparatorChar: '-' }],
    COASegment: ['Natural account', 'Department', 'Division'].map((name, index) => ({
      COACode: COA,
      SegmentNbr: index + 1,
      SegmentName: name,
      DisplayOrder: index + 1,
      MinLength: index === 0 ? 4 : 2,
      MaxLength: 4,
    })),
    COASegValues: [
      ...NATURAL.map(([code, name]) => segmentValue(1, code, name)),
      ...DEPARTMENTS.map(([code, name]) => segmentValue(2, code, name)),
      segmentValue(3, DIVISION, 'Main plant'),
    ],
    GLAccount: accounts.map((account) => ({
      COACode: COA,
      GLAccount1: account.internal,
      AccountDesc: account.description,
      Active: account.active,
      GLAcctDispGLAcctDisp: account.display,
      GLAcctDispGLShortAcct: account.display,
      ...segments(account.internal),
    })),
    GLAcctDisp: accounts.map((account) => ({
      COACode: COA,
      GLAccount: account.internal,
      GLAcctDisp1: account.display,
      AccountDesc: account.description,
      Active: account.active,
      CatType: 'I',
      IsGLAccount: true,
      ...segments(account.internal),
    })),
  };
}

function segmentValue(segment: number, code: string, name: string): Row {
  return {
    COACode: COA,
    SegmentNbr: segment,
    SegmentCode: code,
    SegmentName: name,
    SegmentDesc: name,
    ActiveFlag: true,
    NormalBalance: 'D',
  };
}

/** BILL's chart of accounts for this company, with an entry that belongs to no account. */
export function billAccounts(accounts: readonly Account[]): ClassificationSeed[] {
  const family = 'chart-of-accounts';
  const known = accounts
    .filter((account) => account.inBill !== 'no')
    .map(
      (account): ClassificationSeed => ({
        family,
        data: { name: account.description, account: { type: 'EXPENSE', number: account.display } },
        archived: account.inBill === 'archived',
      }),
    );
  return [
    ...known,
    { family, data: { name: 'Ask my accountant', account: { type: 'UNSPECIFIED' } }, archived: false },
  ];
}
