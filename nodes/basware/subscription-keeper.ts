import { randomBytes } from 'node:crypto';
import type { Json, JsonObject } from '../../runtime/connector/json';
import type { SubscriptionContext, SubscriptionReport } from '../../runtime/connector/system';
import type { BaswareConnection } from './connection';
import { textAt } from './members';
import { listSubscriptions, type Subscription, subscribe } from './subscriptions';
import { isRefusal } from './troubles';

/** Notifications on their way while the token changes are signed with the one before. */
const keptSecrets = 2;
/** Longest address that Basware takes. */
const longestUrl = 2083;

/** What is kept between runs. */
interface KeeperState {
  /** Newest first. */
  readonly secrets: readonly string[];
  /** Where we had Basware deliver to; undefined before the first time. */
  readonly url: string | undefined;
}

/**
 * Keeps the subscription alive: makes it, and makes it again when it is gone, delivers elsewhere or has another
 * token. One that delivers elsewhere under our token is ours: the runtime has moved. The token is saved before
 * Basware hears of it, because Basware tests the connection at once.
 */
export async function keepSubscription(
  basware: BaswareConnection,
  context: SubscriptionContext,
): Promise<SubscriptionReport> {
  const before = readState(context.state);
  const token = basware.signing.token || before.secrets[0] || randomBytes(32).toString('base64url');
  const secrets = [token, ...before.secrets.filter((secret) => secret !== token)].slice(0, keptSecrets);
  if (context.url.length > longestUrl)
    return refused(before.secrets, 'The address is longer than Basware takes.');
  try {
    const all = await listSubscriptions(basware, context.calls);
    const wanted = wantedOf(context.options);
    const missing = wanted.filter((subType) => !isServed(subType, all, context.url, token));
    if (missing.length === 0) {
      if (before.url !== context.url || before.secrets[0] !== token)
        await save(context, secrets, context.url);
      return report('healthy', `subscribed to ${wanted.join(', ')}`, secrets);
    }
    const others = all.filter((one) => missing.includes(one.subType) && one.token !== token);
    const stranger = strangerIn(others, [context.url, before.url]);
    if (stranger && context.options['replaceOthers'] !== true) {
      return refused(
        before.secrets,
        `Basware delivers ${stranger.subType} to ${originOf(stranger.url)}. Choose "Take over" on the webhook node, or delete that subscription.`,
      );
    }
    // Saved with the old address: had it never worked before, it still counts as the first time.
    await save(context, secrets, before.url);
    await subscribe(basware, context.calls, missing, context.url, token);
    await save(context, secrets, context.url);
    const again = before.url !== undefined;
    const what = `${again ? 'subscribed again' : 'subscribed'} to ${missing.join(', ')}`;
    return report(again ? 're-enabled' : 'created', what, secrets);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const words = error.systemWords ?? error.message;
    return refused(secrets, `Basware refused the subscription (${words}).`);
  }
}

function isServed(subType: string, all: readonly Subscription[], url: string, token: string): boolean {
  return all.some(
    (one) =>
      [subType, 'All'].includes(one.subType) &&
      isSameUrl(one.url, url) &&
      // Basware may show the token masked: then only a whole other one says that it was changed.
      (one.token === undefined || one.token === token || /^[*•x]+$/i.test(one.token)),
  );
}

function strangerIn(
  others: readonly Subscription[],
  ours: readonly (string | undefined)[],
): Subscription | undefined {
  return others.find((one) => !ours.some((url) => url !== undefined && isSameUrl(one.url, url)));
}

function report(
  status: 'healthy' | 'created' | 're-enabled',
  detail: string,
  secrets: readonly string[],
): SubscriptionReport {
  return { status, detail, catchUp: status !== 'healthy', secrets };
}

function refused(secrets: readonly string[], detail: string): SubscriptionReport {
  return { status: 'refused', detail: `${detail} The poll goes on without it.`, catchUp: false, secrets };
}

function wantedOf(options: Readonly<Record<string, Json>>): readonly string[] {
  const value = options['taskSubTypes'] ?? 'WaitingForTransfer';
  const types = Array.isArray(value) ? value.map(String) : String(value).split(',');
  const named = [...new Set(types.map((type) => type.trim()).filter((type) => type !== ''))];
  return named.length === 0 ? ['WaitingForTransfer'] : named;
}

function isSameUrl(one: string, other: string): boolean {
  return one.replace(/\/+$/, '') === other.replace(/\/+$/, '');
}

/** The rest of a stranger's address may be a secret of theirs. */
function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : 'another address';
}

function readState(saved: JsonObject): KeeperState {
  const { secrets } = saved;
  return {
    secrets: Array.isArray(secrets) ? secrets.filter((secret) => typeof secret === 'string') : [],
    url: textAt(saved, 'url'),
  };
}

function save(
  context: SubscriptionContext,
  secrets: readonly string[],
  url: string | undefined,
): Promise<void> {
  return context.save({ secrets: [...secrets], ...(url === undefined ? {} : { url }) });
}
