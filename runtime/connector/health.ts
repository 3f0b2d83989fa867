import type { Clock } from './clock';
import { UNSENT_ERRORS, wasLeftUnanswered } from './error-table';
import { SystemError } from './errors';
import type { Log } from './log';

/** Whether a connection can be used, and if not: why, since when, and what to do. */
export interface Health {
  readonly state: 'unknown' | 'online' | 'offline';
  readonly code?: string;
  readonly cause?: string;
  readonly remedy?: string;
  readonly since?: Date;
}

const firstProbeMs = 1_000;
const longestProbeMs = 30_000;
/** Unsent attempts in a row that take the connection offline. */
const mostUnsent = 3;
/** A system that leaves every call unanswered for this long is down; a record's attempts last twice as long. */
const longestSilenceMs = 180_000;
/** Online for less than this: the trouble is not over, and the next probe waits longer. */
const calmMs = 60_000;

/** Keeps the health of one connection: goes offline on trouble that repetition cannot cure, probes, comes back. */
export class HealthKeeper {
  private health: Health = { state: 'unknown' };
  private readonly listeners = new Set<(health: Health) => void>();
  private readonly closing = new AbortController();
  private unsentInARow = 0;
  private silentSince: Date | undefined;
  private probeMs = 0;
  private onlineSince = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly name: string,
    /** Makes the least possible call; throws while the trouble lasts. */
    private readonly probe: () => Promise<unknown>,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  get current(): Health {
    return this.health;
  }

  /** Returns the way to stop listening. */
  onChange(listener: (health: Health) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** @throws SystemError of recovery `configuration` while offline */
  assertUsable(call: string): void {
    if (this.health.state !== 'offline') return;
    throw new SystemError({
      recovery: 'configuration',
      code: this.health.code ?? '',
      text: `${this.name} is offline: ${this.health.cause}`,
      remedy: this.health.remedy ?? '',
      call,
    });
  }

  /** An attempt was answered, or was not, or did not even get there. */
  noteAttempt(error: SystemError | undefined): void {
    const unanswered = error !== undefined && wasLeftUnanswered(error.code, error.status);
    if (unanswered === undefined) return;
    if (!unanswered) {
      this.unsentInARow = 0;
      this.silentSince = undefined;
      return;
    }
    const now = this.clock.now();
    this.silentSince ??= now;
    this.unsentInARow = error.code in UNSENT_ERRORS ? this.unsentInARow + 1 : 0;
    const isDown = now.getTime() - this.silentSince.getTime() >= longestSilenceMs;
    if (isDown || this.unsentInARow >= mostUnsent) this.goOffline(error);
  }

  succeeded(): void {
    if (this.health.state === 'unknown') this.goOnline();
  }

  goOnline(): void {
    this.unsentInARow = 0;
    this.silentSince = undefined;
    if (this.health.state === 'online' || this.closing.signal.aborted) return;
    this.onlineSince = this.clock.now().getTime();
    this.change({ state: 'online', since: this.clock.now() });
    this.log.info(`${this.name} is online`);
  }

  goOffline(error: SystemError): void {
    if (this.closing.signal.aborted) return;
    const wasOffline = this.health.state === 'offline';
    const cause = error.systemWords === undefined ? error.message : `${error.message} (${error.systemWords})`;
    if (wasOffline && this.health.code === error.code && this.health.cause === cause) return;
    const since = (wasOffline ? this.health.since : undefined) ?? this.clock.now();
    this.change({ state: 'offline', code: error.code, cause, remedy: error.remedy, since });
    this.log.warn(`${this.name} is offline: ${cause} ${error.remedy}`);
    if (!wasOffline) {
      const calm = this.clock.now().getTime() - this.onlineSince > calmMs;
      if (calm) this.probeMs = 0;
      this.probeUntilOnline().catch(() => undefined);
    }
  }

  close(): void {
    this.closing.abort();
    this.listeners.clear();
  }

  private async probeUntilOnline(): Promise<void> {
    while (this.health.state === 'offline') {
      this.probeMs = Math.min(longestProbeMs, this.probeMs === 0 ? firstProbeMs : this.probeMs * 2);
      await this.clock.wait(this.probeMs, this.closing.signal);
      try {
        await this.probe();
        this.goOnline();
      } catch (error) {
        if (error instanceof SystemError) this.goOffline(error);
      }
    }
  }

  private change(health: Health): void {
    this.health = health;
    for (const listener of this.listeners) listener(health);
  }
}
