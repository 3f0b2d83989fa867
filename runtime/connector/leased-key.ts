import type { Clock } from './clock';
import type { Lease, LeaseNews, LeaseTable } from './lease-table';
import { type AcquireOptions, LimiterClosed, type Slot } from './limiter';
import { WaitingLine } from './waiting-line';

export interface LeaseTimes {
  readonly leaseMs: number;
  /** A slot that lies idle for this long is freed. */
  readonly idleMs: number;
  readonly firstPollMs: number;
  readonly longestPollMs: number;
  /** How often others are told that somebody waits. */
  readonly tellEveryMs: number;
}

interface HeldSlot {
  readonly lease: Lease;
  /** Monotonic, milliseconds: no call begins on it later. */
  usableUntil: number;
  readonly takenAt: number;
  busy: boolean;
  idleSince: number;
}

/** The slots of one key that this process holds, and the calls that wait for them. */
export class LeasedKey {
  private readonly line: WaitingLine;
  private held: HeldSlot[] = [];
  private limit = 0;
  private prepared = 0;
  /** Slots to free at the end of their calls, because others wait. */
  private owed = 0;
  private othersWaitUntil = 0;
  private seeking = false;
  private wake: () => void = () => undefined;
  private idleTimer: NodeJS.Timeout | undefined;
  private closed = false;

  constructor(
    private readonly name: string,
    private readonly table: LeaseTable,
    private readonly holder: string,
    private readonly clock: Clock,
    private readonly random: () => number,
    private readonly times: LeaseTimes,
    private readonly onError: (error: unknown) => void,
  ) {
    this.line = new WaitingLine(clock, () => this.serve());
  }

  get leases(): Lease[] {
    return this.held.map(({ lease }) => lease);
  }

  acquire(limit: number, options: AcquireOptions | undefined): Promise<Slot> {
    this.limit = limit;
    const slot = this.line.join(options);
    this.serve();
    return slot;
  }

  pause(untilEpochMs: number): void {
    const ms = untilEpochMs - this.clock.now().getTime();
    if (ms <= this.line.pauseMs) return;
    this.line.pause(untilEpochMs);
    this.tryTo(async () => {
      await this.table.pause(this.name, ms);
      await this.table.tell({ news: 'paused', key: this.name, from: this.holder, ms });
    });
  }

  /** Another process waits, has freed a slot, or was asked to pause. */
  hear(news: LeaseNews): void {
    if (news.news === 'paused') this.line.pause(this.clock.now().getTime() + news.ms);
    else if (news.news === 'freed') this.wake();
    else this.makeRoom(news.held);
  }

  /** @param kept says of a lease whether it was renewed; only those asked about are judged */
  renewed(kept: (lease: Lease) => boolean, asked: ReadonlySet<Lease>, askedAt: number): void {
    for (const slot of this.held) {
      if (asked.has(slot.lease) && kept(slot.lease)) slot.usableUntil = this.usableUntil(askedAt);
    }
    this.held = this.held.filter(({ lease }) => !asked.has(lease) || kept(lease));
    this.serve();
  }

