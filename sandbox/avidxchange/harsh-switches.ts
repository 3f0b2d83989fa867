import type { Random } from '../random';
import type { AvidSwitches } from './switches';

/**
 * Draws everything that a connection with default settings must bear. Not drawn is what a customer has to tell the
 * connection, such as the names of headers and the currencies, and what nobody can bear, such as a batch that never ends.
 */
export function harshAvidSwitches(random: Random): Partial<AvidSwitches> {
  return {
    latencyMs: random.pick([0, 0, 3]),
    sessionLifeMs: random.pick([1_800_000, 60_000, 5_000]),
    tokenLifeMs: random.pick([3_600_000, 120_000, 65_000]),
    echoedPasswordEvery: random.pick([0, 0, 3]),
    unauthorizedBody: random.pick(['exception', 'fault', 'bare-fault']),
    callsPerMinute: random.pick([1_200, 600]),
    retryAfter: random.pick([undefined, 1]),
    paging: random.pick(['links', 'numbers', 'pages', 'absent']),
    envelope: random.pick(['pascal', 'camel']),
    pageSize: random.pick([100, 20, 7]),
    largestPage: random.pick([500, 10]),
    order: random.pick(['id', 'newest-first']),
    listLagMs: random.pick([0, 0, 200]),
    windowZoneHours: random.pick([0, 0, -5]),
    singles: random.pick(['array', 'bare']),
    booleans: random.pick(['json', 'text']),
    errorCodes: random.chance(0.7),
    refusedBatch: random.pick(['in-200', '400']),
    duplicateBatch: random.pick(['refuse', 'accept']),
    duplicateInvoice: random.pick(['refuse', 'refuse', 'accept']),
    masterBatches: random.pick(['at-once', 'later']),
    receivedMs: random.pick([0, 50]),
    processingMs: random.pick([0, 150, 600]),
    openAfterMs: random.pick([60_000, 300, 0]),
    failEvery: random.pick([0, 0, 4]),
    allRefused: random.pick(['Error', 'Processing with Exceptions']),
    badImage: random.pick(['refuse-invoice', 'keep-invoice']),
    imageHost: random.pick(['same', 'other']),
    invoiceList: random.pick(['full', 'thin']),
    visibleStatus: random.pick(['all', 'outcome']),
    statusCase: random.pick(['title', 'title', 'upper']),
    dateStyle: random.pick(['seconds', 'millis']),
    numberStyle: random.pick(['plain', 'fraction']),
    numericNumbers: random.chance(0.4),
    paymentInvoices: random.pick(['external-id', 'external-id', 'number']),
    payeeCode: random.pick(['plain', 'plain', 'with-address']),
    discounts: random.pick(['beside', 'within']),
    otherSystems: random.chance(0.6),
    wholeCardNumber: random.chance(0.3),
  };
}
