import { setTimeout as pause } from 'node:timers/promises';
import { RecordOutcome } from '../connector/errors';
import { endBatchWaits } from '../ledger/batch-waits';
import { type Claim, claimRecords, renewClaims } from '../ledger/claims';
import { linesWokenEarly } from '../ledger/early';
import type { Ledger } from '../ledger/ledger';
import type { Attempts } from './attempts';
import { type HandingOut, HeldAttempt } from './held-attempt';
import type { Job, Taking } from './job-engine';
import type { Policies } from './policies';
import type { Consumer, Consumption } from './protocol';
import type { Queues } from './queues';
import type { Settler } from './settler';
import { Superseded } from './step';
import { sweep } from './sweep';
import { wakeLines } from './wake';
import type { Writer } from './write';

export interface ConsumptionParts {
  readonly ledger: Ledger;
  readonly queues: Queues;
  readonly attempts: Attempts;
  readonly settler: Settler;
  readonly writer: Writer;
  readonly policies: Policies;
  /** True while nothing is to be handed out. */
  readonly paused: () => boolean;
  readonly onFault: (error: unknown) => void;
}

/** A silent queue this long, although there is room, tells that there are no jobs; milliseconds. */
const SILENCE_MS = 10_000;
const SWEEP_LIMIT = 500;
const RETRY_MS = 1_000;
const PUT_BACK_MS = 5_000;

/** Hands out the records of one sync, as many at once as its window allows. */
export class SyncConsumer implements Consumer, HandingOut {
  readonly #parts: ConsumptionParts;
  readonly #consumption: Consumption;
  readonly #cut = new AbortController();
  #timers: readonly NodeJS.Timeout[] = [];
  #taking: Taking | undefined;
  /** Jobs that are being claimed, and so take up room in the window already. */
  #claiming = 0;
  #lastJobAt: Date;
  #stopping = false;

  constructor(parts: ConsumptionParts, consumption: Consumption) {
    this.#parts = parts;
    this.#consumption = consumption;
    this.#lastJobAt = parts.ledger.now();
  }

