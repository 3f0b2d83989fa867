import type { SystemManifest } from '../../runtime/connector/manifest';
import { connectionDeclaration } from './connection-declaration';
import { errorTable } from './error-table';
import { createApInvoice } from './operations/ap-invoice-declaration';
import { attachFile } from './operations/attach-file-declaration';
import { cancelApInvoice } from './operations/cancel-ap-invoice';
import { createVendor } from './operations/create-vendor';
import { createGlJournal } from './operations/gl-journal-document';
import { recordPayment } from './operations/record-payment';
import { reverseGlJournal } from './operations/reverse-gl-journal';
import { updateCustomFields } from './operations/update-custom-fields';
import { voidPayment } from './operations/void-payment';
import { apInvoices } from './streams/ap-invoices';
import { apPayments } from './streams/ap-payments';
import { glAccounts } from './streams/gl-accounts';
import { paymentTerms } from './streams/payment-terms';
import { purchaseOrders } from './streams/purchase-orders';
import { segmentValues } from './streams/segment-values';
import { taxCodes } from './streams/tax-codes';
import { vendors } from './streams/vendors';

export const manifest: SystemManifest = {
  system: 'epicor-kinetic',
  title: 'Epicor Kinetic',
  version: 1,
  color: '#9dc3e6',
  connection: connectionDeclaration,
  streams: {
    vendors,
    'gl-accounts': glAccounts,
    'ap-invoices': apInvoices,
    'ap-payments': apPayments,
    'segment-values': segmentValues,
    'payment-terms': paymentTerms,
    'tax-codes': taxCodes,
    'purchase-orders': purchaseOrders,
  },
  operations: {
    'record-payment': recordPayment,
    'void-payment': voidPayment,
    'update-custom-fields': updateCustomFields,
    'create-ap-invoice': createApInvoice,
    'cancel-ap-invoice': cancelApInvoice,
    'attach-file': attachFile,
    'create-gl-journal': createGlJournal,
    'reverse-gl-journal': reverseGlJournal,
    'create-vendor': createVendor,
  },
  errors: errorTable,
};
