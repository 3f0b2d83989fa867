import type { Clock } from '../../connector/clock';
import { SystemError } from '../../connector/errors';
import type { Pending } from '../../delivery/protocol';
import { backoffMs } from '../backoff';
import { EXIT, type ExitStatus } from './exit-status';
import { type OfflineConnection, OfflineWatch } from './offline-watch';
import { orAborted } from './or-aborted';

/** A sync of the flows that run, in the order of dependency. */
export interface OnceSync {
  readonly name: string;
  /** Reads the stream from the cursor to its end; absent when the read node is disabled. */
  readonly read: (() => Promise<unknown>) | undefined;
  /** Records in the flow at this moment. */
  readonly inFlight: () => number;
}

export interface OnceParts {
  readonly syncs: readonly OnceSync[];
  readonly pending: (syncs: readonly string[]) => Promise<Pending>;
  readonly offline: () => readonly OfflineConnection[];
  readonly clock: Clock;
  /** How far away a retry may be to be waited for. */
  readonly longestWaitMs: number;
  readonly signal: AbortSignal;
  readonly say: (text: string) => void;
}

/** A connection that stays offline for this long ends the run. */
const OFFLINE_MS = 60_000;
const LOOK_MS = 100;
/** Records in flight never rest while the store is away: it is asked this often, and is lost after that long. */
const ASK_STORE_MS = 20_000;
const STORE_LOST_MS = 60_000;
/** Between attempts to read what is refused while its connection seems well. */
const RETRY_MS = 1_000;
/** A read that went on for longer has worked in between. */
const CALM_MS = 15_000;
/** The question what is left must not become most of the work. */
const SHARE_OF_LOOKING = 10;
const LONGEST_LOOK_MS = 2_000;
const LONGEST_RETRY_MS = 10_000;

/** Ends a run early, with its status and what a person should know. */
class RunEnd extends Error {
  constructor(
    readonly status: ExitStatus,
    readonly words: string,
  ) {
    super(words);
  }
}

/**
 * Reads every sync in the order of dependency, each worked until it is quiet before the next is read, and ends
 * when nothing is left to do. Parked records are an outcome and never waited for.
 */
export async function runOnce(parts: OnceParts): Promise<ExitStatus> {
  const run = new OnceRun(parts);
  try {
    return await run.toTheEnd();
  } catch (error) {
    if (parts.signal.aborted) return EXIT.failed;
    if (!(error instanceof RunEnd)) throw error;
    parts.say(error.words);
    return error.status;
  }
}

class OnceRun {
  readonly #watch = new OfflineWatch();

  constructor(private readonly parts: OnceParts) {}

