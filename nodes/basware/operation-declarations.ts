import type {
  BatchDeclaration,
  FieldDeclaration,
  OperationDeclaration,
} from '../../runtime/connector/manifest';
import {
  accountDocument,
  acknowledgeDocument,
  dimensionDocument,
  paymentResponseDocument,
  paymentTermDocument,
  taxCodeDocument,
  transferResponseDocument,
  vendorDocument,
} from './document-schemas';

/** Bytes of a batch at most; Basware takes bodies of 6 MB. */
export const heaviestBatch = 5_000_000;

/** What makes one answer to a transfer differ from another. */
export const transferMaterial = [
  'invoiceId',
  'success',
  'responseMessage',
  'paymentBlock',
  'voucherNumber1',
  'voucherNumber2',
  'round',
];

const follow: FieldDeclaration = {
  name: 'followSeconds',
  type: 'integer',
  label: 'Wait for the result (seconds)',
  help: 'Basware answers at once and takes the data over afterwards. The result is waited for so long; after that it is looked up later.',
  default: 5,
  minimum: 0,
  maximum: 60,
};

const languages: FieldDeclaration = {
  name: 'languages',
  type: 'list',
  label: 'Languages',
  help: 'Languages that the name is given in, when the document names no translations. en-US is always among them.',
  default: 'en-US',
};

function batchOf(size: number): { readonly batch: BatchDeclaration; readonly field: FieldDeclaration } {
  return {
    batch: { size, field: 'batchSize', atomic: false, updates: true, maxWeight: heaviestBatch },
    field: {
      name: 'batchSize',
      type: 'integer',
      label: 'Batch size',
      help: `Records in one call at most; Basware takes ${size}.`,
      default: size,
      minimum: 1,
      maximum: size,
    },
  };
}

function importOf(
  title: string,
  help: string,
  document: OperationDeclaration['document'],
  size: number,
  options: readonly FieldDeclaration[],
): OperationDeclaration {
  const { batch, field } = batchOf(size);
  const more =
    'The record replaces the one before, manual changes in Basware included; one that is the same is passed over.';
  return {
    title,
    help: `${help} ${more}`,
    document,
    effect: 'put',
    businessKey: 'the external code',
    batch,
    options: [...options, field, follow],
  };
}

function text(name: string, label: string, help: string, fallback?: string): FieldDeclaration {
  return { name, type: 'text', label, help, ...(fallback === undefined ? {} : { default: fallback }) };
}

export const operationDeclarations: Readonly<Record<string, OperationDeclaration>> = {
  acknowledge: {
    title: 'Acknowledge an invoice',
    help: 'Marks an invoice as received, which takes it out of the queue. An invoice that is acknowledged and never answered hangs in Basware: always send a transfer response after it. `round` tells the transfers of one invoice apart; the number of its transferResponses so far serves.',
    document: acknowledgeDocument,
    effect: 'act',
    businessKey: 'the invoice and its status',
    options: [],
  },
  'transfer-response': {
    title: 'Answer a transfer',
    help: 'Tells Basware that the invoice is in the ERP, with its number as `voucherNumber1`, or why it is not: people see `responseMessage`. Runs for parked records too. `round` tells the transfers of one invoice apart, so that the same answer can be given to each; the number of its transferResponses so far serves.',
    document: transferResponseDocument,
    effect: 'act',
    material: transferMaterial,
    businessKey: 'the invoice, and what was answered',
    reply: true,
    options: [follow],
  },
  'payment-response': {
    title: 'Report payment',
    help: 'Tells Basware what has been paid on the invoices. `paidTotal` is the total so far in the currency of the invoice: of a partial payment what is paid until now, after a void what is left, with `paymentReversalDocument`. A change is sent as a further response.',
    document: paymentResponseDocument,
    effect: 'put',
    businessKey: 'the invoices, and what was said about them',
    options: [follow],
  },
  'import-vendor': importOf(
    'Import a vendor',
    'Makes or changes a vendor. Payment terms and currencies must be in Basware before. Bank accounts are never sent. A vendor that is not active stays, and is closed for new invoices.',
    vendorDocument,
    200,
    [
      text(
        'taxIdScheme',
        'Scheme of the tax ID',
        'Name of the identifier scheme for tax IDs in your tenant.',
        'VATID',
      ),
      text(
        'paymentMeansCode',
        'Means of payment',
        'Code for the default means of payment of vendors that name none. The currency of a vendor is sent with it only.',
      ),
    ],
  ),
  'import-gl-account': importOf(
    'Import a GL account',
    'Makes or changes an account for coding. One that is not active is hidden.',
    accountDocument,
    500,
    [languages],
  ),
  'import-dimension': importOf(
    'Import a dimension value',
    'Makes or changes a cost center, or an item of a generic list. `listKey` of the document goes before that of the node; COST_CENTERS names the cost centers.',
    dimensionDocument,
    500,
    [
      {
        ...text(
          'listKey',
          'List',
          'Generic list that the dimension is kept in, for example ACC_LIST_1. Empty: cost centers.',
        ),
        pattern: '(COST_CENTERS|(ACC_LIST|INV_LIST|CUST_RESOLVER)_[1-9][0-9]?)',
      },
      text('codeColumn', 'Column of the code', 'Column of the list that holds the code.', 'text_1'),
      text('nameColumn', 'Column of the name', 'Column of the list that holds the name.', 'text_2'),
      languages,
    ],
  ),
  'import-payment-term': importOf(
    'Import a payment term',
    'Makes or changes a payment term.',
    paymentTermDocument,
    500,
    [
      {
        ...text('validFrom', 'Valid from', 'For terms that name no day.'),
        type: 'date',
        default: '2000-01-01',
      },
      { ...text('validTo', 'Valid to', 'For terms that name no day.'), type: 'date', default: '2099-12-31' },
      languages,
    ],
  ),
  'import-tax-code': importOf('Import a tax code', 'Makes or changes a tax code.', taxCodeDocument, 500, [
    languages,
  ]),
};