  /** Refuses what waits, and frees what is idle; what is busy is freed when its call ends. */
  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.idleTimer);
    this.line.close(new LimiterClosed());
    this.wake();
    await this.free(this.held.filter((slot) => !slot.busy));
  }

  private serve(): void {
    const now = performance.now();
    const expired = this.held.filter((slot) => !slot.busy && slot.usableUntil <= now);
    if (expired.length > 0) this.tryTo(() => this.free(expired));
    while (this.line.length > 0 && this.line.pauseMs === 0) {
      const idle = this.held.find((slot) => !slot.busy && slot.lease.slot < this.limit);
      if (!idle) break;
      idle.busy = true;
      this.line.serve(this.handOut(idle));
    }
    if (this.line.length > 0 && this.line.pauseMs === 0 && this.held.length < this.limit) this.seek();
  }

  private handOut(slot: HeldSlot): Slot {
    let out = true;
    return {
      release: () => {
        if (!out) return;
        out = false;
        slot.busy = false;
        slot.idleSince = performance.now();
        if (!this.held.includes(slot)) return this.serve();
        if (this.closed || this.owed > 0) {
          if (this.owed > 0) this.owed--;
          this.tryTo(() => this.free([slot]));
          // The slot is for somebody else: looking for the next one begins after they had their chance.
          if (this.line.length > 0) this.seek(this.times.firstPollMs * 2);
          return;
        }
        this.serve();
        if (!slot.busy) this.freeWhenIdle();
      },
    };
  }

  /** Takes slots from the table for as long as calls wait. */
  private seek(delayMs = 0): void {
    if (this.seeking || this.closed) return;
    this.seeking = true;
    this.seekUntilServed(delayMs)
      .catch(this.onError)
      .finally(() => {
        this.seeking = false;
        // A call may have joined the line after the last look at it.
        if (this.line.length > 0 && this.line.pauseMs === 0 && this.held.length < this.limit) this.seek();
      });
  }

  private async seekUntilServed(delayMs: number): Promise<void> {
    let pollMs = this.times.firstPollMs;
    let toldAt = Number.NEGATIVE_INFINITY;
    if (delayMs > 0) await this.waitToBeWoken(delayMs);
    while (!this.closed && this.line.length > 0 && this.line.pauseMs === 0 && this.held.length < this.limit) {
      try {
        if (await this.takeSome()) {
          pollMs = this.times.firstPollMs;
          continue;
        }
        const pauseMs = await this.table.pauseMs(this.name);
        if (pauseMs > 0) return this.line.pause(this.clock.now().getTime() + pauseMs);
        if (performance.now() - toldAt >= this.times.tellEveryMs) {
          toldAt = performance.now();
          const held = this.held.length;
          await this.table.tell({ news: 'wanted', key: this.name, from: this.holder, held });
        }
      } catch (error) {
        // Without the database there is no slot and no call: everything waits until it is back.
        this.onError(error);
        pollMs = this.times.longestPollMs;
      }
      await this.waitToBeWoken(pollMs * (0.5 + this.random()));
      pollMs = Math.min(this.times.longestPollMs, pollMs * 2);
    }
  }

  /** True when at least one slot was taken. */
  private async takeSome(): Promise<boolean> {
    if (this.prepared < this.limit) {
      await this.table.prepare(this.name, this.limit);
      this.prepared = this.limit;
    }
    const want = Math.min(this.line.length, this.limit - this.held.length);
    const askedAt = performance.now();
    const leases = await this.table.take(this.name, this.limit, want);
    const takenAt = performance.now();
    for (const lease of leases) {
      const usableUntil = this.usableUntil(askedAt);
      this.held.push({ lease, usableUntil, takenAt, busy: false, idleSince: takenAt });
    }
    if (leases.length === 0) return false;
    if (this.closed) await this.free(this.held.filter((slot) => !slot.busy));
    this.serve();
    this.freeWhenIdle();
    return true;
  }

  /** Frees at once what is idle; else owes a slot to one who holds clearly less, or none for a while. */
  private makeRoom(theirs: number): void {
    this.othersWaitUntil = performance.now() + 10 * this.times.tellEveryMs;
    const idle = this.held.filter((slot) => !slot.busy);
    if (idle.length > 0) {
      this.tryTo(() => this.free(idle));
      return;
    }
    const mine = this.held.length - this.owed;
    const longEnough = this.held.some((slot) => performance.now() - slot.takenAt >= this.times.tellEveryMs);
    if (mine > theirs + 1 || (mine > 0 && theirs === 0 && longEnough)) this.owed++;
  }

  private freeWhenIdle(): void {
    if (this.idleTimer || this.closed || !this.held.some((slot) => !slot.busy)) return;
    const wait = performance.now() < this.othersWaitUntil ? 0 : this.times.idleMs;
    this.idleTimer = setTimeout(() => {
      this.idleTimer = undefined;
      const longAgo = performance.now() - wait;
      this.tryTo(() => this.free(this.held.filter((slot) => !slot.busy && slot.idleSince <= longAgo)));
      this.freeWhenIdle();
    }, wait);
    this.idleTimer.unref();
  }

  private async free(slots: readonly HeldSlot[]): Promise<void> {
    if (slots.length === 0) return;
    this.held = this.held.filter((slot) => !slots.includes(slot));
    this.owed = Math.min(this.owed, this.held.length);
    await this.table.free(slots.map(({ lease }) => lease));
    if (performance.now() < this.othersWaitUntil) {
      await this.table.tell({ news: 'freed', key: this.name, from: this.holder });
    }
  }

  /** A call that begins must be able to end, or to be renewed, before somebody else may take its slot. */
  private usableUntil(askedAt: number): number {
    return askedAt + this.times.leaseMs * 0.8;
  }

  private waitToBeWoken(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  private tryTo(act: () => Promise<void>): void {
    act().catch(this.onError);
  }
}
