import type { WireObject } from '../http/exact-json';
import type { Money } from '../money';

export const PROCESSING_STATUSES = [
  'New',
  'InDocumentFilter',
  'WaitingForPrebook',
  'PrebookInProgress',
  'Prebooked',
  'PrebookFailed',
  'WaitingForTransfer',
  'TransferInProgress',
  'Transferred',
  'TransferFailed',
  'WaitingToBeRemoved',
  'Removed',
  'WaitingToBeReturned',
  'Returned',
  'Paid',
  'WaitingForEnrichmentTransfer',
  'EnrichmentTransferInProgress',
  'EnrichmentTransferred',
  'EnrichmentTransferFailed',
] as const;
export type ProcessingStatus = (typeof PROCESSING_STATUSES)[number];

/** A row of a document's coding: amounts are decimal text. */
export interface CodingRow {
  readonly account: string;
  readonly costCenter?: string;
  readonly dimension?: string;
  readonly net: Money;
  readonly tax?: Money;
  readonly taxCode?: string;
  readonly order?: { readonly number: string; readonly line: string };
  readonly comment?: string;
  /** Members that tenants use and this simulation knows nothing of, by their names on the wire. */
  readonly further?: WireObject;
}

/** An invoice or credit note as P2P holds it: amounts are decimal text, dates `YYYY-MM-DD`. */
export interface DocumentContent {
  readonly companyCode: string;
  readonly supplierCode: string;
  readonly supplierName: string;
  readonly invoiceNumber: string;
  readonly invoiceType: string;
  readonly invoiceDate: string;
  readonly dueDate: string;
  readonly voucherDate?: string;
  readonly currency: string;
  readonly net: Money;
  readonly tax: Money;
  readonly taxCode?: string;
  readonly gross: Money;
  readonly paymentTerm?: string;
  readonly paymentBlock?: boolean;
  readonly description?: string;
  readonly referenceNumber?: string;
  readonly rows: readonly CodingRow[];
  /** As in coding rows; what P2P has something of its own to show for is not replaced. */
  readonly further?: WireObject;
  /** What is special about it, for people who read a failing test. */
  readonly title: string;
}

export interface PaymentResponse {
  readonly at: number;
  readonly externalCode: string;
  readonly body: WireObject;
}

export interface TransferResponse {
  readonly at: number;
  readonly externalCode: string;
  readonly success: boolean;
  readonly body: WireObject;
}

/** A document with its life so far. Times are milliseconds since the epoch. */
export interface DocumentRecord {
  readonly invoiceId: string;
  readonly mode: 'Standard' | 'InvoiceEnrichment';
  content: DocumentContent;
  status: ProcessingStatus;
  lastUpdated: number;
  /** What lists still show, and until when, while they lag. */
  before:
    | { readonly status: ProcessingStatus; readonly lastUpdated: number; readonly until: number }
    | undefined;
  /** Set by a successful transfer. */
  voucherNumber1: string | undefined;
  /** A response is on its way into P2P. */
  responding: boolean;
  /** Every acknowledgement so far. */
  readonly acknowledgements: number[];
  /** Every accepted response of its kind, oldest first; only the latest hundred are shown. */
  readonly transferResponses: TransferResponse[];
  readonly paymentResponses: PaymentResponse[];
  /** External codes of responses that were used. */
  readonly usedCodes: Set<string>;
  /** How often a user transferred it again. */
  retransfers: number;
}
