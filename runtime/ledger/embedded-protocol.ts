/** What the main thread and `embedded-worker.mts` say to each other. */

export interface WorkerSetup {
  /** The folder of the database; in memory without. */
  readonly folder: string | undefined;
  /** File with the archive of an empty database, which a new one starts from; without, one is made. */
  readonly archive: string | undefined;
}

export type Question = { readonly id: number } & Request;

export type Request =
  | {
      readonly ask: 'execute';
      readonly sql: string;
      /** Without values the text may hold several statements. */
      readonly values?: readonly (string | null)[] | undefined;
    }
  | { readonly ask: 'fsyncs' | 'close' };

export type Answer =
  | { readonly ready: true }
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: { readonly message: string; readonly [fact: string]: string } }
  | { readonly channel: string; readonly payload: string };

export interface StatementResult {
  readonly fields: readonly { readonly name: string; readonly type: number }[];
  /** Values as PostgreSQL's text. */
  readonly rows: (readonly (string | null)[])[];
  /** For example `UPDATE 3`. */
  readonly tag: string;
}
