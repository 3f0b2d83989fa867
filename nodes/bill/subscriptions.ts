import { v4 as uuid } from 'uuid';
import type { JsonObject } from '../../runtime/connector/json';
import type { Calls, HttpAnswer, HttpRequest } from '../../runtime/connector/system';
import { pathOf } from './endpoints';
import { describeFailure } from './failures';
import { readAll } from './list-reader';
import { asObject, objectAt, objectsAt, textAt } from './members';
import { isRefusal, unreadableList } from './troubles';

/** A webhook subscription as BILL shows it. */
export interface Subscription {
  readonly id: string;
  readonly name: string;
  readonly url: string;
  readonly enabled: boolean;
  readonly events: readonly string[];
  readonly createdTime: string;
}

/** BILL understood and said no. Not an error: polling goes on without the webhook. */
export interface Refusal {
  readonly refused: true;
  readonly status: number;
  readonly words: string;
}

/** Statuses whose bodies are read here: a refused subscription must not take the connection offline. */
const readHere = [400, 403, 404, 405, 409];

/** The calls of the Connect Events API. */
export class SubscriptionApi {
  readonly #calls: Calls;
  readonly #root: string;

  /** @param root `…/connect-events/v3` */
  constructor(calls: Calls, root: string) {
    this.#calls = calls;
    this.#root = root;
  }

  async list(): Promise<readonly Subscription[]> {
    const list = { name: 'list-subscriptions', url: `${this.#root}/subscriptions` };
    const rows = await readAll(this.#calls, list, (row) => row);
    return Promise.all(rows.map((row) => this.#whole(row)));
  }

  /** Event types that BILL offers, with their newest version; undefined when it does not tell. */
  async catalog(): Promise<ReadonlyMap<string, string> | undefined> {
    const answer = await this.#ask('get-event-catalog', 'GET', '/events/catalog');
    if (isRefused(answer)) return undefined;
    const list = Array.isArray(answer.json) ? answer.json : asObject(answer.json)?.['results'];
    return Array.isArray(list) ? new Map(list.flatMap((row) => catalogEntry(asObject(row)))) : undefined;
  }

  /** @param key UUID4 that BILL knows a repeated request by, for 24 hours */
  async create(body: JsonObject, key: string): Promise<{ id: string; secret: string | undefined } | Refusal> {
    const answer = await this.#ask('create-subscription', 'POST', '/subscriptions', body, key);
    if (isRefused(answer)) return answer;
    const created = asObject(answer.json);
    const id = textAt(created, 'id');
    if (id === undefined) throw unreadableList('create-subscription');
    return { id, secret: textAt(created, 'securityKey') };
  }

  /** Changes the named members. */
  async change(id: string, body: JsonObject): Promise<Refusal | undefined> {
    const answer = await this.#ask('update-subscription', 'PATCH', `/subscriptions${pathOf(id)}`, body);
    return isRefused(answer) ? answer : undefined;
  }

  /** Replaces the whole: the only way to change its events. */
  async replace(id: string, body: JsonObject): Promise<Refusal | undefined> {
    const answer = await this.#ask('replace-subscription', 'PUT', `/subscriptions${pathOf(id)}`, body);
    return isRefused(answer) ? answer : undefined;
  }

  /** A new security key; the one before is dead from then on. */
  async rotateKey(id: string): Promise<{ readonly secret: string } | Refusal> {
    const path = `/subscriptions${pathOf(id)}`;
    const key = uuid();
    const first = await this.#ask('rotate-security-key', 'POST', `${path}/security_key`, undefined, key);
    // The reference and the guide spell the path differently.
    const elsewhere = isRefused(first) && [404, 405].includes(first.status);
    const answer = elsewhere
      ? await this.#ask('rotate-security-key', 'POST', `${path}/security-key`, undefined, key)
      : first;
    if (isRefused(answer)) return answer;
    const secret = textAt(asObject(answer.json), 'securityKey');
    if (secret === undefined) throw unreadableList('rotate-security-key');
    return { secret };
  }

  async #whole(row: JsonObject): Promise<Subscription> {
    const known = subscriptionOf(row);
    if (known) return known;
    const path = `/subscriptions${pathOf(textAt(row, 'id') ?? '')}`;
    const answer = await this.#ask('get-subscription', 'GET', path);
    const fetched = isRefused(answer) ? undefined : subscriptionOf({ ...row, ...asObject(answer.json) });
    if (!fetched) throw unreadableList('get-subscription');
    return fetched;
  }

  async #ask(
    name: string,
    method: HttpRequest['method'],
    path: string,
    json?: JsonObject,
    idempotencyKey?: string,
  ): Promise<HttpAnswer | Refusal> {
    try {
      const answer = await this.#calls.call({
        name,
        method,
        url: this.#root + path,
        effect: method === 'GET' ? 'read' : 'idempotent',
        accept: readHere,
        ...(json === undefined ? {} : { json }),
        ...(idempotencyKey === undefined ? {} : { headers: { 'X-Idempotent-Key': idempotencyKey } }),
      });
      if (answer.status < 300) return answer;
      return { refused: true, status: answer.status, words: describeFailure(answer).message };
    } catch (error) {
      if (!isRefusal(error)) throw error;
      return { refused: true, status: error.status ?? 0, words: error.systemWords ?? error.message };
    }
  }
}

export function isRefused(value: object | undefined): value is Refusal {
  return value !== undefined && 'refused' in value;
}

/** Undefined for a row too thin to tell where it delivers and whether it is enabled. */
function subscriptionOf(row: JsonObject): Subscription | undefined {
  const id = textAt(row, 'id');
  const url = textAt(row, 'notificationUrl');
  const enabled = objectAt(row, 'status')?.['enabled'];
  if (id === undefined || url === undefined || typeof enabled !== 'boolean') return undefined;
  return {
    id,
    name: textAt(row, 'name') ?? '',
    url,
    enabled,
    events: objectsAt(row, 'events').flatMap((event) => textAt(event, 'type') ?? []),
    createdTime: textAt(row, 'createdTime') ?? '',
  };
}

function catalogEntry(row: JsonObject | undefined): readonly (readonly [string, string])[] {
  const type = textAt(row, 'type');
  const versions = row?.['versions'];
  const newest = Array.isArray(versions) ? String(versions.at(-1) ?? '1') : '1';
  return type === undefined ? [] : [[type, newest]];
}
