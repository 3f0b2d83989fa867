import type { Json, JsonObject } from '../../runtime/connector/json';
import type { Calls } from '../../runtime/connector/system';
import type { Endpoints } from './endpoints';
import { readAll } from './list-reader';
import { objectAt, textAt } from './members';

export interface Account {
  readonly id: string;
  readonly number: string;
  readonly name: string;
  /** Why no line may be coded with it; undefined when one may. */
  readonly unusable: string | undefined;
}

export type AccountMatch =
  | { readonly found: 'one'; readonly account: Account }
  | { readonly found: 'several'; readonly accounts: readonly Account[] }
  /** Accounts with the right number that cannot be used. */
  | { readonly found: 'none'; readonly unusable: readonly Account[] };

/** Reads the whole chart of accounts, archived entries included. */
export async function readChart(
  calls: Calls,
  endpoints: Endpoints,
  signal: AbortSignal,
): Promise<readonly Account[]> {
  const url = `${endpoints.connect}/classifications/chart-of-accounts`;
  return readAll(calls, { name: 'list-chart-of-accounts', url }, accountOf, signal);
}

/**
 * Finds the account that one of the numbers names. The first number that any usable account has decides: an
 * exact number first, then the same without regard to case and outer spaces. A name counts only after all numbers.
 */
export function matchAccount(
  accounts: readonly Account[],
  numbers: readonly string[],
  name: string | undefined,
): AccountMatch {
  const tests = [
    ...numbers.flatMap((number) => [
      (account: Account) => account.number === number,
      (account: Account) => account.number !== '' && loosely(account.number) === loosely(number),
    ]),
    ...(name === undefined || name.trim() === ''
      ? []
      : [(account: Account) => loosely(account.name) === loosely(name)]),
  ];
  const unusable = new Set<Account>();
  for (const test of tests) {
    const matching = accounts.filter(test);
    const usable = matching.filter((account) => account.unusable === undefined);
    if (usable.length > 1) return { found: 'several', accounts: usable };
    if (usable[0]) return { found: 'one', account: usable[0] };
    for (const account of matching) unusable.add(account);
  }
  return { found: 'none', unusable: [...unusable] };
}

/** The members of an account that a person needs to tell it from others. */
export function describeAccount(account: Account): Record<string, Json> {
  const { id, number, name, unusable } = account;
  return { id, number, name, ...(unusable === undefined ? {} : { unusable }) };
}

function accountOf(row: JsonObject): Account | undefined {
  const id = textAt(row, 'id');
  if (id === undefined) return undefined;
  const account = objectAt(row, 'account');
  return {
    id,
    number: textAt(account, 'number') ?? '',
    name: textAt(row, 'name') ?? '',
    unusable: whyUnusable(row, textAt(account, 'type')),
  };
}

function whyUnusable(row: JsonObject, type: string | undefined): string | undefined {
  if (row['archived'] === true) return 'archived';
  return type === 'NON_POSTING' ? 'non-posting' : undefined;
}

function loosely(text: string): string {
  return text.trim().normalize('NFKC').toLowerCase();
}
