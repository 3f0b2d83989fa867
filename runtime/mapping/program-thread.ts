import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Lookups } from './functions';
import { DEFAULT_LIMITS, type MappingLimits } from './limits';
import {
  compileProgram,
  type Program,
  type ProgramInput,
  type ProgramResult,
  type ProgramRunner,
  type ProgramSource,
} from './program';
import { type FromThread, PULSE, type Question, type ThreadSetup, type ToThread } from './program-protocol';

const WATCH_MS = 100;
/** How often one run may be caught up in the end of a thread that was not its doing. */
const MOST_RESTARTS = 3;

export interface ThreadOptions {
  readonly limits?: MappingLimits;
  /** Memory that mappings may take together, megabytes. */
  readonly memoryMb?: number;
  /** The compiled `program-worker`. */
  readonly file?: string;
}

interface Run {
  readonly program: number;
  readonly input: ProgramInput;
  readonly lookups: Lookups;
  restarts: number;
  resolve(result: ProgramResult): void;
  reject(error: unknown): void;
}

/**
 * Runs mappings in a thread of their own: whatever an expression does there, this thread goes on. What the engine
 * cannot interrupt by itself (a regular expression that backtracks without end, memory) ends with the thread; the
 * run that did it fails with MAPPING_TIMEOUT or MAPPING_TOO_LARGE, all others are run again in a new one.
 * The thread starts with the first run and has no environment variables.
 */
export class ProgramThread implements ProgramRunner {
  readonly #limits: MappingLimits;
  readonly #memoryMb: number;
  readonly #file: string;
  readonly #pulse = new Int32Array(new SharedArrayBuffer(8));
  readonly #sources = new Map<number, ProgramSource>();
  readonly #runs = new Map<number, Run>();
  #worker: Worker | undefined;
  #watch: NodeJS.Timeout | undefined;
  #lastNumber = 0;

  constructor({ limits = DEFAULT_LIMITS, memoryMb = 256, file = compiledWorker() }: ThreadOptions = {}) {
    this.#limits = limits;
    this.#memoryMb = memoryMb;
    this.#file = file;
  }

  prepare(source: ProgramSource): Program {
    compileProgram(source, this.#limits);
    const program = ++this.#lastNumber;
    this.#sources.set(program, source);
    this.#post({ kind: 'program', program, source });
    return {
      run: (input, lookups) =>
        new Promise((resolve, reject) => {
          const number = ++this.#lastNumber;
          const run: Run = { program, input, lookups, restarts: 0, resolve, reject };
          this.#runs.set(number, run);
          this.#start(number, run);
        }),
    };
  }

  /** Ends the thread. Runs that have not ended are rejected. */
  async close(): Promise<void> {
    clearInterval(this.#watch);
    const worker = this.#worker;
    this.#worker = undefined;
    for (const run of this.#runs.values()) run.reject(new Error('The mapping thread was closed.'));
    this.#runs.clear();
    await worker?.terminate();
  }

  #start(number: number, { program, input }: Run): void {
    if (!this.#worker) this.#startThread();
    this.#post({ kind: 'run', run: number, program, input });
  }

  #startThread(): void {
    this.#pulse.fill(0);
    const workerData: ThreadSetup = { limits: this.#limits, pulse: this.#pulse };
    const worker = new Worker(this.#file, {
      workerData,
      env: {},
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: this.#memoryMb },
    });
    worker.unref();
    worker.on('message', (message: FromThread) => this.#hear(message));
    worker.on('error', (error: Error & { code?: string }) => {
      const outOfMemory = error.code === 'ERR_WORKER_OUT_OF_MEMORY';
      this.#lose(worker, outOfMemory ? 'MAPPING_TOO_LARGE' : 'MAPPING_FAILED', error.message);
    });
    this.#worker = worker;
    for (const [program, source] of this.#sources) this.#post({ kind: 'program', program, source });
    clearInterval(this.#watch);
    this.#watch = setInterval(
      watchman(this.#pulse, this.#limits.timeMs, () => this.#interrupt()),
      WATCH_MS,
    );
    this.#watch.unref();
  }

  #hear(message: FromThread): void {
    const run = this.#runs.get(message.run);
    if (!run) return;
    if (message.kind === 'ended') {
      this.#runs.delete(message.run);
      run.resolve(message.result);
    } else {
      void this.#answer(message.run, run, message.question, message.asked);
    }
  }

  async #answer(number: number, run: Run, question: number, asked: Question): Promise<void> {
    try {
      const value = await lookUp(run.lookups, asked);
      this.#post({ kind: 'answer', run: number, question, value });
    } catch (error) {
      this.#runs.delete(number);
      run.reject(error);
      this.#post({ kind: 'abandon', run: number, question });
    }
  }

  #interrupt(): void {
    const worker = this.#worker;
    if (!worker) return;
    this.#lose(
      worker,
      'MAPPING_TIMEOUT',
      `it computed for more than ${this.#limits.timeMs} ms and had to be interrupted`,
    );
    void worker.terminate();
  }

  #lose(worker: Worker, code: string, message: string): void {
    if (worker !== this.#worker) return;
    this.#worker = undefined;
    clearInterval(this.#watch);
    const culprit = Atomics.load(this.#pulse, PULSE.run);
    for (const [number, run] of this.#runs) {
      if (number === culprit || run.restarts >= MOST_RESTARTS) {
        this.#runs.delete(number);
        run.resolve({ kind: 'failed', failure: { code, message, field: 'mapping' } });
      }
    }
    for (const [number, run] of this.#runs) {
      run.restarts += 1;
      this.#start(number, run);
    }
  }

  #post(message: ToThread): void {
    this.#worker?.postMessage(message);
  }
}

/**
 * Calls `interrupt` when a run has not looked at its own clock for ten times what it may compute: it cannot end itself,
 * and a machine that is merely busy gives it time to.
 */
function watchman(pulse: Int32Array, timeMs: number, interrupt: () => void): () => void {
  const patience = Math.ceil((10 * timeMs) / WATCH_MS);
  let seen = 0;
  let ticks = 0;
  // Ticks are counted instead of time: a machine that slept must not look like a mapping that hangs.
  return () => {
    const steps = Atomics.load(pulse, PULSE.steps);
    ticks = Atomics.load(pulse, PULSE.run) !== 0 && steps === seen ? ticks + 1 : 0;
    seen = steps;
    if (ticks >= patience) interrupt();
  };
}

async function lookUp(lookups: Lookups, asked: Question): Promise<unknown> {
  switch (asked.ask) {
    case 'link':
      return lookups.link(...asked.of);
    case 'source':
      return lookups.source(...asked.of);
    case 'missingReason':
      return lookups.missingReason?.(...asked.of);
  }
}

function compiledWorker(): string {
  return join(__dirname, 'program-worker.js');
}
