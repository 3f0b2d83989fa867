import type { StreamDeclaration } from '../../../runtime/connector/manifest';
import { day, flag, rowSchema, text } from '../columns';
import { equals } from '../conditions';
import type { EpicorConnection } from '../connection';
import { readOptionFields } from '../read-options';
import { streamReader } from '../stream-reader';
import { accountTable } from '../tables';

const segments = Array.from({ length: 20 }, (_, at) => [`SegValue${at + 1}`, text()] as const);

const accountRow = rowSchema({
  Company: text(),
  COACode: text('Chart of accounts.'),
  GLAccount1: text('Segments joined by a bar, without the dynamic ones: `6100|10|200`.'),
  GLAcctDispGLAcctDisp: text('The account as people write it: `6100-10-200`.'),
  GLAcctDispGLShortAcct: text(),
  AccountDesc: text(),
  Active: flag(),
  EffFrom: day(),
  EffTo: day(),
  ...Object.fromEntries(segments),
});

export const glAccounts: StreamDeclaration = {
  title: 'GL accounts',
  help: 'Accounts of the chart of accounts that the connection names, or of all. `SegValue1` is the natural account.',
  row: accountRow,
  key: ['COACode', 'GLAccount1'],
  cursor: { strategy: 'row-version', precision: 'row-version', ordered: true },
  deletes: 'status-flag',
  detail: false,
  options: readOptionFields(),
};

export function glAccountReader(connection: EpicorConnection) {
  const { coa } = connection;
  return streamReader(connection, {
    callName: 'list-gl-accounts',
    table: accountTable,
    schema: accountRow,
    conditions: coa === undefined ? [] : [equals('COACode', coa)],
  });
}
