import type { JsonObject } from '../../../runtime/connector/json';
import type { EpicorConnection, GlAccount } from '../connection';
import { type Dataset, decimalIn, integerIn, textIn } from '../dataset';
import { accountsOf, expensesOf, isAmount } from './ap-invoice-lines';
import type { Coding, PlannedLine } from './ap-invoice-plan';
import { expenseColumns, type Signs, tables } from './ap-invoice-rows';
import { accountColumns, isCodedWith } from './gl-accounts';

/** A change of a row that is there: columns to set, or the whole row to delete. */
export interface Correction {
  readonly table: string;
  readonly row: JsonObject;
  readonly columns: JsonObject | 'delete';
}

/** What the coding of lines lacks. */
export interface CodingGaps {
  readonly corrections: readonly Correction[];
  readonly missingExpenses: readonly { readonly line: number; readonly coding: Coding }[];
  readonly missingAccounts: readonly {
    readonly line: number;
    readonly sequence: number;
    readonly account: GlAccount;
  }[];
  /** Every difference in a person's words; empty when all is right. */
  readonly differences: readonly string[];
}

/** Accounts of a matched line come from its order; only that there are some is ours to see to. */
export function orderCoding(line: PlannedLine, number: number, dataset: Dataset): CodingGaps {
  const [only, ...others] = line.coding;
  const account = only && others.length === 0 ? only.account : undefined;
  const empty = expensesOf(dataset, number)
    .flatMap((expense) => accountsOf(dataset, number, integerIn(expense, 'InvExpSeq')))
    .filter((row) => textIn(row, 'GLAccount') === undefined);
  return {
    missingExpenses: [],
    missingAccounts: [],
    corrections: account
      ? empty.map((row) => ({ table: tables.account, row, columns: accountColumns(account) }))
      : [],
    differences: empty.map(() => `line ${number} has no GL account`),
  };
}

/** Compares the distributions of a line, and the account of each, with the plan. */
export function codingGaps(
  connection: EpicorConnection,
  line: PlannedLine,
  number: number,
  dataset: Dataset,
  signs: Signs,
): CodingGaps {
  const expenses = expensesOf(dataset, number);
  const corrections: Correction[] = [];
  const missingAccounts: CodingGaps['missingAccounts'][number][] = [];
  const differences: string[] = [];
  const accounts = (expense: JsonObject) => accountsOf(dataset, number, integerIn(expense, 'InvExpSeq'));
  if (line.coding.length === 0) return { ...defaultCoding(number, expenses.map(accounts)), corrections };
  const { pairs, left } = pairCoding(line.coding, expenses, accounts, signs);
  for (const [coding, expense] of pairs) {
    const { account, amount } = coding;
    if (!isAmount(expense, signs.stored(amount), 'DocExpAmt')) {
      const columns = expenseColumns(connection, coding, signs);
      corrections.push({ table: tables.expense, row: expense, columns });
      differences.push(`line ${number} charges ${decimalIn(expense, 'DocExpAmt')}, not ${amount}`);
    }
    const held = accounts(expense);
    const own = held.filter((row) => [undefined, account.coa].includes(textIn(row, 'COACode')));
    const sequence = integerIn(expense, 'InvExpSeq') ?? 0;
    if (own.length === 0) {
      missingAccounts.push({ line: number, sequence, account });
      differences.push(`line ${number} has no GL account`);
    }
    for (const row of own.filter((each) => !isCodedWith(each, account))) {
      corrections.push({ table: tables.account, row, columns: accountColumns(account) });
      differences.push(
        `line ${number} has the GL account "${textIn(row, 'GLAccount') ?? ''}", not ${account.account}`,
      );
    }
  }
  for (const row of left) {
    corrections.push({ table: tables.expense, row, columns: 'delete' });
    differences.push(`line ${number} charges ${decimalIn(row, 'DocExpAmt')} too much`);
  }
  const missing = line.coding.filter((coding) => !pairs.has(coding));
  return {
    corrections,
    missingAccounts,
    missingExpenses: missing.map((coding) => ({ line: number, coding })),
    differences: [
      ...differences,
      ...missing.map(
        ({ amount, account }) => `line ${number} does not charge ${amount} to ${account.account}`,
      ),
    ],
  };
}

/** Without accounts of the document, those that Epicor gave must be there. */
function defaultCoding(number: number, accounts: readonly (readonly JsonObject[])[]) {
  const isCoded =
    accounts.length > 0 &&
    accounts.every((rows) => rows.length > 0 && rows.every((row) => textIn(row, 'GLAccount') !== undefined));
  return {
    missingExpenses: [],
    missingAccounts: [],
    differences: isCoded ? [] : [`line ${number} has no GL account, and the document gives none`],
  };
}

function pairCoding(
  codings: readonly Coding[],
  expenses: readonly JsonObject[],
  accounts: (expense: JsonObject) => readonly JsonObject[],
  signs: Signs,
) {
  const pairs = new Map<Coding, JsonObject>();
  const left = new Set(expenses);
  const sameAmount = ({ amount }: Coding, row: JsonObject) =>
    isAmount(row, signs.stored(amount), 'DocExpAmt');
  const sameAccount = ({ account }: Coding, row: JsonObject) =>
    accounts(row).some((each) => isCodedWith(each, account));
  const passes = [
    (coding: Coding, row: JsonObject) => sameAmount(coding, row) && sameAccount(coding, row),
    sameAccount,
    sameAmount,
    () => true,
  ];
  for (const fits of passes) {
    for (const coding of codings) {
      const row = pairs.has(coding) ? undefined : [...left].find((each) => fits(coding, each));
      if (!row) continue;
      pairs.set(coding, row);
      left.delete(row);
    }
  }
  return { pairs, left: [...left] };
}
