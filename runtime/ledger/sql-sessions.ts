import { AsyncLocalStorage } from 'node:async_hooks';
import type { QueryResult } from './store';

/** What one call to the database gave. `command` is that of the last statement, for example `COMMIT`. */
export interface Executed extends QueryResult<object> {
  readonly command: string;
}

/** One session of the database; takes one statement at a time. */
export interface Session {
  execute(sql: string, parameters?: readonly unknown[]): Promise<Executed>;
  /** Gives the session back; a broken one is not used again. */
  release(broken: boolean): void;
}

/**
 * Runs statements on sessions and makes transactions travel with the asynchronous context. What both stores
 * promise about transactions is here, once.
 */
export class SqlSessions {
  readonly #acquire: () => Promise<Session>;
  readonly #current = new AsyncLocalStorage<OpenTransaction | undefined>();

  constructor(acquire: () => Promise<Session>) {
    this.#acquire = acquire;
  }

  async query<Row extends object>(
    sql: string,
    parameters: readonly unknown[] | undefined,
  ): Promise<QueryResult<Row>> {
    const current = this.#current.getStore();
    // A context may outlive its transaction (timers, loops begun inside); then the statement stands alone.
    const { rows, affected } = current?.open
      ? await current.execute(sql, parameters)
      : await this.#single(sql, parameters);
    return { rows: rows as Row[], affected };
  }

  async transaction<T>(work: () => Promise<T>): Promise<T> {
    const outer = this.#current.getStore();
    if (outer?.open) return outer.join(work);
    const session = await this.#acquire();
    let sound = false;
    try {
      await session.execute('begin');
      const transaction = new OpenTransaction(session);
      try {
        const result = await this.#current.run(transaction, work);
        await transaction.commit();
        sound = true;
        return result;
      } catch (error) {
        sound = await transaction.rollback();
        throw error;
      }
    } finally {
      session.release(!sound);
    }
  }

  /** What needs a session of its own would wait for its own transaction for ever: better an error than a standstill. */
  refuseInTransaction(what: string): void {
    if (this.#current.getStore()?.open) throw new Error(`The store cannot ${what} within a transaction.`);
  }

  /** Runs `work` outside of any transaction: for callbacks and loops that must not inherit their starter's. */
  outside<T>(work: () => T): T {
    return this.#current.run(undefined, work);
  }

  async #single(sql: string, parameters: readonly unknown[] | undefined): Promise<Executed> {
    const session = await this.#acquire();
    let sound = true;
    try {
      return await session.execute(sql, parameters);
    } catch (error) {
      // A script with its own BEGIN that failed half-way leaves its session in an aborted transaction.
      if (parameters === undefined || parameters.length === 0) sound = await rolledBack(session);
      throw error;
    } finally {
      session.release(!sound);
    }
  }
}

class OpenTransaction {
  open = true;
  readonly #session: Session;
  #last: Promise<unknown> = Promise.resolve();
  #failed: { readonly error: unknown } | undefined;

  constructor(session: Session) {
    this.#session = session;
  }

  /** Statements of a transaction run in the order they are asked for, one at a time. */
  execute(sql: string, parameters?: readonly unknown[]): Promise<Executed> {
    const next = this.#last.then(() => this.#session.execute(sql, parameters));
    this.#last = next.catch(() => {});
    return next;
  }

  /** A part that failed fails the whole, even when the caller swallows its error: half of it must not commit. */
  async join<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      this.#failed ??= { error };
      throw error;
    }
  }

  async commit(): Promise<void> {
    if (this.#failed) throw this.#failed.error;
    this.open = false;
    const { command } = await this.execute('commit');
    // PostgreSQL answers COMMIT with ROLLBACK, and no error, when a statement failed and nobody let it through.
    if (command === 'ROLLBACK') {
      throw new Error(
        'The transaction was rolled back: one of its statements failed and the error was swallowed.',
      );
    }
  }

  /** True when the session can be used again. */
  async rollback(): Promise<boolean> {
    this.open = false;
    await this.#last;
    return rolledBack(this.#session);
  }
}

/** The error that led here is the one to report; that ROLLBACK failed too only tells that the session is gone. */
function rolledBack(session: Session): Promise<boolean> {
  return session.execute('rollback').then(
    () => true,
    () => false,
  );
}
