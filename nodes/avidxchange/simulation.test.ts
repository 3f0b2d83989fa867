import { setImmediate } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import type { Clock } from '../../runtime/connector/clock';
import type { Connection } from '../../runtime/connector/connection';
import type { JsonObject } from '../../runtime/connector/json';
import { harshAvidSwitches } from '../../sandbox/avidxchange/harsh-switches';
import { clearPayment, endPayment, startPayment } from '../../sandbox/avidxchange/payment-life';
import { type Avidxchange, startAvidxchange } from '../../sandbox/avidxchange/start';
import type { AvidSwitches } from '../../sandbox/avidxchange/switches';
import { MovableClock } from '../../sandbox/clock';
import { Random } from '../../sandbox/random';
import { outcomesOf } from '../../tests/support/avidxchange-batches';
import {
  batchContext,
  batchOf,
  connectTo,
  credentials,
  filesOf,
  invoice,
  operationContext,
  rowsOf,
} from '../../tests/support/avidxchange-connection';

let avid: Avidxchange;
let connection: Connection;
let time: MovableClock;
let batches: number;

afterEach(async () => {
  await connection.close();
  await avid.stop();
});

const { companyToken, userToken, gatewayKey, username, password, clientId, clientSecret, companyId } =
  credentials;
const modes = {
  tokens: { companyToken, userToken },
  session: { auth: 'session', gatewayKey, username, password },
  partner: { auth: 'partner', clientId, clientSecret, companyId },
};

/** Waiting takes no time: it moves the clock of both sides. */
async function start(seed: number, switches: Partial<AvidSwitches> = {}): Promise<void> {
  time = new MovableClock();
  batches = 0;
  const clock: Clock = {
    now: () => new Date(time.now()),
    async wait(ms) {
      time.advance(ms);
      await setImmediate();
    },
  };
  avid = await startAvidxchange({
    accountingSystems: [
      { id: 4811, name: 'EPIC06' },
      { id: 4812, name: 'EPIC07' },
    ],
    access: {
      companyToken,
      userToken,
      gatewayKey,
      users: [{ name: username, password }],
      clients: [{ id: clientId, secret: clientSecret, companyId }],
    },
    switches: { ...harshAvidSwitches(new Random(seed)), ...switches },
    seed,
    clock: time,
  });
  const [mode] = [modes.tokens, modes.session, modes.partner].slice(seed % 3);
  connection = connectTo(avid.url, mode ?? modes.tokens, clock);
}

const now = () => new Date(time.now());

/** Sends a batch and looks it up until it is judged, and its items by themselves, as delivery does. */
async function submit(name: string, documents: readonly JsonObject[]): Promise<string[]> {
  const operation = connection.client.operations[name] ?? expect.fail();
  const files = filesOf({ good: Buffer.from('%PDF-1.7 good'), large: Buffer.from('%PDF-1.7 large') });
  const { batch } = operation;
  batches += 1;
  const more = { externalId: `EPIC06-${batches}`, now, sentAt: now(), sourceFiles: files };
  const context = batchContext(connection, { followSeconds: 5 }, more);
  const items = batchOf(documents);
  let answer = await batch?.send(items, context);
  for (let looks = 0; answer?.status === 'pending' && looks < 20; looks += 1) {
    time.advance(answer.lookInMs);
    const found = await batch?.lookUp?.(items, context);
    answer = found?.status === 'absent' ? undefined : found;
  }
  if (answer?.status !== 'done') expect.fail(`${name}: ${answer?.status}`);
  const outcomes = outcomesOf(answer);
  const again = documents.filter((_, at) => outcomes[at] === 'again');
  if (again.length > 0)
    return [...outcomes.filter((outcome) => outcome !== 'again'), ...(await submit(name, again))];
  time.advance(1_000);
  const resolving = () => ({ ...operationContext(connection, {}, { resolving: true, files }), now });
  return Promise.all(
    outcomes.map(async (outcome, at) => {
      if (outcome !== 'unknown') return outcome;
      const document = documents[at] ?? {};
      const found = await operation.lookUp(document, resolving());
      if (found.found === 'present') return `done ${found.ref}`;
      if (found.found !== 'partial') return found.found;
      const resumed = operation.resume?.(found, document, resolving());
      return (
        resumed?.then(({ ref }) => `done ${ref}`).catch((error) => `refused ${error.reason}`) ?? 'partial'
      );
    }),
  );
}

async function masterData(): Promise<void> {
  const codes = ['6100-00-10', '6200-00-10'].map((CodeValue) => ({
    CodeValue,
    Description: `${CodeValue} : T`,
  }));
  expect(await submit('submit-gl-code', codes)).toEqual(['done 6100-00-10', 'done 6200-00-10']);
  const vendors = ['1042', '1043'].map((code) => ({ ExternalVendorCode: code, Name: `Vendor ${code}` }));
  expect(await submit('submit-vendor', vendors)).toEqual(['done 1042', 'done 1043']);
}

