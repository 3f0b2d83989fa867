import type { JsonObject } from '../../connector/json';
import type { SessionMemory } from '../../connector/system';
import type { Ledger } from '../../ledger/ledger';

/** What is known of the sessions that are open at the systems, for all runtimes of this store, sealed. */
export class SessionStore {
  constructor(private readonly ledger: Pick<Ledger, 'store' | 'vault' | 'now'>) {}

  /** The memory of one connection. @param connection its name */
  of(connection: string): SessionMemory {
    return {
      load: () => this.#load(connection),
      save: (facts) => this.#save(connection, facts),
    };
  }

  async #load(connection: string): Promise<JsonObject> {
    const { store, vault } = this.ledger;
    const { rows } = await store.query<{ facts: string }>(
      'select facts from open_session where connection = $1',
      [connection],
    );
    return rows[0] ? (JSON.parse(vault.open(rows[0].facts)) as JsonObject) : {};
  }

  async #save(connection: string, facts: JsonObject): Promise<void> {
    const { store, vault, now } = this.ledger;
    await store.query(
      `insert into open_session (connection, facts, saved_at) values ($1, $2, $3)
       on conflict (connection) do update set facts = excluded.facts, saved_at = excluded.saved_at`,
      [connection, vault.seal(JSON.stringify(facts)), now().toISOString()],
    );
  }
}
