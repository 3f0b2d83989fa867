import type { Log } from '../connector/log';
import type { Runtime } from './runtime';

const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;
const DRAIN_MS = 20_000;

/**
 * Ends cleanly on a signal: hands out no more records, lets those in flight end, stops the flows, closes the
 * runtime. A second signal ends at once, and loses nothing either: the ledger has it.
 * @param stopFlows stops Node-RED
 */
export function onSignal(
  runtime: Pick<Runtime, 'delivery' | 'close'>,
  stopFlows: () => Promise<unknown>,
  log: Log,
  end: () => void,
): void {
  let stopping = false;
  for (const signal of SIGNALS) {
    // Node-RED's own way out ends the process before the runtime is closed.
    for (const listener of process.listeners(signal)) {
      if (listener.name === 'exitWhenStopped') process.removeListener(signal, listener);
    }
    process.on(signal, () => {
      if (stopping) process.exit(1);
      stopping = true;
      log.info(`${signal}: waiting for work in flight to end`);
      stop(runtime, stopFlows)
        .catch((error: unknown) => log.error(error instanceof Error ? error.message : String(error)))
        .finally(end);
    });
  }
}

async function stop(
  { delivery, close }: Pick<Runtime, 'delivery' | 'close'>,
  stopFlows: () => Promise<unknown>,
): Promise<void> {
  await delivery.drain(DRAIN_MS);
  await stopFlows();
  await close();
}
