import type { JsonObject } from '../../runtime/connector/json';
import type { Calls } from '../../runtime/connector/system';
import { type BaswareConnection, urlOf } from './connection';
import { readAll } from './list-reader';
import { asObject, objectsIn, textAt } from './members';

/** Invoices: the only thing that is subscribed to here. */
export const taskType = 'AccountingDocuments';

/** A subscription as Basware keeps it: one for each kind of task and status. */
export interface Subscription {
  readonly subType: string;
  readonly url: string;
  /** Undefined where Basware does not show it. */
  readonly token: string | undefined;
}

/** The invoices' subscriptions; none is a 404. @throws SystemError */
export async function listSubscriptions(
  basware: BaswareConnection,
  calls: Calls,
): Promise<readonly Subscription[]> {
  const rows = await readAll(calls, {
    name: 'list-subscriptions',
    url: urlOf(basware, 'subscriptions'),
    query: { taskType },
    wrapper: 'subscriptions',
  });
  return rows.flatMap((row) => subscriptionOf(row) ?? []);
}

/**
 * Makes or replaces subscriptions. Before it answers, Basware sends a connection test to the address.
 * @throws SystemError `rejected` when Basware does not take it
 */
export async function subscribe(
  basware: BaswareConnection,
  calls: Calls,
  wanted: readonly string[],
  url: string,
  token: string,
): Promise<readonly Subscription[]> {
  const { json } = await calls.call({
    name: 'create-subscription',
    method: 'POST',
    url: urlOf(basware, 'subscriptions'),
    json: wanted.map((taskSubType) => ({
      taskType,
      taskSubType,
      subscriptionType: 'Webhook',
      notificationWebhookURL: url,
      webhookAuthenticationToken: token,
    })),
    effect: 'idempotent',
  });
  const rows = objectsIn(Array.isArray(json) ? json : asObject(json)?.['subscriptions']);
  return rows.flatMap((row) => subscriptionOf(row) ?? []);
}

function subscriptionOf(row: JsonObject): Subscription | undefined {
  const url = textAt(row, 'notificationWebhookURL');
  const type = textAt(row, 'taskType');
  if (url === undefined || (type !== undefined && type !== taskType)) return undefined;
  return {
    subType: textAt(row, 'taskSubType') ?? 'All',
    url,
    token: textAt(row, 'webhookAuthenticationToken'),
  };
}
