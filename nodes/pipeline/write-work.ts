import type { Health } from '../../runtime/connector/health';
import type { JsonObject } from '../../runtime/connector/json';
import type { OperationDeclaration } from '../../runtime/connector/manifest';
import type { AttemptRef, WriteResult } from '../../runtime/delivery/protocol';
import type { LiveConnection } from '../../runtime/host/connections/connections';
import { sourceFilesOf } from '../../runtime/host/reading/source-files';
import type { Runtime } from '../../runtime/host/runtime';
import { badgeText, fullText, parkedError } from './failure-text';
import type { RecordMessage } from './record-message';
import type { StatusBadge } from './status-badge';

/** Where a write node writes to, once its settings have been checked. */
export interface Destination {
  readonly live: LiveConnection;
  readonly operation: string;
  readonly declaration: OperationDeclaration;
  readonly options: JsonObject;
}

/** How long a close waits for writes under way, milliseconds. */
const CLOSE_PATIENCE_MS = 12_000;

/** What a write node does with the documents it gets. */
export class Writer {
  /** Unless another write follows, a success settles the record. */
  closes = true;
  /** A Catch leads from here to a write that tells the sender. */
  answered = false;
  readonly #closing = new AbortController();
  readonly #running = new Set<Promise<unknown>>();
  #written = 0;
  #offline: string | undefined;

  constructor(
    private readonly runtime: Runtime,
    private readonly badge: StatusBadge,
    private readonly label: string,
  ) {}

  /**
   * The message to send on, or undefined when the ledger has it: then it waits for its next attempt.
   * @throws RecordOutcome when the record parked, for Catch nodes
   */
  async write(
    attempt: AttemptRef,
    message: RecordMessage,
    destination: Destination,
  ): Promise<RecordMessage | undefined> {
    const { delivery, attemptFacts } = this.runtime;
    delivery.touch(attempt, this.label);
    const delivering = this.#deliver(attempt, message, destination);
    this.#running.add(delivering);
    this.#show();
    try {
      const result = await delivering;
      if (result.result === 'waiting') return undefined;
      if (result.result === 'parked') throw parkedError(result.reason, result.detail);
      const { operation, declaration } = destination;
      if (declaration.effect === 'put') attemptFacts.noteSent(attempt, result.ref);
      this.#written += 1;
      return Object.assign(message, { outcome: { operation, result: result.result, ref: result.ref } });
    } finally {
      this.#running.delete(delivering);
      this.#show();
    }
  }

  /** A node with wrong settings parks its records with what is wrong. */
  async refuse(attempt: AttemptRef, fault: unknown): Promise<undefined> {
    return this.#settleFailed(attempt, fault);
  }

  /** Writes under way end first; what then still runs is told to stop, and its outcome is looked up later. */
  async close(): Promise<void> {
    const ended = new AbortController();
    const patience = this.runtime.clock.wait(CLOSE_PATIENCE_MS, ended.signal).catch(() => {});
    await Promise.race([this.#idle(), patience]);
    ended.abort();
    this.#closing.abort();
  }

  async #idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.allSettled(this.#running);
  }

  async #deliver(
    attempt: AttemptRef,
    message: RecordMessage,
    { live, operation, declaration, options }: Destination,
  ): Promise<WriteResult> {
    const document = message.payload;
    if (!isDocument(document)) return this.#notADocument(attempt);
    const { connection } = live;
    // Fields of the connection that are wrong now may be right after the next deploy: the record waits.
    const unusable = connection ? undefined : await live.use(async () => {}).catch((error: unknown) => error);
    if (!connection) return this.#failed(attempt, unusable);
    const { signal } = this.#closing;
    const purpose = { sync: attempt.sync, priority: this.runtime.syncs.priorityOf(attempt.sync) };
    return live.use(({ client, calls, name }) => {
      const behaviour = client.operations[operation];
      if (!behaviour) throw new TypeError(`${name} declares the operation ${operation} and cannot do it`);
      return this.runtime.delivery.write({
        attempt,
        document,
        operationName: operation,
        declaration,
        operation: behaviour,
        connection: name,
        calls: calls({ ...purpose, recordId: attempt.id }),
        batchCalls: calls(purpose),
        sourceFiles: sourceFilesOf(this.runtime, attempt.sync, signal),
        options,
        mappingVersion: message.mapping ?? 'unmapped',
        closes: this.closes,
        answered: this.answered,
        signal,
      });
    });
  }

  async #notADocument(attempt: AttemptRef): Promise<WriteResult> {
    const detail = { message: 'msg.payload is not an object', node: this.label };
    const settlement = await this.runtime.delivery.settle(attempt, {
      outcome: 'parked',
      reason: 'schema-failed',
      detail,
    });
    return settlement.state === 'parked'
      ? { result: 'parked', reason: settlement.reason, detail }
      : { result: 'waiting' };
  }

  async #failed(attempt: AttemptRef, error: unknown): Promise<WriteResult> {
    await this.#settleFailed(attempt, error);
    return { result: 'waiting' };
  }

  async #settleFailed(attempt: AttemptRef, error: unknown): Promise<undefined> {
    const settlement = await this.runtime.delivery.settle(attempt, {
      outcome: 'failed',
      error,
      node: this.label,
      answered: this.answered,
    });
    if (settlement.state === 'parked') throw parkedError(settlement.reason, { message: fullText(error) });
    return undefined;
  }

  /** An offline connection shows on every node that needs it. */
  showHealth({ state, cause }: Health): void {
    this.#offline = state === 'offline' ? (cause ?? state) : undefined;
    this.#show();
  }

  #show(): void {
    if (this.#offline) this.badge.failed(badgeText(this.#offline));
    else if (this.#running.size > 0)
      this.badge.working(`${this.#running.size} in work, ${this.#written} done`);
    else this.badge.done(`${this.#written} done`);
  }
}

function isDocument(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !Buffer.isBuffer(value);
}
