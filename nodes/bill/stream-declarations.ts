import type { FieldDeclaration, StreamDeclaration } from '../../runtime/connector/manifest';
import { billRow, chartOfAccountRow, paymentRow, vendorCreditRow, vendorRow } from './row-schemas';

const fromDate: FieldDeclaration = {
  name: 'from',
  type: 'date',
  label: 'Not before',
  help: 'Rows last changed before this day are left out. Empty: the first read takes everything.',
};

const overlap: FieldDeclaration = {
  name: 'overlapMinutes',
  type: 'integer',
  label: 'Overlap (minutes)',
  help: 'Every read begins this long before the newest change seen, because changes can become visible late. What was seen before is recognized.',
  default: 5,
  minimum: 5,
  maximum: 10_080,
};

function readBy(usual: 'updated-time' | 'everything'): FieldDeclaration {
  return {
    name: 'readBy',
    type: 'choice',
    label: 'Find changes by',
    help: 'How changed rows are found. Where BILL refuses the order or the filter of this list, the next way is taken.',
    default: usual,
    choices: [
      { value: 'updated-time', label: 'updatedTime, in its order' },
      { value: 'updated-time-unordered', label: 'updatedTime, in any order' },
      { value: 'everything', label: 'reading everything and comparing' },
    ],
  };
}

const byUpdatedTime = { strategy: 'timestamp-overlap', precision: 'instant', ordered: true } as const;
const archivedFlag = 'status-flag' as const;

export const streamDeclarations: Readonly<Record<string, StreamDeclaration>> = {
  vendors: {
    title: 'Vendors',
    help: 'The payees of the organization, archived ones included. Bank data is never read.',
    row: vendorRow,
    key: ['id'],
    cursor: byUpdatedTime,
    deletes: archivedFlag,
    detail: false,
    options: [readBy('updated-time'), overlap, fromDate],
  },
  'chart-of-accounts': {
    title: 'Chart of accounts',
    help: 'The GL accounts that bill lines are coded with. `account.number` holds the number of the ERP account.',
    row: chartOfAccountRow,
    key: ['id'],
    cursor: byUpdatedTime,
    deletes: archivedFlag,
    detail: false,
    options: [readBy('everything'), overlap, fromDate],
  },
  bills: {
    title: 'Bills',
    help: 'Bills with their lines, archived ones and drafts included. Drafts say `archived: true`; `recordStatus` tells them apart.',
    row: billRow,
    key: ['id'],
    cursor: byUpdatedTime,
    deletes: archivedFlag,
    detail: false,
    options: [readBy('updated-time'), overlap, fromDate],
  },
  payments: {
    title: 'Payments',
    help: 'Payments through BILL and payments recorded by hand, in every status. Fetched whole and fresh before it is mapped. `billPayments` says how much went to which bill.',
    row: paymentRow,
    key: ['id'],
    cursor: byUpdatedTime,
    deletes: archivedFlag,
    detail: true,
    tally: { amount: 'amount', date: 'processDate' },
    options: [readBy('updated-time'), overlap, fromDate],
  },
  'vendor-credits': {
    title: 'Vendor credits',
    help: 'Credits of vendors and the bills they were applied to.',
    row: vendorCreditRow,
    key: ['id'],
    cursor: byUpdatedTime,
    deletes: archivedFlag,
    detail: false,
    tally: { amount: 'amount', date: 'creditDate' },
    options: [readBy('everything'), overlap, fromDate],
  },
};
