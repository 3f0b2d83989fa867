/** What is not publicly known about the real system, or differs by site: every answer can be chosen. */
export interface AcumaticaSwitches {
  /** Waiting time of every answer, in milliseconds. */
  latencyMs: number;
  /** Zone of the user's profile: the offset of every date and time that leaves. */
  zone: string;
  /** Decimal digits of every decimal that leaves. */
  decimalScale: 2 | 4 | 6;
  noteStyle: 'wrapped' | 'bare';
  /** Order of lists, which no option of a query changes. */
  listOrder: 'key' | 'changed' | 'unstable';
  /** A list gives no more rows than this, whatever is asked; undefined: as many as asked. */
  pageLimit: number | undefined;
  /** How long a new document stays out of lists, in milliseconds; reading by key sees it at once. */
  listLagMs: number;
  /** Entity and expansion, such as `Check/Details`, that a list cannot be optimized with. */
  delegates: readonly string[];
  /** `date'…'` literals in filters; datetimeoffset is always known. */
  dateLiterals: 'refuse' | 'allow';
  /** Status of a record that is not there. */
  missingStatus: 500 | 404;
  endpointList: 'object' | 'array';
  endpointLinks: 'relative' | 'absolute';
  /** Members of a body that the entity does not have. */
  unknownFields: 'refuse' | 'ignore';
  /** How failed validation answers: the entity with 422, or a 500 of older builds. */
  validation: '422' | '422-exception' | '500';
  /** A number that no document has, in a body whose type numbers itself. */
  unknownNumber: 'insert' | 'refuse';
  duplicateVendorRef: 'error' | 'allow';
  holdOnEntry: boolean;
  requireControlTotal: boolean;
  requireVendorRef: boolean;
  approvalOfBills: boolean;
  approvalOfChecks: boolean;
  /** Payment methods whose checks must be printed before their release. */
  printingMethods: readonly string[];
  /** Payment methods whose payment references must differ. */
  uniqueRefMethods: readonly string[];
  /** The same document twice among the applications of a payment, with room for both. */
  duplicateApplication: 'append' | 'refuse';
  /** What moves a bill's LastModifiedDateTime when it is paid. */
  paymentBumpsBill: 'release' | 'entry' | 'never';
  /** A note put onto a released document. */
  noteOnReleased: 'allow' | 'refuse';
  /** How an action answers: a place to poll, or done at once, with a place that is none. */
  actionAnswer: '202' | '204' | '204-location';
  /** How long an action takes, in milliseconds. */
  actionMs: number;
  statusLinks: 'relative' | 'absolute';
  /** How a failed action tells when it is polled. */
  failedStatus: 500 | 422;
  /** What a session refuses while an action runs in it. */
  actionBlocks: 'session' | 'nothing';
  /** A second call in a session where one is under way. */
  overlap: 'queue' | 'refuse';
  /** Every so many writes meet another process at the record and are refused undone; 0: none. */
  lockedEvery: number;
  /** Sessions of the license, over all integrations. */
  seats: number;
  seatRefusal: '429' | '429-text' | '500';
  loginFailureStatus: 500 | 401;
  /** What a call without a live session gets. */
  unauthorized: 'json' | 'empty' | 'html' | 'redirect' | 'login-page';
  /** Idle life of a cookie session, in milliseconds. */
  sessionIdleMs: number;
  /** Life of an access token, in milliseconds. */
  tokenLifeMs: number;
  /** Life of a chain of refresh tokens, in milliseconds. */
  refreshLifeMs: number;
  /** Each refresh gives another refresh token and ends the one before. */
  rotatesRefresh: boolean;
  clientCredentials: 'refuse' | 'allow';
  /** Calls at the same time of the license. */
  concurrentCalls: number;
  /** Calls per minute of the license; undefined: no limit. */
  perMinute: number | undefined;
  /** What the license takes for a minute, in milliseconds. */
  minuteMs: number;
  /** Calls that may wait before one is declined, and how long, in milliseconds. */
  maxQueue: number;
  maxWaitMs: number;
  throttleBody: 'json' | 'text';
  /** Seconds in a `Retry-After` header of such a refusal; undefined: no header. */
  retryAfter: number | undefined;
  subaccountsFeature: boolean;
  /** Entities that the user's role may not touch, such as `Check`, or not write, such as `PUT Check`. */
  forbidden: readonly string[];
  /** Factor on the waits between attempts of a push notification: 1 is one second. */
  pushPace: number;
  duplicatePushes: boolean;
  /** Keys in push notifications are filled up with blanks. */
  paddedPushKeys: boolean;
}

export const ACUMATICA_DEFAULTS: AcumaticaSwitches = {
  latencyMs: 0,
  zone: 'America/New_York',
  decimalScale: 4,
  noteStyle: 'wrapped',
  listOrder: 'key',
  pageLimit: undefined,
  listLagMs: 0,
  delegates: [
    'Bill/Applications',
    'Check/Details',
    'Check/History',
    'Vendor/PaymentInstructions',
    'Vendor/Contacts',
  ],
  dateLiterals: 'refuse',
  missingStatus: 500,
  endpointList: 'object',
  endpointLinks: 'relative',
  unknownFields: 'refuse',
  validation: '422',
  unknownNumber: 'insert',
  duplicateVendorRef: 'error',
  holdOnEntry: true,
  requireControlTotal: true,
  requireVendorRef: false,
  approvalOfBills: false,
  approvalOfChecks: false,
  printingMethods: ['CHECK'],
  uniqueRefMethods: ['WIRE'],
  duplicateApplication: 'append',
  paymentBumpsBill: 'release',
  noteOnReleased: 'allow',
  actionAnswer: '202',
  actionMs: 30,
  statusLinks: 'relative',
  failedStatus: 500,
  actionBlocks: 'session',
  overlap: 'queue',
  lockedEvery: 0,
  seats: 2,
  seatRefusal: '429',
  loginFailureStatus: 500,
  unauthorized: 'json',
  sessionIdleMs: 20 * 60_000,
  tokenLifeMs: 3_600_000,
  refreshLifeMs: 30 * 24 * 3_600_000,
  rotatesRefresh: true,
  clientCredentials: 'refuse',
  concurrentCalls: 3,
  perMinute: undefined,
  minuteMs: 60_000,
  maxQueue: 20,
  maxWaitMs: 600_000,
  throttleBody: 'json',
  retryAfter: undefined,
  subaccountsFeature: true,
  forbidden: [],
  pushPace: 1,
  duplicatePushes: false,
  paddedPushKeys: true,
};
