import type { WireObject } from '../http/exact-json';

export const BATCH_KINDS = ['vendors', 'enterpriseCodes', 'purchaseOrders', 'invoices'] as const;
export type BatchKind = (typeof BATCH_KINDS)[number];

interface Stored {
  readonly id: number;
  readonly accountingSystemId: number;
  readonly created: number;
  /** Milliseconds since the epoch. */
  modified: number;
}

export interface VendorRecord extends Stored {
  /** Absent: made by hand, unknown to the accounting system. */
  readonly code: string | undefined;
  active: boolean;
  /** Everything else, as it was sent. */
  data: WireObject;
}

export interface CodeRecord extends Stored {
  readonly group: string;
  readonly value: string;
  description: string;
  active: boolean;
}

export interface OrderRecord extends Stored {
  readonly number: string;
  data: WireObject;
}

/** A part of an invoice with its coding. */
export interface Distribution {
  readonly lineNumber: number | undefined;
  /** Decimal text. */
  readonly amount: string;
  readonly description: string;
  readonly order: string | undefined;
  readonly orderLine: number | undefined;
  readonly codes: readonly {
    readonly group: string;
    readonly value: string;
    readonly description: string;
  }[];
}

export interface ImageRecord {
  readonly name: string;
  readonly type: string;
  readonly bytes: Buffer;
  /** Of the content as it is stored, in hexadecimal. */
  readonly sha256: string;
}

export type InvoiceStatus =
  | 'Pending Coding'
  | 'Pending Approval'
  | 'Approved'
  | 'Rejected'
  | 'On Hold'
  | 'Paid'
  | 'Voided';

export interface InvoiceRecord extends Stored {
  /** Id in the accounting system; absent when the invoice was captured here. */
  readonly externalId: string | undefined;
  /** Absent when the invoice was captured here. */
  readonly batch: BatchRecord | undefined;
  readonly vendorCode: string;
  readonly vendorName: string;
  readonly number: string;
  /** Decimal text; negative for a credit. */
  readonly gross: string;
  readonly invoiceDate: string;
  readonly dueDate: string;
  readonly order: string | undefined;
  readonly memo: string;
  distributions: readonly Distribution[];
  readonly images: ImageRecord[];
  status: InvoiceStatus;
  rejectReason: string | undefined;
  /** Paid and cleared, and on its way in payments; decimal text with the sign of `gross`. */
  paid: string;
  underWay: string;
}

export interface ItemError {
  readonly code: string;
  readonly message: string;
  /** Id of what stands in the way. */
  readonly id?: number;
}

export interface ItemResult {
  /** Members that name the item. */
  readonly key: WireObject;
  readonly outcome: 'insert' | 'update' | 'same' | 'error';
  readonly id: number | undefined;
  /** May stand beside success: something of the item was left out. */
  readonly errors: readonly ItemError[];
}

export type BatchStatus =
  | 'Received'
  | 'Processing'
  | 'Success'
  | 'Processing with Exceptions'
  | 'Error'
  | 'Open'
  | 'Closed';

export interface BatchRecord {
  readonly guid: string;
  readonly kind: BatchKind;
  readonly externalId: string;
  readonly name: string;
  readonly accountingSystemId: number;
  readonly created: number;
  /** What was sent; gone once it has been worked on. */
  items: readonly WireObject[];
  readonly itemCount: number;
  /** Vendor's code and number of each invoice that was sent, separated by a bar. */
  readonly names: readonly string[];
  status: BatchStatus;
  /** Failed as a whole; nothing of it was taken. */
  failed: boolean;
  results: readonly ItemResult[];
  /** Invoices that it brought in. */
  invoices: InvoiceRecord[];
  /** When its invoices were last all decided on. */
  closed: number | undefined;
}

export const METHODS = {
  check: { id: 1, description: 'AvidPay Check' },
  direct: { id: 2, description: 'AvidPay Direct' },
  card: { id: 3, description: 'Virtual Credit Card' },
  intercompany: { id: 7, description: 'e-Payment' },
} as const;
export type Method = keyof typeof METHODS;

export const STATUS_IDS = {
  'Pending Approval': 1,
  Held: 3,
  Processing: 5,
  Error: 6,
  Void: 8,
  'Debit Requested': 10,
  'Funds Received': 11,
  'Sent to Check Printer': 13,
  'Issued to Supplier': 14,
  'ACH Credit Issued': 17,
  'VCC Processing': 20,
  'VCC Issued': 21,
  Returned: 24,
  Cleared: 27,
} as const;
export type PaymentStatus = keyof typeof STATUS_IDS;

/** What a payment pays of one invoice. */
export interface PaymentPart {
  readonly invoice: InvoiceRecord;
  /** What the invoice is relieved of by money, decimal text; negative where a credit is used up. */
  readonly amount: string;
  /** Taken besides. */
  readonly discount: string;
}

export interface PaymentRecord extends Stored {
  /** The number that the customer's books would have; not the check's. */
  readonly number: string;
  readonly vendorCode: string;
  readonly vendorName: string;
  readonly parts: readonly PaymentPart[];
  /** Paid out, decimal text. */
  readonly amount: string;
  /** `YYYY-MM-DD`. */
  readonly paymentDate: string;
  readonly batchId: string;
  method: Method;
  status: PaymentStatus;
  /** Number of the printed check. */
  checkNumber: string | undefined;
  trace: string | undefined;
  card: { readonly number: string; readonly reference: string } | undefined;
  issued: string | undefined;
  cleared: string | undefined;
  /** Was cleared at some time, whatever came later. */
  everCleared: boolean;
  exception: number | undefined;
  readonly history: { readonly at: number; readonly description: string; readonly comment: string }[];
}
