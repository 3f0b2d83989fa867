import { type Clock, systemClock } from '../../runtime/connector/clock';
import type { ConnectionSettings, SystemClient } from '../../runtime/connector/system';
import { openBill } from './connection';
import { describeFailure, findHiddenFailure } from './failures';
import { archiveBillOperation } from './operations/archive-bill';
import { createVendorCreditOperation } from './operations/create-vendor-credit';
import { matchAccountOperation } from './operations/match-account';
import { matchDepartmentOperation } from './operations/match-department';
import { upsertBillOperation } from './operations/upsert-bill';
import { upsertVendorOperation } from './operations/upsert-vendor';
import { tellsStatus, withBillPayments } from './payments';
import { ping } from './ping';
import { billRow, chartOfAccountRow, paymentRow, vendorCreditRow, vendorRow } from './row-schemas';
import { authorize, signIn, signOut } from './sign-in';
import { type StreamSource, streamReader } from './stream-reader';
import { keepSubscription } from './subscription-keeper';
import { verifyDelivery } from './webhook';

/** The client of one BILL connection. Makes no call. @param clock of what it keeps for a short while, and of waits */
export function connectBill(settings: ConnectionSettings, clock: Clock = systemClock): SystemClient {
  const bill = openBill(settings, clock);
  const { credentials, endpoints } = bill;
  const source = (
    name: string,
    path: string,
    schema: StreamSource['schema'],
    isWhole: StreamSource['isWhole'],
  ): StreamSource => ({
    name,
    url: `${endpoints.connect}/${path}`,
    schema,
    isWhole,
    organizationId: credentials.organizationId,
    readBy: 'updated-time',
  });
  const accounts = source(
    'chart-of-accounts',
    'classifications/chart-of-accounts',
    chartOfAccountRow,
    () => true,
  );
  const credits = source('vendor-credits', 'vendor-credits', vendorCreditRow, has('vendorCreditLineItems'));
  return {
    signIn: (calls) => signIn(credentials, endpoints, calls),
    signOut: (session, calls) => signOut(session, credentials, endpoints, calls),
    authorize: (request, session) => authorize(request, session, credentials),
    describeFailure,
    findHiddenFailure,
    ping: (calls) => ping(bill, calls),
    streams: {
      vendors: streamReader(source('vendors', 'vendors', vendorRow, has('address'))),
      'chart-of-accounts': streamReader({ ...accounts, readBy: 'everything' }),
      bills: streamReader(source('bills', 'bills', billRow, has('billLineItems'))),
      payments: streamReader({
        ...source('payments', 'payments', paymentRow, tellsStatus),
        complete: withBillPayments,
      }),
      'vendor-credits': streamReader({ ...credits, readBy: 'everything' }),
    },
    operations: {
      'match-account': matchAccountOperation(bill),
      'match-department': matchDepartmentOperation(bill),
      'upsert-vendor': upsertVendorOperation(bill),
      'upsert-bill': upsertBillOperation(bill),
      'archive-bill': archiveBillOperation(bill),
      'create-vendor-credit': createVendorCreditOperation(bill),
    },
    webhook: {
      verify: verifyDelivery,
      keep: (subscription) => keepSubscription(endpoints, subscription),
    },
  };
}

function has(member: string): StreamSource['isWhole'] {
  return (row) => row[member] !== undefined;
}
