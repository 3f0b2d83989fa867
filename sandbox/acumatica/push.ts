import { setTimeout as sleep } from 'node:timers/promises';
import { exact, type WireObject } from '../http/exact-json';
import { rounded } from '../money';
import { amount, type Values } from './entity-store';
import type { Change, Tenant } from './tenant';

/** Where notifications go: an address, and one header that never changes. */
export interface PushDestination {
  readonly url: string;
  readonly header: string;
  readonly value: string;
}

/** A notification and what became of it. */
export interface SentPush {
  readonly id: string;
  readonly body: string;
  attempts: number;
  /** Latest answer; 0 before there is one, or without one. */
  status: number;
}

const QUERY = 'AP-Bills-Push';
const ATTEMPTS = 5;
/** Ticks of 100 ns from the year 1 to 1970. */
const EPOCH_TICKS = 621_355_968_000_000_000n;
const KEYS = ['DocType', 'RefNbr'];

/** Tells a destination of every change of a bill, at least once, without a signature. */
export class PushSender {
  readonly sent: SentPush[] = [];
  destination: PushDestination | undefined;
  #ticks = 0n;
  readonly #stopped = new AbortController();
  readonly #running = new Set<Promise<void>>();

  constructor(private readonly tenant: Tenant) {
    tenant.news.on('change', (change) => this.#tell(change));
  }

  /** Waits until every delivery under way has ended. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.settled();
  }

  #tell({ entity, before }: Change): void {
    if (this.destination === undefined || entity.type.name !== 'Bill') return;
    const now = this.#row(entity.values);
    const old = before === undefined ? undefined : this.#row(before);
    const { clock } = this.tenant;
    const ticks = EPOCH_TICKS + BigInt(clock.now()) * 10_000n;
    this.#ticks = ticks > this.#ticks ? ticks : this.#ticks + 1n;
    const message: WireObject = {
      Inserted: [now],
      Deleted: old === undefined ? [] : [unchangedAsNull(old, now)],
      Query: QUERY,
      CompanyId: this.tenant.name,
      Id: crypto.randomUUID(),
      TimeStamp: exact(String(this.#ticks)),
      AdditionalInfo: { PXPerformanceInfoStartTime: startTime(clock.now()) },
    };
    const sent: SentPush = {
      id: String(message['Id']),
      body: JSON.stringify(message),
      attempts: 0,
      status: 0,
    };
    this.sent.push(sent);
    this.deliver(sent);
    if (this.tenant.switches.duplicatePushes) this.deliver(sent);
  }

  /** Delivers in the background, five times at most. */
  deliver(sent: SentPush): void {
    const run = this.#attempts(sent).finally(() => this.#running.delete(run));
    this.#running.add(run);
  }

  #row(values: Values): WireObject {
    const padded = (name: string) =>
      this.tenant.switches.paddedPushKeys
        ? String(values[name] ?? '').padEnd(15)
        : String(values[name] ?? '');
    const money = (name: string) => exact(rounded(amount({ id: '', values }, name), 4));
    const changed = Number(values['LastModifiedDateTime'] ?? 0);
    return {
      DocType: values['Type'] ?? null,
      RefNbr: padded('ReferenceNbr'),
      Status: values['Status'] ?? null,
      VendorID: padded('Vendor'),
      InvoiceNbr: values['VendorRef'] ?? null,
      CuryOrigDocAmt: money('Amount'),
      CuryDocBal: money('Balance'),
      LastModifiedDateTime: this.tenant.zone.instantText(changed).slice(0, 19),
    };
  }

  async #attempts(sent: SentPush): Promise<void> {
    for (let nth = 1; nth <= ATTEMPTS; nth += 1) {
      if (nth > 1) await this.#wait(1_000 * this.tenant.switches.pushPace);
      if (this.#stopped.signal.aborted) return;
      sent.attempts += 1;
      sent.status = await this.#post(sent.body);
      if (sent.status >= 200 && sent.status < 300) return;
    }
  }

  async #wait(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#stopped.signal }).catch(() => undefined);
  }

  async #post(body: string): Promise<number> {
    const { destination } = this;
    if (destination === undefined) return 0;
    try {
      const answer = await fetch(destination.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', [destination.header]: destination.value },
        body,
        redirect: 'manual',
        signal: AbortSignal.any([AbortSignal.timeout(10_000), this.#stopped.signal]),
      });
      await answer.arrayBuffer();
      return answer.status;
    } catch {
      return 0;
    }
  }
}

/** What an update did not change is empty in the row of before. */
function unchangedAsNull(old: WireObject, now: WireObject): WireObject {
  const changed = (name: string) => JSON.stringify(old[name]) !== JSON.stringify(now[name]);
  return Object.fromEntries(
    Object.entries(old).map(([name, value]) => [name, KEYS.includes(name) || changed(name) ? value : null]),
  );
}

/** An instant as `03/20/2025 09:22:24`. */
function startTime(ms: number): string {
  const iso = new Date(ms).toISOString();
  return `${iso.slice(5, 7)}/${iso.slice(8, 10)}/${iso.slice(0, 4)} ${iso.slice(11, 19)}`;
}
