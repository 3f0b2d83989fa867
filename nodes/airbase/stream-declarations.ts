import type { FieldDeclaration, StreamDeclaration } from '../../runtime/connector/manifest';
import { ledgerEntryRow, paymentRow, vendorRow } from './row-schemas';
import { billRow, cardTransactionRow, purchaseOrderRow, reimbursementRow } from './spend-row-schemas';

const from: FieldDeclaration = {
  name: 'from',
  type: 'date',
  label: 'Not before',
  help: 'What is dated before this day is left out. Empty: everything is taken.',
};

const states: FieldDeclaration = {
  name: 'states',
  type: 'list',
  label: 'States',
  help: 'States that are read: ready, done, failed. With done, entries that people change after they were posted are found too, at the price of reading all of them every time.',
  default: 'ready',
};

const kinds: FieldDeclaration = {
  name: 'kinds',
  type: 'list',
  label: 'Kinds',
  help: 'Kinds that are read: bill, reimbursement, card, bill-payment, reimbursement-payment, transfer, unknown. Empty: all of them.',
};

const changedFrom: FieldDeclaration = {
  ...from,
  help: 'What last changed before this day is left out. Empty: everything is taken.',
};

const overlap: FieldDeclaration = {
  name: 'overlapMinutes',
  type: 'integer',
  label: 'Overlap (minutes)',
  help: 'Every read begins this long before the newest change seen, because changes can become visible late. What was seen before is recognized.',
  default: 5,
  minimum: 1,
  maximum: 10_080,
};

const queue = { strategy: 'status-queue', precision: 'none', ordered: false } as const;
const whole = { strategy: 'full-scan-hash', precision: 'none', ordered: false } as const;
const byTime = { strategy: 'timestamp-overlap', precision: 'instant', ordered: false } as const;
const spendOnly = 'Only where the connection has the spend API.';

export const streamDeclarations: Readonly<Record<string, StreamDeclaration>> = {
  'ledger-entries': {
    title: 'Ledger entries',
    help: 'What is approved in Airbase and waits for the ERP: bills, reimbursements, settled card transactions, their refunds, and payments, told apart by `kind`. Fetched again just before it is mapped, so `state` is what stands now. A vendor that the ERP does not know has `candidates`.',
    row: ledgerEntryRow,
    key: ['airbase_id'],
    cursor: queue,
    deletes: 'never',
    detail: true,
    tally: { amount: 'total_amount', currency: 'currency_code', date: 'entry_date' },
    options: [kinds, states, from],
  },
  'spend-payments': {
    title: 'Payments',
    help: 'Payments of bills and reimbursements, from the ledger entries or from the spend API as the connection says. `applied_to` names the entries that were paid, by their `airbase_id`.',
    row: paymentRow,
    key: ['id'],
    cursor: queue,
    deletes: 'never',
    detail: true,
    tally: { amount: 'amount', currency: 'currency_code', date: 'payment_date' },
    options: [states, from],
  },
  vendors: {
    title: 'Vendors',
    help: 'Vendors as Airbase has them. One without `erp_reference_id` was made in Airbase; fetched whole, it has the vendors of the ERP that it could be as `candidates`.',
    row: vendorRow,
    key: ['airbase_id'],
    cursor: whole,
    deletes: 'status-flag',
    detail: true,
    options: [
      {
        name: 'only',
        type: 'choice',
        label: 'Which',
        help: 'All vendors, or those that the ERP does not know.',
        default: 'all',
        choices: [
          { value: 'all', label: 'all' },
          { value: 'unlinked', label: 'those made in Airbase, without a key of the ERP' },
        ],
      },
    ],
  },
  'purchase-orders': {
    title: 'Purchase orders',
    help: `Open, closed and canceled orders with their lines and what is left of them. ${spendOnly}`,
    row: purchaseOrderRow,
    key: ['id'],
    cursor: whole,
    deletes: 'never',
    detail: true,
    options: [],
  },
  bills: {
    title: 'Bills (spend API)',
    help: `Bills in every status of approval, with due date, purchase order and taxes. ${spendOnly}`,
    row: billRow,
    key: ['id'],
    cursor: byTime,
    deletes: 'never',
    detail: true,
    tally: { amount: 'total_amount', currency: 'currency_code', date: 'invoice_date' },
    options: [overlap, changedFrom],
  },
  reimbursements: {
    title: 'Reimbursements (spend API)',
    help: `Reports of employees in every status of approval. ${spendOnly}`,
    row: reimbursementRow,
    key: ['id'],
    cursor: byTime,
    deletes: 'never',
    detail: false,
    options: [overlap, changedFrom],
  },
  'card-transactions': {
    title: 'Card transactions (spend API)',
    help: `Card transactions in every status; only those that are \`settled\` should be posted. Nothing is ever written to them. ${spendOnly}`,
    row: cardTransactionRow,
    key: ['id'],
    cursor: whole,
    deletes: 'never',
    detail: false,
    tally: { amount: 'settlement_amount', date: 'settlement_date' },
    options: [],
  },
};
