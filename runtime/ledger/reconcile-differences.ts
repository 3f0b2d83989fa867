import { absolute, add, equal, negate } from '../mapping/decimals';

/** A row as the source shows it now. */
export interface SourceRow {
  readonly key: string;
  readonly company: string;
  /** Decimal text. */
  readonly amount?: string;
  readonly currency?: string;
  /** Calendar date of the document. */
  readonly date?: string;
  /** It is no work, or not now: it need not have landed. */
  readonly optional?: boolean;
}

export type DifferenceKind =
  /** The source has it, to be worked on, and the ledger has never seen it. */
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
  /** The same by month of the document's date, `YYYY-MM`; empty when a side says no date. */
  readonly periods: readonly PeriodTotal[];
}

export interface PeriodTotal {
  readonly period: string;
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
  readonly date?: string;
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

/** Exact sums by company, currency and month. Rows without an amount are not in them. */
export class Totals {
  readonly #cells = new Map<string, { company: string; currency: string; period: string } & Cell>();

  add(company: string, { amount, currency = '', date = '' }: ShownAmount): void {
    if (amount === undefined) return;
    const period = date.slice(0, 'YYYY-MM'.length);
    const name = JSON.stringify([company, currency, period]);
    const { count, sum } = this.#cells.get(name) ?? EMPTY;
    this.#cells.set(name, { company, currency, period, count: count + 1, sum: add(sum, amount) });
  }

  list(): SideTotal[] {
    const cells = [...this.#cells.values()].sort((a, b) =>
      `${a.company} ${a.currency} ${a.period}`.localeCompare(`${b.company} ${b.currency} ${b.period}`),
    );
    const sides = Map.groupBy(cells, ({ company, currency }) => JSON.stringify([company, currency]));
    return [...sides.values()].map((months) => {
      const { company, currency } = months[0] as (typeof months)[number];
      const whole = months.reduce((all, { count, sum }) => plus(all, { count, sum }), EMPTY);
      const periods = months.map(({ period, count, sum }) => ({ period, count, sum }));
      return { company, currency, ...whole, periods };
    });
  }
}

interface Cell {
  readonly count: number;
  readonly sum: string;
}

const EMPTY: Cell = { count: 0, sum: '0' };

function plus(one: Cell, other: Cell): Cell {
  return { count: one.count + other.count, sum: add(one.sum, other.sum) };
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
