import { type Clock, systemClock } from '../../runtime/connector/clock';
import type { ConnectionSettings, SystemClient } from '../../runtime/connector/system';
import { attachmentFiles } from './attachment-files';
import { openBasware } from './connection';
import { accountingDocumentReader, attachmentReader } from './document-reader';
import { describeFailure, findHiddenFailure } from './failures';
import { accounts, dimensions, paymentTerms, taxCodes } from './import-kinds';
import { acknowledgeOperation } from './operations/acknowledge';
import { importOperation } from './operations/import-operation';
import { paymentResponseOperation } from './operations/payment-response';
import { transferResponseOperation } from './operations/transfer-response';
import { ping } from './ping';
import { authorize, signIn } from './sign-in';
import { keepSubscription } from './subscription-keeper';
import { vendors } from './vendor-import';
import { verifyDelivery } from './webhook';

/**
 * The client of one Basware connection. Makes no call.
 * @param clock for the end of tokens, and for waiting until a request has been processed
 */
export function connectBasware(settings: ConnectionSettings, clock: Clock = systemClock): SystemClient {
  const basware = openBasware(settings, clock);
  return {
    ...(basware.auth === 'oauth' && { signIn: (calls) => signIn(basware, calls) }),
    authorize: (request, session) => authorize(request, session, basware),
    describeFailure,
    findHiddenFailure,
    ping: (calls) => ping(basware, calls),
    streams: {
      'accounting-documents': accountingDocumentReader(basware),
      attachments: attachmentReader(basware),
    },
    files: attachmentFiles(basware),
    operations: {
      acknowledge: acknowledgeOperation(basware),
      'transfer-response': transferResponseOperation(basware),
      'payment-response': paymentResponseOperation(basware),
      'import-vendor': importOperation(basware, vendors),
      'import-gl-account': importOperation(basware, accounts),
      'import-dimension': importOperation(basware, dimensions),
      'import-payment-term': importOperation(basware, paymentTerms),
      'import-tax-code': importOperation(basware, taxCodes),
    },
    webhook: {
      verify: (delivery, secrets) => verifyDelivery(delivery, secrets, basware.signing),
      keep: (subscription) => keepSubscription(basware, subscription),
    },
  };
}
