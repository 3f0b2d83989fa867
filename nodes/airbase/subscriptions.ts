import type { Json, JsonObject } from '../../runtime/connector/json';
import type { Calls } from '../../runtime/connector/system';
import { type AirbaseConnection, ask, urlOf, wordsOf } from './connection';
import { objectOf } from './failures';
import { readAllIfOffered } from './list-reader';
import { idOf, textAt } from './members';
import { unreadable } from './troubles';

/** A webhook subscription as Airbase shows it. */
export interface Subscription {
  readonly id: string;
  readonly url: string;
  readonly active: boolean;
  readonly events: readonly string[];
  /** Shown once, when it is made. */
  readonly secret: string | undefined;
}

/** Airbase understood and said no. Not an error: the poll goes on without the webhook. */
export interface Refusal {
  readonly refused: true;
  readonly words: string;
}

/** Statuses that are read here: a refused subscription must not take the connection offline. */
const readHere = [400, 403, 404, 405, 409, 422];

/** Undefined where Airbase does not list them. */
export async function listSubscriptions(
  airbase: AirbaseConnection,
  calls: Calls,
): Promise<readonly Subscription[] | undefined> {
  const rows = await readAllIfOffered(airbase, calls, { name: 'list-webhooks', path: 'webhooks' });
  return rows?.flatMap((row) => subscriptionOf(row) ?? []);
}

export async function makeSubscription(
  airbase: AirbaseConnection,
  calls: Calls,
  url: string,
  events: readonly string[],
): Promise<Subscription | Refusal> {
  const answer = await ask(airbase, calls, {
    name: 'create-webhook',
    method: 'POST',
    url: urlOf(airbase, 'webhooks'),
    json: { url, events: [...events], is_active: true },
    effect: 'once',
    accept: readHere,
  });
  if (answer.status >= 300) return { refused: true, words: wordsOf(airbase, answer) };
  const made = subscriptionOf({ url, ...objectOf(answer) });
  if (!made) throw unreadable('create-webhook');
  return made;
}

/** Changes the named members. */
export async function changeSubscription(
  airbase: AirbaseConnection,
  calls: Calls,
  id: string,
  json: JsonObject,
): Promise<Refusal | undefined> {
  const answer = await ask(airbase, calls, {
    name: 'update-webhook',
    method: 'PATCH',
    url: urlOf(airbase, 'webhooks', id),
    json,
    effect: 'idempotent',
    accept: readHere,
  });
  return answer.status < 300 ? undefined : { refused: true, words: wordsOf(airbase, answer) };
}

export async function deleteSubscription(
  airbase: AirbaseConnection,
  calls: Calls,
  id: string,
): Promise<void> {
  await ask(airbase, calls, {
    name: 'delete-webhook',
    method: 'DELETE',
    url: urlOf(airbase, 'webhooks', id),
    effect: 'idempotent',
    accept: readHere,
  });
}

export function isRefused(value: object | undefined): value is Refusal {
  return value !== undefined && 'refused' in value;
}

function subscriptionOf(row: JsonObject): Subscription | undefined {
  const id = idOf(row);
  const url = textAt(row, 'url');
  if (id === undefined || url === undefined) return undefined;
  return {
    id,
    url,
    active: row['is_active'] !== false,
    events: textsIn(row['events']),
    secret: textAt(row, 'secret'),
  };
}

function textsIn(value: Json | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
