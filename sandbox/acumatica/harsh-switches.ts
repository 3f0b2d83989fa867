import type { Random } from '../random';
import { ACUMATICA_DEFAULTS, type AcumaticaSwitches } from './switches';

/** What the documentation of Acumatica leaves open, drawn: other shapes of the same refusal, lists without order, no help against doubles. */
export function harshAcumaticaSwitches(random: Random): Partial<AcumaticaSwitches> {
  const strictLists = random.chance(0.3) ? ['Bill/Details', 'Bill/TaxDetails'] : [];
  const listOrder = random.pick(['key', 'changed', 'unstable'] as const);
  return {
    latencyMs: random.pick([0, 2, 6]),
    zone: random.pick(['UTC', 'America/New_York', 'Pacific/Auckland', 'Asia/Kolkata']),
    decimalScale: random.pick([2, 4, 6] as const),
    noteStyle: random.pick(['wrapped', 'bare'] as const),
    listOrder,
    // Of a list that is cut off and never in the same order, nobody could read all.
    pageLimit: listOrder === 'unstable' ? undefined : random.pick([undefined, undefined, 20]),
    listLagMs: random.pick([0, 0, 100, 300]),
    delegates: [...ACUMATICA_DEFAULTS.delegates, ...strictLists],
    missingStatus: random.pick([500, 500, 404] as const),
    endpointList: random.pick(['object', 'array'] as const),
    endpointLinks: random.pick(['relative', 'absolute'] as const),
    validation: random.pick(['422', '422-exception', '500'] as const),
    holdOnEntry: random.chance(0.5),
    uniqueRefMethods: random.chance(0.3) ? ['WIRE', 'BILLCOM'] : ['WIRE'],
    duplicateApplication: random.pick(['append', 'refuse'] as const),
    paymentBumpsBill: random.pick(['release', 'entry', 'never'] as const),
    actionAnswer: random.pick(['202', '202', '204', '204-location'] as const),
    actionMs: random.pick([5, 30, 150]),
    statusLinks: random.pick(['relative', 'absolute'] as const),
    failedStatus: random.pick([500, 422] as const),
    actionBlocks: random.pick(['session', 'nothing'] as const),
    overlap: random.pick(['queue', 'refuse'] as const),
    lockedEvery: random.pick([0, 0, 17]),
    // Answers to sign-ins get lost, and what was opened by them stays open.
    seats: random.pick([4, 6]),
    sessionIdleMs: random.pick([20_000, 20 * 60_000]),
    seatRefusal: random.pick(['429', '429-text', '500'] as const),
    loginFailureStatus: random.pick([500, 401] as const),
    unauthorized: random.pick(['json', 'empty', 'html', 'redirect', 'login-page'] as const),
    rotatesRefresh: random.chance(0.7),
    perMinute: random.pick([undefined, undefined, 60]),
    minuteMs: 1_000,
    throttleBody: random.pick(['json', 'text'] as const),
    retryAfter: random.pick([undefined, 1]),
    pushPace: 0.02,
    duplicatePushes: random.chance(0.5),
    paddedPushKeys: random.chance(0.5),
  };
}
