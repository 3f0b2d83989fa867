/** What is not publicly known about the real system, or differs by organization: every answer can be chosen. */
export interface BillSwitches {
  /** Waiting time of every answer, in milliseconds. */
  latencyMs: number;
  /** Calls at the same time per developer key and organization. */
  concurrentLimit: number;
  /** Status of a refusal for too many calls. */
  throttleStatus: 429 | 422;
  /** Seconds in a `Retry-After` header of such a refusal; undefined: no header. */
  retryAfter: number | undefined;
  hourlyLimit: number;
  loginLimit: number;
  /** Idle life of a session, in milliseconds. */
  sessionIdleMs: number;
  /** Body of a 401: the usual array, nothing, an object, or a page. */
  unauthorizedBody: 'array' | 'empty' | 'object' | 'html';
  /** Members that a body does not know. */
  unknownMembers: 'refuse' | 'ignore';
  /** Errors about fields carry a code. */
  fieldErrorCodes: boolean;
  /** The name under which bills can be filtered by their number; undefined: not at all. */
  invoiceNumberFilter: 'invoice.invoiceNumber' | 'invoiceNumber' | undefined;
  /** Whether the member `allowDuplicateInvoiceNumber` is known. */
  knowsAllowDuplicate: boolean;
  /** A bill number used before for the vendor, when the body does not say. */
  duplicateByDefault: 'allow' | 'refuse';
  /** How lists page through rows that change: never losing one, or by offset. */
  paging: 'keyset' | 'offset';
  /** Most rows a page gives, whatever is asked for. */
  pageLimit: number;
  /** How long a new row stays out of lists, in milliseconds; reading by id sees it at once. */
  listLagMs: number;
  /** How long a payment is still shown with its status of before, in milliseconds. */
  paymentLagMs: number;
  /** Paths that the user's role does not allow, such as `/v3/bills`; what lies below is not allowed either. */
  forbiddenPaths: string[];
  organizationLocked: boolean;
  /** Vendor lists show a few members only. */
  thinVendorRows: boolean;
  /** Bills of at least this amount wait for approval; undefined: no policy. */
  approvalFrom: string | undefined;
  editsAfterApproval: 'allow' | 'refuse';
  /** What the amount of a bill payment means when credits are applied with it. */
  billPaymentAmount: 'gross' | 'net';
  /** The status from which a check shows its number. */
  checkNumberAt: 'PROCESSED' | 'SENT';
  /** Signing in gives a session that may create payments. */
  trustedSessions: boolean;
  /** Recording an outside payment raises `payment.updated`. */
  offlinePaymentEvent: boolean;
  /** Factor on the waits between deliveries of an event: 1 is 2, 4, 8 and 16 seconds. */
  deliveryPace: number;
  /** How long the receiver of an event may take, in milliseconds. */
  deliveryTimeoutMs: number;
  /** Exhausted events after which a subscription is switched off. */
  disableAfter: number;
  deliveredBody: 'minified' | 'pretty' | 'escaped';
  wrongSignature: boolean;
  /** Every second notification is held back so long, in milliseconds, and overtaken. */
  heldBackMs: number;
  duplicateDeliveries: boolean;
}

export const BILL_DEFAULTS: BillSwitches = {
  latencyMs: 0,
  concurrentLimit: 3,
  throttleStatus: 429,
  retryAfter: undefined,
  hourlyLimit: 20_000,
  loginLimit: 200,
  sessionIdleMs: 35 * 60_000,
  unauthorizedBody: 'array',
  unknownMembers: 'refuse',
  fieldErrorCodes: true,
  invoiceNumberFilter: 'invoice.invoiceNumber',
  knowsAllowDuplicate: true,
  duplicateByDefault: 'allow',
  paging: 'keyset',
  pageLimit: 100,
  listLagMs: 0,
  paymentLagMs: 0,
  forbiddenPaths: [],
  organizationLocked: false,
  thinVendorRows: false,
  approvalFrom: undefined,
  editsAfterApproval: 'allow',
  billPaymentAmount: 'gross',
  checkNumberAt: 'PROCESSED',
  trustedSessions: false,
  offlinePaymentEvent: false,
  deliveryPace: 1,
  deliveryTimeoutMs: 10_000,
  disableAfter: 1,
  deliveredBody: 'minified',
  wrongSignature: false,
  heldBackMs: 0,
  duplicateDeliveries: false,
};
