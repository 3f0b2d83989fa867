import { randomBytes } from 'node:crypto';
import type { WireObject } from '../http/exact-json';
import { type AirbaseAnswer, type AirbaseCall, type AirbaseRoute, objectOf, ok } from './handler';
import { type Faults, notFound, refuseMembers } from './refusal';
import type { AirbaseTenant } from './tenant';
import { EVENTS, type Subscription, type WebhookDelivery } from './webhook-delivery';

/** The management of webhook subscriptions. */
export class WebhookRoutes {
  constructor(
    private readonly tenant: AirbaseTenant,
    private readonly delivery: WebhookDelivery,
    /** Secret of all subscriptions, made in the portal. */
    private readonly secret: string,
  ) {}

  routes(): AirbaseRoute[] {
    const path = '/v1/webhooks/';
    return [
      { path, run: { get: () => this.#list(), post: (call) => this.#create(call) } },
      { path: `${path}:id/test/`, run: { post: (call) => this.#test(call) } },
      {
        path: `${path}:id/`,
        run: {
          get: (call) => ok(show(this.#subscription(call))),
          patch: (call) => this.#change(call),
          delete: (call) => {
            this.delivery.subscriptions.delete(this.#subscription(call).id);
            return { status: 204 };
          },
        },
      },
    ];
  }

  #list(): AirbaseAnswer {
    const data = [...this.delivery.subscriptions.values()].map(show);
    return ok({ data, pagination: { next: null, previous: null, page: 1, page_size: 100 } });
  }

  #create(call: AirbaseCall): AirbaseAnswer {
    const body = objectOf(call);
    needRight(body, ['url', 'events']);
    const subscription: Subscription = {
      id: this.tenant.newId(),
      url: String(body['url']),
      events: (body['events'] as string[]).slice(),
      isActive: body['is_active'] !== false,
      secret: this.tenant.switches.ownSecrets ? randomBytes(16).toString('hex') : this.secret,
    };
    this.delivery.subscriptions.set(subscription.id, subscription);
    return { status: 201, body: { ...show(subscription), secret: subscription.secret } };
  }

  #change(call: AirbaseCall): AirbaseAnswer {
    const subscription = this.#subscription(call);
    const body = objectOf(call);
    needRight(body, []);
    if (body['url'] !== undefined) subscription.url = String(body['url']);
    if (body['events'] !== undefined) subscription.events = (body['events'] as string[]).slice();
    if (body['is_active'] !== undefined) subscription.isActive = body['is_active'] === true;
    return ok(show(subscription));
  }

  #test(call: AirbaseCall): AirbaseAnswer {
    this.delivery.send(this.#subscription(call), 'webhook_test', undefined);
    return ok({ sent: true });
  }

  #subscription(call: AirbaseCall): Subscription {
    const found = this.delivery.subscriptions.get(call.params['id'] ?? '');
    if (found === undefined) throw notFound();
    return found;
  }
}

function needRight(body: WireObject, required: readonly string[]): void {
  const faults: Faults = {};
  for (const name of required) if (body[name] === undefined) faults[name] = ['This field is required.'];
  const { url, events } = body;
  if (url !== undefined && !/^https?:\/\/\S+$/.test(String(url))) faults['url'] = ['Enter a valid URL.'];
  const isKnown =
    Array.isArray(events) && events.length > 0 && events.every((each) => EVENTS.includes(String(each)));
  if (events !== undefined && !isKnown) faults['events'] = ['Not a list of known events.'];
  if (Object.keys(faults).length > 0) throw refuseMembers(faults);
}

function show({ id, url, events, isActive }: Subscription): WireObject {
  return { id, url, events: [...events], is_active: isActive };
}
