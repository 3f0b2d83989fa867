import type { StreamDeclaration } from '../../../runtime/connector/manifest';
import { flag, rowSchema, text } from '../columns';
import type { AcumaticaConnection } from '../connection';
import { findBy, overlap, pageSize } from '../read-options';
import { streamReader } from '../stream-reader';

const accountRow = rowSchema({
  AccountCD: text('Number of the account.'),
  Description: text(),
  Type: text('Asset, Liability, Income or Expense.'),
  AccountClass: text(),
  AccountGroup: text(),
  Active: flag(),
  CashAccount: flag(),
  CurrencyID: text(),
});

export const glAccounts: StreamDeclaration = {
  title: 'GL accounts',
  help: 'The chart of accounts, inactive accounts included.',
  row: accountRow,
  key: ['AccountCD'],
  cursor: { strategy: 'timestamp-overlap', precision: 'instant', ordered: false },
  deletes: 'status-flag',
  detail: false,
  options: [findBy, overlap, pageSize],
};

export function glAccountReader(connection: AcumaticaConnection) {
  return streamReader(connection, {
    callName: 'list-gl-accounts',
    entity: 'Account',
    key: glAccounts.key,
    schema: accountRow,
    modified: true,
  });
}
