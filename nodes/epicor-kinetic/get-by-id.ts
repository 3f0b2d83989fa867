import type { JsonObject } from '../../runtime/connector/json';
import type { Calls } from '../../runtime/connector/system';
import { equals, toWhereClause } from './conditions';
import type { EpicorConnection } from './connection';
import { type Dataset, rowsOf } from './dataset';
import { errorCodes } from './error-table';
import { assertCompany } from './find-rows';
import { callMethod, getMethod, methodName, type Reply } from './methods';
import type { Table } from './tables';
import { hasCode, unreadableAnswer } from './troubles';

/** Statuses by which a build says that it has no row, or no such method in this form. */
const notHere = [404, 405];

export interface FoundDocument {
  readonly dataset: Dataset;
  /** The row of the main table. */
  readonly head: JsonObject;
}

/**
 * The whole dataset of one document. Builds differ in how `GetByID` is called: as POST, as GET, and where both
 * say 404, `GetRows` tells a missing row from a missing method.
 * @param parameters of `GetByID`, for example `{ vendorNum: 12, invoiceNum: 'A-17' }`
 * @param key the same values by column, for the where clause
 * @returns undefined when there is no such row
 * @throws SystemError
 */
export async function getById(
  connection: EpicorConnection,
  calls: Calls,
  table: Table,
  parameters: Readonly<Record<string, string | number>>,
  key: Readonly<Record<string, string | number>>,
): Promise<FoundDocument | undefined> {
  try {
    return await readById(connection, calls, table, parameters, key);
  } catch (error) {
    // Some builds say so with the status of a business error, or of an internal one.
    if (hasCode(error, errorCodes.noSuchRow)) return undefined;
    throw error;
  }
}

async function readById(
  connection: EpicorConnection,
  calls: Calls,
  table: Table,
  parameters: Readonly<Record<string, string | number>>,
  key: Readonly<Record<string, string | number>>,
): Promise<FoundDocument | undefined> {
  const { service } = table;
  const call = {
    service,
    method: 'GetByID',
    parameters: { ...parameters },
    effect: 'read',
    accept: notHere,
  } as const;
  const posted = await callMethod(connection, calls, call);
  if (!posted.failure) return documentOf(connection, table, posted);
  if (saysNoRow(posted)) return undefined;
  const query = Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, String(value)]));
  const got = await getMethod(connection, calls, service, 'GetByID', query, [...notHere, 400]);
  if (!got.failure) return documentOf(connection, table, got);
  if (saysNoRow(got)) return undefined;
  const where = toWhereClause(
    Object.entries(key).map(([column, value]) => equals(column, value)),
    [],
  );
  const rows = await callMethod(connection, calls, {
    service,
    method: 'GetRows',
    parameters: {
      ...Object.fromEntries(table.tables.map((each) => [`whereClause${each}`, ''])),
      [`whereClause${table.table}`]: where,
      pageSize: 0,
      absolutePage: 0,
    },
    effect: 'read',
  });
  return documentOf(connection, table, rows);
}

function saysNoRow({ failure }: Reply): boolean {
  return /RecordNotFound/i.test(failure?.type ?? '');
}

function documentOf(connection: EpicorConnection, table: Table, reply: Reply): FoundDocument | undefined {
  const { dataset, parameters, returned } = reply;
  const name = methodName(table.service, 'GetByID');
  // No document is said by a dataset without rows; an answer without anything says nothing.
  const saysNothing = [dataset, parameters].every((each) => Object.keys(each).length === 0);
  if (saysNothing && returned === undefined) throw unreadableAnswer(name);
  const [head] = rowsOf(dataset, table.table);
  if (!head) return undefined;
  assertCompany([head], connection, name);
  return { dataset, head };
}
