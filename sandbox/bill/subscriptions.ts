import { randomBytes } from 'node:crypto';
import { isObject, type Wire, type WireObject } from '../http/exact-json';
import { checkBody, type Field, flag, list, object, partial, required, text } from './body-fields';
import { type BillAnswer, type BillCall, type BillRoute, listed, ok } from './handler';
import { type BillEvent, type Organization, timeText } from './organization';
import { BillRefusal, invalid, noData } from './refusal';
import type { Delivery, SentEvent, Subscription } from './webhook-delivery';

const EVENT_TYPES = [
  'vendor.created',
  'vendor.updated',
  'vendor.archived',
  'vendor.restored',
  'bill.created',
  'bill.updated',
  'bill.archived',
  'bill.restored',
  'payment.updated',
  'payment.failed',
];

const SUBSCRIPTION: Readonly<Record<string, Field>> = {
  name: required(text({ min: 1 })),
  status: required(object({ enabled: required(flag()) })),
  events: required(
    list(object({ type: required(text({ values: EVENT_TYPES })), version: required(text()) }), 1),
  ),
  notificationUrl: required(text({ pattern: /^https:\/\/|^http:\/\/(127\.0\.0\.1|localhost)[:/]/ })),
};

const UUID4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;

function webhookError(status: number, message: string): BillRefusal {
  return new BillRefusal(status, [{ category: 'REQUEST', message }]);
}

/** The webhook API of one organization. */
export class Subscriptions {
  readonly #answered = new Map<string, { at: number; answer: BillAnswer }>();

  constructor(
    private readonly organization: Organization,
    private readonly delivery: Delivery,
  ) {
    organization.news.on('event', (event: BillEvent) => delivery.publish(event));
  }

  catalog(): BillAnswer {
    return ok(EVENT_TYPES.map((type) => ({ type, versions: ['1'] })));
  }

  list(): BillAnswer {
    const rows = [...this.delivery.subscriptions.values()].map(show);
    return listed({ rows, nextPage: undefined, prevPage: undefined });
  }

  get(id: string): BillAnswer {
    return ok(show(this.#find(id)));
  }

  create(call: BillCall): BillAnswer {
    return this.#once(call, () => {
      const body = checkBody(call.body, SUBSCRIPTION, this.organization.switches);
      const given = subscriptionOf(body);
      const others = [...this.delivery.subscriptions.values()];
      if (others.length >= 10) throw invalid('An organization can have at most 10 subscriptions.');
      if (
        others.some((other) => other.notificationUrl === given.notificationUrl && sameEvents(other, given))
      ) {
        throw invalid('A subscription with these events and this address exists.');
      }
      const now = this.organization.clock.now();
      const subscription: Subscription = {
        id: crypto.randomUUID(),
        ...given,
        securityKey: newKey(),
        failures: 0,
        created: now,
        updated: now,
      };
      this.delivery.subscriptions.set(subscription.id, subscription);
      return ok({ ...show(subscription), securityKey: subscription.securityKey });
    });
  }

  change(call: BillCall, whole: boolean): BillAnswer {
    const subscription = this.#find(call.id);
    const body = checkBody(
      call.body,
      whole ? SUBSCRIPTION : partial(SUBSCRIPTION),
      this.organization.switches,
    );
    const status = body['status'];
    if (isObject(status) && typeof status['enabled'] === 'boolean') {
      subscription.enabled = status['enabled'];
      subscription.failures = 0;
    }
    if (typeof body['name'] === 'string') subscription.name = body['name'];
    if (typeof body['notificationUrl'] === 'string') subscription.notificationUrl = body['notificationUrl'];
    if (whole) subscription.events = eventsOf(body['events']);
    subscription.updated = this.organization.clock.now();
    return ok(show(subscription));
  }

