import { SystemError } from '../../runtime/connector/errors';
import type { JsonObject } from '../../runtime/connector/json';
import type { Calls } from '../../runtime/connector/system';
import { type AvidConnection, urlOf } from './connection';
import { readAll } from './list-reader';
import { textAt } from './members';

/**
 * The number of the connection's accounting system, asked for once. Names are compared without case and blanks
 * around them; a number is taken when no system has it as its name.
 * @throws SystemError; `configuration` when there is none, or several, of that name
 */
export function accountingSystemId(avid: AvidConnection, calls: Calls): Promise<string> {
  avid.systemId ??= findSystem(avid, calls).catch((error: unknown) => {
    avid.systemId = undefined;
    throw error;
  });
  return avid.systemId;
}

/**
 * Tells rows of this accounting system from those of others, as far as rows say whose they are: lists may hold them all.
 * @throws SystemError
 */
export async function ownRows(avid: AvidConnection, calls: Calls): Promise<(row: JsonObject) => boolean> {
  const id = await accountingSystemId(avid, calls);
  return (row) => (textAt(row, 'AccountingSystemId') ?? id) === id;
}

/** As `accountingSystemId`, and asked for anew. */
export function refreshAccountingSystemId(avid: AvidConnection, calls: Calls): Promise<string> {
  avid.systemId = undefined;
  return accountingSystemId(avid, calls);
}

async function findSystem(avid: AvidConnection, calls: Calls): Promise<string> {
  const list = {
    name: 'list-accounting-systems',
    url: urlOf(avid, 'accountingSystemsPath'),
    query: {},
    pageSize: 100,
  };
  const systems = await readAll(avid, calls, list);
  const wanted = avid.accountingSystem.toLowerCase();
  const named = systems.filter((system) => textAt(system, 'Name')?.toLowerCase() === wanted);
  const numbered = systems.filter((system) => textAt(system, 'ID') === wanted);
  const found = named.length > 0 ? named : numbered;
  const id = textAt(found[0], 'ID');
  if (found.length === 1 && id !== undefined) return id;
  const names = systems.map((system) => textAt(system, 'Name')).filter((name) => name !== undefined);
  throw new SystemError({
    recovery: 'configuration',
    code: 'AVIDXCHANGE_NO_ACCOUNTING_SYSTEM',
    text:
      found.length > 1
        ? `AvidXchange has several accounting systems called ${avid.accountingSystem}.`
        : `AvidXchange has no accounting system called ${avid.accountingSystem}.`,
    remedy: `Set AVIDXCHANGE_ACCOUNTING_SYSTEM to the number or the name of one of: ${names.join(', ') || 'none that this user may see'}.`,
    call: list.name,
  });
}
