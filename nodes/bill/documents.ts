import type { JsonObject } from '../../runtime/connector/json';
import type { Calls } from '../../runtime/connector/system';
import type { BillConnection } from './connection';
import { pathOf } from './endpoints';
import { condition, readAll } from './list-reader';
import { asObject, objectAt, textAt } from './members';
import { isBadRequest, isNotFound, unreadableList } from './troubles';

/** A kind of document that a vendor numbers: bills and vendor credits. */
export interface DocumentKind {
  /** Name in calls: `list-bills`, `get-bill`. */
  readonly one: string;
  readonly many: string;
  /** Last part of the path. */
  readonly path: string;
  /** Names under which lists may be filtered by the number, likeliest first. */
  readonly numberFilters: readonly string[];
  numberOf(document: JsonObject): string | undefined;
  /** Member that holds the lines. */
  readonly lines: string;
}

export const bills: DocumentKind = {
  one: 'bill',
  many: 'bills',
  path: 'bills',
  numberFilters: ['invoice.invoiceNumber', 'invoiceNumber'],
  numberOf: (bill) => textAt(objectAt(bill, 'invoice'), 'invoiceNumber') ?? textAt(bill, 'invoiceNumber'),
  lines: 'billLineItems',
};

export const vendorCredits: DocumentKind = {
  one: 'vendor-credit',
  many: 'vendor-credits',
  path: 'vendor-credits',
  numberFilters: ['referenceNumber'],
  numberOf: (credit) => textAt(credit, 'referenceNumber'),
  lines: 'vendorCreditLineItems',
};

export function urlOf(bill: BillConnection, kind: DocumentKind, ...rest: readonly string[]): string {
  return `${bill.endpoints.connect}/${kind.path}${pathOf(...rest)}`;
}

/** The whole document, fresh; undefined when there is none with this id. */
export async function fetchDocument(
  bill: BillConnection,
  kind: DocumentKind,
  calls: Calls,
  id: string,
): Promise<JsonObject | undefined> {
  const name = `get-${kind.one}`;
  try {
    const { json } = await calls.call({ name, method: 'GET', url: urlOf(bill, kind, id), effect: 'read' });
    const found = asObject(json);
    if (!found || textAt(found, 'id') === undefined) throw unreadableList(name);
    return found;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/**
 * All documents of a vendor with exactly this number, archived ones included. Asks with the narrowest filter
 * that this BILL accepts and compares here, so that a filter it ignores does no harm. A refused filter is not
 * tried again on this connection.
 */
export async function findNumbered(
  bill: BillConnection,
  kind: DocumentKind,
  calls: Calls,
  signal: AbortSignal,
  vendorId: string,
  number: string,
): Promise<readonly JsonObject[]> {
  const found: JsonObject[] = [];
  for (const row of await listNarrowly(bill, kind, calls, signal, vendorId, number)) {
    const id = textAt(row, 'id');
    if (id === undefined) continue;
    const listed = { vendor: textAt(row, 'vendorId'), number: kind.numberOf(row)?.trim() };
    if (listed.vendor !== undefined && listed.vendor !== vendorId) continue;
    if (listed.number !== undefined && listed.number !== number) continue;
    const thin = [listed.vendor, listed.number, textAt(row, 'amount'), row[kind.lines]].includes(undefined);
    const whole = thin ? await fetchDocument(bill, kind, calls, id) : row;
    if (!whole || textAt(whole, 'vendorId') !== vendorId || kind.numberOf(whole)?.trim() !== number) continue;
    found.push(whole);
  }
  return found;
}

async function listNarrowly(
  bill: BillConnection,
  kind: DocumentKind,
  calls: Calls,
  signal: AbortSignal,
  vendorId: string,
  number: string,
): Promise<readonly JsonObject[]> {
  const ofVendor = condition('vendorId', 'eq', vendorId);
  const numberFilters = number.includes('"') ? [] : kind.numberFilters;
  const ways = [
    ...numberFilters.map((by) => ({ by, filters: [ofVendor, condition(by, 'eq', number)] })),
    { by: 'vendorId', filters: [ofVendor] },
  ];
  const list = { name: `list-${kind.many}`, url: urlOf(bill, kind) };
  for (const { by, filters } of ways) {
    const way = `${kind.path} by ${by}`;
    if (bill.unsupported.has(way)) continue;
    try {
      return await readAll(calls, { ...list, filters }, same, signal);
    } catch (error) {
      if (!isBadRequest(error)) throw error;
      // A number with unusual characters may be refused for their sake: plain ones are worth another try.
      if (by === 'vendorId' || /^[\w.-]+$/.test(number)) bill.unsupported.add(way);
    }
  }
  return readAll(calls, list, same, signal);
}

function same(row: JsonObject): JsonObject {
  return row;
}
