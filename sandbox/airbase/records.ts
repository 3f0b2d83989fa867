import type { WireObject } from '../http/exact-json';
import type { Money } from '../money';

export type MasterKind = 'vendors' | 'accounts' | 'tags' | 'subsidiaries' | 'currencies';

/** A vendor, an account, a tag, a subsidiary or a currency. */
export interface MasterRecord {
  readonly id: string;
  readonly kind: MasterKind;
  /** The ERP's own key; empty for what was made in Airbase and is not linked. */
  reference: string;
  active: boolean;
  /** Ids of the subsidiaries that may use it. */
  subsidiaries: readonly string[];
  /** Everything else, by the names of the interface. */
  data: WireObject;
  readonly createdInAirbase: boolean;
  /** How often the ERP side wrote it. */
  writes: number;
}

export type EntryStatus = 'not_ready' | 'sync_ready' | 'sync_complete' | 'sync_failed';
export type Approval = 'draft' | 'awaiting_approval' | 'approved' | 'denied';
export type EntryKind = 'bill' | 'reimbursement' | 'card' | 'payment' | 'other';

export interface EntryTag {
  /** `Department` and its like. */
  readonly label: string;
  readonly reference: string;
}

export interface EntryLine {
  /** Reference of an account; null: not coded yet. */
  readonly account: string | null;
  readonly amount: Money;
  readonly tags: readonly EntryTag[];
  readonly description: string;
  /** Line of the purchase order. */
  readonly orderLine?: number;
}

/** What an entry says. People may change it. */
export interface EntryContent {
  readonly kind: EntryKind;
  readonly type: string;
  /** Reference of its subsidiary; null: the company as a whole. */
  readonly subsidiary: string | null;
  /** Id of the vendor, or of the employee's record among the vendors. */
  readonly payee: string | null;
  readonly invoiceNumber: string | null;
  /** References of accounts. */
  readonly apAccount: string | null;
  readonly bankAccount: string | null;
  /** Ids of the entries that it settles or takes back. */
  readonly appliedTo: readonly string[];
  /** `YYYY-MM-DD`. */
  readonly date: string;
  readonly currency: string;
  readonly total: Money;
  /** In the subsidiary's currency. */
  readonly inBase: Money;
  /** A card transaction that the bank has booked. */
  readonly settled: boolean;
  readonly lines: readonly EntryLine[];
  readonly notes: string;
  /** Number of the purchase order. */
  readonly order?: string;
  /** Of the whole, beside those of its lines. */
  readonly tags?: readonly EntryTag[];
  /** Expensed over a time: reference of the account it waits in, first and last day. */
  readonly amortized?: { readonly account: string; readonly from: string; readonly to: string };
  /** Of a bill; `YYYY-MM-DD`. */
  readonly dueDate?: string;
  readonly terms?: string;
}

/** What the integration said of an entry. */
export interface Mark {
  readonly at: number;
  readonly status: 'sync_complete' | 'sync_failed';
  readonly reference: string;
  readonly message: string;
  /** The version of the content when it was said, and the latest that a list had shown by then. */
  readonly version: number;
  readonly listed: number;
}

export interface Entry {
  /** Of the entry in the accounting queue. */
  readonly id: string;
  /** Of the bill, report, transaction or payment that it comes from. */
  readonly spendId: string;
  readonly spendNumber: string;
  content: EntryContent;
  /** Every content that it had, the latest last. */
  readonly versions: EntryContent[];
  approval: Approval;
  status: EntryStatus;
  /** What lists still show while they lag. */
  statusBefore: EntryStatus;
  statusSince: number;
  reference: string | null;
  url: string | null;
  errorMessage: string | null;
  updatedAt: number;
  /** Latest version that a list has shown. */
  listedVersion: number;
  readonly marks: Mark[];
}
