import { randomUUID } from 'node:crypto';
import type { Store } from '../ledger/store';
import type { Clock } from './clock';
import { LeaseTable } from './lease-table';
import { LeasedKey, type LeaseTimes } from './leased-key';
import { type Limiter, LimiterClosed } from './limiter';

export interface LeaseLimiterOptions {
  readonly store: Store;
  readonly clock: Clock;
  /** From 0 to 1; spreads attempts of several processes. */
  readonly random?: () => number;
  /** How long the slots of a process that died stay taken, milliseconds. */
  readonly leaseMs?: number;
  /** Told when the database fails; the limiter goes on trying. */
  readonly onError?: (error: unknown) => void;
}

/**
 * The limiter of several processes on one database: exact over all of them.
 *
 * A process keeps the slots it took and hands them from call to call; it frees them when they lie idle, and one by
 * one when others wait and hold less. The slots of a process that dies stay taken until their leases end, which is
 * wanted: the system may still be at work on its cut calls. A process that is frozen for longer than a lease uses
 * no slot after it wakes, but the calls it had in flight may overlap with those of the next holder; the system
 * answers that it is too many, and they are repeated.
 */
export async function openLeaseLimiter(options: LeaseLimiterOptions): Promise<Limiter> {
  const { store, clock, random = Math.random, leaseMs = 15_000, onError = () => undefined } = options;
  const holder = randomUUID();
  const table = new LeaseTable(store, holder, leaseMs);
  const times: LeaseTimes = { leaseMs, idleMs: 75, firstPollMs: 5, longestPollMs: 250, tellEveryMs: 100 };
  const keys = new Map<string, LeasedKey>();
  let closed = false;

  const keyOf = (name: string) => {
    const known = keys.get(name);
    if (known) return known;
    const key = new LeasedKey(name, table, holder, clock, random, times, onError);
    keys.set(name, key);
    return key;
  };

  const stopListening = await table.listen((news) => {
    if (news.from !== holder) keys.get(news.key)?.hear(news);
  });

  let renewing = false;
  const renewal = setInterval(async () => {
    if (renewing) return;
    renewing = true;
    try {
      await renewAll(table, [...keys.values()]);
    } catch (error) {
      onError(error);
    } finally {
      renewing = false;
    }
  }, leaseMs / 3);
  renewal.unref();

  return {
    async acquire(name, limit, acquireOptions) {
      if (closed) throw new LimiterClosed();
      return keyOf(name).acquire(limit, acquireOptions);
    },
    pause(name, untilEpochMs) {
      keyOf(name).pause(untilEpochMs);
    },
    async close() {
      if (closed) return;
      closed = true;
      await Promise.all([...keys.values()].map((key) => key.close()));
      clearInterval(renewal);
      await stopListening();
    },
  };
}

/** One statement for all slots of this process. */
async function renewAll(table: LeaseTable, keys: readonly LeasedKey[]): Promise<void> {
  const held = keys.flatMap((key) => key.leases);
  if (held.length === 0) return;
  const askedAt = performance.now();
  const kept = new Set((await table.renew(held)).map(({ key, slot, token }) => `${key} ${slot} ${token}`));
  for (const key of keys) {
    key.renewed((lease) => kept.has(`${lease.key} ${lease.slot} ${lease.token}`), new Set(held), askedAt);
  }
}
