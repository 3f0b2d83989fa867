import type { OnCount } from '../delivery/settler';
import type { Store } from '../ledger/store';

/** Tables whose growth changes how they are best read. */
const TABLES = 'record, record_version, intent, link';
/** A table is looked at anew when it has grown by so many rows, and by this share of what came before. */
const LEAST_ROWS = 250;
const SHARE = 0.5;

/**
 * Keeps the planner's statistics up with a first sync. PostgreSQL looks at tables once a minute at best, the
 * embedded store when it keeps house; until then a table that was empty is planned for as if it still were, and
 * every claim of a record reads all the others.
 */
export class FreshStatistics {
  #rows = 0;
  #analyzed = 0;
  #running = false;

  constructor(
    private readonly store: Pick<Store, 'query'>,
    private readonly onFault: (error: unknown) => void,
  ) {}

  /** Told what delivery counts; landed records and written ones are rows. */
  readonly count: OnCount = (_sync, what, n) => {
    if (what !== 'landed' && what !== 'confirmed' && what !== 'ignored') return;
    this.#rows += n;
    const grown = this.#rows - this.#analyzed;
    if (this.#running || grown < LEAST_ROWS || grown < this.#analyzed * SHARE) return;
    this.#running = true;
    this.#analyzed = this.#rows;
    this.store
      .query(`analyze ${TABLES}`)
      .catch(this.onFault)
      .finally(() => {
        this.#running = false;
      });
  };
}
