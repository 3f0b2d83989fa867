import type { JsonObject } from '../../runtime/connector/json';
import { conform } from '../../runtime/connector/schema';
import type { Calls } from '../../runtime/connector/system';
import { type AirbaseConnection, ask, urlOf } from './connection';
import { objectOf } from './failures';
import { readAllIfOffered } from './list-reader';
import { idOf, objectAt, textAt, withoutBlanks } from './members';
import { billRow } from './spend-row-schemas';

const keptMs = 60_000;

/**
 * The bill of the spend API that a ledger entry was made from: approval, due date, purchase order, taxes. Undefined
 * where the connection has no spend API, or no bill is certainly the one.
 */
export async function billDetailOf(
  airbase: AirbaseConnection,
  calls: Calls,
  entry: JsonObject,
  signal: AbortSignal,
): Promise<JsonObject | undefined> {
  if (!airbase.spendApi) return undefined;
  const waiting = await airbase.waitingBills.get(keptMs, async () => {
    const query = { sync_status: airbase.conventions.statuses.ready };
    const rows = await readAllIfOffered(airbase, calls, { name: 'list-bills', path: 'bills', query }, signal);
    return rows ?? [];
  });
  const found = billOf(entry, waiting);
  const id = textAt(found, 'id');
  if (id === undefined) return undefined;
  // The list may be a minute old: what the bill says now decides.
  return fetchBill(airbase, calls, id);
}

/** One bill, whole and fresh, with the fields of its stream; undefined when the spend API does not have it. */
export async function fetchBill(
  airbase: AirbaseConnection,
  calls: Calls,
  id: string,
): Promise<JsonObject | undefined> {
  const url = urlOf(airbase, 'bills', id);
  const answer = await ask(airbase, calls, {
    name: 'get-bill',
    method: 'GET',
    url,
    effect: 'read',
    accept: [404],
  });
  const bill = answer.status === 404 ? undefined : objectOf(answer);
  return bill && conform(withoutBlanks(bill), billRow);
}

/** The entry and the bill have ids of their own: where none names the other, vendor and number must. */
function billOf(entry: JsonObject, bills: readonly JsonObject[]): JsonObject | undefined {
  const id = idOf(entry);
  const named = bills.filter((bill) =>
    ['airbase_id', 'ledger_entry_id', 'id'].some((name) => textAt(bill, name) === id),
  );
  if (named.length === 1) return named[0];
  const number = textAt(entry, 'invoice_number');
  const vendor = idOf(objectAt(entry, 'vendor'));
  if (number === undefined || vendor === undefined) return undefined;
  const alike = bills.filter(
    (bill) => textAt(bill, 'invoice_number') === number && idOf(objectAt(bill, 'vendor')) === vendor,
  );
  return alike.length === 1 ? alike[0] : undefined;
}
