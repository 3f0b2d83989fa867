import type { JsonObject } from '../../runtime/connector/json';
import type { StreamDeclaration } from '../../runtime/connector/manifest';
import type { Page, Row } from '../../runtime/connector/system';
import type { Attempt, AttemptRef, Landing, LandingResult } from '../../runtime/delivery/protocol';
import type { LiveConnection } from '../../runtime/host/connections/connections';
import type { SyncSettings } from '../../runtime/host/reading/syncs';
import { tallyOf } from '../../runtime/host/reading/tally';
import type { Runtime } from '../../runtime/host/runtime';
import { compileCondition } from '../../runtime/mapping/condition';
import type { RecordFacts } from '../../runtime/mapping/functions';
import type { Program } from '../../runtime/mapping/program';

export interface DedupParts {
  readonly runtime: Runtime;
  readonly sync: SyncSettings;
  readonly source: LiveConnection;
  readonly stream: StreamDeclaration;
  /** JSONata over a row: whether it is work at all. Empty: every row is. */
  readonly onlyWork: string;
  /** Reason under which other rows are ignored. */
  readonly otherwise: string;
  /** Reasons whose parked records are tried again with every read. */
  readonly retryParked: readonly string[];
  readonly label: string;
  /** Sends a record on its way. */
  readonly emit: (payload: JsonObject, record: AttemptRef) => void;
}

/** Reason of rows that are no work when the node names none. */
const NOT_WORK = 'not-approved';

const TOUCH_MS = 2_000;

/** What a dedup node does with a page, and with each record that the ledger hands out. */
export class DedupWork {
  readonly #parts: DedupParts;
  readonly #isWork: (data: JsonObject, record: RecordFacts) => Promise<boolean>;
  readonly #orderKey: Program | undefined;
  readonly #closing = new AbortController();

  /** @throws ConfigurationError for expressions that do not parse */
  constructor(parts: DedupParts) {
    const { runtime, sync, onlyWork } = parts;
    this.#parts = parts;
    this.#isWork = compileCondition(onlyWork, runtime.lookups, runtime.programs);
    this.#orderKey = sync.orderKey
      ? runtime.programs.prepare({ rules: [], document: sync.orderKey })
      : undefined;
  }

  /** @param hinted read for what is new only: what parked is not tried again */
  async land(page: Page, hinted = false): Promise<LandingResult> {
    const { runtime, sync } = this.#parts;
    const retryParked = hinted ? [] : this.#parts.retryParked;
    const rows = await Promise.all(page.rows.map((row) => this.#landingOf(row)));
    return runtime.delivery.land({ sync: sync.name, rows, cursor: page.cursor, retryParked });
  }

  /** Begins an attempt: what is no work any more ends here, everything else goes into the flow, fresh. */
  async begin(attempt: Attempt): Promise<void> {
    const { runtime, label, emit } = this.#parts;
    const { id, sync, key, attempt: number } = attempt;
    const record: AttemptRef = { id, sync, key, attempt: number };
    const facts = runtime.attemptFacts.remember(attempt);
    try {
      if (!attempt.sent && !(await this.#isWork(attempt.data, facts))) {
        await this.#ignore(record);
        return;
      }
      const data = await this.#alive(record, this.#fresh(attempt));
      if (data) emit(data, record);
      else await this.#gone(attempt, record);
    } catch (error) {
      await runtime.delivery.settle(record, { outcome: 'failed', error, node: label });
    }
  }

  close(): void {
    this.#closing.abort();
  }

  async #landingOf(row: Row): Promise<Landing['rows'][number]> {
    const { sync, stream, otherwise } = this.#parts;
    const facts: RecordFacts = { sync: sync.name, company: row.company, key: row.key, sent: false };
    // A rule that fails on a row does not keep the page from landing: the attempt will say what failed.
    const work = await this.#isWork(row.data, facts).catch(() => true);
    const orderKey = await this.#orderKeyOf(row, facts);
    const tally = tallyOf(row.data, stream);
    return {
      ...row,
      ...(orderKey === undefined ? {} : { orderKey }),
      ...(work ? {} : { ignore: otherwise || NOT_WORK }),
      ...(tally ? { tally } : {}),
    };
  }

  async #orderKeyOf(row: Row, record: RecordFacts): Promise<string | undefined> {
    const result = await this.#orderKey?.run({ data: row.data, record }, this.#parts.runtime.lookups);
    if (result?.kind !== 'document' || result.document === undefined) return undefined;
    return typeof result.document === 'string' ? result.document : JSON.stringify(result.document);
  }

  /** A fetch may wait long for its turn at the source: meanwhile nobody may take the message for lost. */
  async #alive<T>(record: AttemptRef, work: Promise<T>): Promise<T> {
    const { runtime, label } = this.#parts;
    const touching = setInterval(() => runtime.delivery.touch(record, label), TOUCH_MS).unref();
    try {
      return await work;
    } finally {
      clearInterval(touching);
      runtime.delivery.touch(record, label);
    }
  }

  /** The document as it is at this moment: rows of a list are heads only, and may be hours old by now. */
  async #fresh(attempt: Attempt): Promise<JsonObject | undefined> {
    const { runtime, sync, source, stream } = this.#parts;
    if (!stream.detail) return attempt.data;
    const { signal } = this.#closing;
    return source.use(async ({ client, calls }) => {
      const get = client.streams[sync.stream]?.get;
      if (!get) throw new TypeError(`the stream ${sync.stream} declares details and cannot fetch them`);
      return get(attempt.key, {
        calls: calls({
          sync: sync.name,
          recordId: attempt.id,
          signal,
          priority: runtime.syncs.priorityOf(sync.name),
        }),
        now: () => runtime.clock.now(),
        signal,
      });
    });
  }

  async #ignore(record: AttemptRef): Promise<void> {
    const { runtime, otherwise } = this.#parts;
    const detail = { message: 'the rule of the dedup node says it is no work' };
    await runtime.delivery.settle(record, { outcome: 'ignored', reason: otherwise || NOT_WORK, detail });
  }

  /** Deleted at the source since it landed: nothing to send, unless it was sent already. */
  async #gone(attempt: Attempt, record: AttemptRef): Promise<void> {
    const { runtime, otherwise } = this.#parts;
    const detail = {
      message: 'it no longer exists at the source',
      ...(attempt.ref ? { ref: attempt.ref } : {}),
    };
    await runtime.delivery.settle(
      record,
      attempt.sent
        ? { outcome: 'parked', reason: 'voided-after-sent', detail }
        : { outcome: 'ignored', reason: otherwise || NOT_WORK, detail },
    );
  }
}

/**
 * Records in the flow at once: several for each call that the target allows, so that its limit is the only thing
 * anybody waits for while others are fetched, mapped and looked up. Many at once also share transactions: with
 * twenty the embedded store needs half the work for a record that it needs with four. More would leave more open
 * intents to look up after a crash than it saves.
 */
export function automaticWindow(target: LiveConnection | undefined): number {
  const callsAtOnce =
    target?.connection?.limit.inFlight ?? target?.module.manifest.connection.limits.inFlight ?? 1;
  const operations = Object.values(target?.module.manifest.operations ?? {});
  const batch = Math.max(...operations.map((operation) => operation.batch?.size ?? 1), 1);
  return Math.min(LARGEST_WINDOW, callsAtOnce * Math.max(RECORDS_PER_CALL, batch * BATCHES_PER_CALL));
}

const RECORDS_PER_CALL = 20;
const BATCHES_PER_CALL = 3;
const LARGEST_WINDOW = 1_000;
