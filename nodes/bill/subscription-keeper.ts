import { createHash } from 'node:crypto';
import { v4 as uuid } from 'uuid';
import type { Json, JsonObject } from '../../runtime/connector/json';
import type { SubscriptionContext, SubscriptionReport } from '../../runtime/connector/system';
import type { Endpoints } from './endpoints';
import { objectAt, textAt } from './members';
import { isRefused, type Refusal, type Subscription, SubscriptionApi } from './subscriptions';
import { isUnavailable } from './troubles';

/** An organization may have no more. */
const mostSubscriptions = 10;
/** A delivery on its way while the key changes is signed with the one before. */
const keptSecrets = 2;

/** What is kept between runs. The security key is shown once, so it is saved before anything else happens. */
interface KeeperState {
  readonly subscriptionId: string | undefined;
  readonly secrets: readonly string[];
  /** Event types that BILL refused to this organization. */
  readonly refusedEvents: readonly string[];
  /** Idempotency key of a create whose answer may have been lost, and of which body. */
  readonly create: { readonly key: string; readonly body: string } | undefined;
}

/**
 * Keeps one subscription alive: finds ours by its address, makes it when it is not there, replaces a lost
 * security key, and switches it on again, with a new key, after BILL has switched it off. What was sent while it
 * was off is never sent again: the caller catches up by reading.
 */
export async function keepSubscription(
  endpoints: Endpoints,
  context: SubscriptionContext,
): Promise<SubscriptionReport> {
  const api = new SubscriptionApi(context.calls, endpoints.events);
  const state = readState(context.state);
  let all: readonly Subscription[];
  try {
    all = await api.list();
  } catch (error) {
    if (!isUnavailable(error)) throw error;
    const words = error.systemWords ?? error.message;
    return refused(state, `BILL does not let this user see subscriptions (${words}).`);
  }
  const found = ours(all, state, context.url);
  return found ? tend(api, found, all, state, context) : make(api, all, state, context);
}

async function tend(
  api: SubscriptionApi,
  found: Subscription,
  all: readonly Subscription[],
  before: KeeperState,
  context: SubscriptionContext,
): Promise<SubscriptionReport> {
  let state = before;
  const done: string[] = [];
  if (state.subscriptionId !== found.id || state.secrets.length === 0) {
    const rotated = await api.rotateKey(found.id);
    if (isRefused(rotated)) return refused(state, `BILL gave no new security key (${rotated.words}).`);
    state = withSecret(state, found.id, rotated.secret);
    await save(context, state);
    done.push('its security key was replaced');
  }
  if (!found.enabled && done.length === 0) {
    // Deliveries that we refuse are one cause: somebody else at this address may have replaced the key.
    const rotated = await api.rotateKey(found.id);
    if (!isRefused(rotated)) {
      state = withSecret(state, found.id, rotated.secret);
      await save(context, state);
    }
  }
  const patch: JsonObject = {
    ...(isSameUrl(found.url, context.url) ? {} : { notificationUrl: context.url }),
    ...(found.enabled ? {} : { status: { enabled: true } }),
  };
  if (Object.keys(patch).length > 0) {
    const refusal = await api.change(found.id, patch);
    if (refusal) return refused(state, `BILL did not switch the subscription on again (${refusal.words}).`);
    if (!found.enabled) done.push('BILL had switched it off, it is on again');
    if (!isSameUrl(found.url, context.url)) done.push('its address was changed');
  }
  state = await addEvents(api, found, state, context);
  const others = all.filter((other) => other.id !== found.id && isSameUrl(other.url, context.url)).length;
  const warning = others === 0 ? [] : [`${others} more deliver to the same address: delete them in BILL`];
  return {
    status: done.length === 0 ? 'healthy' : 're-enabled',
    detail: [`subscription ${found.id}`, ...done, ...warning].join('; '),
    catchUp: done.length > 0,
    secrets: state.secrets,
  };
}

async function make(
  api: SubscriptionApi,
  all: readonly Subscription[],
  before: KeeperState,
  context: SubscriptionContext,
): Promise<SubscriptionReport> {
  if (all.length >= mostSubscriptions) {
    return refused(
      before,
      `The organization has ${all.length} webhook subscriptions and BILL allows ${mostSubscriptions}. Delete one that is no longer used.`,
    );
  }
  const versions = await api.catalog();
  const wanted = eventsOf(context.options);
  const offered = versions ? wanted.filter((type) => versions.has(type)) : wanted;
  if (offered.length === 0) {
    return refused(before, `BILL does not offer ${wanted.join(', ')} to this organization.`);
  }
  let state = before;
  let last: Refusal | undefined;
  for (const events of attempts(offered)) {
    const types = events.filter((type) => !last || !mentions(last.words, type));
    if (types.length === 0) continue;
    const body = bodyOf(types, versions, context);
    const hash = createHash('sha256').update(JSON.stringify(body)).digest('hex');
    const key = state.create?.body === hash ? state.create.key : uuid();
    state = { ...state, create: { key, body: hash } };
    await save(context, state);
    const made = await api.create(body, key);
    if (!isRefused(made)) {
      const left = wanted.filter((type) => !types.includes(type));
      return finish(api, made, { ...state, create: undefined, refusedEvents: left }, context);
    }
    last = made;
  }
  return refused(state, `BILL refused the subscription (${last?.words ?? 'no reason given'}).`);
}

