/**
 * The one door to PostgreSQL. Two adapters: a server through `pg` (`server-store.ts`) and PGlite in a worker
 * thread (`embedded-store.ts`). SQL is the same for both.
 */
export interface Store {
  readonly kind: 'server' | 'embedded';
  /**
   * Runs one statement. Inside `transaction` it runs in that transaction, wherever it is called from
   * (the transaction travels with the asynchronous context).
   * Types: `bigint` and `numeric` come back as text, `json` parsed, `timestamptz` as `Date`, `date` as `YYYY-MM-DD`.
   */
  query<Row extends object = Record<string, unknown>>(
    sql: string,
    parameters?: readonly unknown[],
  ): Promise<QueryResult<Row>>;
  /**
   * Runs `work` in one transaction: commits when it resolves, rolls back when it throws, and throws the same.
   * Never await HTTP inside. A nested call joins the outer transaction; when it throws, the whole rolls back, even
   * when the caller swallows the error, and so it does when the error of a statement is swallowed.
   */
  transaction<T>(work: () => Promise<T>): Promise<T>;
  /** Calls back for every NOTIFY on the channel; returns the way to stop. Not within a transaction. */
  listen(channel: string, onNotify: (payload: string) => void): Promise<() => Promise<void>>;
  /** Tables with many changed rows since the last call are vacuumed and analyzed; embedded also checkpoints. Not within a transaction. */
  housekeep(): Promise<void>;
  close(): Promise<void>;
}

export interface QueryResult<Row> {
  readonly rows: Row[];
  readonly affected: number;
}
