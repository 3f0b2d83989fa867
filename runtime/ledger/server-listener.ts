import { setTimeout as wait } from 'node:timers/promises';
import { Client, type ClientConfig, escapeIdentifier } from 'pg';

const RECONNECT_FIRST_MS = 250;
const RECONNECT_MOST_MS = 10_000;

type Hearer = (payload: string) => void;

/**
 * LISTEN on a connection of its own: a subscription belongs to its session, so neither the pool nor a pooler in
 * transaction mode can carry it. When the connection is lost it comes back by itself, with all channels. What was
 * said meanwhile is lost: notifications only hasten what polling finds anyway.
 */
export class ServerListener {
  readonly #config: ClientConfig;
  readonly #onError: (error: Error) => void;
  readonly #outside: (call: () => void) => void;
  readonly #hearers = new Map<string, Set<Hearer>>();
  readonly #closing = new AbortController();
  #client: Client | undefined;
  #connecting: Promise<void> | undefined;

  /** `outside` runs a hearer in a context of its own, without a transaction. */
  constructor(config: ClientConfig, onError: (error: Error) => void, outside: (call: () => void) => void) {
    this.#config = config;
    this.#onError = onError;
    this.#outside = outside;
  }

  /** Resolves when the channel is being heard. */
  async listen(channel: string, onNotify: Hearer): Promise<() => Promise<void>> {
    const hearers = this.#hearers.get(channel) ?? new Set();
    this.#hearers.set(channel, hearers);
    hearers.add(onNotify);
    try {
      await this.#connected();
      await this.#client?.query(`listen ${escapeIdentifier(channel)}`);
    } catch (error) {
      this.#forget(channel, onNotify);
      throw error;
    }
    return async () => {
      if (!this.#forget(channel, onNotify)) return;
      await this.#client?.query(`unlisten ${escapeIdentifier(channel)}`).catch(this.#onError);
    };
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#hearers.clear();
    await this.#connecting?.catch(() => {});
    await this.#client?.end();
  }

  /** True when nobody is left on the channel. */
  #forget(channel: string, onNotify: Hearer): boolean {
    const hearers = this.#hearers.get(channel);
    hearers?.delete(onNotify);
    if (hearers?.size !== 0) return false;
    return this.#hearers.delete(channel);
  }

  #connected(): Promise<void> {
    this.#connecting ??= this.#connect().catch((error) => {
      this.#connecting = undefined;
      throw error;
    });
    return this.#connecting;
  }

  async #connect(): Promise<void> {
    const client = new Client(this.#config);
    client.on('error', this.#onError);
    client.on('notification', ({ channel, payload = '' }) => {
      for (const hear of this.#hearers.get(channel) ?? []) this.#outside(() => hear(payload));
    });
    client.on('end', () => void this.#reconnect(client));
    await client.connect();
    this.#client = client;
    for (const channel of this.#hearers.keys()) await client.query(`listen ${escapeIdentifier(channel)}`);
  }

  async #reconnect(lost: Client): Promise<void> {
    if (this.#client !== lost || this.#closing.signal.aborted) return;
    this.#client = undefined;
    this.#connecting = undefined;
    for (let pause = RECONNECT_FIRST_MS; ; pause = Math.min(pause * 2, RECONNECT_MOST_MS)) {
      await wait(pause, undefined, { signal: this.#closing.signal, ref: false }).catch(() => {});
      if (this.#closing.signal.aborted) return;
      const back = await this.#connected().then(
        () => true,
        (error: Error) => this.#onError(error),
      );
      if (back) return;
    }
  }
}