  async begin(): Promise<void> {
    const { queues, policies } = this.#parts;
    const { sync } = this.#consumption;
    await queues.open(sync);
    this.#taking = await queues.engine.take(sync, {
      capacity: () => this.#capacity(),
      onJobs: (jobs) => this.#detach(this.#onJobs(jobs)),
    });
    this.#timers = [
      this.#every(policies.tickMs, () => this.#endOverdue()),
      this.#every(policies.sweepMs, () => this.#sweep()),
      this.#every(policies.deadMs / 4, () => this.#renew()),
    ];
    await this.#endBatchWaits();
    await this.#sweep();
  }

  get sync(): string {
    return this.#consumption.sync;
  }

  get inFlight(): number {
    return this.#held.length + this.#claiming;
  }

  wake(): void {
    this.#taking?.wake();
  }

  async stop(graceMs: number): Promise<void> {
    this.#stopping = true;
    await this.#taking?.stop();
    const deadline = Date.now() + graceMs;
    while (this.inFlight > 0 && Date.now() < deadline) await pause(20);
    for (const timer of this.#timers) clearInterval(timer);
    this.#cut.abort();
    const putBack = Promise.all(this.#held.map((held) => this.#putBack(held)));
    // With the store away they stay in work, and come back when their jobs do.
    await Promise.race([putBack, pause(PUT_BACK_MS, undefined, { ref: false })]);
  }

  get #held(): readonly HeldAttempt[] {
    return this.#parts.attempts.of(this);
  }

  get allGathered(): boolean {
    return this.#capacity() === 0 && this.#claiming === 0 && this.#active.every(({ gathered }) => gathered);
  }

  /** Attempts that nobody has touched for a while wait somewhere in the flow, and leave their room to others. */
  get #active(): readonly HeldAttempt[] {
    const idleSince = this.#parts.ledger.now().getTime() - this.#parts.policies.idleMs;
    return this.#held.filter((held) => held.busy || held.touchedAt.getTime() > idleSince);
  }

  #capacity(): number {
    if (this.#stopping || this.#parts.paused()) return 0;
    return Math.max(0, this.#consumption.window - this.#active.length - this.#claiming);
  }

  async #onJobs(jobs: readonly Job[]): Promise<void> {
    const { ledger, policies } = this.#parts;
    this.#lastJobAt = ledger.now();
    // Two jobs of one record wake it once.
    const byRecord = new Map(jobs.map((job) => [job.recordId, job]));
    this.#claiming += byRecord.size;
    try {
      const wakes = wakesOf([...byRecord.values()]);
      const claims = await this.#untilDone(() => claimRecords(ledger, wakes));
      const held = claims.map((claim) => this.#hold(claim, byRecord.get(claim.id) as Job));
      const used = new Set(claims.map(({ jobId }) => jobId));
      const spent = jobs.filter(({ id }) => !used.has(id));
      this.#detach(this.#untilDone(() => this.#dismiss(spent)));
      for (const attempt of held) {
        const crashed = attempt.claim.crashes > policies.maxCrashes;
        this.#detach(crashed ? this.#parkCrashed(attempt) : this.#handOut(attempt));
      }
    } finally {
      this.#claiming -= byRecord.size;
    }
  }

  #hold(claim: Claim, job: Job): HeldAttempt {
    const { ledger, attempts } = this.#parts;
    const held = new HeldAttempt(claim, job, this, ledger.now());
    attempts.add(held);
    const { sync, id, attempt, version } = claim;
    ledger.append({ kind: 'attempt', sync, recordId: id, detail: { attempt, version } });
    return held;
  }

  /** These jobs wake nothing. */
  async #dismiss(jobs: readonly Job[]): Promise<void> {
    if (jobs.length === 0) return;
    const { ledger, queues } = this.#parts;
    await ledger.change(async () => {
      const now = ledger.now();
      const early = await linesWokenEarly(ledger.store, wakesOf(jobs), now);
      await queues.complete(jobs.map((job) => ({ sync: this.sync, job })));
      await wakeLines(ledger.store, queues, early, now);
    });
  }

  async #handOut(held: HeldAttempt): Promise<void> {
    const { writer, attempts, settler } = this.#parts;
    if (held.openIntents.length > 0 && (await writer.settleOpen(held, this.#cut.signal))) return;
    if (attempts.find(held.ref) !== held) return;
    try {
      this.#consumption.onAttempt(held.attempt);
    } catch (error) {
      await settler.fail(held, error);
    }
  }

  async #parkCrashed(held: HeldAttempt): Promise<void> {
    const message = `the process ended ${held.claim.crashes} times in a row while it worked on this record`;
    await this.#parts.settler.fail(held, new RecordOutcome('park', 'attempts-exhausted', { message }));
  }

  async #endOverdue(): Promise<void> {
    const { ledger, settler } = this.#parts;
    const now = ledger.now();
    const overdue = this.#held.filter(
      (held) => !held.busy && now.getTime() - held.touchedAt.getTime() > this.#consumption.holdMs,
    );
    for (const held of overdue) {
      const outcome = new RecordOutcome('park', 'unfinished-in-flow', { lastNode: held.node });
      this.#detach(held.whileBusy(ledger.now, () => settler.fail(held, outcome)));
    }
    this.wake();
  }

  async #putBack(held: HeldAttempt): Promise<void> {
    const detail = { message: 'cut by a stop of the flow' };
    try {
      await this.#parts.settler.end(held, { state: 'landed', at: undefined, detail, counts: false });
    } catch (error) {
      if (!(error instanceof Superseded)) this.#parts.onFault(error);
    }
  }

  /** A batch that was slow when the last process ended may long be done: who begins looks first. */
  async #endBatchWaits(): Promise<void> {
    const { ledger, queues, policies } = this.#parts;
    const now = ledger.now();
    const soon = new Date(now.getTime() + 2 * policies.settleMs);
    await ledger.change(async () => {
      await wakeLines(ledger.store, queues, await endBatchWaits(ledger.store, this.sync, now, soon), now);
    });
  }

  async #sweep(): Promise<void> {
    const { ledger, queues, policies } = this.#parts;
    const now = ledger.now();
    const silent = this.#capacity() > 0 && now.getTime() - this.#lastJobAt.getTime() >= SILENCE_MS;
    const before = (ms: number) => new Date(now.getTime() - ms);
    await sweep(ledger, queues, this.sync, {
      now,
      wokenBefore: before(silent ? SILENCE_MS : policies.staleMs),
      aliveBefore: before(policies.deadMs),
      limit: SWEEP_LIMIT,
    });
  }

  async #renew(): Promise<void> {
    await renewClaims(
      this.#parts.ledger,
      this.#held.map(({ ref }) => ref.id),
    );
  }

  #every(ms: number, work: () => Promise<void>): NodeJS.Timeout {
    let running = false;
    return setInterval(async () => {
      if (running) return;
      running = true;
      await work().catch(this.#parts.onFault);
      running = false;
    }, ms).unref();
  }

  /** While the store is away the jobs stay ours, and take up their room. */
  async #untilDone<T>(work: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if (this.#stopping) throw error;
        this.#parts.onFault(error);
        await pause(RETRY_MS);
      }
    }
  }

  #detach(work: Promise<unknown>): void {
    work.catch((error) => {
      if (!(error instanceof Superseded)) this.#parts.onFault(error);
    });
  }
}

function wakesOf(jobs: readonly Job[]) {
  return jobs.map(({ id, recordId }) => ({ jobId: id, recordId }));
}
