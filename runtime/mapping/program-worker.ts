import { parentPort, workerData } from 'node:worker_threads';
import type { Link, Lookups, Source } from './functions';
import { threadTime } from './limits';
import { compileProgram, type Program } from './program';
import { type FromThread, PULSE, type Question, type ThreadSetup, type ToThread } from './program-protocol';

/** Entry of the mapping thread (`program-thread.ts` starts it). Computes; everything it needs it is sent or asks for. */

if (!parentPort) throw new Error('program-worker runs as a worker thread only');
const port = parentPort;
const { limits, pulse } = workerData as ThreadSetup;
const programs = new Map<number, Program>();
const questions = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
let lastQuestion = 0;

port.on('message', (message: ToThread) => {
  if (message.kind === 'program') {
    programs.set(message.program, compileProgram(message.source, limits, watchedTime));
    return;
  }
  showPulse(message.run);
  if (message.kind === 'run') void run(message);
  else settleQuestion(message);
});

async function run(message: ToThread & { kind: 'run' }): Promise<void> {
  const program = programs.get(message.program) as Program;
  try {
    const result = await program.run(message.input, lookupsOf(message.run));
    say({ kind: 'ended', run: message.run, result });
  } catch {
    // A look-up was abandoned: nobody waits for this run.
  }
}

function lookupsOf(run: number): Lookups {
  const ask = (asked: Question) =>
    new Promise((resolve, reject) => {
      const question = ++lastQuestion;
      questions.set(question, { resolve, reject });
      say({ kind: 'question', run, question, asked });
    });
  return {
    link: (...of) => ask({ ask: 'link', of }) as Promise<Link | undefined>,
    source: (...of) => ask({ ask: 'source', of }) as Promise<Source | undefined>,
    missingReason: (...of) => ask({ ask: 'missingReason', of }) as Promise<string | undefined>,
  };
}

function settleQuestion(message: ToThread & { kind: 'answer' | 'abandon' }): void {
  const asker = questions.get(message.question);
  questions.delete(message.question);
  if (message.kind === 'answer') asker?.resolve(message.value);
  else asker?.reject(new Error('the look-up failed'));
}

/** Everything a message sets going is computed before the next event, so until then this run is the one that computes. */
function showPulse(run: number): void {
  Atomics.store(pulse, PULSE.run, run);
  Atomics.add(pulse, PULSE.steps, 1);
  setImmediate(() => Atomics.store(pulse, PULSE.run, 0));
}

/** An expression that looks at the clock can end itself: it is not to be interrupted, however busy the machine is. */
function watchedTime(): number {
  Atomics.add(pulse, PULSE.steps, 1);
  return threadTime();
}

function say(message: FromThread): void {
  port.postMessage(message);
}
