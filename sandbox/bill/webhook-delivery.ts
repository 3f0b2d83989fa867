import { createHmac } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BillEvent, Organization } from './organization';

export interface Subscription {
  readonly id: string;
  name: string;
  enabled: boolean;
  events: string[];
  notificationUrl: string;
  securityKey: string;
  /** Exhausted events since it was last switched on. */
  failures: number;
  readonly created: number;
  updated: number;
}

/** A notification and what became of it. */
export interface SentEvent {
  readonly id: string;
  readonly type: string;
  readonly subscriptionId: string;
  readonly entityId: string;
  /** Minified JSON. */
  readonly body: string;
  readonly at: number;
  attempts: number;
  /** Latest answer; 0 before there is one, or without one. */
  statusCode: number;
}

const RETRY_SECONDS = [2, 4, 8, 16];

/** Base64 of HMAC-SHA256 over the minified body, the key taken as text. */
export function signatureOf(body: string, securityKey: string): string {
  return createHmac('sha256', securityKey).update(body, 'utf8').digest('base64');
}

/** Sends news to subscribers, tries again when they do not answer 200, and gives up on those that never do. */
export class Delivery {
  readonly subscriptions = new Map<string, Subscription>();
  /** Every notification, oldest first. */
  readonly sent: SentEvent[] = [];
  #stopped = new AbortController();
  readonly #running = new Set<Promise<void>>();

  constructor(private readonly organization: Organization) {}

  /** Notifies every enabled subscription of the event's type. What happens while one is disabled is never told to it. */
  publish(event: BillEvent): void {
    for (const subscription of this.subscriptions.values()) {
      if (subscription.enabled && subscription.events.includes(event.type)) this.send(subscription, event);
    }
  }

  send(subscription: Subscription, event: BillEvent): SentEvent {
    const id = crypto.randomUUID();
    const metadata = {
      eventId: id,
      subscriptionId: subscription.id,
      organizationId: this.organization.id,
      eventType: event.type,
      version: '1',
    };
    const sent: SentEvent = {
      id,
      type: event.type,
      subscriptionId: subscription.id,
      entityId: event.entityId,
      body: JSON.stringify({ metadata, [event.entity]: event.payload }),
      at: this.organization.clock.now(),
      attempts: 0,
      statusCode: 0,
    };
    this.sent.push(sent);
    this.deliver(subscription, sent);
    if (this.organization.switches.duplicateDeliveries) this.deliver(subscription, sent);
    return sent;
  }

  /** Delivers in the background, with the retries of the system. */
  deliver(subscription: Subscription, event: SentEvent): void {
    const run = this.#attempts(subscription, event).finally(() => this.#running.delete(run));
    this.#running.add(run);
  }

  /** Waits until every delivery under way has ended. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.settled();
  }

  async #attempts(subscription: Subscription, event: SentEvent): Promise<void> {
    const { deliveryPace: pace, heldBackMs } = this.organization.switches;
    if (heldBackMs > 0 && this.sent.indexOf(event) % 2 === 0) await this.#wait(heldBackMs);
    for (const wait of [0, ...RETRY_SECONDS]) {
      if (wait > 0) await this.#wait(wait * 1000 * pace);
      if (this.#stopped.signal.aborted || !subscription.enabled) return;
      event.attempts += 1;
      event.statusCode = await this.#post(subscription, event.body);
      if (event.statusCode === 200) return;
    }
    subscription.failures += 1;
    if (subscription.failures >= this.organization.switches.disableAfter) subscription.enabled = false;
  }

  async #wait(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#stopped.signal }).catch(() => undefined);
  }

  async #post(subscription: Subscription, body: string): Promise<number> {
    const { deliveredBody, wrongSignature, deliveryTimeoutMs } = this.organization.switches;
    const signature = signatureOf(body, wrongSignature ? 'another key' : subscription.securityKey);
    const timeout = AbortSignal.timeout(deliveryTimeoutMs);
    try {
      const answer = await fetch(subscription.notificationUrl, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-bill-sha-signature': signature },
        body:
          deliveredBody === 'escaped'
            ? JSON.stringify(body)
            : deliveredBody === 'pretty'
              ? spaced(body)
              : body,
        redirect: 'manual',
        signal: AbortSignal.any([timeout, this.#stopped.signal]),
      });
      await answer.arrayBuffer();
      return answer.status;
    } catch {
      return 0;
    }
  }
}

/** The same JSON with white space between its tokens; number tokens stay as they are. */
function spaced(body: string): string {
  return body.replace(/("(?:[^"\\]|\\.)*")|([{[,])|([}\]])|(:)/g, (found, text, open, close, colon) => {
    if (text !== undefined) return found;
    if (open !== undefined) return `${found}\n  `;
    return close !== undefined ? `\n${found}` : `${colon} `;
  });
}
