import type { Log } from '../connector/log';
import type { Ledger } from '../ledger/ledger';
import { pruneHistory } from '../ledger/retention';

const DAY_MS = 86_400_000;
const EVERY_MS = 3_600_000;

/**
 * Forgets payloads that are older than the customer wants to keep, at the start and every hour. Several runtimes may
 * do so on one database. Gives the way to stop, which waits for what is under way.
 * @param days 0 keeps everything
 */
export function startRetention(ledger: Ledger, days: number, log: Log): () => Promise<void> {
  if (days === 0) return async () => {};
  const prune = async (): Promise<void> => {
    try {
      const { versions, deliveries } = await pruneHistory(
        ledger,
        new Date(ledger.now().getTime() - days * DAY_MS),
      );
      if (versions + deliveries > 0) {
        log.info(`retention: forgot ${versions} replaced versions and ${deliveries} webhook deliveries`);
      }
    } catch (error) {
      log.warn(`retention: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  let running = prune();
  const timer = setInterval(() => {
    running = running.then(prune);
  }, EVERY_MS).unref();
  return async () => {
    clearInterval(timer);
    await running;
  };
}
