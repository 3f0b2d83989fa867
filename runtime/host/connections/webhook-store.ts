import type { JsonObject } from '../../connector/json';
import type { WebhookEvent } from '../../connector/system';
import type { Ledger } from '../../ledger/ledger';

/** Deliveries, each kept once, and what is known of the subscription that sends them. Payloads and secrets are sealed. */
export class WebhookStore {
  constructor(private readonly ledger: Pick<Ledger, 'store' | 'vault' | 'now'>) {}

  /** False when the event was stored before. */
  async add(connection: string, event: WebhookEvent, body: Uint8Array): Promise<boolean> {
    const { store, vault, now } = this.ledger;
    const text = Buffer.from(body).toString('base64');
    const { affected } = await store.query(
      `insert into webhook_event (connection, event_id, type, key, body, received_at)
       values ($1, $2, $3, $4, $5, $6) on conflict do nothing`,
      [
        connection,
        storable(event.id),
        storable(event.type),
        event.key === undefined ? null : storable(event.key),
        vault.seal(text),
        now().toISOString(),
      ],
    );
    return affected === 1;
  }

  /** Ids of events that no read has followed yet. */
  async unhandled(connection: string): Promise<readonly string[]> {
    const { rows } = await this.ledger.store.query<{ event_id: string }>(
      'select event_id from webhook_event where connection = $1 and handled_at is null order by received_at limit 1000',
      [connection],
    );
    return rows.map(({ event_id }) => event_id);
  }

  /** Keys of the documents that the events named. */
  async keysOf(connection: string, eventIds: readonly string[]): Promise<readonly string[]> {
    if (eventIds.length === 0) return [];
    const { rows } = await this.ledger.store.query<{ key: string }>(
      `select distinct key from webhook_event where connection = $1 and key is not null
          and event_id in (select json_array_elements_text($2::json))`,
      [connection, JSON.stringify(eventIds)],
    );
    return rows.map(({ key }) => key);
  }

  async markHandled(connection: string, eventIds: readonly string[]): Promise<void> {
    if (eventIds.length === 0) return;
    await this.ledger.store.query(
      `update webhook_event set handled_at = $3
        where connection = $1 and handled_at is null
          and event_id in (select json_array_elements_text($2::json))`,
      [connection, JSON.stringify(eventIds), this.ledger.now().toISOString()],
    );
  }

  async loadState(connection: string): Promise<JsonObject> {
    const { store, vault } = this.ledger;
    const { rows } = await store.query<{ state: string }>(
      'select state from subscription_state where connection = $1',
      [connection],
    );
    return rows[0] ? (JSON.parse(vault.open(rows[0].state)) as JsonObject) : {};
  }

  async saveState(connection: string, state: JsonObject): Promise<void> {
    const { store, vault, now } = this.ledger;
    await store.query(
      `insert into subscription_state (connection, state, saved_at) values ($1, $2, $3)
       on conflict (connection) do update set state = excluded.state, saved_at = excluded.saved_at`,
      [connection, vault.seal(JSON.stringify(state)), now().toISOString()],
    );
  }
}

/** Ids come from outside: PostgreSQL takes no zero characters, and an index entry has a longest length. */
function storable(text: string): string {
  return text.replaceAll('\0', '').slice(0, 500);
}