async function finish(
  api: SubscriptionApi,
  made: { readonly id: string; readonly secret: string | undefined },
  state: KeeperState,
  context: SubscriptionContext,
): Promise<SubscriptionReport> {
  let { secret } = made;
  if (secret === undefined) {
    // The answer to a repeated request may leave the key out.
    const rotated = await api.rotateKey(made.id);
    if (isRefused(rotated)) return refused(state, `BILL gave no security key (${rotated.words}).`);
    secret = rotated.secret;
  }
  const next = withSecret(state, made.id, secret);
  await save(context, next);
  const left = next.refusedEvents.length === 0 ? '' : ` without ${next.refusedEvents.join(', ')}`;
  return {
    status: 'created',
    detail: `subscription ${made.id}${left}`,
    catchUp: true,
    secrets: next.secrets,
  };
}

/** Adds events that are wanted now and were not when it was made. */
async function addEvents(
  api: SubscriptionApi,
  found: Subscription,
  state: KeeperState,
  context: SubscriptionContext,
): Promise<KeeperState> {
  const had = new Set([...found.events, ...state.refusedEvents]);
  const missing = eventsOf(context.options).filter((type) => !had.has(type));
  if (missing.length === 0) return state;
  const versions = await api.catalog();
  const offered = missing.filter((type) => versions?.has(type) ?? true);
  const refusal =
    offered.length === 0 ||
    (await api.replace(found.id, bodyOf([...found.events, ...offered], versions, context)));
  const left = refusal ? missing : missing.filter((type) => !offered.includes(type));
  if (left.length === 0) return state;
  const next = { ...state, refusedEvents: [...state.refusedEvents, ...left] };
  await save(context, next);
  return next;
}

/** All at once; then without those that the refusal names; then each alone. */
function attempts(events: readonly string[]): readonly (readonly string[])[] {
  return events.length === 1 ? [events] : [events, events, ...events.map((type) => [type])];
}

function mentions(words: string, type: string): boolean {
  return words.includes(type);
}

function bodyOf(
  types: readonly string[],
  versions: ReadonlyMap<string, string> | undefined,
  { options, url }: SubscriptionContext,
): JsonObject {
  return {
    name: textAt(options, 'name') ?? 'ml-connector',
    status: { enabled: true },
    events: types.map((type) => ({ type, version: versions?.get(type) ?? '1' })),
    notificationUrl: url,
  };
}

function ours(all: readonly Subscription[], state: KeeperState, url: string): Subscription | undefined {
  const here = all.filter((candidate) => isSameUrl(candidate.url, url));
  const known = (candidate: Subscription) => candidate.id === state.subscriptionId;
  const oldest = here.toSorted((one, other) => one.createdTime.localeCompare(other.createdTime));
  return here.find(known) ?? oldest.find(({ enabled }) => enabled) ?? oldest[0] ?? all.find(known);
}

function isSameUrl(one: string, other: string): boolean {
  return one.replace(/\/+$/, '') === other.replace(/\/+$/, '');
}

function eventsOf(options: Readonly<Record<string, Json>>): string[] {
  const value = options['events'] ?? 'payment.updated,payment.failed';
  const types = Array.isArray(value) ? value.map(String) : String(value).split(',');
  return [...new Set(types.map((type) => type.trim()).filter((type) => type !== ''))];
}

function refused(state: KeeperState, detail: string): SubscriptionReport {
  return {
    status: 'refused',
    detail: `${detail} The poll goes on without it.`,
    catchUp: false,
    secrets: state.secrets,
  };
}

function withSecret(state: KeeperState, subscriptionId: string, secret: string): KeeperState {
  return { ...state, subscriptionId, secrets: [secret, ...state.secrets].slice(0, keptSecrets) };
}

function readState(saved: JsonObject): KeeperState {
  const create = objectAt(saved, 'create');
  const key = textAt(create, 'key');
  const body = textAt(create, 'body');
  return {
    subscriptionId: textAt(saved, 'subscriptionId'),
    secrets: textsOf(saved['secrets']),
    refusedEvents: textsOf(saved['refusedEvents']),
    create: key === undefined || body === undefined ? undefined : { key, body },
  };
}

function save(context: SubscriptionContext, state: KeeperState): Promise<void> {
  const { subscriptionId, secrets, refusedEvents, create } = state;
  return context.save({
    ...(subscriptionId === undefined ? {} : { subscriptionId }),
    secrets: [...secrets],
    refusedEvents: [...refusedEvents],
    ...(create === undefined ? {} : { create: { ...create } }),
  });
}

function textsOf(value: Json | undefined): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
