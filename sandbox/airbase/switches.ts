/** What is not publicly known about the real system, or differs by tenant: every answer can be chosen. */
export interface AirbaseSwitches {
  /** Waiting time of every answer, in milliseconds. */
  latencyMs: number;
  /** The word before the token; another one is as good as no token. */
  scheme: 'Bearer' | 'Token' | 'either';
  /** Status for a token that is not, or no longer, valid. */
  rejectedStatus: 401 | 403;
  /** Calls at the same time per token; one more is refused with 429. */
  concurrentLimit: number;
  /** Calls per window and token; one more is refused with 429. */
  rateLimit: number;
  rateWindowMs: number;
  /** Answers carry `X-Ratelimit-Limit` and `X-Ratelimit-Remaining`. */
  rateHeaders: boolean;
  /** A 429 says in `Retry-After` when it will be over. */
  retryAfter: boolean;
  /** Every n-th call is answered by the network in front, 502 with a page of HTML, without being run; 0: none. */
  gatewayErrorEvery: number;
  /** A path without its slash at the end: not found, or moved for GET and a server error for writes. */
  missingSlash: 'not-found' | 'redirect';
  /** Rows of a page when the caller names no size, and the most that a page has. */
  pageSize: number;
  largestPage: number;
  /** How a page says that there is another one. */
  nextStyle: 'url' | 'relative' | 'number';
  /** A page of which nobody knows yet that it is empty is announced after the last one. */
  nextAfterLast: boolean;
  /** Rows of a list change their places at each write. */
  unstableOrder: boolean;
  /** How long a new status stays out of lists, in milliseconds; reading by id sees it at once. */
  listLagMs: number;
  /** Names of members that have two. */
  aliases: 'both' | 'branded' | 'neutral';
  /** Decimals of amounts: each as it likes, as few as possible, two, or five. */
  amountStyle: 'mixed' | 'short' | 'two' | 'five';
  timeStyle: 'mixed' | 'seconds' | 'micros';
  /** Where a reimbursement names its employee. */
  employeeIn: 'vendor' | 'both' | 'employee';
  /** An entry that is not approved, asked for by its id. */
  unreadyById: 'shown' | 'not-found';
  /** Status that says that the integration could not take an entry over. */
  failedStatus: string;
  /** What a mark's reference and address become. */
  markReference: 'stored' | 'dropped';
  markAnswer: 'entry' | 'short';
  /** What is left of the reference when a posted entry comes again because people changed it. */
  reopenedReference: 'kept' | 'cleared';
  /** Credits name the card transaction that they take back. */
  creditAppliedTo: boolean;
  /** Loads of master data: only within a session, after onboarding without one, or as the caller likes. */
  sessions: 'needed' | 'onboarded' | 'optional';
  /** Status of a load outside of a session. */
  sessionRefusal: 400 | 404 | 409;
  /** Life of a session that is not completed, in milliseconds. */
  sessionLifeMs: number;
  bulkLimit: number;
  /** What makes an entity of a bulk call one that exists: its reference too, or its `airbase_id` alone. */
  bulkMatch: 'reference' | 'airbase-id';
  /** How a bulk call answers. */
  bulkAnswer: 'split' | 'entities' | 'data';
  bulkEcho: 'whole' | 'keys';
  /** How an error says what is wrong with an entity of a bulk call. */
  validationShape: 'fields' | 'errors' | 'message';
  /** Which master data can be listed. */
  masterLists: 'all' | 'vendors-only';
  /** A reference given by PATCH to a vendor that has none. */
  linkByPatch: 'allow' | 'refuse';
  /** What a subsidiary must be named by. */
  subsidiaryBy: 'either' | 'airbase-id';
  /** Members that a new account needs. */
  accountFields: 'all' | 'essential';
  /** Members that a body does not know. */
  unknownMembers: 'ignore' | 'refuse';
  /** Whether the token can load accounts at all. */
  accountFeed: boolean;
  /** Bills with their approval, orders and payments can be read. */
  spendSurface: boolean;
  signatureEncoding: 'hex' | 'base64';
  /** Deliveries carry their time, which is signed with the body. */
  signatureTimestamp: boolean;
  /** White space and escapes of delivered bodies. */
  deliveredBody: 'compact' | 'spaced' | 'escaped';
  /** Subscriptions have a secret each; otherwise all have the tenant's. */
  ownSecrets: boolean;
  /** Factor on the waits between deliveries of an event: 1 is 1, 5, 30 and 120 minutes. */
  deliveryPace: number;
  /** How long the receiver of a delivery may take, in milliseconds. */
  deliveryTimeoutMs: number;
  /** Every second event is held back so long, in milliseconds, and overtaken. */
  heldBackMs: number;
  duplicateDeliveries: boolean;
  /** Every n-th event is never delivered; 0: none. */
  loseEvery: number;
  wrongSignature: boolean;
  /** Added to the time of deliveries, in milliseconds. */
  timestampOffsetMs: number;
}

export const AIRBASE_DEFAULTS: AirbaseSwitches = {
  latencyMs: 0,
  scheme: 'Bearer',
  rejectedStatus: 401,
  concurrentLimit: 4,
  rateLimit: 500,
  rateWindowMs: 60_000,
  rateHeaders: true,
  retryAfter: true,
  gatewayErrorEvery: 0,
  missingSlash: 'not-found',
  pageSize: 100,
  largestPage: 250,
  nextStyle: 'url',
  nextAfterLast: false,
  unstableOrder: false,
  listLagMs: 0,
  aliases: 'both',
  amountStyle: 'mixed',
  timeStyle: 'mixed',
  employeeIn: 'vendor',
  unreadyById: 'shown',
  failedStatus: 'sync_failed',
  markReference: 'stored',
  markAnswer: 'entry',
  reopenedReference: 'kept',
  creditAppliedTo: true,
  sessions: 'needed',
  sessionRefusal: 404,
  sessionLifeMs: 3_600_000,
  bulkLimit: 100,
  bulkMatch: 'reference',
  bulkAnswer: 'split',
  bulkEcho: 'whole',
  validationShape: 'fields',
  masterLists: 'all',
  linkByPatch: 'allow',
  subsidiaryBy: 'either',
  accountFields: 'all',
  unknownMembers: 'ignore',
  accountFeed: true,
  spendSurface: true,
  signatureEncoding: 'hex',
  signatureTimestamp: true,
  deliveredBody: 'compact',
  ownSecrets: false,
  deliveryPace: 1,
  deliveryTimeoutMs: 5_000,
  heldBackMs: 0,
  duplicateDeliveries: false,
  loseEvery: 0,
  wrongSignature: false,
  timestampOffsetMs: 0,
};
