import type { Store } from './store';

/** A table is worth the work when this many rows, and this share of it, changed since the last time. */
const CHANGED_ROWS = 2_000;
const CHANGED_SHARE = 0.1;

interface TableCount {
  readonly name: string;
  readonly changed: string;
  readonly live: string;
}

/**
 * Vacuums and analyzes tables that changed much. The embedded store has no autovacuum at all; on a server it runs
 * after a minute and works by scale, while a queue table that was small at the last ANALYZE and then takes ten
 * thousand jobs makes every fetch fifty times slower until the next one.
 */
export class Housekeeper {
  readonly #store: Pick<Store, 'query'>;
  readonly #seen = new Map<string, number>();

  constructor(store: Pick<Store, 'query'>) {
    this.#store = store;
  }

  async vacuum(): Promise<void> {
    const { rows } = await this.#store.query<TableCount>(`
      select quote_ident(schemaname) || '.' || quote_ident(relname) as name,
        n_tup_ins + n_tup_upd + n_tup_del as changed, n_live_tup as live
      from pg_stat_user_tables order by 1`);
    for (const { name, changed, live } of rows) {
      const now = Number(changed);
      const since = now - (this.#seen.get(name) ?? 0);
      if (since < CHANGED_ROWS || since < Number(live) * CHANGED_SHARE) continue;
      await this.#store.query(`vacuum (analyze) ${name}`);
      this.#seen.set(name, now);
    }
  }
}
