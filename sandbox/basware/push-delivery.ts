import { createHmac, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BaswareSwitches } from './switches';
import type { Tenant } from './tenant';

export interface Subscription {
  readonly taskType: string;
  readonly taskSubType: string;
  readonly url: string;
  readonly token: string;
  readonly lastUpdated: number;
  /** Tasks in a row that were given up. */
  failures: number;
}

/** A notification and what became of it. */
export interface Task {
  readonly taskId: string;
  readonly taskType: string;
  readonly taskSubType: string;
  readonly documentId: string;
  readonly expires: number;
  taskStatus: 'New' | 'Completed' | 'Failed';
  lastUpdated: number;
  readonly history: { readonly action: string; readonly at: number; readonly message: string }[];
  /** Latest answer; 0 before there is one, or without one. */
  statusCode: number;
}

const RETRY_MINUTES = [1, 5, 15];
const TASK_LIFE_MS = 24 * 3_600_000;

/** HMAC-SHA256 over bytes as they travel, the key taken as UTF-8. */
export function signatureOf(
  signed: string,
  token: string,
  encoding: BaswareSwitches['signatureEncoding'],
): string {
  const mac = createHmac('sha256', Buffer.from(token, 'utf8')).update(signed, 'utf8').digest();
  if (encoding === 'base64') return mac.toString('base64');
  const hex = mac.toString('hex');
  if (encoding === 'upper-hex') return hex.toUpperCase();
  return encoding === 'prefixed-hex' ? `sha256=${hex}` : hex;
}

/** Sends notifications to subscribers, and again when they are not taken. */
export class PushDelivery {
  readonly subscriptions = new Map<string, Subscription>();
  readonly tasks = new Map<string, Task>();
  /** Headers and bodies as they were delivered, oldest first; for playing them again. */
  readonly delivered: {
    readonly url: string;
    readonly headers: Record<string, string>;
    readonly body: string;
  }[] = [];
  readonly #running = new Set<Promise<void>>();
  readonly #stopped = new AbortController();
  #made = 0;

