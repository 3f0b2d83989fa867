import { setTimeout as pause } from 'node:timers/promises';
import { expect, onTestFinished } from 'vitest';
import type { Json, JsonObject } from '../../runtime/connector/json';
import type { SubscriptionReport, WebhookDelivery, WebhookReceiver } from '../../runtime/connector/system';
import { WebhookStore } from '../../runtime/host/connections/webhook-store';
import type { Store } from '../../runtime/ledger/store';
import { openVault } from '../../runtime/ledger/vault';
import { serve } from '../support/serve';
import type { Stand, WebhookSample } from './bench';
import { type Check, failed } from './check';
import { connect, type Line, optionsOf, standOf } from './line';
import type { Subject } from './subjects';

/** How a system tells us things. Only for systems that declare it. */
export function webhookChecks(subject: Subject, store: () => Promise<Store>): Check[] {
  if (!subject.registered.manifest.webhook) return [];
  const run = (work: (ear: Ear, store: Store) => Promise<void>) => async () =>
    work(await Ear.open(subject), await store());
  return [
    { number: 47, of: 'signature', run: run(knowsSignatures) },
    { number: 47, of: 'age', run: run(refusesOld) },
    { number: 48, of: '', run: run(countsOnce) },
    { number: 49, of: '', run: run(switchesOnAgain) },
  ];
}

/** A subscription that delivers to a listener of the test. */
class Ear {
  readonly heard: WebhookDelivery[] = [];
  report!: SubscriptionReport;
  /** Where deliveries go. */
  url = '';
  #state: JsonObject = {};

  private constructor(
    readonly subject: Subject,
    readonly stand: Stand,
    readonly line: Line,
    readonly sample: WebhookSample,
    readonly receiver: WebhookReceiver,
  ) {}

  static async open(subject: Subject): Promise<Ear> {
    const stand = await standOf(subject);
    const line = connect(subject, stand);
    const sample = stand.webhook ?? failed('the bench says nothing of webhooks');
    const receiver = line.connection.client.webhook ?? failed('the client receives no webhooks');
    const ear = new Ear(subject, stand, line, sample, receiver);
    await ear.#listen();
    const byHand = sample.subscribe?.(ear.url);
    ear.report = byHand
      ? { status: 'healthy', detail: 'set up by hand', catchUp: false, secrets: byHand }
      : await ear.keep();
    // What was sent while subscribing is a test of the address.
    ear.heard.length = 0;
    return ear;
  }

  async #listen(): Promise<void> {
    const server = await serve(async (request, answer) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const headers = Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
      );
      this.heard.push({ headers, body: Buffer.concat(chunks), now: new Date() });
      answer.writeHead(200).end();
    });
    onTestFinished(() => server.stop());
    this.url = `${server.url}/hooks/x`;
  }

  async keep(): Promise<SubscriptionReport> {
    const { webhook } = this.subject.registered.manifest;
    const keep = this.receiver.keep ?? failed('the system has no calls for subscriptions');
    const options: Record<string, Json> = optionsOf(webhook?.options ?? []);
    return keep.call(this.receiver, {
      calls: this.line.connection.calls(),
      url: this.url,
      options,
      state: this.#state,
      save: async (state) => {
        this.#state = state;
      },
      now: () => new Date(),
    });
  }

  async deliveries(count: number): Promise<readonly WebhookDelivery[]> {
    this.sample.happen(count);
    for (let look = 0; look < 200 && this.heard.length < count; look += 1) await pause(10);
    expect(this.heard.length).toBeGreaterThanOrEqual(count);
    return this.heard;
  }
}

async function knowsSignatures(ear: Ear): Promise<void> {
  const { receiver, report } = ear;
  const [delivery = failed('nothing came')] = await ear.deliveries(1);
  const event = receiver.verify(delivery, report.secrets);
  expect(Object.keys(ear.subject.registered.manifest.webhook?.wakes ?? {})).toContain(event?.type);
  expect(
    receiver.verify(delivery, ['older', ...report.secrets]),
    'two secrets while one is replaced',
  ).toEqual(event);
  if (ear.sample.bodyIsSigned !== false) refusesOtherBody(ear, delivery);
  expect(receiver.verify(delivery, ['another secret', ''])).toBeUndefined();
  expect(receiver.verify({ ...delivery, headers: {} }, report.secrets), 'no signature').toBeUndefined();
  expect(receiver.verify({ ...delivery, body: Buffer.from('') }, report.secrets), 'no body').toBeUndefined();
}

function refusesOtherBody({ receiver, report }: Ear, delivery: WebhookDelivery): void {
  const text = Buffer.from(delivery.body).toString();
  const forged = { ...delivery, body: Buffer.from(text.replace(/[0-9a-z](?="\s*[,}])/, '~')) };
  expect(Buffer.from(forged.body).equals(Buffer.from(delivery.body))).toBe(false);
  expect(receiver.verify(forged, report.secrets), 'another body').toBeUndefined();
}

async function refusesOld(ear: Ear): Promise<void> {
  const aged = ear.sample.aged ?? failed('signatures of this system hold no time');
  const [delivery = failed('nothing came')] = await ear.deliveries(1);
  expect(ear.receiver.verify(aged(delivery), ear.report.secrets)).toBeUndefined();
}

async function countsOnce(ear: Ear, store: Store): Promise<void> {
  const kept = new WebhookStore({ store, vault: openVault, now: () => new Date() });
  const connection = `${ear.subject.system}-${crypto.randomUUID()}`;
  const deliveries = [...(await ear.deliveries(3))];
  const ids = new Set<string>();
  const fresh: boolean[] = [];
  for (const delivery of [...deliveries.toReversed(), ...deliveries]) {
    const event = ear.receiver.verify(delivery, ear.report.secrets) ?? failed('a good delivery is refused');
    ids.add(event.id);
    fresh.push(await kept.add(connection, event, delivery.body));
  }
  expect(fresh.filter(Boolean)).toHaveLength(ids.size);
  expect(ids.size).toBe(deliveries.length);
}

async function switchesOnAgain(ear: Ear): Promise<void> {
  expect(ear.report.status).toBe('created');
  expect((await ear.keep()).status).toBe('healthy');
  ear.sample.switchOff(ear.url);
  const report = await ear.keep();
  expect(report).toMatchObject({ status: 're-enabled', catchUp: true });
  const heard = ear.heard.length;
  ear.sample.happen(1);
  for (let look = 0; look < 200 && ear.heard.length === heard; look += 1) await pause(10);
  const delivery = ear.heard.at(-1) ?? failed('nothing came');
  expect(ear.receiver.verify(delivery, report.secrets)).toBeDefined();
}
