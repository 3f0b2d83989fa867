import type { JsonObject } from '../../runtime/connector/json';
import type { Calls } from '../../runtime/connector/system';
import type { BillConnection } from './connection';
import { pathOf } from './endpoints';
import { asObject, objectAt, textAt } from './members';
import { isNotFound, unreadableList } from './troubles';

/** A vendor, as far as matching and bills need it. */
export interface Vendor {
  readonly id: string;
  readonly name: string;
  readonly shortName: string | undefined;
  /** May be masked. */
  readonly taxId: string | undefined;
  readonly city: string | undefined;
  readonly postcode: string | undefined;
  /** ISO 4217; BILL leaves it out for its default, and thin list rows leave it out too. */
  readonly currency: string | undefined;
  readonly archived: boolean;
  /** A list row that leaves out more than is unset: every vendor has an address. */
  readonly thin: boolean;
}

/** What BILL takes for a vendor that names no currency. */
export const defaultCurrency = 'USD';

/** A vendor's own currency stays cached this long; a bill that does not fit it is checked against a fresh copy. */
const keptMs = 300_000;

export function vendorOf(row: JsonObject): Vendor | undefined {
  const id = textAt(row, 'id');
  if (id === undefined) return undefined;
  const address = objectAt(row, 'address');
  return {
    id,
    name: textAt(row, 'name') ?? '',
    shortName: textAt(row, 'shortName')?.trim(),
    taxId: textAt(objectAt(row, 'additionalInfo'), 'taxId'),
    city: textAt(address, 'city'),
    postcode: textAt(address, 'zipOrPostalCode'),
    currency: textAt(row, 'billCurrency'),
    archived: row['archived'] === true,
    thin: address === undefined,
  };
}

/** The whole vendor, fresh: rows of the list may be thinner. Undefined when there is none with this id. */
export async function fetchVendor(
  bill: BillConnection,
  calls: Calls,
  id: string,
): Promise<JsonObject | undefined> {
  const name = 'get-vendor';
  try {
    const url = `${bill.endpoints.connect}/vendors${pathOf(id)}`;
    const vendor = asObject((await calls.call({ name, method: 'GET', url, effect: 'read' })).json);
    if (!vendor || textAt(vendor, 'id') === undefined) throw unreadableList(name);
    return vendor;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** A vendor for the check of a bill. @param fresh ask BILL although the vendor is known */
export function vendorForBill(
  bill: BillConnection,
  calls: Calls,
  id: string,
  fresh: boolean,
): Promise<Vendor | undefined> {
  return bill.vendors.get(id, fresh ? 0 : keptMs, async () => {
    const row = await fetchVendor(bill, calls, id);
    return row && vendorOf(row);
  });
}
