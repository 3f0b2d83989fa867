import { absolute, add, equal, negate } from '../mapping/decimals';

/** A row as the source shows it now. */
export interface SourceRow {
  readonly key: string;
  readonly company: string;
  /** Decimal text. */
  readonly amount?: string;
  readonly currency?: string;
}

export type DifferenceKind =
  /** The source has it, the ledger has never seen it. */
  | 'not-landed'
  /** The source shows another amount or currency than the newest landed version. */
  | 'changed-at-source'
  /** The ledger has it, the source no longer shows it. */
  | 'not-in-source'
  /** The ledger says that it stands in the target; it does not. */
  | 'missing-in-target'
  /** The target shows another amount or currency. */
  | 'differs-in-target'
  /** It stands in the target and did not come through here. */
  | 'not-ours';

export interface Difference {
  readonly kind: DifferenceKind;
  readonly company?: string;
  readonly key?: string;
  readonly ref?: string;
  /** Amount and currency on the side that the difference is about, and in the ledger. */
  readonly there?: string;
  readonly ledger?: string;
}

/** Count and exact sum of one side, by company and currency. */
export interface SideTotal {
  readonly company: string;
  readonly currency: string;
  readonly count: number;
  readonly sum: string;
}

/** A record with its live link, as the ledger has it. */
export interface LedgerRow {
  readonly id: string;
  readonly company: string;
  readonly source_key: string;
  readonly amount: string | null;
  readonly currency: string | null;
  readonly ref: string | null;
}

/** An amount as one of the systems shows it. */
export interface ShownAmount {
  readonly amount?: string;
  readonly currency?: string;
}

const LISTED = 1_000;

export class DifferenceList {
  readonly differences: Difference[] = [];
  total = 0;

  add(difference: Difference): void {
    this.total += 1;
    if (this.differences.length < LISTED) this.differences.push(difference);
  }
}

/** Exact sums by company and currency. Rows without an amount are not in them. */
export class Totals {
  readonly #totals = new Map<string, { company: string; currency: string; count: number; sum: string }>();

  add(company: string, { amount, currency = '' }: ShownAmount): void {
    if (amount === undefined) return;
    const name = JSON.stringify([company, currency]);
    const total = this.#totals.get(name) ?? { company, currency, count: 0, sum: '0' };
    this.#totals.set(name, { ...total, count: total.count + 1, sum: add(total.sum, amount) });
  }

  list(): SideTotal[] {
    return [...this.#totals.values()].sort((a, b) =>
      `${a.company} ${a.currency}`.localeCompare(`${b.company} ${b.currency}`),
    );
  }
}

/** Whether amount or currency are others than in the ledger. What one side does not say is not compared. */
export function differs(shown: ShownAmount, record: LedgerRow): boolean {
  if (shown.amount === undefined || record.amount === null) return false;
  if (!equal(absolute(shown.amount), absolute(record.amount))) return true;
  // A stream without currencies has empty ones.
  return Boolean(shown.currency && record.currency) && shown.currency !== record.currency;
}

/** A credit is a document of its own, with a positive amount, in most targets: it takes the source's sign. */
export function signed(shown: ShownAmount, record: LedgerRow): ShownAmount {
  if (shown.amount === undefined || !record.amount?.startsWith('-')) return shown;
  return { ...shown, amount: negate(absolute(shown.amount)) };
}

export function there({ amount, currency }: ShownAmount): Pick<Difference, 'there'> {
  return amount === undefined ? {} : { there: [amount, currency].filter(Boolean).join(' ') };
}

export function inLedger({ amount, currency }: LedgerRow): Pick<Difference, 'ledger'> {
  return amount === null ? {} : { ledger: [amount, currency].filter(Boolean).join(' ') };
}
