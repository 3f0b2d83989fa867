/** What is not publicly known about the real system, or differs by tenant: every answer can be chosen. */
export interface BaswareSwitches {
  /** Waiting time of every answer, in milliseconds. */
  latencyMs: number;
  /** Life of a token, in milliseconds. */
  tokenLifeMs: number;
  /** Calls at the same time per credential; one more is refused with 429. */
  concurrentLimit: number;
  /** Seconds in a `Retry-After` header of such a refusal; undefined: no header. */
  retryAfter: number | undefined;
  /** Body of a 401: the gateway's message, nothing, or the list of errors. */
  unauthorizedBody: 'message' | 'empty' | 'errors';
  /** Body of a list's 404, which means that there are no rows. */
  emptyListBody: 'none' | 'text' | 'json';
  /** When reads of documents and files answer 302 to the storage. */
  redirects: 'always' | 'large' | 'never';
  /** Which answer of a redirected list carries the continuation token. */
  tokenOn: 'final' | 'redirect' | 'both';
  /** Every n-th download link has expired by the time it is followed; 0: none. */
  staleLinkEvery: number;
  /** Lists come in their wrapper or as a bare array. */
  wrapping: 'wrapped' | 'bare';
  vendorWrapping: 'wrapped' | 'bare';
  /** One document by its id comes in the wrapper or bare. */
  documentWrapping: 'wrapped' | 'bare';
  /** Most coding rows on a page of documents; a page that reaches it ends early. */
  codingRowsPerPage: number;
  /** Rows come in a new order at each list. */
  unstableOrder: boolean;
  /** How long a continuation token lives, in milliseconds. */
  pageTokenLifeMs: number;
  /** How long a change of a document stays out of lists, in milliseconds; reading by id sees it at once. */
  listLagMs: number;
  /** How dates and times leave. */
  dateStyle: 'plain' | 'z' | 'date' | 'offset';
  /** How amounts are written: `100`, `100.0` or `1.0E2`. */
  numberStyle: 'plain' | 'fraction' | 'exponent';
  /** Optional members without a value are left out or null. */
  unset: 'omitted' | 'null';
  /** Members that a body does not know. */
  unknownMembers: 'refuse' | 'ignore';
  /** One invalid row of a batch: nothing is stored, or the valid rows are; 400 either way. */
  invalidRow: 'refuse-all' | 'keep-valid';
  /** How long P2P takes over an import, in milliseconds. */
  importMs: number;
  /** How long P2P takes over a request that has errors in it, in milliseconds. */
  failedImportMs: number;
  /** How long P2P takes over a response to a document, in milliseconds. */
  responseMs: number;
  /** Status for the external code of a response that was used before. */
  reusedResponse: 409 | 400;
  /** Body of the refusal of a second acknowledgement. */
  alreadyAcknowledged: 'none' | 'errors';
  /** The tenant sends the attachments of transferred documents. */
  attachments: boolean;
  /** The tenant has the status search. */
  statusSearch: boolean;
  signatureEncoding: 'hex' | 'upper-hex' | 'prefixed-hex' | 'base64';
  /** What is signed: the raw body, or the time stamp, a dot and the raw body. */
  signedContent: 'body' | 'timestamp.body';
  timestampHeader: string;
  timestampStyle: 'seconds' | 'milliseconds' | 'iso' | 'none';
  /** White space and escapes of delivered bodies. */
  deliveredBody: 'compact' | 'spaced' | 'escaped';
  /** How the task type of documents is spelled in deliveries. */
  taskTypeSpelling: 'AccountingDocuments' | 'AccoutingDocuments';
  /** The connection test is signed like a delivery. */
  signedConnectionTest: boolean;
  /** Factor on the waits between deliveries of a task: 1 is 1, 5 and 15 minutes. */
  deliveryPace: number;
  /** How long the receiver of a delivery may take, in milliseconds. */
  deliveryTimeoutMs: number;
  /** Tasks failed in a row after which a subscription is gone; 0: never. */
  dropAfterFailures: number;
  /** Every second task is held back so long, in milliseconds, and overtaken. */
  heldBackMs: number;
  duplicateDeliveries: boolean;
  /** Every n-th task is never delivered; 0: none. */
  loseEvery: number;
  wrongSignature: boolean;
  /** Added to the time stamp of deliveries, in milliseconds. */
  timestampOffsetMs: number;
}

export const BASWARE_DEFAULTS: BaswareSwitches = {
  latencyMs: 0,
  tokenLifeMs: 3_600_000,
  concurrentLimit: 2,
  retryAfter: undefined,
  unauthorizedBody: 'message',
  emptyListBody: 'none',
  redirects: 'always',
  tokenOn: 'final',
  staleLinkEvery: 0,
  wrapping: 'wrapped',
  vendorWrapping: 'wrapped',
  documentWrapping: 'wrapped',
  codingRowsPerPage: 1_000,
  unstableOrder: false,
  pageTokenLifeMs: 3_600_000,
  listLagMs: 0,
  dateStyle: 'plain',
  numberStyle: 'plain',
  unset: 'omitted',
  unknownMembers: 'refuse',
  invalidRow: 'refuse-all',
  importMs: 50,
  failedImportMs: 100,
  responseMs: 0,
  reusedResponse: 409,
  alreadyAcknowledged: 'none',
  attachments: true,
  statusSearch: false,
  signatureEncoding: 'hex',
  signedContent: 'body',
  timestampHeader: 'X-BWAPI-Timestamp',
  timestampStyle: 'seconds',
  deliveredBody: 'compact',
  taskTypeSpelling: 'AccountingDocuments',
  signedConnectionTest: true,
  deliveryPace: 1,
  deliveryTimeoutMs: 10_000,
  dropAfterFailures: 0,
  heldBackMs: 0,
  duplicateDeliveries: false,
  loseEvery: 0,
  wrongSignature: false,
  timestampOffsetMs: 0,
};
