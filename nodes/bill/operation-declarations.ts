import type { FieldDeclaration, OperationDeclaration } from '../../runtime/connector/manifest';
import {
  accountDocument,
  archiveDocument,
  billDocument,
  departmentDocument,
  vendorCreditDocument,
  vendorDocument,
} from './document-schemas';

const nearDuplicates: FieldDeclaration = {
  name: 'nearDuplicates',
  type: 'choice',
  label: 'Near-duplicates',
  help: 'A document of the same vendor, currency and amount whose number differs only in case, punctuation or leading zeros.',
  default: 'park',
  choices: [
    { value: 'park', label: 'park, for a person to decide' },
    { value: 'allow', label: 'send anyway' },
  ],
};

export const operationDeclarations: Readonly<Record<string, OperationDeclaration>> = {
  'match-account': {
    title: 'Match an account',
    help: 'Links an account of the ERP to the entry of the chart of accounts with one of the candidate numbers. Changes nothing in BILL.',
    document: accountDocument,
    effect: 'put',
    businessKey: 'the account number',
    options: [
      {
        name: 'matchName',
        type: 'boolean',
        label: 'Match by name too',
        help: 'When no number matches, an account of the same name does.',
        default: false,
      },
    ],
  },
  'match-department': {
    title: 'Match a department',
    help: 'Links a department of the ERP, for example a segment of its subaccounts, to the department classification with one of the candidate codes as its short name or name. Changes nothing in BILL.',
    document: departmentDocument,
    effect: 'put',
    businessKey: 'the code of the department',
    options: [
      {
        name: 'matchName',
        type: 'boolean',
        label: 'Match by description too',
        help: 'When no code matches, a department whose name is the description in the ERP does.',
        default: false,
      },
    ],
  },
  'upsert-vendor': {
    title: 'Make or change a vendor',
    help: 'Recognizes the vendor first, makes it when it is not there, and later sends what changed at the source. Bank data is never sent.',
    document: vendorDocument,
    effect: 'put',
    material: ['name', 'shortName', 'accountNumber', 'email', 'phone', 'address', 'additionalInfo'],
    businessKey: 'short name, tax id, or name and postal code',
    options: [
      {
        name: 'matchBy',
        type: 'list',
        label: 'Recognize by',
        help: 'Ways to recognize a vendor that is in BILL already, in the order they are tried: shortName (the code in the ERP), taxId, nameAndPostcode.',
        default: 'shortName,taxId,nameAndPostcode',
      },
      {
        name: 'otherShortName',
        type: 'choice',
        label: 'A match with another short name',
        help: 'What to do when tax id or name match, but the vendor in BILL carries the short name of another one.',
        default: 'ask',
        choices: [
          { value: 'ask', label: 'park, for a person to decide' },
          { value: 'adopt', label: 'take it: the short names in BILL mean something else' },
          { value: 'create', label: 'make a new vendor' },
        ],
      },
    ],
  },
  'upsert-bill': {
    title: 'Make or change a bill',
    help: 'Looks the number up at the vendor, makes the bill, reads back that it was stored as sent. A change is sent only while nothing is paid or scheduled and no approval has begun.',
    document: billDocument,
    effect: 'put',
    material: [
      'vendorId',
      'currency',
      'amount',
      'invoice',
      'dueDate',
      'billLineItems',
      'classifications',
      'purchaseOrderNumber',
      'payFromChartOfAccountId',
    ],
    nearKey: ['vendorId', 'currency', 'amount', 'invoice.invoiceNumber'],
    unique: true,
    businessKey: 'vendor and invoice number',
    options: [
      {
        name: 'numberTooLong',
        type: 'choice',
        label: 'Numbers over 21 characters',
        help: 'BILL takes 21 characters. Shortened numbers end in a hash of the whole, which then stands in the description.',
        default: 'park',
        choices: [
          { value: 'park', label: 'park' },
          { value: 'shorten', label: 'shorten with a hash' },
        ],
      },
      nearDuplicates,
      {
        name: 'archivedNumber',
        type: 'choice',
        label: 'Number of an archived bill',
        help: 'BILL may keep the number of a bill that was archived, and refuse it for the document that replaces it. When no live bill has the number, BILL can be asked to take it again.',
        default: 'again',
        choices: [
          { value: 'again', label: 'send it again under that number' },
          { value: 'park', label: 'park, for a person to decide' },
        ],
      },
      {
        name: 'refuseDuplicates',
        type: 'boolean',
        label: 'Have BILL refuse duplicates',
        help: 'Sends allowDuplicateInvoiceNumber: false. Left out by itself where BILL does not know it. The number is looked up here in any case.',
        default: true,
      },
    ],
  },
  'archive-bill': {
    title: 'Archive a bill',
    help: 'For a document voided at the source. Only while nothing is paid or scheduled and no approval has begun.',
    document: archiveDocument,
    effect: 'close',
    material: ['billId'],
    businessKey: 'the id of the bill',
    options: [],
  },
  'create-vendor-credit': {
    title: 'Make a vendor credit',
    help: 'For a debit memo: amounts are positive here. A change after sending parks.',
    document: vendorCreditDocument,
    effect: 'put',
    material: ['vendorId', 'currency', 'amount', 'referenceNumber', 'creditDate', 'vendorCreditLineItems'],
    nearKey: ['vendorId', 'currency', 'amount', 'referenceNumber'],
    unique: true,
    businessKey: 'vendor and reference number',
    options: [nearDuplicates],
  },
};
