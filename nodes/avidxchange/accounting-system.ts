import type { JsonObject } from '../../runtime/connector/json';
import type { Calls, FailureDescription, HttpAnswer, HttpRequest } from '../../runtime/connector/system';
import { type AvidConnection, urlOf } from './connection';
import { noAccountingSystem } from './error-table';
import { readAll } from './list-reader';
import { asObject, objectsAt, textAt } from './members';
import { unreadable } from './troubles';

/** The call that finds out what to say when there is no such accounting system. */
const verdict = 'find-accounting-system';

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
  const url = urlOf(avid, 'accountingSystemsPath');
  const list = { name: 'list-accounting-systems', url, query: {}, pageSize: 100 };
  const [found, another] = chosenAmong(avid, await readAll(avid, calls, list));
  const id = textAt(found, 'ID');
  if (another === undefined && id !== undefined) return id;
  // A connection goes offline by what a call is answered, so that is where it has to be said.
  await calls.call({ name: verdict, method: 'GET', url, effect: 'read' });
  throw unreadable(verdict);
}

function chosenAmong(avid: AvidConnection, systems: readonly JsonObject[]): readonly JsonObject[] {
  const wanted = avid.accountingSystem.toLowerCase();
  const named = systems.filter((system) => textAt(system, 'Name')?.toLowerCase() === wanted);
  return named.length > 0
    ? named
    : systems.filter((system) => textAt(system, 'ID')?.toLowerCase() === wanted);
}

/** Says of a list of accounting systems what is wrong with it: ours is not in it, or is not the only one of its name. */
export function missingSystem(
  avid: AvidConnection,
  { json }: HttpAnswer,
  { name }: HttpRequest,
): FailureDescription | undefined {
  if (name !== verdict) return undefined;
  const systems = objectsAt(asObject(json), avid.name('itemsName'));
  const found = chosenAmong(avid, systems).length;
  if (found === 1) return undefined;
  const called = found > 1 ? 'several are called' : 'none is called';
  const names = systems.flatMap((system) => textAt(system, 'Name') ?? []).join(', ');
  const message = `${called} ${avid.accountingSystem}; there are: ${names || 'none that this user may see'}`;
  return { code: noAccountingSystem, message };
}
