import type { FieldDeclaration, StreamDeclaration } from '../../runtime/connector/manifest';
import {
  batchRow,
  capturedInvoiceRow,
  codeRow,
  invoiceStatusRow,
  paymentRow,
  vendorRow,
} from './row-schemas';

const pageSize: FieldDeclaration = {
  name: 'pageSize',
  type: 'integer',
  label: 'Page size',
  help: 'Rows on a page at most.',
  default: 100,
  minimum: 1,
  maximum: 500,
};

const overlap: FieldDeclaration = {
  name: 'overlapDays',
  type: 'integer',
  label: 'Overlap (days)',
  help: 'AvidXchange finds changes by whole days in UTC. Every read begins so many days before the last one ended; what was seen before is recognized.',
  default: 1,
  minimum: 1,
  maximum: 30,
};

const lookAgain: FieldDeclaration = {
  name: 'lookAgainDays',
  type: 'integer',
  label: 'Look again (days)',
  help: 'A payment may change for long after it was settled: money comes back weeks later. With the first read of every day (UTC), payments of so many days are read again; what was seen before is recognized.',
  default: 90,
  minimum: 0,
  maximum: 366,
};

/** @param usualLookBack days */
function days(usualLookBack: number): readonly FieldDeclaration[] {
  return [
    overlap,
    {
      name: 'lookBackDays',
      type: 'integer',
      label: 'Look back (days)',
      help: 'How far the first read and a full pass go back, when no first day is given.',
      default: usualLookBack,
      minimum: 1,
      maximum: 3_650,
    },
    {
      name: 'windowDays',
      type: 'integer',
      label: 'Window (days)',
      help: 'Days that are asked for at once at most.',
      default: 30,
      minimum: 1,
      maximum: 366,
    },
    {
      name: 'from',
      type: 'date',
      label: 'Not before',
      help: 'First day that is ever asked for. Empty: as far as the first read looks back.',
    },
    pageSize,
  ];
}

const byDay = { strategy: 'date-tie-break', precision: 'day', ordered: false } as const;
const byComparing = { strategy: 'full-scan-hash', precision: 'none', ordered: false } as const;

export const streamDeclarations: Readonly<Record<string, StreamDeclaration>> = {
  payments: {
    title: 'Payments',
    help: 'Payments that AvidPay makes, in every status, fetched again just before they are mapped. `state` is settled, void or pending, and `method` check, ach, virtual-card, e-payment or other. `reference` is the number of the real check, the trace of the ACH transfer, or the reference of the card, of which no more than the last four digits are kept. `date` is the day it cleared, else was issued; `voided` is the day it was voided or came back. `Invoices` says how much went to which invoice: `paid` is that amount without the discount, and is missing where the parts do not make up the payment; `vendorCode` is the payee without an address key.',
    row: paymentRow,
    key: ['PaymentId'],
    cursor: byDay,
    deletes: 'status-flag',
    detail: true,
    tally: { amount: 'Amount', currency: 'CurrencyCode', date: 'date' },
    options: [...days(730), lookAgain],
  },
  'invoice-status': {
    title: 'Status of invoices',
    help: 'How far invoices are in the approval. `state` is approved, rejected, void or pending. Invoices that did not come from here have no `ExternalInvoiceId`, or another one.',
    row: invoiceStatusRow,
    key: ['Id'],
    cursor: byDay,
    deletes: 'status-flag',
    detail: false,
    options: days(730),
  },
  vendors: {
    title: 'Vendors',
    help: 'Vendors of the accounting system as AvidXchange has them, inactive ones included.',
    row: vendorRow,
    key: ['VendorId'],
    cursor: byDay,
    deletes: 'status-flag',
    detail: false,
    options: [overlap, pageSize],
  },
  codes: {
    title: 'Codes',
    help: 'GL accounts and dimensions as AvidXchange has them. The accounting system is their source: they are read for comparing, and never written back.',
    row: codeRow,
    key: ['GroupName', 'CodeValue'],
    cursor: byComparing,
    deletes: 'status-flag',
    detail: false,
    options: [
      {
        name: 'groups',
        type: 'list',
        label: 'Groups',
        help: 'Code groups that are read. Empty: the group of GL accounts, and those of the dimensions that the connection names.',
      },
      pageSize,
    ],
  },
  'batch-status': {
    title: 'Closed batches',
    help: 'Batches of invoices that were closed. A batch that is reopened and closed again comes again, with another `DateClosed`.',
    row: batchRow,
    key: ['BatchGUID'],
    cursor: byDay,
    deletes: 'never',
    detail: false,
    options: days(730),
  },
  'captured-invoices': {
    title: 'Captured invoices',
    help: 'Coded invoices of closed batches, for customers who capture invoices in AvidXchange. `accountNumber` is the account with the vendor. A batch that is reopened may change its invoices; one that is gone from its batch stays here as it was.',
    row: capturedInvoiceRow,
    key: ['Id'],
    cursor: byDay,
    deletes: 'never',
    detail: false,
    tally: { amount: 'GrossAmount', currency: 'CurrencyCode', date: 'InvoiceDate' },
    options: days(730),
  },
};
