import type { EmbeddedDatabase } from './embedded-database';
import type { Session } from './sql-sessions';

type Hearer = (payload: string) => void;

export type StartDatabase = (
  onNotify: (channel: string, payload: string) => void,
) => Promise<EmbeddedDatabase>;

/**
 * The one session of the embedded database, taken in turns: whoever wants to run something waits for its turn, and a
 * transaction holds it to its end. When the database has crashed, the next turn starts it again.
 */
export class EmbeddedSession {
  readonly #start: StartDatabase;
  readonly #outside: (call: () => void) => void;
  readonly #onWarning: (warning: string) => void;
  readonly #hearers = new Map<string, Set<Hearer>>();
  #database: EmbeddedDatabase | undefined;
  #last: Promise<void> = Promise.resolve();
  #ended = false;
  #takenAt: number | undefined;

  /** `outside` runs a hearer in a context of its own, without a transaction. */
  constructor(
    start: StartDatabase,
    outside: (call: () => void) => void,
    onWarning: (warning: string) => void,
  ) {
    this.#start = start;
    this.#outside = outside;
    this.#onWarning = onWarning;
  }

  async turn(): Promise<Session> {
    if (this.#ended) throw new Error('The embedded store is closed.');
    const before = this.#last;
    const { promise, resolve } = Promise.withResolvers<void>();
    const release = () => {
      this.#takenAt = undefined;
      resolve();
    };
    this.#last = promise;
    await before;
    this.#takenAt = Date.now();
    try {
      const database = await this.#running();
      return { execute: (sql, parameters) => database.execute(sql, parameters), release };
    } catch (error) {
      release();
      throw error;
    }
  }

  /** For how long the turn in hand has lasted, milliseconds; 0 when nobody has one. */
  get heldMs(): number {
    return this.#takenAt === undefined ? 0 : Date.now() - this.#takenAt;
  }

  async listen(channel: string, onNotify: Hearer): Promise<() => Promise<void>> {
    const hearers = this.#hearers.get(channel) ?? new Set();
    this.#hearers.set(channel, hearers.add(onNotify));
    await this.#inTurn(`listen ${quoted(channel)}`);
    return async () => {
      hearers.delete(onNotify);
      if (hearers.size > 0 || this.#hearers.get(channel) !== hearers) return;
      this.#hearers.delete(channel);
      await this.#inTurn(`unlisten ${quoted(channel)}`);
    };
  }

  /** How often a file was forced to disk since the database started. */
  async fsyncs(): Promise<number> {
    return (await this.#database?.fsyncs()) ?? 0;
  }

  /** Lets those finish who have or wait for a turn, then closes the database. */
  async end(): Promise<void> {
    this.#ended = true;
    await this.#last;
    await this.#database?.close();
  }

  async #inTurn(sql: string): Promise<void> {
    if (this.#ended) return;
    const session = await this.turn();
    try {
      await session.execute(sql);
    } finally {
      session.release(false);
    }
  }

  async #running(): Promise<EmbeddedDatabase> {
    if (this.#database && !this.#database.isLost) return this.#database;
    if (this.#database) this.#onWarning('The embedded database crashed and is started again.');
    const database = await this.#start((channel, payload) => this.#tell(channel, payload));
    await database.execute('set search_path to ml, public');
    for (const channel of this.#hearers.keys()) await database.execute(`listen ${quoted(channel)}`);
    this.#database = database;
    return database;
  }

  #tell(channel: string, payload: string): void {
    for (const hear of this.#hearers.get(channel) ?? []) this.#outside(() => hear(payload));
  }
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
