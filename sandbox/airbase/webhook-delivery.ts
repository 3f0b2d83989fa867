import { createHmac, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Entry } from './records';
import type { AirbaseSwitches } from './switches';
import type { AirbaseTenant } from './tenant';

export interface Subscription {
  readonly id: string;
  url: string;
  events: readonly string[];
  isActive: boolean;
  readonly secret: string;
}

/** A delivery as it left, for playing it again. */
export interface Delivered {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** 0: no answer. */
  readonly status: number;
}

export const EVENTS = [
  'bill_approved',
  'bill_paid',
  'purchase_request_approved',
  'reimbursement_approved',
  'card_transaction_settled',
];
const RETRY_MINUTES = [1, 5, 30, 120];
const OBJECTS = {
  bill: 'bill',
  reimbursement: 'reimbursement',
  card: 'card_transaction',
  payment: 'payment',
  other: 'entry',
} as const;

/** `sha256=` and the HMAC of what is signed. */
export function signatureOf(
  signed: string,
  secret: string,
  encoding: AirbaseSwitches['signatureEncoding'],
): string {
  const key = Buffer.from(secret, 'utf8');
  return `sha256=${createHmac('sha256', key).update(signed, 'utf8').digest(encoding)}`;
}

/** Sends events to subscribers, and again when they are not taken. */
export class WebhookDelivery {
  readonly subscriptions = new Map<string, Subscription>();
  readonly delivered: Delivered[] = [];
  readonly #running = new Set<Promise<void>>();
  readonly #stopped = new AbortController();
  #made = 0;

  constructor(private readonly tenant: AirbaseTenant) {
    tenant.news.on('news', ({ type, entry }) => {
      for (const subscription of this.subscriptions.values()) {
        if (subscription.events.includes(type)) this.send(subscription, type, entry);
      }
    });
  }

  /** Sends one event to one subscriber, in the background. */
  send(subscription: Subscription, type: string, entry: Entry | undefined): void {
    const { loseEvery, duplicateDeliveries } = this.tenant.switches;
    this.#made += 1;
    if (loseEvery > 0 && this.#made % loseEvery === 0) return;
    const body = this.#body(type, entry);
    const heldBack = this.#made % 2 === 0;
    for (let copy = 0; copy < (duplicateDeliveries ? 2 : 1); copy += 1) {
      const run = this.#attempts(subscription, body, heldBack).finally(() => this.#running.delete(run));
      this.#running.add(run);
    }
  }

  /** Waits until every delivery under way has ended. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.settled();
  }

  async #attempts(subscription: Subscription, body: string, heldBack: boolean): Promise<void> {
    const { deliveryPace, heldBackMs } = this.tenant.switches;
    if (heldBack && heldBackMs > 0) await this.#wait(heldBackMs);
    for (const minutes of [0, ...RETRY_MINUTES]) {
      if (minutes > 0) await this.#wait(minutes * 60_000 * deliveryPace);
      const isWanted = subscription.isActive && this.subscriptions.has(subscription.id);
      if (this.#stopped.signal.aborted || !isWanted) return;
      const status = await this.#post(subscription, body);
      if (status >= 200 && status < 300) return;
    }
    subscription.isActive = false;
  }

  #body(type: string, entry: Entry | undefined): string {
    const { clock, switches } = this.tenant;
    const object = entry === undefined ? 'test' : OBJECTS[entry.content.kind];
    // Half of the events name the bill or report alone, without the entry that it became.
    const named = entry !== undefined && this.#made % 2 === 1 ? entry.id : null;
    const event = {
      id: randomUUID(),
      object: 'event',
      type,
      created_date: `${new Date(clock.now()).toISOString().slice(0, 19)}Z`,
      data: { id: entry?.spendId ?? randomUUID(), object, airbase_id: named },
    };
    if (switches.deliveredBody === 'spaced')
      return JSON.stringify(event, undefined, 2).replaceAll('\n', '\r\n');
    const compact = JSON.stringify(event);
    // The same text in other escapes: a receiver that parses and writes it anew gets other bytes.
    return switches.deliveredBody === 'escaped' ? compact.replaceAll('-', '\\u002D') : compact;
  }

  async #wait(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#stopped.signal }).catch(() => undefined);
  }

  async #post(subscription: Subscription, body: string): Promise<number> {
    const { switches, clock } = this.tenant;
    const headers: Record<string, string> = { 'content-type': 'application/json' };
    const stamp = String(Math.floor((clock.now() + switches.timestampOffsetMs) / 1000));
    if (switches.signatureTimestamp) headers['x-airbase-timestamp'] = stamp;
    const signed = switches.signatureTimestamp ? `${stamp}.${body}` : body;
    const secret = switches.wrongSignature ? 'another secret' : subscription.secret;
    headers['x-airbase-signature'] = signatureOf(signed, secret, switches.signatureEncoding);
    const signal = AbortSignal.any([AbortSignal.timeout(switches.deliveryTimeoutMs), this.#stopped.signal]);
    const { url } = subscription;
    let status = 0;
    try {
      const answer = await fetch(url, { method: 'POST', headers, body, redirect: 'manual', signal });
      await answer.arrayBuffer();
      status = answer.status;
    } catch {
      status = 0;
    }
    this.delivered.push({ url, headers, body, status });
    return status;
  }
}
