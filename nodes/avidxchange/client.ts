import { type Clock, systemClock } from '../../runtime/connector/clock';
import type { ConnectionSettings, SystemClient } from '../../runtime/connector/system';
import { missingSystem } from './accounting-system';
import { openAvidXchange } from './connection';
import { describeFailure, findHiddenFailure } from './failures';
import { codes } from './operations/code-kind';
import { purchaseOrders } from './operations/purchase-order-kind';
import { submitInvoiceOperation } from './operations/submit-invoice';
import { upsertOperation } from './operations/upsert-operation';
import { vendors } from './operations/vendor-kind';
import { ping } from './ping';
import { authorize, signIn } from './sign-in';
import { batchStatusReader, capturedInvoiceReader } from './streams/closed-batches';
import { codeReader } from './streams/codes';
import { invoiceStatusReader } from './streams/invoice-status';
import { paymentReader } from './streams/payments';
import { vendorReader } from './streams/vendors';

/**
 * The client of one AvidXchange connection. Makes no call.
 * @param clock for the end of sessions, and for waiting until a batch has been worked on
 */
export function connectAvidXchange(settings: ConnectionSettings, clock: Clock = systemClock): SystemClient {
  const avid = openAvidXchange(settings, clock);
  return {
    ...(avid.auth !== 'tokens' && { signIn: (calls) => signIn(avid, calls) }),
    authorize: (request, session) => authorize(request, session, avid),
    describeFailure,
    findHiddenFailure: (answer, request) =>
      findHiddenFailure(answer, request) ?? missingSystem(avid, answer, request),
    ping: (calls) => ping(avid, calls),
    streams: {
      payments: paymentReader(avid),
      'invoice-status': invoiceStatusReader(avid),
      vendors: vendorReader(avid),
      codes: codeReader(avid),
      'batch-status': batchStatusReader(avid),
      'captured-invoices': capturedInvoiceReader(avid),
    },
    operations: {
      'submit-vendor': upsertOperation(avid, vendors),
      'submit-gl-code': upsertOperation(avid, codes),
      'submit-dimension': upsertOperation(avid, codes),
      'submit-purchase-order': upsertOperation(avid, purchaseOrders),
      'submit-invoice': submitInvoiceOperation(avid),
    },
  };
}
