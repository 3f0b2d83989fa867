import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { DatabaseError } from 'pg';
import { parameterText, readerOf } from './column-values';
import type { Answer, Question, Request, StatementResult, WorkerSetup } from './embedded-protocol';
import type { Executed } from './sql-sessions';

interface Waiting {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

/** The main thread's end of the worker thread that runs PGlite. Statements are answered in the order they are asked. */
export class EmbeddedDatabase {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  readonly #onNotify: (channel: string, payload: string) => void;
  #next = 1;
  #lost: Error | undefined;

  private constructor(worker: Worker, onNotify: (channel: string, payload: string) => void) {
    this.#worker = worker;
    this.#onNotify = onNotify;
  }

  /** Resolves when the database answers. Throws what PGlite throws when it cannot start. */
  static async start(
    setup: WorkerSetup,
    onNotify: (channel: string, payload: string) => void,
  ): Promise<EmbeddedDatabase> {
    // Neither secrets nor loaders of the main thread reach the worker.
    const worker = new Worker(workerFile(), { workerData: setup, env: {}, execArgv: [] });
    const database = new EmbeddedDatabase(worker, onNotify);
    await new Promise<void>((resolve, reject) => {
      worker.on('message', (answer: Answer) => ('ready' in answer ? resolve() : database.#hear(answer)));
      worker.on('error', (thrown) => {
        const error = errorOf(thrown);
        database.#lose(error);
        reject(error);
      });
      worker.on('exit', (code) => {
        const error = new Error(`The embedded database's thread ended (exit code ${code}).`);
        database.#lose(error);
        reject(error);
      });
    });
    return database;
  }

  /** Whether the thread has ended; then nothing works any more. */
  get isLost(): boolean {
    return this.#lost !== undefined;
  }

  async execute(sql: string, parameters?: readonly unknown[]): Promise<Executed> {
    const values = parameters && parameters.length > 0 ? parameters.map(parameterText) : undefined;
    return executed((await this.#ask({ ask: 'execute', sql, values })) as StatementResult[]);
  }

  /** How often a file was forced to disk since the start. */
  async fsyncs(): Promise<number> {
    return (await this.#ask({ ask: 'fsyncs' })) as number;
  }

  async close(): Promise<void> {
    if (this.#lost) return;
    await this.#ask({ ask: 'close' });
    await this.#worker.terminate();
  }

  #ask(request: Request): Promise<unknown> {
    if (this.#lost) return Promise.reject(this.#lost);
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ ...request, id } satisfies Question);
    });
  }

  #hear(answer: Exclude<Answer, { ready: true }>): void {
    if ('channel' in answer) {
      this.#onNotify(answer.channel, answer.payload);
      return;
    }
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if ('error' in answer) waiting?.reject(databaseError(answer.error));
    else waiting?.resolve(answer.result);
  }

  #lose(error: Error): void {
    this.#lost ??= error;
    for (const { reject } of this.#waiting.values()) reject(this.#lost);
    this.#waiting.clear();
  }
}

/** Compiled, the worker stands beside this file as `.mjs`; in the sources as `.mts`, which Node runs as it is. */
function workerFile(): string {
  const compiled = join(__dirname, 'embedded-worker.mjs');
  return existsSync(compiled) ? compiled : join(__dirname, 'embedded-worker.mts');
}

/** The file system of WebAssembly throws plain objects with the error numbers of WASI. */
const WASI_ERRORS: Readonly<Record<number, string>> = {
  2: 'permission denied',
  51: 'no space is left on the disk',
  63: 'operation not permitted',
  69: 'the file system is read-only',
};

/** What the thread threw, as an error with words. */
export function errorOf(thrown: unknown): Error {
  if (thrown instanceof Error) return thrown;
  const { errno } = (thrown ?? {}) as { readonly errno?: unknown };
  if (typeof errno !== 'number') return new Error(String(thrown));
  return new Error(WASI_ERRORS[errno] ?? `a file could not be used (WASI error ${errno})`);
}

function databaseError(facts: { readonly message: string }): Error {
  return Object.assign(new DatabaseError(facts.message, facts.message.length, 'error'), facts, {
    name: 'error',
  });
}

function executed(results: readonly StatementResult[]): Executed {
  const tag = results.at(-1)?.tag ?? '';
  return {
    rows: results.flatMap(rowsOf),
    affected: results.reduce((sum, result) => sum + affectedBy(result.tag), 0),
    command: tag.split(' ')[0] ?? '',
  };
}

function rowsOf({ fields, rows }: StatementResult): object[] {
  const columns = fields.map(({ name, type }) => ({ name, read: readerOf(type) }));
  return rows.map((values) => {
    const row: Record<string, unknown> = {};
    columns.forEach(({ name, read }, index) => {
      const value = values[index] ?? null;
      row[name] = value === null ? null : read(value);
    });
    return row;
  });
}

/** The tag of a statement ends with its number of rows: `SELECT 2`, `INSERT 0 1`, `UPDATE 3`. */
function affectedBy(tag: string): number {
  return Number(/ (\d+)$/.exec(tag)?.[1] ?? 0);
}