  remove(id: string): BillAnswer {
    this.delivery.subscriptions.delete(this.#find(id).id);
    return { status: 200 };
  }

  rotate(call: BillCall): BillAnswer {
    return this.#once(call, () => {
      const subscription = this.#find(call.id);
      subscription.securityKey = newKey();
      return ok({ securityKey: subscription.securityKey });
    });
  }

  test(call: BillCall): BillAnswer {
    const subscription = this.#find(call.id);
    const sample: BillEvent = {
      type: subscription.events[0] ?? 'bill.created',
      entity: 'bill',
      entityId: '00n01AAAAAAAAAA00000',
      payload: { id: '00n01AAAAAAAAAA00000' },
    };
    return ok(showEvent(this.delivery.send(subscription, sample)));
  }

  events(call: BillCall): BillAnswer {
    const subscription = this.#find(call.id);
    const entity = call.query.get('entityId');
    const sent = this.delivery.sent.filter(
      (event) => event.subscriptionId === subscription.id && (entity === null || event.entityId === entity),
    );
    const max = Number(call.query.get('max') ?? '20');
    const from = Number(call.query.get('page') ?? '0');
    const nextPage = sent.length > from + max ? String(from + max) : undefined;
    return listed({ rows: sent.slice(from, from + max).map(showEvent), nextPage, prevPage: undefined });
  }

  resend(call: BillCall): BillAnswer {
    const subscription = this.#find(call.id);
    const event = this.delivery.sent.find((each) => each.id === call.params['eventId']);
    if (event === undefined) throw noData(String(call.params['eventId']));
    this.delivery.deliver(subscription, event);
    return ok(showEvent(event));
  }

  #find(id: string): Subscription {
    const subscription = this.delivery.subscriptions.get(id);
    if (subscription === undefined) throw webhookError(404, 'Subscription not found.');
    return subscription;
  }

  /** Answers a repeated key with the first answer, for a day. */
  #once(call: BillCall, run: () => BillAnswer): BillAnswer {
    const key = call.headers['x-idempotent-key'];
    if (typeof key !== 'string' || !UUID4.test(key)) {
      throw webhookError(400, 'X-Idempotent-Key must be a UUID of version 4.');
    }
    const now = this.organization.clock.now();
    const known = this.#answered.get(key);
    if (known !== undefined && now - known.at < 86_400_000) return known.answer;
    const answer = run();
    this.#answered.set(key, { at: now, answer });
    return answer;
  }
}

function newKey(): string {
  return randomBytes(24).toString('base64');
}

function eventsOf(sent: Wire | undefined): string[] {
  const events = Array.isArray(sent) ? sent.filter(isObject) : [];
  return events.map((event) => String(event['type']));
}

function subscriptionOf(
  body: WireObject,
): Pick<Subscription, 'name' | 'enabled' | 'events' | 'notificationUrl'> {
  const status = body['status'];
  return {
    name: String(body['name']),
    enabled: isObject(status) && status['enabled'] === true,
    events: eventsOf(body['events']),
    notificationUrl: String(body['notificationUrl']),
  };
}

function sameEvents(a: { events: readonly string[] }, b: { events: readonly string[] }): boolean {
  return a.events.toSorted().join() === b.events.toSorted().join();
}

function show(subscription: Subscription): WireObject {
  return {
    id: subscription.id,
    name: subscription.name,
    status: { enabled: subscription.enabled },
    events: subscription.events.map((type) => ({ type, version: '1' })),
    notificationUrl: subscription.notificationUrl,
    createdTime: timeText(subscription.created),
    updatedTime: timeText(subscription.updated),
  };
}

function showEvent(event: SentEvent): WireObject {
  return {
    id: event.id,
    type: event.type,
    version: '1',
    subscriptionId: event.subscriptionId,
    payload: event.body,
    createdTime: timeText(event.at),
    statusCode: event.statusCode,
  };
}

type OfOrganization = (call: BillCall) => Subscriptions;

/** Routes of the webhook API; `of` finds the organization's subscriptions. */
export function subscriptionRoutes(of: OfOrganization): readonly BillRoute[] {
  const one = '/v3/subscriptions/:id';
  return [
    { method: 'get', path: '/v3/events/catalog', run: (call) => of(call).catalog() },
    { method: 'get', path: '/v3/subscriptions', run: (call) => of(call).list() },
    { method: 'post', path: '/v3/subscriptions', run: (call) => of(call).create(call) },
    { method: 'get', path: one, run: (call) => of(call).get(call.id) },
    { method: 'patch', path: one, run: (call) => of(call).change(call, false) },
    { method: 'put', path: one, run: (call) => of(call).change(call, true) },
    { method: 'delete', path: one, run: (call) => of(call).remove(call.id) },
    { method: 'post', path: `${one}/security_key`, run: (call) => of(call).rotate(call) },
    { method: 'post', path: `${one}/security-key`, run: (call) => of(call).rotate(call) },
    { method: 'post', path: `${one}/test`, run: (call) => of(call).test(call) },
    { method: 'get', path: '/v3/events/subscription/:id', run: (call) => of(call).events(call) },
    {
      method: 'post',
      path: '/v3/events/subscription/:id/event/:eventId',
      run: (call) => of(call).resend(call),
    },
  ];
}
