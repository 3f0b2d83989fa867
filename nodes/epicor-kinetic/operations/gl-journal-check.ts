import type { JsonObject } from '../../../runtime/connector/json';
import { equal } from '../../../runtime/mapping/decimals';
import type { GlAccount } from '../connection';
import { textIn } from '../dataset';
import { accountColumns, isCodedWith } from './gl-accounts';
import type { Journal, JournalLine } from './gl-journal-document';
import { amountOf, type FoundJournal } from './gl-journal-state';

export interface CodedLine extends JournalLine {
  readonly account: GlAccount;
}

export interface JournalGaps {
  readonly missing: readonly CodedLine[];
  /** Rows that are there and shall be coded otherwise, or shall go. */
  readonly corrections: readonly { readonly row: JsonObject; readonly columns: JsonObject | 'delete' }[];
  /** In a person's words; empty when the journal is right. */
  readonly differences: readonly string[];
}

/** Compares a journal as Epicor holds it with the document, line by line. */
export function journalGaps(journal: Journal, lines: readonly CodedLine[], found: FoundJournal): JournalGaps {
  const pairs = new Map<CodedLine, JsonObject>();
  const left = new Set(found.lines);
  const sameAmount = (line: CodedLine, row: JsonObject) => equal(amountOf(row) ?? '0', line.amount);
  const isRight = (line: CodedLine, row: JsonObject) =>
    sameAmount(line, row) && isCodedWith(row, line.account);
  for (const fits of [isRight, sameAmount]) {
    for (const line of lines) {
      const row = pairs.has(line) ? undefined : [...left].find((each) => fits(line, each));
      if (!row) continue;
      pairs.set(line, row);
      left.delete(row);
    }
  }
  const wrong = [...pairs].filter(([line, row]) => !isCodedWith(row, line.account));
  const missing = lines.filter((line) => !pairs.has(line));
  return {
    missing,
    corrections: [
      ...wrong.map(([line, row]) => ({ row, columns: accountColumns(line.account) })),
      ...[...left].map((row) => ({ row, columns: 'delete' }) as const),
    ],
    differences: [
      ...(found.date === journal.date ? [] : [`the date is ${found.date ?? 'missing'}, not ${journal.date}`]),
      ...(found.currency?.toUpperCase() === journal.currency.toUpperCase()
        ? []
        : [`the currency is ${found.currency ?? 'missing'}, not ${journal.currency}`]),
      ...missing.map(({ amount, account }) => `${amount} on ${account.account} is missing`),
      ...wrong.map(
        ([line, row]) =>
          `${line.amount} is on "${textIn(row, 'GLAccount') ?? ''}", not on ${line.account.account}`,
      ),
      ...[...left].map((row) => `${amountOf(row) ?? '?'} on ${textIn(row, 'GLAccount') ?? '?'} is too much`),
    ],
  };
}
