import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Served, serve } from '../http/serve';
import { signatureOf } from './push-delivery';
import type { Basware } from './start';
import { BaswareCaller, someDocument, startSmall } from './test-caller';

interface Heard {
  readonly body: string;
  readonly signature: string;
  readonly stamp: string;
}

const TOKEN = 'tökén-example-0001';

let basware: Basware;
let caller: BaswareCaller;
let receiver: Served;
let heard: Heard[];
let statuses: number[];

beforeEach(async () => {
  basware = await startSmall({ switches: { deliveryPace: 0.0001 } });
  caller = new BaswareCaller(basware.url);
  await caller.signIn();
  heard = [];
  statuses = [];
  receiver = await serve((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const header = (name: string) => String(request.headers[name] ?? '');
      heard.push({
        body: Buffer.concat(parts).toString('utf8'),
        signature: header('x-bwapi-signature-256'),
        stamp: header('x-bwapi-timestamp'),
      });
      response.writeHead(statuses.shift() ?? 200).end();
    });
  });
});
afterEach(async () => {
  await basware.stop();
  await receiver.close();
});

const subscription = (more: object = {}) => ({
  taskType: 'AccountingDocuments',
  taskSubType: 'WaitingForTransfer',
  subscriptionType: 'Webhook',
  notificationWebhookURL: `${receiver.url}/hook`,
  webhookAuthenticationToken: TOKEN,
  ...more,
});
const capture = () => basware.p2p.capture(someDocument(), 'WaitingForTransfer');

describe('signatures of the simulated Basware', () => {
  const body =
    '{"taskId":"eb9ea3fa-69de-4a5a-8a1a-000000000001","taskStatus":"New","taskType":"AccountingDocuments",' +
    '"taskSubType":"WaitingForTransfer","documentId":"63255782d0a04d8d8defcc6a00621001",' +
    '"expirationTime":"2030-01-01T00:00:00Z"}';

  it('are those of the known vector, in every encoding', () => {
    const hex = 'ed11fc9d52d995c75eea205055e243434f637dde504ef0904e120b86af4fceae';
    expect(signatureOf(body, TOKEN, 'hex')).toBe(hex);
    expect(signatureOf(body, TOKEN, 'prefixed-hex')).toBe(`sha256=${hex}`);
    expect(signatureOf(body, TOKEN, 'upper-hex')).toBe(hex.toUpperCase());
    expect(signatureOf(body, TOKEN, 'base64')).toBe('7RH8nVLZlcde6iBQVeJDQ09jfd5QTvCQThILhq9Pzq4=');
    expect(signatureOf(`1893455000.${body}`, TOKEN, 'hex')).toBe(
      'e01727c76f46d8d8bc5a0006c3859094395b1e59509c68536ea5929e071ae85c',
    );
  });
});