  async toTheEnd(): Promise<ExitStatus> {
    const { syncs, say } = this.parts;
    let failed = false;
    for (const [index, sync] of syncs.entries()) {
      failed = !(await this.#read(sync)) || failed;
      await this.#quiet(syncs.slice(0, index + 1), 'due');
    }
    const { unknown } = await this.#quiet(syncs, 'all');
    if (unknown === 0) return failed ? EXIT.failed : EXIT.done;
    say(`${unknown} records are left whose outcome is unknown: look at them in the operations console.`);
    return EXIT.unknown;
  }

  /** False when the stream cannot be read for a reason that waiting will not cure. */
  async #read({ name, read }: OnceSync): Promise<boolean> {
    const { clock, signal, say, longestWaitMs } = this.parts;
    if (!read) return true;
    say(`${name}: reading`);
    const begun = clock.now().getTime();
    let refusedSince: number | undefined;
    for (let failures = 0; ; failures += 1) {
      const started = clock.now().getTime();
      try {
        await orAborted(read, signal);
        return true;
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof SystemError) || !passes(error)) {
          say(`${name}: cannot be read: ${wordsOf(error)}`);
          return false;
        }
        const wait = error.waitMs ?? Math.min(backoffMs(failures), LONGEST_RETRY_MS);
        this.#refuseOffline();
        if (error.recovery === 'configuration') {
          const now = clock.now().getTime();
          if (refusedSince === undefined || now - started > CALM_MS) refusedSince = now;
          // Its connection works, and it cannot be read for how something is set.
          const isUnheard = this.parts.offline().length === 0;
          if (isUnheard && now - refusedSince >= OFFLINE_MS) {
            throw new RunEnd(EXIT.offline, `${name}: cannot be read: ${wordsOf(error)}`);
          }
          await clock.wait(isUnheard ? RETRY_MS : LOOK_MS, signal);
          await this.#backOnline();
        } else if (clock.now().getTime() + wait - begun > longestWaitMs) {
          throw new RunEnd(EXIT.failed, `${name}: still cannot be read: ${wordsOf(error)}`);
        } else {
          await clock.wait(wait, signal);
        }
      }
    }
  }

  /** Waits until no connection is offline, or one was for too long. */
  async #backOnline(): Promise<void> {
    const { clock, signal, offline } = this.parts;
    while (offline().length > 0) {
      this.#refuseOffline();
      await clock.wait(LOOK_MS, signal);
    }
  }

  /**
   * Waits until the records of these syncs rest: `due` lets those wait that wait for a time, `all` waits for them
   * too, if that time is near enough.
   */
  async #quiet(syncs: readonly OnceSync[], which: 'due' | 'all'): Promise<Pending> {
    const { clock, signal, longestWaitMs } = this.parts;
    const names = syncs.map(({ name }) => name);
    let answered = clock.now().getTime();
    let asked = answered;
    for (;;) {
      this.#refuseOffline();
      let wait = LOOK_MS;
      const now = clock.now().getTime();
      if (syncs.some(({ inFlight }) => inFlight() > 0)) {
        if (now - asked >= ASK_STORE_MS) {
          asked = now;
          const trouble = await this.parts.pending(names).then(() => undefined, wordsOf);
          if (trouble === undefined) answered = now;
          else if (now - answered >= STORE_LOST_MS) throw storeLost(trouble);
        }
      } else {
        const before = performance.now();
        const pending = await this.parts.pending(names);
        const { active, waiting } = pending;
        if (active === 0 && (which === 'due' || waiting.length === 0)) return pending;
        if (active === 0) refuseLongWait(waiting, clock.now(), longestWaitMs);
        wait = Math.max(LOOK_MS, (performance.now() - before) * SHARE_OF_LOOKING);
      }
      await clock.wait(Math.min(wait, LONGEST_LOOK_MS), signal);
    }
  }

  #refuseOffline(): void {
    const { offline, clock } = this.parts;
    const gone = this.#watch.lasting(offline(), clock.now(), OFFLINE_MS);
    if (gone.length === 0) return;
    const causes = gone.map(({ name, cause, remedy }) => `${name} is offline: ${cause} ${remedy}`);
    throw new RunEnd(EXIT.offline, causes.join('\n'));
  }
}

function storeLost(trouble: string): RunEnd {
  return new RunEnd(
    EXIT.failed,
    `The store has not answered for a minute: ${trouble}\nLook at the database and its disk; the next run goes on where this one stopped.`,
  );
}

function refuseLongWait(waiting: Pending['waiting'], now: Date, longestWaitMs: number): void {
  const late = waiting.filter(({ until }) => until.getTime() - now.getTime() > longestWaitMs);
  if (late.length === 0 || late.length < waiting.length) return;
  const lines = late.map(
    ({ sync, key, until, why }) => `  ${sync} ${key}: until ${until.toISOString()} (${why})`,
  );
  const shown = lines.length > 20 ? [...lines.slice(0, 20), `  and ${lines.length - 20} more`] : lines;
  throw new RunEnd(EXIT.failed, `Records wait for longer than ML_ONCE_WAIT:\n${shown.join('\n')}`);
}

function passes(error: SystemError): boolean {
  return error.recovery !== 'rejected' && error.recovery !== 'not-found';
}

function wordsOf(error: unknown): string {
  if (error instanceof SystemError)
    return [error.message, error.systemWords, error.remedy].filter(Boolean).join(' ');
  return error instanceof Error ? error.message : String(error);
}
