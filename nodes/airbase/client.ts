import { type Clock, systemClock } from '../../runtime/connector/clock';
import type { ConnectionSettings, SystemClient } from '../../runtime/connector/system';
import { openAirbase } from './connection';
import { describeFailure, findHiddenFailure } from './failures';
import { accounts, dimensions, vendors } from './feed-kinds';
import { ledgerReader } from './ledger-reader';
import { linkVendorOperation } from './operations/link-vendor';
import { markOperation } from './operations/mark-synced';
import { upsertOperation } from './operations/upsert-operation';
import { paymentReader } from './payment-reader';
import { ping } from './ping';
import { authorize, signIn } from './sign-in';
import { type SpendList, spendReader } from './spend-reader';
import { billRow, cardTransactionRow, purchaseOrderRow, reimbursementRow } from './spend-row-schemas';
import { keepSubscription } from './subscription-keeper';
import { vendorReader } from './vendor-reader';
import { verifyDelivery } from './webhook';

const spendLists = {
  'purchase-orders': {
    title: 'Purchase orders',
    name: 'list-purchase-orders',
    path: 'purchaseOrders',
    schema: purchaseOrderRow,
    since: false,
  },
  bills: { title: 'Bills', name: 'list-bills', path: 'bills', schema: billRow, since: true },
  reimbursements: {
    title: 'Reimbursements',
    name: 'list-reimbursements',
    path: 'reimbursements',
    schema: reimbursementRow,
    since: true,
  },
  'card-transactions': {
    title: 'Card transactions',
    name: 'list-card-transactions',
    path: 'cardTransactions',
    schema: cardTransactionRow,
    since: false,
  },
} as const satisfies Record<string, SpendList>;

/**
 * The client of one Airbase connection. Makes no call.
 * @param clock for the pace of calls, for what is kept for a short while, and for the age of tokens
 * @throws ConfigurationError when a convention of the connection cannot be
 */
export function connectAirbase(settings: ConnectionSettings, clock: Clock = systemClock): SystemClient {
  const airbase = openAirbase(settings, clock);
  return {
    signIn: (calls, memory) => signIn(airbase, calls, memory),
    authorize: (request, session) => authorize(airbase, request, session),
    warnings: () => airbase.tokens.warnings(airbase.clock.now()),
    describeFailure,
    findHiddenFailure,
    ping: (calls) => ping(airbase, calls),
    streams: {
      'ledger-entries': ledgerReader(airbase),
      'spend-payments': paymentReader(airbase),
      vendors: vendorReader(airbase),
      'purchase-orders': spendReader(airbase, spendLists['purchase-orders']),
      bills: spendReader(airbase, spendLists.bills),
      reimbursements: spendReader(airbase, spendLists.reimbursements),
      'card-transactions': spendReader(airbase, spendLists['card-transactions']),
    },
    operations: {
      'mark-synced': markOperation(airbase),
      'upsert-vendor': upsertOperation(airbase, vendors),
      'upsert-account': upsertOperation(airbase, accounts),
      'upsert-dimension': upsertOperation(airbase, dimensions),
      'link-vendor': linkVendorOperation(airbase),
    },
    webhook: {
      verify: (delivery, secrets) => verifyDelivery(delivery, secrets, airbase.signing),
      keep: (subscription) => keepSubscription(airbase, subscription),
    },
  };
}
