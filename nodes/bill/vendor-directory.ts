import type { Calls } from '../../runtime/connector/system';
import type { Endpoints } from './endpoints';
import { condition, readAll } from './list-reader';
import { ShortMemory } from './short-memory';
import { isBadRequest } from './troubles';
import { type Vendor, vendorOf } from './vendors';

const everyone = 'everyone';
/** How long vendors made by others may stay unseen; those named exactly alike are asked for every time. */
export const vendorsKeptMs = 300_000;

type Vendors = Map<string, Vendor>;

/**
 * All vendors of the organization, for the rules that BILL has no filter for: short name, tax id, and a name
 * written a little differently.
 */
export class VendorDirectory {
  readonly #memory: ShortMemory<Vendors>;
  readonly #url: string;
  /** Made here, and not in the list yet. */
  readonly #made: Vendors = new Map();
  #nameFilterRefused = false;

  constructor(endpoints: Endpoints, now: () => Date) {
    this.#memory = new ShortMemory(now, 1);
    this.#url = `${endpoints.connect}/vendors`;
  }

  /**
   * Everyone known, and what BILL says right now about vendors of exactly this name.
   * @param maxAgeMs how old the knowledge of everyone may be, milliseconds
   */
  async around(
    name: string,
    maxAgeMs: number,
    calls: Calls,
    signal: AbortSignal,
  ): Promise<readonly Vendor[]> {
    const named = await this.#named(name, calls, signal);
    const all = await this.#everyone(calls, signal, named ? maxAgeMs : 0);
    for (const vendor of named ?? []) all.set(vendor.id, vendor);
    return [...new Map([...this.#made, ...all]).values()];
  }

  /** A vendor was made here: it is known before the list shows it. */
  note(vendor: Vendor): void {
    this.#made.set(vendor.id, vendor);
  }

  /** Every vendor, read anew. */
  async readAll(calls: Calls, signal: AbortSignal): Promise<readonly Vendor[]> {
    return [...(await this.#everyone(calls, signal, 0)).values()];
  }

  async #everyone(calls: Calls, signal: AbortSignal, maxAgeMs: number): Promise<Vendors> {
    return this.#memory.get(everyone, maxAgeMs, async () => {
      const listed = await readAll(calls, { name: 'list-vendors', url: this.#url }, vendorOf, signal);
      const vendors: Vendors = new Map(listed.map((vendor) => [vendor.id, vendor]));
      for (const id of vendors.keys()) this.#made.delete(id);
      return vendors;
    });
  }

  /** Undefined when BILL cannot be asked for this name. */
  async #named(name: string, calls: Calls, signal: AbortSignal): Promise<readonly Vendor[] | undefined> {
    const filter = this.#nameFilterRefused ? undefined : nameFilter(name);
    if (filter === undefined) return undefined;
    try {
      const list = { name: 'list-vendors', url: this.#url, filters: [filter] };
      return await readAll(calls, list, vendorOf, signal);
    } catch (error) {
      if (!isBadRequest(error)) throw error;
      this.#nameFilterRefused = true;
      return undefined;
    }
  }
}

/** BILL has no escape for a quotation mark: up to the first one the name can still be asked for. */
function nameFilter(name: string): string | undefined {
  if (!name.includes('"')) return condition('name', 'eq', name);
  const before = name.slice(0, name.indexOf('"')).trimEnd();
  return before === '' ? undefined : condition('name', 'sw', before);
}
