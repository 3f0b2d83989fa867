import type { JsonObject } from '../../../runtime/connector/json';
import { equal } from '../../../runtime/mapping/decimals';
import { type Dataset, decimalIn, integerIn, rowsOf, textIn } from '../dataset';
import { isAccountRow, lineNumberOf, sequenceOf } from '../invoice-document';
import { isNamedReceipt } from './ap-invoice-orders';
import type { PlannedLine } from './ap-invoice-plan';
import { type Signs, tables } from './ap-invoice-rows';

/** Which row of Epicor is which line of the plan. */
export interface Pairing {
  readonly pairs: readonly { readonly line: PlannedLine; readonly row: JsonObject }[];
  readonly missing: readonly PlannedLine[];
  readonly surplus: readonly JsonObject[];
}

type Fits = (line: PlannedLine, row: JsonObject, at: number) => boolean;

/**
 * Finds the lines of the plan among the rows. Epicor numbers lines itself and may cut descriptions, so the best
 * match goes first: the same receipt, the same order, the same amount and text, the same amount, the same text, the
 * same place.
 */
export function pairLines(plan: readonly PlannedLine[], dataset: Dataset, signs: Signs): Pairing {
  const rows = [...rowsOf(dataset, tables.line)].sort((a, b) => numberOf(a) - numberOf(b));
  const pairs = new Map<PlannedLine, JsonObject>();
  const left = new Set(rows);
  const sameAmount: Fits = (line, row) => isAmount(row, signs.stored(line.amount));
  const sameText: Fits = (line, row) => textIn(row, 'Description') === line.description;
  const sameOrder: Fits = ({ match }, row) =>
    integerIn(row, 'PONum') === match?.poNum && integerIn(row, 'POLine') === match?.poLine;
  const sameReceipt: Fits = ({ match }, row) => match !== undefined && isNamedReceipt(row, match);
  const isPlain: Fits = (_line, row) => !integerIn(row, 'POLine');
  const passes: readonly Fits[] = [
    (line, row, at) => sameOrder(line, row, at) && sameReceipt(line, row, at),
    (line, row, at) => line.match !== undefined && sameOrder(line, row, at) && sameAmount(line, row, at),
    (line, row, at) => line.match !== undefined && sameOrder(line, row, at),
    (line, row, at) => isPlain(line, row, at) && sameAmount(line, row, at) && sameText(line, row, at),
    (line, row, at) => !line.match && isPlain(line, row, at) && sameAmount(line, row, at),
    (line, row, at) => !line.match && isPlain(line, row, at) && sameText(line, row, at),
    (line, row, at) => !line.match && isPlain(line, row, at) && numberOf(row) === at + 1,
  ];
  for (const fits of passes) {
    plan.forEach((line, at) => {
      const row = pairs.has(line) ? undefined : [...left].find((each) => fits(line, each, at));
      if (!row) return;
      pairs.set(line, row);
      left.delete(row);
    });
  }
  return {
    pairs: plan.flatMap((line) => {
      const row = pairs.get(line);
      return row ? [{ line, row }] : [];
    }),
    missing: plan.filter((line) => !pairs.has(line)),
    surplus: [...left],
  };
}

export function numberOf(line: JsonObject): number {
  return integerIn(line, 'InvoiceLine') ?? 0;
}

/** Distributions of a line, in order. */
export function expensesOf(dataset: Dataset, line: number): JsonObject[] {
  return rowsOf(dataset, tables.expense)
    .filter((row) => lineNumberOf(row) === line)
    .toSorted((a, b) => (sequenceOf(a) ?? 0) - (sequenceOf(b) ?? 0));
}

/** Rows that hold the accounts of a distribution, one for each book. */
export function accountsOf(dataset: Dataset, line: number, sequence: number | undefined): JsonObject[] {
  return rowsOf(dataset, tables.account).filter(
    (row) => lineNumberOf(row) === line && sequenceOf(row) === sequence && isAccountRow(row),
  );
}

export function isAmount(row: JsonObject, amount: string, column = 'DocExtCost'): boolean {
  const stored = decimalIn(row, column);
  return stored !== undefined && equal(stored, amount);
}