  constructor(private readonly tenant: Tenant) {
    tenant.news.on('news', (news) => this.#publish(news.taskType, news.taskSubType, news.documentId));
  }

  /** Calls a new subscriber once; true when it answers 200. */
  async test(subscription: Subscription): Promise<boolean> {
    const task = this.#task('ConnectionTest', 'All', randomUUID());
    const signed = this.tenant.switches.signedConnectionTest;
    return (await this.#post(subscription, task, signed)) === 200;
  }

  /** Sends a notification of its own making, for tests of receivers. */
  send(subscription: Subscription, documentId: string, taskSubType = subscription.taskSubType): Task {
    const task = this.#task(subscription.taskType, taskSubType, documentId);
    this.#deliver(subscription, task);
    return task;
  }

  /** Waits until every delivery under way has ended. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.settled();
  }

  #publish(taskType: string, taskSubType: string, documentId: string): void {
    for (const subscription of this.subscriptions.values()) {
      const wanted = subscription.taskSubType === 'All' || subscription.taskSubType === taskSubType;
      if (subscription.taskType === taskType && wanted) {
        this.#deliver(subscription, this.#task(taskType, taskSubType, documentId));
      }
    }
  }

  #task(taskType: string, taskSubType: string, documentId: string): Task {
    const now = this.tenant.clock.now();
    const task: Task = {
      taskId: randomUUID(),
      taskType,
      taskSubType,
      documentId,
      expires: now + TASK_LIFE_MS,
      taskStatus: 'New',
      lastUpdated: now,
      history: [],
      statusCode: 0,
    };
    if (taskType !== 'ConnectionTest') this.tasks.set(task.taskId, task);
    return task;
  }

  #deliver(subscription: Subscription, task: Task): void {
    const { loseEvery, duplicateDeliveries } = this.tenant.switches;
    this.#made += 1;
    if (loseEvery > 0 && this.#made % loseEvery === 0) return;
    const heldBack = this.#made % 2 === 0;
    const times = duplicateDeliveries ? 2 : 1;
    for (let copy = 0; copy < times; copy += 1) {
      const run = this.#attempts(subscription, task, heldBack).finally(() => this.#running.delete(run));
      this.#running.add(run);
    }
  }

  async #attempts(subscription: Subscription, task: Task, heldBack: boolean): Promise<void> {
    const { deliveryPace, heldBackMs, dropAfterFailures } = this.tenant.switches;
    if (heldBack && heldBackMs > 0) await this.#wait(heldBackMs);
    for (const minutes of [0, ...RETRY_MINUTES]) {
      if (minutes > 0) await this.#wait(minutes * 60_000 * deliveryPace);
      if (this.#stopped.signal.aborted || !this.#isLive(subscription)) return;
      task.statusCode = await this.#post(subscription, task, true);
      const taken = task.statusCode >= 200 && task.statusCode < 300;
      this.#note(task, taken ? 'Completed' : 'Failed', `HTTP ${task.statusCode}`);
      if (!taken) continue;
      task.taskStatus = 'Completed';
      subscription.failures = 0;
      return;
    }
    task.taskStatus = 'Failed';
    subscription.failures += 1;
    if (dropAfterFailures > 0 && subscription.failures >= dropAfterFailures) this.#drop(subscription);
  }

  #isLive(subscription: Subscription): boolean {
    return [...this.subscriptions.values()].includes(subscription);
  }

  #drop(subscription: Subscription): void {
    for (const [key, each] of this.subscriptions) if (each === subscription) this.subscriptions.delete(key);
  }

  #note(task: Task, action: string, message: string): void {
    task.lastUpdated = this.tenant.clock.now();
    task.history.push({ action, at: task.lastUpdated, message });
  }

  async #wait(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#stopped.signal }).catch(() => undefined);
  }

  async #post(subscription: Subscription, task: Task, signed: boolean): Promise<number> {
    const { switches, clock } = this.tenant;
    const body = bodyOf(task, switches);
    const headers: Record<string, string> = { 'content-type': 'application/json' };
    const stamp = stampOf(clock.now() + switches.timestampOffsetMs, switches.timestampStyle);
    if (stamp !== undefined) headers[switches.timestampHeader] = stamp;
    if (signed) {
      const content = switches.signedContent === 'body' ? body : `${stamp ?? ''}.${body}`;
      const key = switches.wrongSignature ? 'another token' : subscription.token;
      headers['X-BWAPI-Signature-256'] = signatureOf(content, key, switches.signatureEncoding);
    }
    this.delivered.push({ url: subscription.url, headers, body });
    const signal = AbortSignal.any([AbortSignal.timeout(switches.deliveryTimeoutMs), this.#stopped.signal]);
    try {
      const answer = await fetch(subscription.url, {
        method: 'POST',
        headers,
        body,
        redirect: 'manual',
        signal,
      });
      await answer.arrayBuffer();
      return answer.status;
    } catch {
      return 0;
    }
  }
}

function stampOf(ms: number, style: BaswareSwitches['timestampStyle']): string | undefined {
  if (style === 'none') return undefined;
  if (style === 'seconds') return String(Math.floor(ms / 1000));
  return style === 'milliseconds' ? String(ms) : new Date(ms).toISOString();
}

function bodyOf(task: Task, switches: BaswareSwitches): string {
  const misspelled = task.taskType === 'AccountingDocuments' ? switches.taskTypeSpelling : task.taskType;
  const expirationTime = `${new Date(task.expires).toISOString().slice(0, 19)}Z`;
  const { taskId, taskStatus, taskSubType, documentId } = task;
  const body = { taskId, taskStatus, taskType: misspelled, taskSubType, documentId, expirationTime };
  if (switches.deliveredBody === 'spaced') return JSON.stringify(body, undefined, 2).replaceAll('\n', '\r\n');
  const compact = JSON.stringify(body);
  // The same text in other escapes: a receiver that parses and writes it anew gets other bytes.
  return switches.deliveredBody === 'escaped' ? compact.replaceAll('-', '\\u002D') : compact;
}
