import type { Clock } from '../../connector/clock';
import type { JsonObject } from '../../connector/json';
import type { SubscriptionReport } from '../../connector/system';
import { backoffMs } from '../backoff';
import type { LiveConnection } from './connections';
import type { WebhookStore } from './webhook-store';

export interface SubscriptionParts {
  readonly live: LiveConnection;
  readonly store: WebhookStore;
  /** Where deliveries should go, absolute; undefined: nothing is subscribed. */
  readonly url: string | undefined;
  readonly options: JsonObject;
  /** How often the source is polled, ms: the subscription is looked after as often, within reason. */
  readonly pollMs: number;
  readonly clock: Clock;
  readonly onReport: (report: SubscriptionReport) => void;
  readonly onFailure: (error: unknown) => void;
}

/** A subscription that was switched off loses what it would have told: it is looked after at least this often. */
const MOST_MS = 10 * 60_000;
const LEAST_MS = 5_000;
/** Deliveries that fit no secret make the store be asked this often at most. */
const LOOK_AGAIN_MS = 1_000;

/** Keeps one subscription alive for as long as its webhook node lives. */
export class SubscriptionKeeping {
  readonly #parts: SubscriptionParts;
  readonly #closing = new AbortController();
  #secrets: Promise<readonly string[]> | undefined;
  #lookedAgainAt = Number.NEGATIVE_INFINITY;

  constructor(parts: SubscriptionParts) {
    this.#parts = parts;
  }

  async run(): Promise<void> {
    const { clock, pollMs, onReport, onFailure } = this.#parts;
    const everyMs = Math.min(MOST_MS, Math.max(LEAST_MS, pollMs));
    const { signal } = this.#closing;
    let failures = 0;
    while (!signal.aborted) {
      let wait = everyMs;
      try {
        const report = await this.#keep();
        if (!report || signal.aborted) return;
        failures = 0;
        onReport(report);
      } catch (error) {
        if (signal.aborted) return;
        onFailure(error);
        wait = backoffMs(failures++);
      }
      await clock.wait(wait, signal).catch(() => {});
    }
  }

  /** Secrets of this runtime's last look, else those that were stored by an earlier one. */
  secrets(): Promise<readonly string[]> {
    const { live, store } = this.#parts;
    this.#secrets ??= store.loadState(live.name).then(secretsIn);
    this.#secrets.catch(() => {
      this.#secrets = undefined;
    });
    return this.#secrets;
  }

  /** Stored secrets, where another runtime has replaced those that this one knows; undefined where none has. */
  async newerSecrets(): Promise<readonly string[] | undefined> {
    const { live, store, clock } = this.#parts;
    const now = clock.now().getTime();
    if (Math.abs(now - this.#lookedAgainAt) < LOOK_AGAIN_MS) return undefined;
    this.#lookedAgainAt = now;
    const known = await this.secrets();
    const stored = secretsIn(await store.loadState(live.name));
    if (stored.every((secret) => known.includes(secret))) return undefined;
    this.#secrets = Promise.resolve(stored);
    return stored;
  }

  close(): void {
    this.#closing.abort();
  }

  async #keep(): Promise<SubscriptionReport | undefined> {
    const { live, store, url, options, clock } = this.#parts;
    if (url === undefined || !live.module.manifest.webhook) return undefined;
    return live.use(async ({ client, calls }) => {
      const keep = client.webhook?.keep;
      if (!keep) return undefined;
      const report = await keep({
        calls: calls({ signal: this.#closing.signal }),
        url,
        options,
        state: await store.loadState(live.name),
        save: async (state) => {
          await store.saveState(live.name, state);
          // A delivery may come before the keeper is done.
          this.#secrets = Promise.resolve(secretsIn(state));
        },
        now: () => clock.now(),
      });
      this.#secrets = Promise.resolve(report.secrets);
      return report;
    });
  }
}

/** Subscriptions keep their secrets under this name, newest first; a connection without a keeper has none here. */
function secretsIn(state: JsonObject): readonly string[] {
  const { secrets } = state;
  return Array.isArray(secrets) ? secrets.filter((secret) => typeof secret === 'string') : [];
}
