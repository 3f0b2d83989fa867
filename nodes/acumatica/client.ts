import type { SystemClient } from '../../runtime/connector/system';
import type { AcumaticaConnection } from './connection';
import { describeFailure, findHiddenFailure } from './failures';
import { noteOnBillOperation } from './operations/note-on-bill';
import { recordPaymentOperation } from './operations/record-payment';
import { voidPaymentOperation } from './operations/void-payment';
import { ping } from './ping';
import { authorize, signIn, signOut } from './sign-in';
import { billReader } from './streams/bills';
import { glAccountReader } from './streams/gl-accounts';
import { paymentReader } from './streams/payments';
import { subaccountReader } from './streams/subaccounts';
import { vendorReader } from './streams/vendors';
import { verifyDelivery } from './webhook';

/** The client of one tenant. Makes no call. */
export function createClient(connection: AcumaticaConnection): SystemClient {
  return {
    signIn: (calls, memory) => signIn(connection, calls, memory),
    signOut: (session, calls, memory) => signOut(connection, session, calls, memory),
    authorize: (request, session) => authorize(request, session, connection),
    describeFailure,
    findHiddenFailure: (answer, request) => findHiddenFailure(answer, request, connection),
    ping: (calls) => ping(connection, calls),
    streams: {
      vendors: vendorReader(connection),
      bills: billReader(connection),
      'gl-accounts': glAccountReader(connection),
      subaccounts: subaccountReader(connection),
      payments: paymentReader(connection),
    },
    operations: {
      'record-payment': recordPaymentOperation(connection),
      'void-payment': voidPaymentOperation(connection),
      'note-on-bill': noteOnBillOperation(connection),
    },
    webhook: { verify: (delivery, secrets) => verifyDelivery(delivery, secrets, connection) },
  };
}
