import type { FieldDeclaration, OperationDeclaration } from '../../runtime/connector/manifest';
import {
  dimensionDocument,
  glCodeDocument,
  invoiceDocument,
  purchaseOrderDocument,
  vendorDocument,
} from './document-schemas';

/** Bytes of a body at most, as AvidXchange takes them, less what stands around the documents. */
export const heaviestBatch = 24_000_000;

/** Each invoice is read whole before it joins a batch, so they come one by one, and not always at the same pace. */
const gatherMs = 3_000;

const follow: FieldDeclaration = {
  name: 'followSeconds',
  type: 'integer',
  label: 'Wait for the result (seconds)',
  help: 'AvidXchange takes a batch and works on it afterwards. The result is waited for so long; after that it is looked up later.',
  default: 10,
  minimum: 0,
  maximum: 60,
};

function batchSize(most: number): FieldDeclaration {
  return {
    name: 'batchSize',
    type: 'integer',
    label: 'Batch size',
    help: `Documents in one batch at most; AvidXchange takes ${most}.`,
    default: most,
    minimum: 1,
    maximum: most,
  };
}

function upsert(
  title: string,
  help: string,
  document: OperationDeclaration['document'],
  businessKey: string,
  most: number,
): OperationDeclaration {
  return {
    title,
    help: `${help} Documents go in batches; what is the same there already is passed over.`,
    document,
    effect: 'put',
    businessKey,
    batch: { size: most, field: 'batchSize', atomic: false, updates: true, maxWeight: heaviestBatch },
    options: [batchSize(most), follow],
  };
}

const invoiceOptions: readonly FieldDeclaration[] = [
  {
    name: 'images',
    type: 'choice',
    label: 'Images',
    help: 'How the images of an invoice go along. They are fetched from the source while a batch is written.',
    default: 'inline',
    choices: [
      { value: 'inline', label: 'inside the batch' },
      { value: 'upload', label: 'one by one, once AvidXchange has the invoice' },
      { value: 'none', label: 'not at all' },
    ],
  },
  {
    name: 'imageTrouble',
    type: 'choice',
    label: 'An image that cannot be sent',
    help: 'It is missing at the source, too large, or neither PDF, TIFF, PNG nor JPEG.',
    default: 'park',
    choices: [
      { value: 'park', label: 'park the invoice, for a person to decide' },
      { value: 'without', label: 'send the invoice without it' },
    ],
  },
  {
    name: 'imageMegabytes',
    type: 'integer',
    label: 'Largest image (MB)',
    help: 'A larger image is not sent.',
    default: 10,
    minimum: 1,
    maximum: 20,
  },
  {
    name: 'batchMegabytes',
    type: 'integer',
    label: 'Largest batch (MB)',
    help: 'Images included, as they travel. A batch that would be larger goes in several.',
    default: 20,
    minimum: 1,
    maximum: 24,
  },
  {
    name: 'currencies',
    type: 'list',
    label: 'Currencies',
    help: 'Invoices in another currency park. AvidXchange shows no currency and pays in US dollars, unless yours is set up otherwise.',
    default: 'USD',
  },
  {
    name: 'nearDuplicates',
    type: 'choice',
    label: 'Near-duplicates',
    help: 'An invoice of the same vendor and amount whose number differs only in case, punctuation or leading zeros.',
    default: 'park',
    choices: [
      { value: 'park', label: 'park, for a person to decide' },
      { value: 'allow', label: 'send anyway' },
    ],
  },
];

export const operationDeclarations: Readonly<Record<string, OperationDeclaration>> = {
  'submit-vendor': upsert(
    'Submit a vendor',
    'Makes or changes the vendor of this code. `AddressCode` goes behind the code where the connection joins the two. Bank data is never sent, and a vendor that is not active stays, inactive.',
    vendorDocument,
    'the vendor code',
    200,
  ),
  'submit-gl-code': upsert(
    'Submit a GL code',
    'Makes or changes a GL account for coding. The ERP is the source of accounts: they are read-only in AvidXchange, and nothing of them is ever written back.',
    glCodeDocument,
    'the code within its group',
    500,
  ),
  'submit-dimension': upsert(
    'Submit a dimension',
    'Makes or changes a value of a dimension, which AvidXchange keeps as a code of the group that the document names.',
    dimensionDocument,
    'the code within its group',
    500,
  ),
  'submit-purchase-order': upsert(
    'Submit a purchase order',
    'Makes or changes a purchase order, which invoices are matched with. An order that is over goes with the status closed.',
    purchaseOrderDocument,
    'the order number',
    100,
  ),
  'submit-invoice': {
    title: 'Submit an invoice',
    help: 'Sends an invoice with its coding, order references and images for approval and payment. It cannot be changed there afterwards: only images may follow. `Images[].SourceFile` names the file at the source; its content never travels in a message.',
    document: invoiceDocument,
    effect: 'put',
    nearKey: ['VendorExternalCode', 'GrossAmount', 'Number'],
    businessKey: 'our id of the invoice, else vendor and number',
    batch: { size: 50, field: 'batchSize', atomic: false, maxWeight: heaviestBatch, gatherMs },
    options: [batchSize(50), follow, ...invoiceOptions],
  },
};
