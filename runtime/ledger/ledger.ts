import { type AuditEntry, appendToChain, type StampedEntry, stampEntry } from './audit-chain';
import type { Store } from './store';
import type { Vault } from './vault';

/** Takes events from outside the ledger's own changes, above all the HTTP client's calls. Never fails. */
export interface AuditSink {
  append(entry: AuditEntry): void;
}

export interface LedgerParts {
  readonly store: Store;
  readonly vault: Vault;
  readonly now: () => Date;
  /** Told when events could not be written; they are kept and tried again. */
  readonly onFault?: (error: unknown) => void;
}

/** Adds an event to the change in hand. */
export type Note = (entry: AuditEntry) => void;

/** Key of the advisory lock that lets one change at a time write. */
const PEN = 7_102_026;
/** Events that no change carries along are written after this long, milliseconds; after a fault, later. */
const LINGER_MS = 250;
const LINGER_AFTER_FAULT_MS = 5_000;
/** How often a change that loses deadlocks is tried. */
const ATTEMPTS = 4;

/**
 * The door through which every change of a record goes. One change at a time, across all processes, holds the
 * pen: what waits for a link cannot miss its appearance, the next in line cannot miss its turn, and the audit
 * chain stays one chain. Changes are grouped (see group-commit.ts), so the pen does not bind throughput.
 */
export class Ledger implements AuditSink {
  readonly store: Store;
  readonly vault: Vault;
  readonly now: () => Date;
  readonly #onFault: (error: unknown) => void;
  #queued: StampedEntry[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor({ store, vault, now, onFault = () => {} }: LedgerParts) {
    this.store = store;
    this.vault = vault;
    this.now = now;
    this.#onFault = onFault;
  }

  /**
   * Runs `work` in one transaction together with its events and those that came from outside before it: the
   * event of a call is durable no later than what the call led to. Never await HTTP inside. A change that lost
   * a deadlock was rolled back and runs again.
   */
  async change<T>(work: (note: Note) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#change(work);
      } catch (error) {
        if (attempt === ATTEMPTS || !isLostRace(error)) throw error;
      }
    }
  }

  async #change<T>(work: (note: Note) => Promise<T>): Promise<T> {
    const carried = this.#queued;
    this.#queued = [];
    try {
      return await this.store.transaction(async () => {
        await this.store.query('select pg_advisory_xact_lock($1)', [PEN]);
        const noted: StampedEntry[] = [];
        const result = await work((entry) => noted.push(stampEntry(entry, this.now())));
        await appendToChain(this.store, [...carried, ...noted]);
        return result;
      });
    } catch (error) {
      this.#queued = [...carried, ...this.#queued];
      throw error;
    }
  }

  append(entry: AuditEntry): void {
    this.#queued.push(stampEntry(entry, this.now()));
    this.#linger(LINGER_MS);
  }

  /** Writes what was appended and not yet carried along. */
  async flush(): Promise<void> {
    if (this.#queued.length > 0) await this.change(async () => {});
  }

  #linger(ms: number): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.flush().catch((error) => {
        this.#onFault(error);
        this.#linger(LINGER_AFTER_FAULT_MS);
      });
    }, ms).unref();
  }
}

/** Serialization failures and deadlocks: nothing was wrong with the change. */
function isLostRace(error: unknown): boolean {
  const code = (error as { code?: unknown } | undefined)?.code;
  return code === '40001' || code === '40P01';
}