describe('subscriptions of the simulated Basware', () => {
  it('are made after a connection test, listed, and removed', async () => {
    expect((await caller.get('/v1/subscriptions')).text).toBe('{"detail":"Not Found"}');
    const made = await caller.post('/v1/subscriptions', [subscription()]);
    expect(made.json[0]).toMatchObject({
      taskType: 'AccountingDocuments',
      webhookAuthenticationToken: TOKEN,
    });
    expect(JSON.parse(heard[0]?.body ?? '').taskType).toBe('ConnectionTest');
    await caller.post('/v1/subscriptions', [subscription()]);
    expect((await caller.get('/v1/subscriptions')).json.subscriptions).toHaveLength(1);
    expect((await caller.send('DELETE', '/v1/subscriptions?taskType=All')).status).toBe(400);
    const all = '/v1/subscriptions?taskType=All&taskSubType=All&lastUpdated=2000-01-01';
    expect((await caller.send('DELETE', all)).json.numberOfRecordsDeleted).toBe(1);
    expect((await caller.get('/v1/subscriptions')).status).toBe(404);
  });

  it('are refused when the receiver does not answer the test, or the body is wrong', async () => {
    statuses = [500];
    const failed = await caller.post('/v1/subscriptions', [subscription()]);
    expect(failed.json).toMatchObject({ hasError: true, errorMessages: [{ type: 'VALIDATION' }] });
    expect((await caller.post('/v1/subscriptions', subscription())).status).toBe(400);
    expect((await caller.post('/v1/subscriptions', [subscription({ name: 'x' })])).status).toBe(400);
    expect(basware.push.subscriptions.size).toBe(0);
  });

  it('tell of a document that waits, signed over the very bytes', async () => {
    await caller.post('/v1/subscriptions', [subscription()]);
    const document = capture();
    await basware.push.settled();
    const event = heard.at(-1);
    expect(JSON.parse(event?.body ?? '')).toMatchObject({
      taskType: 'AccountingDocuments',
      taskSubType: 'WaitingForTransfer',
      documentId: document.invoiceId,
    });
    expect(event?.signature).toBe(signatureOf(event?.body ?? '', TOKEN, 'hex'));
    expect(Math.abs(Number(event?.stamp) * 1000 - Date.now())).toBeLessThan(5_000);
  });

  it.each(['spaced', 'escaped'] as const)('sign what leaves when the body is %s', async (deliveredBody) => {
    basware.switches.deliveredBody = deliveredBody;
    await caller.post('/v1/subscriptions', [subscription()]);
    const document = capture();
    await basware.push.settled();
    const body = heard.at(-1)?.body ?? '';
    expect(JSON.stringify(JSON.parse(body))).not.toBe(body);
    expect(JSON.parse(body).documentId).toBe(document.invoiceId);
    expect(heard.at(-1)?.signature).toBe(signatureOf(body, TOKEN, 'hex'));
  });

  it('try again three times, then the task has failed and says so', async () => {
    await caller.post('/v1/subscriptions', [subscription()]);
    statuses = [500, 500, 200];
    capture();
    await basware.push.settled();
    expect(heard).toHaveLength(4);
    statuses = [500, 500, 500, 500];
    capture();
    await basware.push.settled();
    const tasks = await caller.get('/v1/tasks?taskStatus=Failed');
    expect(tasks.json.taskStatus).toHaveLength(1);
    expect(tasks.json.taskStatus[0].taskHistory).toHaveLength(4);
  });

  it('can be doubled, lost, forged and gone after failures', async () => {
    await caller.post('/v1/subscriptions', [subscription()]);
    basware.switches.duplicateDeliveries = true;
    capture();
    await basware.push.settled();
    const [, one, two] = heard.map((each) => JSON.parse(each.body).taskId);
    expect(one).toBe(two);
    basware.switches.duplicateDeliveries = false;
    basware.switches.wrongSignature = true;
    capture();
    await basware.push.settled();
    const forged = heard.at(-1);
    expect(forged?.signature).not.toBe(signatureOf(forged?.body ?? '', TOKEN, 'hex'));
    basware.switches.loseEvery = 1;
    const before = heard.length;
    capture();
    await basware.push.settled();
    expect(heard.length).toBe(before);
    Object.assign(basware.switches, { loseEvery: 0, dropAfterFailures: 1 });
    statuses = [500, 500, 500, 500];
    capture();
    await basware.push.settled();
    expect((await caller.get('/v1/subscriptions')).status).toBe(404);
  });

  it('tell of imports that ended', async () => {
    await caller.post('/v1/subscriptions', [
      subscription({ taskType: 'RequestStatus', taskSubType: 'Success' }),
    ]);
    const status = await caller.import('/v1/costCenters', [
      {
        externalCode: '10',
        costCenterCode: '10',
        costCenterNames: [{ language: 'en-US', translation: 'Production' }],
        companies: [{ companyCode: 'BW01', active: true }],
      },
    ]);
    await basware.push.settled();
    const { requestId } = status.json.requestStatus[0];
    expect(JSON.parse(heard.at(-1)?.body ?? '')).toMatchObject({
      taskType: 'RequestStatus',
      taskSubType: 'Success',
      documentId: requestId,
    });
  });
});
