import type { Random } from '../random';
import type { AirbaseSwitches } from './switches';

/**
 * Draws everything that a connection with default settings must bear. Not drawn is what a customer has to tell the
 * connection: the word before the token, the status of a failure, how deliveries are signed.
 */
export function harshAirbaseSwitches(random: Random): Partial<AirbaseSwitches> {
  const masterLists = random.pick(['all', 'all', 'all', 'vendors-only'] as const);
  const [rateLimit, rateWindowMs] = random.pick([
    [500, 5_000],
    [60, 1_000],
    [200, 2_000],
  ] as const);
  return {
    latencyMs: random.pick([0, 0, 3]),
    rejectedStatus: random.pick([401, 403]),
    rateLimit,
    rateWindowMs,
    rateHeaders: random.chance(0.8),
    retryAfter: random.chance(0.8),
    gatewayErrorEvery: random.pick([0, 0, 23, 61]),
    missingSlash: random.pick(['not-found', 'redirect']),
    pageSize: random.pick([100, 25]),
    largestPage: random.pick([250, 50, 10, 7]),
    nextStyle: random.pick(['url', 'relative', 'number']),
    nextAfterLast: random.chance(0.3),
    unstableOrder: random.chance(0.5),
    listLagMs: random.pick([0, 0, 200]),
    aliases: random.pick(['both', 'branded', 'neutral']),
    amountStyle: random.pick(['mixed', 'short', 'two', 'five']),
    timeStyle: random.pick(['mixed', 'seconds', 'micros']),
    employeeIn: random.pick(['vendor', 'vendor', 'both']),
    unreadyById: random.pick(['shown', 'not-found']),
    markReference: random.pick(['stored', 'stored', 'dropped']),
    markAnswer: random.pick(['entry', 'short']),
    reopenedReference: random.pick(['kept', 'cleared']),
    creditAppliedTo: random.chance(0.7),
    sessions: random.pick(['needed', 'needed', 'onboarded', 'optional']),
    sessionRefusal: random.pick([404, 404, 400, 409]),
    bulkMatch: masterLists === 'all' ? random.pick(['reference', 'airbase-id']) : 'reference',
    bulkAnswer: random.pick(['split', 'split', 'entities', 'data']),
    bulkEcho: random.pick(['whole', 'keys']),
    validationShape: random.pick(['fields', 'errors', 'message']),
    masterLists,
    linkByPatch: random.pick(['allow', 'allow', 'refuse']),
    subsidiaryBy: random.pick(['either', 'airbase-id']),
    accountFields: random.pick(['all', 'essential']),
    unknownMembers: random.pick(['ignore', 'refuse']),
    spendSurface: random.chance(0.7),
    signatureTimestamp: random.chance(0.5),
    deliveredBody: random.pick(['compact', 'spaced', 'escaped']),
    deliveryPace: 0.0005,
    heldBackMs: random.pick([0, 60]),
    duplicateDeliveries: random.chance(0.5),
    loseEvery: random.pick([0, 0, 3]),
  };
}
