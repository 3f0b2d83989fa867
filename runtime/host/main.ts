import './compile-cache';
import { Console } from 'node:console';
import { commandLine } from './commands/cli';
import { EXIT } from './commands/exit-status';

const SAME_SIGNAL_MS = 500;

/** Entry of the command `ml-connector`. */
async function main(): Promise<void> {
  const stop = new AbortController();
  let firstAt = 0;
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    process.on(signal, () => {
      // Ctrl-C comes twice at once: from the terminal, and passed on by the process that started this one.
      if (stop.signal.aborted && performance.now() - firstAt > SAME_SIGNAL_MS) process.exit(EXIT.failed);
      firstAt ||= performance.now();
      stop.abort();
    });
  }
  // Started by another Node: when that is killed, this goes the same way, so that nothing runs on unseen.
  process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'));
  // Nothing but results may reach stdout, whoever else writes to the console.
  globalThis.console = new Console(process.stderr);
  const status = await commandLine(process.argv.slice(2), {
    variables: process.env,
    print: (text) => process.stdout.write(`${text}\n`),
    say: (text) => process.stderr.write(`${text}\n`),
    signal: stop.signal,
  });
  // Node-RED leaves timers behind; what was printed goes out first.
  process.stdout.write('', () => process.exit(status));
}

void main();