describe.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])(
  'the simulated AvidXchange, as harsh as seed %i',
  (seed) => {
    it('takes master data and orders, each by itself', async () => {
      await start(seed);
      expect((await connection.ping()).checks.filter(({ ok }) => !ok)).toEqual([]);
      await masterData();
      const dimensions = [
        { CodeValue: '10', GroupName: 'Department' },
        { CodeValue: '10', GroupName: 'Nowhere' },
        { CodeValue: '10', GroupName: 'Project', IsActive: false },
      ];
      expect(await submit('submit-dimension', dimensions)).toEqual([
        'done 10',
        expect.stringMatching(/^refused/),
        'done 10',
      ]);
      const orders = ['4711', '4712'].map((OrderNumber, at) => ({
        OrderNumber,
        VendorExternalCode: at === 0 ? '1042' : '999',
        TotalAmount: '125.50',
        LineItems: [{ LineNumber: 1, Amount: '125.50', PricePer: '1.255', Item: { Quantity: '100' } }],
      }));
      expect(await submit('submit-purchase-order', orders)).toEqual([
        'done 4711',
        'refused vendor-not-linked',
      ]);
      expect(avid.site.vendors.map(({ code }) => code)).toEqual(['1042', '1043']);
      time.advance(1_000);
      const there = await rowsOf(connection, 'vendors', {}, now());
      expect(there.map((row) => row['ExternalVendorCode']).sort()).toEqual(['1042', '1043']);
      expect(await rowsOf(connection, 'codes', { options: { groups: ['GL Account'] } }, now())).toHaveLength(
        2,
      );
    });

    it('takes each invoice once, with its image, and says what is wrong with the others', async () => {
      await start(seed, { imageLimit: 13 });
      await masterData();
      const image = (SourceFile: string) => ({ Images: [{ SourceFile, FileName: `${SourceFile}.pdf` }] });
      const wrongCode = { Amount: '125.50', EnterpriseCodes: [{ EnterpriseCodeValue: '9999' }] };
      const documents = [
        invoice('A', image('good')),
        invoice('B', { VendorExternalCode: '999' }),
        invoice('C', { Distributions: [wrongCode] }),
        invoice('0017,5', { ExternalInvoiceId: 'EPIC06|1042|0017,5' }),
        invoice('D', image('large')),
        invoice('E', { GrossAmount: '-125.50', Distributions: [{ Amount: '-125.50' }] }),
      ];
      expect((await submit('submit-invoice', documents)).sort()).toEqual([
        'done EPIC06|1042|0017%2C5',
        'done EPIC06|1042|A',
        'done EPIC06|1042|E',
        'refused gl-account-unmapped',
        'refused image-refused',
        'refused vendor-not-linked',
      ]);
      const here = avid.site.invoices.map(({ number, images }) => `${number} ${images.length}`);
      expect(here.filter((text) => !text.startsWith('D')).sort()).toEqual(['0017,5 0', 'A 1', 'E 0']);
      expect(avid.site.invoices.find(({ number }) => number === 'A')?.images[0]?.bytes.toString()).toBe(
        '%PDF-1.7 good',
      );
      expect(avid.site.invoices.find(({ number }) => number === 'A')).toMatchObject({ gross: '125.50' });
      expect(avid.site.sentAgain).toEqual([]);
    });

    it('gives what was decided and paid, and no number of a card', async () => {
      await start(seed);
      await masterData();
      await submit(
        'submit-invoice',
        ['A', 'B', 'C', 'D'].map((number) => invoice(number)),
      );
      const [a, b, c, d] = avid.site.invoices;
      if (!a || !b || !c || !d) expect.fail('invoices are missing');
      for (const each of [a, b, c]) Object.assign(each, { status: 'Approved' });
      Object.assign(d, { status: 'Rejected', rejectReason: 'Not ours' });
      for (const each of [a, b, c, d]) avid.site.touch(each);
      const check = startPayment(
        avid.site,
        [a, b].map((each) => ({
          invoice: each,
          amount: each === a ? '120.50' : '125.50',
          discount: each === a ? '5.00' : '0.00',
        })),
        'check',
      );
      const card = startPayment(avid.site, [{ invoice: c, amount: '25.50' }], 'card');
      const transfer = startPayment(avid.site, [{ invoice: c, amount: '50.00' }], 'direct');
      for (const each of [check, card, transfer]) clearPayment(avid.site, each);
      endPayment(avid.site, transfer, 'Returned');
      time.advance(86_400_000);
      const payments = await rowsOf(connection, 'payments', { options: { lookBackDays: 3 } }, now());
      const byId = new Map(payments.map((row) => [String(row['PaymentId']), row]));
      expect(byId.get(String(check.id))).toMatchObject({
        state: 'settled',
        method: 'check',
        reference: check.checkNumber,
        vendorCode: '1042',
        Invoices: [
          { InvoiceNumber: 'A', paid: expect.stringMatching(/^120\.50?$/) },
          { InvoiceNumber: 'B', paid: expect.stringMatching(/^125\.50?$/) },
        ],
      });
      expect(byId.get(String(card.id))).toMatchObject({
        state: 'settled',
        method: 'virtual-card',
        reference: card.card?.reference,
        VirtualCard: { LastFour: card.card?.number.slice(-4) },
      });
      expect(byId.get(String(transfer.id))).toMatchObject({
        state: 'void',
        method: 'ach',
        reference: transfer.trace,
      });
      expect(JSON.stringify(payments)).not.toContain(card.card?.number);
      const statuses = await rowsOf(connection, 'invoice-status', { options: { lookBackDays: 3 } }, now());
      const states = Object.fromEntries(statuses.map((row) => [row['ExternalInvoiceId'], row['state']]));
      expect(states).toMatchObject({
        'EPIC06|1042|A': 'approved',
        'EPIC06|1042|C': 'approved',
        'EPIC06|1042|D': 'rejected',
      });
    });
  },
);
