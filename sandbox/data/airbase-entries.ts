import type { Approval, EntryContent, EntryLine, EntryStatus } from '../airbase/records';
import { addDays } from '../clock';
import { rounded, scaleOf, sum, times } from '../money';
import type { Random } from '../random';
import type { Outcome } from './expected';

/** Somebody whom entries name: a supplier or an employee. */
export interface Payee {
  /** Reference in Airbase, or the name of one that has none. */
  readonly key: string;
  readonly currency: string;
}

/** An entry before it enters Airbase, and what must become of it. */
export interface EntrySeed {
  /** The payee by its key, the entries that it is applied to by their `name`. */
  readonly content: EntryContent;
  readonly approval: Approval;
  /** Absent: in the queue when approved. */
  readonly status?: EntryStatus;
  /** What other seeds call it. */
  readonly name?: string;
  readonly title: string;
  /** Any of these is right; several where a policy may choose. */
  readonly accepts: readonly Outcome[];
  /** Entries of one twin are the same invoice twice: one of them may be confirmed, no more. */
  readonly twin?: string;
}

/** What the generator of entries needs. */
export interface EntryWorld {
  readonly random: Random;
  readonly subsidiary: string;
  /** Suppliers by Epicor's vendor number. */
  readonly suppliers: ReadonlyMap<number, Payee>;
  readonly employees: readonly Payee[];
  /** Active expense accounts as Airbase knows them, segments joined by `-`. */
  readonly accounts: readonly string[];
  /** `YYYY-MM-DD`. */
  readonly today: string;
}

/** Part of a seed that differs from the plain one. */
export interface Differing {
  readonly lines?: readonly EntryLine[];
  /** Instead of the sum of the lines. */
  readonly total?: string;
  readonly content?: Partial<EntryContent>;
  readonly approval?: Approval;
  readonly status?: EntryStatus;
  readonly accepts?: readonly Outcome[];
  readonly twin?: string;
  readonly name?: string;
}

export const AP_ACCOUNT = '2000-00-200';
export const BANK_ACCOUNT = '1010-00-200';
export const VIRTUAL_CARDS = '2150-00-200';
export const PHYSICAL_CARDS = '2160-00-200';
export const EITHER_WAY = ['confirmed', 'parked:policy'] as const;

const RATES: Readonly<Record<string, string>> = { USD: '1', EUR: '1.0837', GBP: '1.2719', JPY: '0.0066875' };

/** A line on an account, with the tag of its department. */
export function line(account: string | null, amount: string, more: Partial<EntryLine> = {}): EntryLine {
  const department = account?.split('-')[1];
  const tags = department === undefined ? [] : [{ label: 'Department', reference: department }];
  return { account, amount, tags, description: 'Parts and services', ...more };
}

/** A bill of a supplier; without lines it has one of a hundred. */
export function bill(
  world: EntryWorld,
  supplier: Payee,
  number: string,
  title: string,
  differing: Differing = {},
): EntrySeed {
  const content = { kind: 'bill', type: 'bill', invoiceNumber: number, apAccount: AP_ACCOUNT } as const;
  return seed(world, title, differing, { ...content, payee: supplier.key, currency: supplier.currency });
}

/** A report of an employee. */
export function reimbursement(
  world: EntryWorld,
  employee: Payee,
  title: string,
  differing: Differing = {},
): EntrySeed {
  const content = { kind: 'reimbursement', type: 'reimbursement', apAccount: AP_ACCOUNT } as const;
  return seed(world, title, differing, { ...content, payee: employee.key, currency: employee.currency });
}

/** A settled transaction of a virtual card. */
export function card(
  world: EntryWorld,
  merchant: Payee | undefined,
  title: string,
  differing: Differing = {},
): EntrySeed {
  const content = {
    kind: 'card',
    type: 'virtual_card_expense',
    bankAccount: VIRTUAL_CARDS,
    settled: true,
  } as const;
  return seed(world, title, differing, { ...content, payee: merchant?.key ?? null });
}

/** A payment of bills, or of a report, that Airbase made. */
export function payment(
  world: EntryWorld,
  payee: Payee,
  of: readonly string[],
  amount: string,
  title: string,
  differing: Differing = {},
): EntrySeed {
  const content = {
    kind: 'payment',
    type: 'bill_payment',
    apAccount: AP_ACCOUNT,
    payee: payee.key,
    currency: payee.currency,
    appliedTo: of,
    date: addDays(world.today, -1),
  } as const;
  const lines = [{ account: BANK_ACCOUNT, amount, tags: [], description: '' }];
  return seed(world, title, { accepts: EITHER_WAY, ...differing, lines }, content);
}

function seed(
  world: EntryWorld,
  title: string,
  differing: Differing,
  given: Partial<EntryContent> & Pick<EntryContent, 'kind' | 'type'>,
): EntrySeed {
  const currency = differing.content?.currency ?? given.currency ?? 'USD';
  const lines = differing.lines ?? [line('5020-10-200', '100.00')];
  const exactSum = sum(
    lines.map((each) => each.amount),
    6,
  );
  const total = differing.total ?? rounded(exactSum, scaleOf(currency));
  const { approval = 'approved', status, accepts = ['confirmed'], twin, name } = differing;
  return {
    content: {
      subsidiary: world.subsidiary,
      payee: null,
      invoiceNumber: null,
      apAccount: null,
      bankAccount: null,
      appliedTo: [],
      date: addDays(world.today, -12),
      total,
      inBase: times(total, RATES[currency] ?? '1'),
      settled: false,
      notes: '',
      ...given,
      currency,
      lines,
      ...differing.content,
    },
    approval,
    title,
    accepts,
    ...(status === undefined ? {} : { status }),
    ...(twin === undefined ? {} : { twin }),
    ...(name === undefined ? {} : { name }),
  };
}

/** An everyday entry; a third still waits for its approval, or for the bank. */
export function ordinaryEntry(world: EntryWorld, serial: number, suppliers: readonly Payee[]): EntrySeed {
  const { random } = world;
  const lines = Array.from({ length: random.pick([1, 1, 1, 2, 3, 5]) }, () => {
    const cents = String(random.whole(101, 499_999)).padStart(3, '0');
    return line(random.pick(world.accounts), `${cents.slice(0, -2)}.${cents.slice(-2)}`);
  });
  const content = { date: addDays(world.today, -random.whole(1, 30)) };
  const waits = random.chance(0.33);
  const approval = waits ? 'awaiting_approval' : 'approved';
  const kind = random.pick(['bill', 'bill', 'bill', 'reimbursement', 'card', 'card', 'card'] as const);
  if (kind === 'reimbursement') {
    const usual = world.employees.filter((each) => each.currency === 'USD').slice(0, 2);
    return reimbursement(world, random.pick(usual), 'everyday', { lines, content, approval });
  }
  const supplier = random.pick(suppliers);
  if (kind === 'bill') {
    const number = `${random.pick(['AB', 'INV', 'R'])}-${20_000 + serial}`;
    return bill(world, supplier, number, 'everyday', { lines, content, approval });
  }
  const physical = { type: 'physical_card_expense', bankAccount: PHYSICAL_CARDS };
  const which = random.chance(0.5) ? physical : {};
  return card(world, supplier, 'everyday', { lines, content: { ...content, ...which, settled: !waits } });
}
