import type { SystemClient } from '../../runtime/connector/system';
import { attachmentReader } from './attachments';
import type { EpicorConnection } from './connection';
import { describeFailure, findHiddenFailure } from './failures';
import { createApInvoiceOperation } from './operations/ap-invoice-operation';
import { attachFileOperation } from './operations/attach-file';
import { cancelApInvoiceOperation } from './operations/cancel-ap-invoice';
import { createGlJournalOperation } from './operations/create-gl-journal';
import { createVendorOperation } from './operations/create-vendor';
import { recordPaymentOperation } from './operations/record-payment';
import { reverseGlJournalOperation } from './operations/reverse-gl-journal';
import { updateCustomFieldsOperation } from './operations/update-custom-fields';
import { voidPaymentOperation } from './operations/void-payment';
import { ping } from './ping';
import { authorize, signIn } from './sign-in';
import { apInvoiceReader } from './streams/ap-invoices';
import { apPaymentReader } from './streams/ap-payments';
import { glAccountReader } from './streams/gl-accounts';
import { paymentTermsReader } from './streams/payment-terms';
import { purchaseOrderReader } from './streams/purchase-orders';
import { segmentValueReader } from './streams/segment-values';
import { taxCodeReader } from './streams/tax-codes';
import { vendorReader } from './streams/vendors';

/** The client of one company. With user and password every call carries its own identity: there is no sign-in. */
export function createClient(connection: EpicorConnection): SystemClient {
  return {
    ...(connection.auth === 'basic' ? {} : { signIn: (calls) => signIn(connection, calls) }),
    authorize: (request, session) => authorize(request, session, connection),
    describeFailure,
    findHiddenFailure: (answer, request) => findHiddenFailure(answer, request, connection.company),
    ping: (calls) => ping(connection, calls),
    streams: {
      vendors: vendorReader(connection),
      'gl-accounts': glAccountReader(connection),
      'ap-invoices': apInvoiceReader(connection),
      'ap-payments': apPaymentReader(connection),
      'segment-values': segmentValueReader(connection),
      'payment-terms': paymentTermsReader(connection),
      'tax-codes': taxCodeReader(connection),
      'purchase-orders': purchaseOrderReader(connection),
    },
    operations: {
      'record-payment': recordPaymentOperation(connection),
      'void-payment': voidPaymentOperation(connection),
      'update-custom-fields': updateCustomFieldsOperation(connection),
      'create-ap-invoice': createApInvoiceOperation(connection),
      'cancel-ap-invoice': cancelApInvoiceOperation(connection),
      'attach-file': attachFileOperation(connection),
      'create-gl-journal': createGlJournalOperation(connection),
      'reverse-gl-journal': reverseGlJournalOperation(connection),
      'create-vendor': createVendorOperation(connection),
    },
    files: attachmentReader(connection),
  };
}
