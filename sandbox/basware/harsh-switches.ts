import type { Random } from '../random';
import type { BaswareSwitches } from './switches';

/**
 * Draws everything that a connection with default settings must bear. Not drawn is what a customer has to tell the
 * connection: what is signed, and the name of the header with the time.
 */
export function harshBaswareSwitches(random: Random): Partial<BaswareSwitches> {
  return {
    latencyMs: random.pick([0, 0, 3]),
    tokenLifeMs: random.pick([3_600_000, 200_000, 150_000]),
    retryAfter: random.pick([undefined, 1]),
    unauthorizedBody: random.pick(['message', 'empty', 'errors']),
    emptyListBody: random.pick(['none', 'text', 'json']),
    redirects: random.pick(['always', 'large', 'never']),
    tokenOn: random.pick(['final', 'redirect', 'both']),
    staleLinkEvery: random.pick([0, 0, 5, 11]),
    wrapping: random.pick(['wrapped', 'bare']),
    vendorWrapping: random.pick(['wrapped', 'bare']),
    documentWrapping: random.pick(['wrapped', 'bare']),
    codingRowsPerPage: random.pick([1_000, 40, 7]),
    unstableOrder: random.chance(0.5),
    listLagMs: random.pick([0, 0, 200]),
    dateStyle: random.pick(['plain', 'z', 'date', 'offset']),
    numberStyle: random.pick(['plain', 'fraction', 'exponent']),
    unset: random.pick(['omitted', 'null']),
    unknownMembers: random.pick(['refuse', 'ignore']),
    invalidRow: random.pick(['refuse-all', 'keep-valid']),
    importMs: random.pick([0, 50, 400]),
    failedImportMs: random.pick([100, 800]),
    responseMs: random.pick([0, 0, 150]),
    reusedResponse: random.pick([409, 409, 400]),
    alreadyAcknowledged: random.pick(['none', 'errors']),
    attachments: random.chance(0.7),
    statusSearch: random.chance(0.3),
    signatureEncoding: random.pick(['hex', 'upper-hex', 'prefixed-hex', 'base64']),
    timestampStyle: random.pick(['seconds', 'milliseconds', 'iso', 'none']),
    deliveredBody: random.pick(['compact', 'spaced', 'escaped']),
    taskTypeSpelling: random.pick(['AccountingDocuments', 'AccoutingDocuments']),
    signedConnectionTest: random.chance(0.7),
    deliveryPace: 0.002,
    dropAfterFailures: random.pick([0, 0, 3]),
    heldBackMs: random.pick([0, 60]),
    duplicateDeliveries: random.chance(0.5),
    loseEvery: random.pick([0, 0, 3]),
  };
}
