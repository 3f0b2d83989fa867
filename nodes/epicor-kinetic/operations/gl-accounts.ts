import { RecordOutcome } from '../../../runtime/connector/errors';
import type { JsonObject } from '../../../runtime/connector/json';
import type { OperationContext } from '../../../runtime/connector/system';
import { equals } from '../conditions';
import type { EpicorConnection, GlAccount } from '../connection';
import { flagIn, textIn } from '../dataset';
import { findRows } from '../find-rows';
import { accountTable, shownAccountTable } from '../tables';
import { isStatus } from '../troubles';

/** An account as a document names it. */
export interface AccountName {
  /**
   * Segments joined by a bar (`6100|10|200`), the same with the chart of accounts before it
   * (`MAIN|6100|10|200`), or as people write it (`6100-10-200`).
   */
  readonly glAccount: string;
  /** Chart of accounts; the connection's when absent. */
  readonly coa: string | undefined;
}

const seenMs = 60_000;
const segmentColumns = Array.from({ length: 20 }, (_, at) => `SegValue${at + 1}`);

/**
 * The account in the chart of accounts, active ones only. What was found is believed for a minute.
 * @throws RecordOutcome (park) `gl-account-unmapped` or `account-inactive`
 * @throws SystemError
 */
export async function glAccountOf(
  connection: EpicorConnection,
  name: AccountName,
  context: OperationContext,
): Promise<GlAccount> {
  if (context.options['checkAccounts'] === false) return unchecked(connection, name);
  const { accounts } = connection.learned;
  const key = JSON.stringify([name.coa ?? null, name.glAccount]);
  const now = context.now().getTime();
  const seen = accounts.get(key);
  if (seen && now < seen.until) return seen.account;
  const account = await findAccount(connection, name, context);
  accounts.set(key, { account, until: now + seenMs });
  return account;
}

/** Columns that code a row with the account. */
export function accountColumns({ coa, account, segments }: GlAccount): JsonObject {
  const values = segments.map((value, at) => [`SegValue${at + 1}`, value] as const);
  return { COACode: coa, GLAccount: account, ...Object.fromEntries(values) };
}

/** Whether a row is coded with the account, in its account column and, where it has them, in its segments. */
export function isCodedWith(row: JsonObject | undefined, { account, segments }: GlAccount): boolean {
  if (textIn(row, 'GLAccount') !== account) return false;
  return segments.every((value, at) => {
    const column = `SegValue${at + 1}`;
    return row?.[column] === undefined || (textIn(row, column) ?? '') === value;
  });
}

async function findAccount(
  connection: EpicorConnection,
  name: AccountName,
  context: OperationContext,
): Promise<GlAccount> {
  for (const candidate of candidates(connection, name)) {
    const rows = await accountRows(connection, candidate, context);
    const fitting = rows.filter(
      (row) => candidate.display === undefined || isShownAs(row, candidate.display),
    );
    if (fitting.length > 0) return chosen(fitting, name);
  }
  const shown = await shownAs(connection, name, context);
  if (shown.length > 0) return chosen(shown, name);
  throw new RecordOutcome('park', 'gl-account-unmapped', {
    message: `There is no GL account ${name.glAccount} in company ${connection.company}.`,
    account: name.glAccount,
  });
}

interface Candidate {
  readonly coa: string | undefined;
  readonly account: string;
  /** Set when the text was taken for the form that people write. */
  readonly display?: string;
}

function candidates(connection: EpicorConnection, { glAccount, coa }: AccountName): Candidate[] {
  const chart = coa ?? connection.coa;
  const bar = glAccount.indexOf('|');
  const asBars = glAccount.replace(/[-./ ]/g, '|');
  return [
    { coa: chart, account: glAccount },
    ...(bar > 0 ? [{ coa: glAccount.slice(0, bar), account: glAccount.slice(bar + 1) }] : []),
    ...(bar < 0 && asBars !== glAccount ? [{ coa: chart, account: asBars, display: glAccount }] : []),
  ];
}

function accountRows(
  connection: EpicorConnection,
  { coa, account }: Candidate,
  { calls }: OperationContext,
): Promise<readonly JsonObject[]> {
  const ofChart = coa === undefined ? [] : [equals('COACode', coa)];
  return findRows(connection, calls, {
    name: 'find-gl-account',
    table: accountTable,
    conditions: [...ofChart, equals('GLAccount1', account)],
    columns: ['Active', 'GLAcctDispGLAcctDisp', ...segmentColumns],
  });
}

/** A chart may show its segments in another order, or between other signs: then the list of shown forms knows. */
async function shownAs(
  connection: EpicorConnection,
  { glAccount, coa }: AccountName,
  context: OperationContext,
): Promise<readonly JsonObject[]> {
  const chart = coa ?? connection.coa;
  try {
    const found = await findRows(connection, context.calls, {
      name: 'find-shown-gl-account',
      table: shownAccountTable,
      conditions: [
        ...(chart === undefined ? [] : [equals('COACode', chart)]),
        equals('GLAcctDisp1', glAccount),
      ],
      columns: ['GLAcctDisp1'],
    });
    const exact = found.filter((row) => textIn(row, 'GLAcctDisp1') === glAccount);
    const accounts = exact.map((row) =>
      accountRows(
        connection,
        { coa: textIn(row, 'COACode'), account: textIn(row, 'GLAccount') ?? '' },
        context,
      ),
    );
    return (await Promise.all(accounts)).flat();
  } catch (error) {
    // Not every site lets this user read them.
    if (isStatus(error, 400, 403, 404, 405, 500)) return [];
    throw error;
  }
}

/** Where the server does not give the form that people write, the segments must do. */
function isShownAs(row: JsonObject, display: string): boolean {
  return (textIn(row, 'GLAcctDispGLAcctDisp') ?? display) === display;
}

function chosen(rows: readonly JsonObject[], { glAccount }: AccountName): GlAccount {
  const active = rows.filter((row) => flagIn(row, 'Active') !== false);
  const charts = [...new Set(active.map((row) => textIn(row, 'COACode') ?? ''))];
  const [row] = active;
  if (!row) {
    const message = `GL account ${glAccount} is not active in Epicor.`;
    throw new RecordOutcome('park', 'account-inactive', { message, account: glAccount });
  }
  if (charts.length > 1) {
    throw new RecordOutcome('park', 'gl-account-unmapped', {
      message: `GL account ${glAccount} is in several charts of accounts: ${charts.join(', ')}. Set EPICOR_COA.`,
      account: glAccount,
      setting: 'EPICOR_COA',
    });
  }
  const account = textIn(row, 'GLAccount1') ?? glAccount;
  return { coa: charts[0] ?? '', account, segments: segmentsOf(row, account) };
}

function segmentsOf(row: JsonObject, account: string): readonly string[] {
  const values = segmentColumns.map((column) => textIn(row, column) ?? '');
  const last = values.findLastIndex((value) => value !== '');
  return last >= 0 ? values.slice(0, last + 1) : account.split('|');
}

function unchecked({ coa: chart }: EpicorConnection, { glAccount, coa }: AccountName): GlAccount {
  const known = coa ?? chart;
  if (known !== undefined) return { coa: known, account: glAccount, segments: glAccount.split('|') };
  throw new RecordOutcome('park', 'setting-missing', {
    message: 'EPICOR_COA is not set: accounts that are not looked up need the chart of accounts.',
    setting: 'EPICOR_COA',
  });
}
