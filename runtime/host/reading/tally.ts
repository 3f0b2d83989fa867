import type { Json, JsonObject } from '../../connector/json';
import type { StreamDeclaration } from '../../connector/manifest';

/** What the proof of completeness sums of a row: decimal text, `''` for a stream without currencies, `YYYY-MM-DD`. */
export interface RowTally {
  readonly amount: string;
  readonly currency: string;
  readonly date: string;
}

/** Absent for master data and for rows without an amount or a date. */
export function tallyOf(data: JsonObject, { tally }: StreamDeclaration): RowTally | undefined {
  if (!tally) return undefined;
  const amount = scalarText(data[tally.amount]);
  const date = scalarText(data[tally.date]);
  if (amount === undefined || date === undefined) return undefined;
  const currency = tally.currency === undefined ? undefined : scalarText(data[tally.currency]);
  return { amount, date: date.slice(0, 10), currency: currency ?? '' };
}

function scalarText(value: Json | undefined): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}
