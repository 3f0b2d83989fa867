import type { WireObject } from '../http/exact-json';
import type { Money } from '../money';

/** What every stored object has. Times are milliseconds since the epoch. */
export interface Stored {
  readonly id: string;
  archived: boolean;
  readonly created: number;
  updated: number;
}

export interface VendorRecord extends Stored {
  /** The members given by the caller. */
  data: WireObject;
}

export interface BillLine {
  readonly id: string;
  amount: Money;
  quantity?: Money;
  price?: Money;
  description?: string;
  classifications?: WireObject;
}

export interface BillRecord extends Stored {
  vendorId: string;
  number: string;
  invoiceDate: string;
  dueDate: string;
  lines: BillLine[];
  /** Other members given by the caller. */
  data: WireObject;
  amount: Money;
  /** Money in payments under way, paid, and covered by credits. */
  scheduled: Money;
  paid: Money;
  credited: Money;
  /** A payment's funding has begun. */
  inProcess: boolean;
  approvalStatus: 'UNASSIGNED' | 'ASSIGNED' | 'APPROVING' | 'APPROVED' | 'DENIED';
}

export interface CreditUse {
  readonly id: string;
  readonly amount: Money;
}

export interface BillPayment {
  readonly id: string;
  readonly billId: string;
  /** As shown: with the credits or without, as the organization's switch says. */
  readonly amount: Money;
  /** What the bill is relieved of by money and credits. */
  readonly gross: Money;
  readonly vendorCredits: readonly CreditUse[];
}

/** Life of a payment, in its order. */
export const LIFE = ['SCHEDULED', 'FUNDING_STARTED', 'PROCESSED', 'SENT', 'DELIVERED', 'CLEARED'] as const;
export type LifeStatus = (typeof LIFE)[number];
export type SingleStatus =
  | LifeStatus
  | 'VOIDED'
  | 'CANCELED'
  | 'FUNDING_FAILED_VOIDED'
  | 'FUNDING_FAILED_ACTION_NEEDED'
  | 'DISBURSEMENT_FAILED_ACTION_NEEDED'
  | 'DISBURSEMENT_FAILED_VENDOR_BANK_REJECTED'
  | 'FUNDS_ESCHEATED';

export interface PaymentRecord extends Stored {
  vendorId: string;
  readonly billPayments: readonly BillPayment[];
  readonly amount: Money;
  readonly processDate: string;
  readonly method: 'CHECK' | 'ACH' | 'VIRTUAL_CARD' | 'RPPS' | 'OFFLINE';
  readonly online: boolean;
  readonly checkNumber: number | undefined;
  /** What it was before its latest change, for those who still see it so. */
  before:
    | { singleStatus: SingleStatus | undefined; status: PaymentRecord['status']; updated: number }
    | undefined;
  /** Undefined for an outside payment, which has no life of its own. */
  singleStatus: SingleStatus | undefined;
  status: 'APPROVING' | 'SCHEDULED' | 'PAID' | 'CANCELLED' | 'VOID' | 'ESCHEATED';
  /** The bills have been relieved. */
  settled: boolean;
  readonly data: WireObject;
  readonly voids: WireObject[];
}

export interface CreditRecord extends Stored {
  vendorId: string;
  data: WireObject;
  lines: BillLine[];
  amount: Money;
  applied: Money;
  usage: { billId: string; paymentId: string; amount: Money }[];
}

export interface ClassificationRecord extends Stored {
  readonly family: string;
  data: WireObject;
}
