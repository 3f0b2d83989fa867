import type { Json, JsonObject } from '../../runtime/connector/json';
import type { SubscriptionContext, SubscriptionReport } from '../../runtime/connector/system';
import type { AirbaseConnection } from './connection';
import { namesAt, textAt } from './members';
import {
  changeSubscription,
  deleteSubscription,
  isRefused,
  listSubscriptions,
  makeSubscription,
  type Subscription,
} from './subscriptions';
import { usualEvents } from './webhook-declaration';

/** Deliveries on their way while the secret changes are signed with the one before. */
const keptSecrets = 2;

/** What is kept between runs. */
interface KeeperState {
  readonly subscriptionId: string | undefined;
  /** Newest first. */
  readonly secrets: readonly string[];
}

/** Keeps the subscription alive: makes it, switches it on again, and makes it anew when its secret is not known. */
export async function keepSubscription(
  airbase: AirbaseConnection,
  context: SubscriptionContext,
): Promise<SubscriptionReport> {
  const state = readState(context.state);
  if (context.options['subscribe'] === false) {
    return report(airbase, state, 'healthy', 'the subscription is looked after in the portal');
  }
  const all = await listSubscriptions(airbase, context.calls);
  if (!all) return refused(airbase, state, 'Airbase does not let this token see subscriptions.');
  const found =
    all.find(({ id }) => id === state.subscriptionId) ?? all.find(({ url }) => isSameUrl(url, context.url));
  if (!found) return make(airbase, state, context);
  if (!isSecretKnown(airbase, state, found)) {
    // Its secret was shown once, to somebody else.
    await deleteSubscription(airbase, context.calls, found.id);
    return make(airbase, state, context);
  }
  return tend(airbase, found, state, context);
}

async function make(
  airbase: AirbaseConnection,
  before: KeeperState,
  context: SubscriptionContext,
): Promise<SubscriptionReport> {
  const events = eventsOf(context.options);
  const made = await makeSubscription(airbase, context.calls, context.url, events);
  if (isRefused(made)) {
    return refused(airbase, before, `Airbase refused the subscription (${made.words}).`);
  }
  if (made.secret === undefined && airbase.signing.secret === '') {
    return refused(
      airbase,
      before,
      'Airbase gave no secret. Set AIRBASE_WEBHOOK_SECRET to the one of the portal.',
    );
  }
  const secrets = made.secret === undefined ? before.secrets : [made.secret, ...before.secrets];
  const state = { subscriptionId: made.id, secrets: secrets.slice(0, keptSecrets) };
  await save(context, state);
  return report(airbase, state, 'created', `subscribed to ${events.join(', ')}`);
}

async function tend(
  airbase: AirbaseConnection,
  found: Subscription,
  before: KeeperState,
  context: SubscriptionContext,
): Promise<SubscriptionReport> {
  const state = { ...before, subscriptionId: found.id };
  const missing = eventsOf(context.options).filter((type) => !found.events.includes(type));
  const change: JsonObject = {
    ...(found.active ? {} : { is_active: true }),
    ...(isSameUrl(found.url, context.url) ? {} : { url: context.url }),
    ...(missing.length === 0 ? {} : { events: [...found.events, ...missing] }),
  };
  if (before.subscriptionId !== found.id) await save(context, state);
  const what = `subscription ${found.id}`;
  if (Object.keys(change).length === 0) return report(airbase, state, 'healthy', what);
  const refusal = await changeSubscription(airbase, context.calls, found.id, change);
  if (refusal) return refused(airbase, state, `Airbase did not change the subscription (${refusal.words}).`);
  const why = found.active ? 'it was changed' : 'Airbase had switched it off, it is on again';
  return report(airbase, state, 're-enabled', `${what}; ${why}`);
}

function isSecretKnown({ signing }: AirbaseConnection, state: KeeperState, found: Subscription): boolean {
  return signing.secret !== '' || (state.subscriptionId === found.id && state.secrets.length > 0);
}

function report(
  airbase: AirbaseConnection,
  state: KeeperState,
  status: 'healthy' | 'created' | 're-enabled',
  detail: string,
): SubscriptionReport {
  return { status, detail, catchUp: status !== 'healthy', secrets: secretsOf(airbase, state) };
}

function refused(airbase: AirbaseConnection, state: KeeperState, detail: string): SubscriptionReport {
  return {
    status: 'refused',
    detail: `${detail} The poll goes on without it.`,
    catchUp: false,
    secrets: secretsOf(airbase, state),
  };
}

function secretsOf({ signing }: AirbaseConnection, { secrets }: KeeperState): readonly string[] {
  return [...new Set([signing.secret, ...secrets])].filter((secret) => secret !== '');
}

function eventsOf(options: Readonly<Record<string, Json>>): readonly string[] {
  const chosen = namesAt(options, 'events');
  return chosen.length === 0 ? usualEvents.split(',') : [...new Set(chosen)];
}

function isSameUrl(one: string, other: string): boolean {
  return one.replace(/\/+$/, '') === other.replace(/\/+$/, '');
}

function readState(saved: JsonObject): KeeperState {
  const { secrets } = saved;
  return {
    subscriptionId: textAt(saved, 'subscriptionId'),
    secrets: Array.isArray(secrets) ? secrets.filter((secret) => typeof secret === 'string') : [],
  };
}

function save(context: SubscriptionContext, { subscriptionId, secrets }: KeeperState): Promise<void> {
  return context.save({
    ...(subscriptionId === undefined ? {} : { subscriptionId }),
    secrets: [...secrets],
  });
}
