/** What is not publicly known about the real system, or differs by customer: every answer can be chosen. */
export interface AvidSwitches {
  /** Waiting time of every answer, in milliseconds. */
  latencyMs: number;
  /** Headers of the two static tokens, and what stands before each token. */
  companyHeader: string;
  userHeader: string;
  companyPrefix: string;
  userPrefix: string;
  /** Life of a session of the password call, in milliseconds. */
  sessionLifeMs: number;
  /** Life of a partner's token, in milliseconds. */
  tokenLifeMs: number;
  /** Every n-th password call answers 503, with user name and password in its body; 0: none. */
  echoedPasswordEvery: number;
  /** Body of a 401: the application's, the gateway's, or the gateway's without its wrapper. */
  unauthorizedBody: 'exception' | 'fault' | 'bare-fault';
  /** Calls at the same time per credential; one more is refused with 429. */
  concurrentLimit: number;
  /** Calls per clock minute and credential; one more is refused with 429. */
  callsPerMinute: number;
  /** Seconds in the `Retry-After` header of such a refusal; undefined: only the body says when. */
  retryAfter: number | undefined;
  /** Largest body of a request, in bytes; a larger one is refused with 413. */
  bodyLimit: number;
  /** Largest image, in bytes. */
  imageLimit: number;
  /** How lists say that there is more: with links, with numbers alone, with `Pages`, or not at all, being whole. */
  paging: 'links' | 'numbers' | 'pages' | 'absent';
  /** Names of a list's envelope. */
  envelope: 'pascal' | 'camel';
  /** Rows of a page when the caller names no size, and the most that a page has. */
  pageSize: number;
  largestPage: number;
  order: 'id' | 'newest-first';
  /** How long what was just made or changed stays out of lists, in milliseconds. */
  listLagMs: number;
  /** Hours between UTC and the calendar that date windows are counted in. */
  windowZoneHours: number;
  /** Longest date window, in days; 0: any. */
  longestWindow: number;
  /** A result or error that is alone comes in an array, or bare. */
  singles: 'array' | 'bare';
  /** `Successful` as JSON, or as text. */
  booleans: 'json' | 'text';
  /** Errors of items have a code, or only words. */
  errorCodes: boolean;
  /** How a batch that is wrong as a whole is refused. */
  refusedBatch: 'in-200' | '400';
  /** A batch under an external id that was used before. */
  duplicateBatch: 'refuse' | 'accept';
  /** A second invoice of one vendor and number. */
  duplicateInvoice: 'refuse' | 'accept';
  /** Batches of vendors, codes and orders are worked on at once, or like those of invoices. */
  masterBatches: 'at-once' | 'later';
  /** How long a batch is `Received`, then `Processing`, in milliseconds. */
  receivedMs: number;
  processingMs: number;
  /** How long an invoice batch shows its outcome before it shows `Open`, in milliseconds. */
  openAfterMs: number;
  /** Every n-th invoice batch ends in `Error` as a whole, nothing of it taken; 0: none. */
  failEvery: number;
  /** Number of an invoice that spoils every batch it is in, which ends in `Error` without naming it; empty: none. */
  spoilingNumber: string;
  /** Every n-th invoice batch stays in `Processing` until it is released; 0: none. */
  stuckEvery: number;
  /** Status of a batch of which every item was refused. */
  allRefused: 'Error' | 'Processing with Exceptions';
  /** An image that is refused: the invoice with it, or the image alone, with an error beside a successful result. */
  badImage: 'refuse-invoice' | 'keep-invoice';
  /** Every n-th image is stored with a wrong byte; 0: none. */
  corruptImageEvery: number;
  /** Images are read from this host, with the caller's credentials, or from another one, which must not get them. */
  imageHost: 'same' | 'other';
  /** An order number that is not known. */
  unknownOrder: 'allow' | 'refuse';
  /** Members that a body does not know. */
  unknownMembers: 'ignore' | 'refuse';
  /** Currencies that invoices may have. */
  currencies: readonly string[];
  /** What the list of invoices shows: status only, or what an invoice consists of. */
  invoiceList: 'full' | 'thin';
  /** The steps of approval, or only their outcome. */
  visibleStatus: 'all' | 'outcome';
  statusCase: 'title' | 'upper';
  dateStyle: 'seconds' | 'millis';
  /** How amounts are written: `125.5` or `125.50`. */
  numberStyle: 'plain' | 'fraction';
  /** Document numbers made of digits leave as JSON numbers. */
  numericNumbers: boolean;
  /** How payments name their invoices: with our own id besides, or by vendor and number only. */
  paymentInvoices: 'external-id' | 'number';
  /** How payments name the payee: by the vendor's code, or with the key of an address behind a bar. */
  payeeCode: 'plain' | 'with-address';
  /** Discounts taken stand beside the amount paid of an invoice, or are part of it. */
  discounts: 'beside' | 'within';
  /** Payments of other accounting systems of the customer are in the list. */
  otherSystems: boolean;
  /** The number of a virtual card stands in full in the payment. */
  wholeCardNumber: boolean;
}

const MEGABYTE = 1024 * 1024;

export const AVIDXCHANGE_DEFAULTS: AvidSwitches = {
  latencyMs: 0,
  companyHeader: 'X-Avid-Company-Token',
  userHeader: 'X-Avid-User-Token',
  companyPrefix: '',
  userPrefix: '',
  sessionLifeMs: 1_800_000,
  tokenLifeMs: 3_600_000,
  echoedPasswordEvery: 0,
  unauthorizedBody: 'exception',
  concurrentLimit: 4,
  callsPerMinute: 120,
  retryAfter: 30,
  bodyLimit: 25 * MEGABYTE,
  imageLimit: 10 * MEGABYTE,
  paging: 'links',
  envelope: 'pascal',
  pageSize: 100,
  largestPage: 500,
  order: 'id',
  listLagMs: 0,
  windowZoneHours: 0,
  longestWindow: 30,
  singles: 'array',
  booleans: 'json',
  errorCodes: true,
  refusedBatch: 'in-200',
  duplicateBatch: 'refuse',
  duplicateInvoice: 'refuse',
  masterBatches: 'later',
  receivedMs: 50,
  processingMs: 150,
  openAfterMs: 60_000,
  failEvery: 0,
  spoilingNumber: '',
  stuckEvery: 0,
  allRefused: 'Processing with Exceptions',
  badImage: 'refuse-invoice',
  corruptImageEvery: 0,
  imageHost: 'same',
  unknownOrder: 'allow',
  unknownMembers: 'ignore',
  currencies: ['USD'],
  invoiceList: 'full',
  visibleStatus: 'all',
  statusCase: 'title',
  dateStyle: 'seconds',
  numberStyle: 'plain',
  numericNumbers: false,
  paymentInvoices: 'external-id',
  payeeCode: 'plain',
  discounts: 'beside',
  otherSystems: true,
  wholeCardNumber: false,
};
