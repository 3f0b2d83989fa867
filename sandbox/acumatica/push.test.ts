import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AcumaticaBillWorld, startAcumaticaBillWorld } from '../worlds/acumatica-bill';

let world: AcumaticaBillWorld;
let answers: number[] = [];
const received: { headers: IncomingHttpHeaders; body: string }[] = [];
const receiver = createServer((request, response) => {
  let body = '';
  request.on('data', (part) => {
    body += part;
  });
  request.on('end', () => {
    received.push({ headers: request.headers, body });
    response.writeHead(answers.shift() ?? 200).end();
  });
});

beforeEach(async () => {
  received.length = 0;
  answers = [];
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  await world.stop();
  await new Promise((resolve) => receiver.close(resolve));
});

async function start(duplicatePushes = false): Promise<void> {
  world = await startAcumaticaBillWorld({ acumaticaSwitches: { pushPace: 0.001, duplicatePushes } });
  const { port } = receiver.address() as AddressInfo;
  world.pushTo(`http://127.0.0.1:${port}`);
}

describe('a push notification', () => {
  it('tells the row of before and of after, with one header that never changes and no signature', async () => {
    await start();
    world.clerk.payByHand(world.clerk.billOf('BRIGHTDESK', 'BD-1002'), '5.00');
    await world.push.settled();
    const [first] = received;
    expect(first?.headers['x-push']).toBe(world.env['ACUMATICA_WEBHOOK_SECRET']);
    expect(first?.body).toMatch(/"TimeStamp":6\d{17},/);
    const body = JSON.parse(first?.body ?? '');
    expect(body).toMatchObject({ Query: 'AP-Bills-Push', CompanyId: 'Brightwater' });
    expect(body.Inserted[0].RefNbr).toMatch(/^\d{6} {9}$/);
    expect(body.Inserted[0].CuryDocBal).not.toBe(body.Deleted[0].CuryDocBal);
    expect(body.Deleted[0].InvoiceNbr).toBeNull();
  });

  it('F1: comes again after a failure, five times at most, and sometimes twice for nothing', async () => {
    await start(true);
    answers = [500, 500];
    world.clerk.touchBills(1);
    await world.push.settled();
    expect(received).toHaveLength(4);
    expect(new Set(received.map((each) => each.body)).size).toBe(1);
    received.length = 0;
    world.acumatica.switches.duplicatePushes = false;
    answers = [500, 500, 500, 500, 500, 500];
    world.clerk.touchBills(1);
    await world.push.settled();
    expect(received).toHaveLength(5);
  });
});
