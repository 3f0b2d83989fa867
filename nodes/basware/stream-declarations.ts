import type { FieldDeclaration, StreamDeclaration } from '../../runtime/connector/manifest';
import { accountingDocumentRow, attachmentRow } from './row-schemas';

function readBy(usual: 'status' | 'lastUpdated'): FieldDeclaration {
  return {
    name: 'readBy',
    type: 'choice',
    label: 'Find documents by',
    help: 'By status is a queue: whatever stands in one of the named statuses. By lastUpdated finds changes of every kind, our own responses among them.',
    default: usual,
    choices: [
      { value: 'status', label: 'processing status' },
      { value: 'lastUpdated', label: 'lastUpdated, in every status' },
    ],
  };
}

function statuses(usual: string): FieldDeclaration {
  return {
    name: 'statuses',
    type: 'list',
    label: 'Processing statuses',
    help: 'Statuses that are read, one after the other.',
    default: usual,
  };
}

const shared: readonly FieldDeclaration[] = [
  {
    name: 'stuckMinutes',
    type: 'integer',
    label: 'In progress for (minutes)',
    help: 'Documents in a status that ends in InProgress were acknowledged and wait for an answer. They are read only when nothing has moved for so long: the answer to them may be lost.',
    default: 30,
    minimum: 0,
    maximum: 100_000,
  },
  {
    name: 'overlapMinutes',
    type: 'integer',
    label: 'Overlap (minutes)',
    help: 'A read by lastUpdated begins this long before the newest change seen, because changes can become visible late. What was seen before is recognized.',
    default: 5,
    minimum: 1,
    maximum: 10_080,
  },
  {
    name: 'from',
    type: 'date',
    label: 'Not before',
    help: 'Documents last changed before this day are left out. Empty: everything is taken.',
  },
  {
    name: 'pageSize',
    type: 'integer',
    label: 'Page size',
    help: 'Documents on a page at most. Basware gives fewer when they have many coding rows.',
    default: 100,
    minimum: 1,
    maximum: 100,
  },
];

export const streamDeclarations: Readonly<Record<string, StreamDeclaration>> = {
  'accounting-documents': {
    title: 'Accounting documents',
    help: 'Coded invoices of the company, whole, with Basware’s own field names. `codingRows` is the GL distribution. Fetched again just before it is mapped, so `processingStatus` is what stands now.',
    row: accountingDocumentRow,
    key: ['invoiceId'],
    cursor: { strategy: 'status-queue', precision: 'none', ordered: false },
    deletes: 'never',
    detail: true,
    tally: { amount: 'grossSum', currency: 'currencyCode', date: 'invoiceDate' },
    options: [readBy('status'), statuses('WaitingForTransfer,TransferInProgress'), ...shared],
  },
  attachments: {
    title: 'Attachments',
    help: 'Names and categories of the images and files of transferred invoices. They appear in Basware only after the transfer, and only where the tenant has them switched on.',
    row: attachmentRow,
    key: ['invoiceId', 'externalCode'],
    cursor: { strategy: 'timestamp-overlap', precision: 'instant', ordered: false },
    deletes: 'never',
    detail: false,
    options: [readBy('lastUpdated'), statuses('Transferred,Paid'), ...shared],
  },
};
