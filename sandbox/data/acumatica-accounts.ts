import type { EntityData, Values } from '../acumatica/entity-store';
import type { ClassificationSeed } from './bill-seed';

/** An account of the company, and how BILL holds it. */
interface AccountSeed {
  readonly code: string;
  readonly description: string;
  readonly type: 'Asset' | 'Liability' | 'Income' | 'Expense';
  /** BILL's word for it. */
  readonly billType: string;
  readonly active?: boolean;
  /** Currency of a cash account. */
  readonly cash?: string;
  readonly inBill?: 'no' | 'archived';
}

const expense = (code: string, description: string, more: Partial<AccountSeed> = {}): AccountSeed => ({
  code,
  description,
  type: 'Expense',
  billType: 'EXPENSE',
  ...more,
});

const cash = (code: string, description: string, currency: string): AccountSeed => ({
  code,
  description,
  type: 'Asset',
  billType: 'BANK',
  cash: currency,
});

const ACCOUNTS: readonly AccountSeed[] = [
  cash('10200', 'Operating account', 'USD'),
  cash('10250', 'Euro account', 'EUR'),
  cash('10260', 'Yen account', 'JPY'),
  cash('10270', 'Sterling account', 'GBP'),
  { code: '20000', description: 'Accounts payable', type: 'Liability', billType: 'ACCOUNTS_PAYABLE' },
  { code: '40000', description: 'Consulting revenue', type: 'Income', billType: 'INCOME' },
  expense('06600', 'Travel before the merger'),
  expense('60100', 'Subcontracted consultants', { billType: 'COST_OF_GOODS_SOLD' }),
  expense('60200', 'Travel'),
  expense('61000', 'Hosting and software'),
  expense('61500', 'Training'),
  expense('62000', 'Office rent'),
  expense('62500', 'Utilities'),
  expense('63000', 'Legal and audit fees'),
  expense('64000', 'Marketing'),
  expense('65000', 'Insurance'),
  expense('66000', 'Recruiting'),
  expense('67000', 'Equipment lease'),
  expense('69000', 'Miscellaneous expense', { inBill: 'no' }),
  expense('69500', 'Gifts', { inBill: 'archived' }),
  expense('69900', 'Relocation', { active: false }),
];

/** First segment of a subaccount. */
const DEPARTMENTS: readonly (readonly [code: string, name: string, inBill: 'yes' | 'no' | 'archived'])[] = [
  ['100', 'Consulting', 'yes'],
  ['200', 'Engineering', 'yes'],
  ['300', 'Sales & Marketing', 'yes'],
  ['400', 'Administration', 'yes'],
  ['500', 'Legal', 'no'],
  ['600', 'Mainframe practice', 'archived'],
];
/** Second segment. */
const OFFICES: readonly (readonly [code: string, name: string])[] = [
  ['010', 'Boston'],
  ['020', 'Denver'],
];

/** No department, no office. */
export const NO_SUBACCOUNT = '000000';

/** The department of a subaccount: its first three characters. */
export function departmentOf(subaccount: string): string {
  return subaccount.slice(0, 3);
}

/** Expense accounts that everyday bills use. */
export const EXPENSE_ACCOUNTS = ACCOUNTS.filter(
  (account) => account.type === 'Expense' && account.inBill === undefined && account.active !== false,
).map((account) => account.code);

/** Subaccounts that everyday bills use: their department stands in BILL. */
export const SUBACCOUNTS = DEPARTMENTS.filter(([, , inBill]) => inBill === 'yes').flatMap(([department]) =>
  OFFICES.map(([office]) => `${department}${office}`),
);

export function accountRows(): EntityData[] {
  return ACCOUNTS.map(({ code, description, type, active, cash: currency }, index) => ({
    values: {
      AccountCD: code,
      AccountID: 1_000 + index,
      Description: description,
      Type: type,
      AccountClass: type === 'Expense' ? 'EXOTHER' : null,
      Active: active ?? true,
      CashAccount: currency !== undefined,
      CurrencyID: currency ?? null,
      PostOption: 'Detail',
      RequireUnits: false,
      UseDefaultSubaccount: false,
    } satisfies Values,
  }));
}

export function subaccountRows(): EntityData[] {
  const coded = DEPARTMENTS.flatMap(([department, name]) =>
    OFFICES.map(([office, place]) => [`${department}${office}`, `${name}, ${place}`] as const),
  );
  return [[NO_SUBACCOUNT, 'Default'] as const, ...coded].map(([code, description], index) => ({
    values: { SubaccountCD: code, SubaccountID: 100 + index, Description: description, Active: true },
  }));
}

/** BILL's entries for the accounts and the departments, before the first sync. */
export function billClassifications(): ClassificationSeed[] {
  const accounts = ACCOUNTS.filter((account) => account.inBill !== 'no').map(
    ({ code, description, billType, inBill }): ClassificationSeed => ({
      family: 'chart-of-accounts',
      data: { name: description, account: { type: billType, number: code } },
      archived: inBill === 'archived',
    }),
  );
  const departments = DEPARTMENTS.filter(([, , inBill]) => inBill !== 'no').map(
    ([code, name, inBill]): ClassificationSeed => ({
      family: 'departments',
      data: { name, shortName: code },
      archived: inBill === 'archived',
    }),
  );
  const strange: ClassificationSeed = {
    family: 'chart-of-accounts',
    data: { name: 'Ask my accountant', account: { type: 'UNSPECIFIED' } },
    archived: false,
  };
  return [...accounts, strange, ...departments];
}
