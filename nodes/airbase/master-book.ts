import type { JsonObject } from '../../runtime/connector/json';
import type { Calls } from '../../runtime/connector/system';
import type { AirbaseConnection } from './connection';
import type { PathName } from './conventions';
import { readAllIfOffered } from './list-reader';
import { idOf, textAt } from './members';
import { Recent } from './recent';
import { subsidiariesIn } from './subsidiaries';

/** A vendor, an account or a tag as Airbase has it. */
export interface Master {
  readonly id: string;
  /** The ERP's key; empty for what was made in Airbase and is not linked. */
  readonly reference: string;
  readonly name: string;
  readonly email: string | undefined;
  readonly active: boolean;
  readonly subsidiaries: readonly JsonObject[];
  readonly row: JsonObject;
}

/** Up to so many are asked for one by one; more are found in the whole list. */
const fewReferences = 5;
const blank = '';

/** One kind of master data in Airbase, found by the ERP's keys. */
export class MasterBook {
  readonly #path: Extract<PathName, 'vendors' | 'accounts' | 'tags'>;
  readonly #everything: Recent<ReadonlyMap<string, Master> | undefined>;
  /** Written here since the list was read. */
  readonly #written = new Map<string, Master>();
  #filters = true;

  constructor(path: Extract<PathName, 'vendors' | 'accounts' | 'tags'>, now: () => Date) {
    this.#path = path;
    this.#everything = new Recent(now);
  }

  /**
   * Those with one of these keys of the ERP, by key. Undefined where Airbase does not list them.
   * @param maxAgeMs how old the knowledge of a whole list may be; single keys are asked for in any case
   */
  async find(
    airbase: AirbaseConnection,
    calls: Calls,
    references: readonly string[],
    maxAgeMs: number,
  ): Promise<ReadonlyMap<string, Master> | undefined> {
    if (this.#filters && references.length <= fewReferences) {
      const found = await this.#ask(airbase, calls, references);
      if (found !== 'ignored') return found && byReference(found);
    }
    const all = await this.all(airbase, calls, maxAgeMs);
    if (!all) return undefined;
    const wanted = new Set(references);
    return byReference(all.filter(({ reference }) => wanted.has(reference)));
  }

  /** Those that have no key of the ERP: they were made in Airbase. Always asked for anew. */
  async unlinked(airbase: AirbaseConnection, calls: Calls): Promise<readonly Master[] | undefined> {
    if (this.#filters) {
      const found = await this.#ask(airbase, calls, [blank]);
      if (found !== 'ignored') return found;
    }
    return (await this.all(airbase, calls, 0))?.filter(({ reference }) => reference === '');
  }

  /** Everything, read at most so long ago, milliseconds. Undefined where Airbase does not list it. */
  async all(
    airbase: AirbaseConnection,
    calls: Calls,
    maxAgeMs: number,
  ): Promise<readonly Master[] | undefined> {
    const all = await this.#everything.get(maxAgeMs, async () => {
      const before = [...this.#written.keys()];
      const rows = await readAllIfOffered(airbase, calls, this.#list());
      for (const id of before) this.#written.delete(id);
      return rows && new Map(mastersIn(rows).map((master) => [master.id, master]));
    });
    return all && [...new Map([...all, ...this.#written]).values()];
  }

  /** Something was written here: it is known before the list is read again. */
  note(master: Master): void {
    this.#written.set(master.id, master);
  }

  /** Undefined where there is no list, `ignored` where the list is not narrowed by keys. */
  async #ask(
    airbase: AirbaseConnection,
    calls: Calls,
    references: readonly string[],
  ): Promise<readonly Master[] | undefined | 'ignored'> {
    const found: Master[] = [];
    for (const reference of references) {
      const query = { erp_reference_id: reference };
      const rows = await readAllIfOffered(airbase, calls, { ...this.#list(), query });
      if (!rows) return undefined;
      const masters = mastersIn(rows);
      if (masters.some((master) => master.reference !== reference)) {
        this.#filters = false;
        return 'ignored';
      }
      found.push(...masters);
    }
    return found;
  }

  #list() {
    return { name: `list-${this.#path}`, path: this.#path };
  }
}

/** A row as it is compared; undefined when it has no id. */
export function masterOf(row: JsonObject): Master | undefined {
  const id = idOf(row);
  if (id === undefined) return undefined;
  return {
    id,
    reference: textAt(row, 'erp_reference_id') ?? '',
    name: textAt(row, 'name') ?? '',
    email: textAt(row, 'email'),
    active: row['is_active'] !== false,
    subsidiaries: subsidiariesIn(row),
    row,
  };
}

function mastersIn(rows: readonly JsonObject[]): Master[] {
  return rows.flatMap((row) => masterOf(row) ?? []);
}

function byReference(masters: readonly Master[]): ReadonlyMap<string, Master> {
  return new Map(masters.map((master) => [master.reference, master]));
}
