import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isSettled } from '../avidxchange/payment-life';
import type { InvoiceRecord, PaymentRecord } from '../avidxchange/records';
import { text } from '../epicor-kinetic/state';
import type { Row } from '../epicor-kinetic/table-rows';
import { everyTime } from '../faults/plan';
import { Random } from '../random';
import { paymentsOf } from '../world/avidxchange-books';
import { EpicorCaller } from '../world/callers';
import { HonestAvidClerk } from '../world/honest-avidxchange-clerk';
import {
  type EpicorAvidWorld,
  SECRETS,
  simulateEpicorAvid,
  startEpicorAvidWorld,
} from './epicor-kinetic-avidxchange';

let world: EpicorAvidWorld;
let clerk: HonestAvidClerk;

async function start(made: Promise<EpicorAvidWorld>): Promise<void> {
  world = await made;
  clerk = new HonestAvidClerk(world);
  await clerk.signIn();
}

/** Does everything by hand until nothing is left to do. */
async function everything(): Promise<void> {
  await clerk.bringMasters();
  await clerk.sendInvoices();
  world.people.work();
  clerk.postPayments();
  world.people.finish();
  clerk.postPayments();
}

function epicorInvoice(number: string, vendor = 101): Row {
  return world.clerk.invoice(vendor, number);
}

function copy(number: string): InvoiceRecord {
  const found = world.avid.site.invoices.find((invoice) => invoice.number === number && invoice.externalId);
  if (found === undefined) throw new Error(`no copy of ${number}`);
  return found;
}

/** A settled payment of one invoice that nothing else paid. */
function settledPayment(skip = 0): PaymentRecord {
  const all = paymentsOf(world.books);
  const found = all.filter(({ status, parts }) => {
    const [part] = parts;
    const isAlone =
      all.filter((each) => each.parts.some(({ invoice }) => invoice === part?.invoice)).length === 1;
    return (
      status === 'Cleared' && parts.length === 1 && isAlone && part?.discount === '0.00' && part.invoice.batch
    );
  })[skip];
  if (found === undefined) throw new Error('no such payment');
  return found;
}

/** Sees that something is wrong which says all of this. */
function expectWrong(...messages: readonly string[]): void {
  const wrong = world.checkPromises();
  for (const message of messages) expect(wrong.join('\n')).toContain(message);
}

afterEach(() => world.stop());

describe('the world of Epicor Kinetic and AvidXchange', () => {
  beforeEach(() => start(startEpicorAvidWorld({ seed: 5, size: 70 })));

  it('is not content as long as nothing is done', () => {
    const wrong = world.checkPromises();
    for (const what of ['vendor 101', 'account 5010-10-200', 'order 44001', '101|AX-2001']) {
      expect(wrong.some((each) => each.startsWith(what))).toBe(what !== 'account 5010-10-200');
    }
  });

  it('is content when everything is done as it must be', async () => {
    await everything();
    expect(world.checkPromises()).toEqual([]);
    expect(paymentsOf(world.books).filter(isSettled).length).toBeGreaterThan(20);
  });

  it.each(['void', 'leave'] as const)(
    'is content when people correct, return, reissue, reopen in between; what came back: %s',
    async (returns) => {
      clerk = new HonestAvidClerk(world, returns);
      await clerk.signIn();
      await clerk.bringMasters();
      await clerk.sendInvoices();
      const random = new Random(11);
      for (let turn = 0; turn < 12; turn += 1) {
        world.people.work();
        clerk.postPayments();
        world.people.correct(random);
        world.people.touch(3);
      }
      await everything();
      await clerk.bringMasters();
      expect(world.checkPromises()).toEqual([]);
      expect(new Set(world.books.changes.map(({ kind }) => kind)).size).toBeGreaterThan(2);
      expect(world.changedLate().size).toBeGreaterThan(3);
    },
  );

  it('pays by every method, in parts, several together, with credits and discounts', async () => {
    await everything();
    const payments = paymentsOf(world.books);
    expect(new Set(payments.map(({ method }) => method))).toEqual(new Set(['check', 'direct', 'card']));
    expect(payments.some(({ parts }) => parts.length > 1)).toBe(true);
    expect(payments.some(({ parts }) => parts.some(({ amount }) => amount.startsWith('-')))).toBe(true);
    expect(payments.some(({ parts }) => parts.some(({ invoice }) => world.books.byHand.has(invoice)))).toBe(
      true,
    );
  });

  it('closes batches when all of it is decided on, and opens them again', async () => {
    await everything();
    const batches = world.avid.site.batches.filter((batch) => batch.kind === 'invoices');
    world.clock.advance(60_000);
    world.avid.site.runDue();
    world.people.payer.decide(true);
    expect(new Set(batches.map((batch) => batch.status))).toEqual(new Set(['Closed']));
    world.people.void(settledPayment());
    expect(world.people.payer.reopen()).toBe(true);
    const reopened = batches.find((batch) => batch.status === 'Open');
    const before = reopened?.closed;
    world.clock.advance(86_400_000);
    world.people.finish();
    expect([reopened?.status, (reopened?.closed ?? 0) > (before ?? 0)]).toEqual(['Closed', true]);
  });

  it('serves images of attachments over Epicor’s interface, made when they are asked for', async () => {
    const caller = new EpicorCaller(world.env);
    const rows = await caller.get('Erp.BO.APInvoiceSvc/APInvHedAttches', {
      $filter: "VendorNum eq 101 and InvoiceNum eq 'AX-2006'",
    });
    const [row] = rows.json.value;
    const file = await caller.post('Ice.BO.AttachmentSvc/DownloadFile', { xFileRefNum: row.XFileRefNum });
    expect(Buffer.from(file.json.returnObj, 'base64')).toHaveLength(1024 * 1024);
  });

  it('names what a runtime needs for the way of signing in, and secrets that can be found again', async () => {
    expect(world.env).toMatchObject({
      AVIDXCHANGE_AUTH: 'tokens',
      AVIDXCHANGE_ACCOUNTING_SYSTEM: 'EPIC06',
      AVIDXCHANGE_COMPANY_TOKEN: SECRETS.avidCompanyToken,
    });
    expect(Object.keys(world.systems)).toEqual(['epicor-kinetic', 'avidxchange']);
    for (const [avidAuth, name] of [
      ['session', 'AVIDXCHANGE_GATEWAY_KEY'],
      ['partner', 'AVIDXCHANGE_TOKEN_URL'],
    ] as const) {
      await world.stop();
      await start(startEpicorAvidWorld({ avidAuth, faults: true }));
      expect(Object.keys(world.env)).toContain(name);
      expect(await clerk.submit('enterpriseCodes', [])).toBe(200);
    }
  });

  it('lets calls go wrong before both systems', async () => {
    await world.stop();
    await start(startEpicorAvidWorld({ faults: true }));
    world.systems['avidxchange']?.proxy?.follow(everyTime(/batches/, { kind: 'answer', status: 503 }));
    expect(await clerk.submit('vendors', [])).toBe(503);
  });
});

describe('a world whose systems do what their documentation leaves open', () => {
  it.each([1, 2, 3, 4, 5, 6])('is content with one who does it right: draw %i', async (seed) => {
    await start(simulateEpicorAvid({ seed, harsh: new Random(seed), faults: true }));
    await everything();
    expect(world.checkPromises()).toEqual([]);
  });

  it('is content with images as large as they may be, in batches that are not too large', async () => {
    await start(startEpicorAvidWorld({ bulky: true }));
    await everything();
    expect(world.checkPromises()).toEqual([]);
    expect(copy('AX-2101').images[0]?.bytes).toHaveLength(10 * 1024 * 1024);
  });

  it('is quickly there with many invoices, whose images take no memory', async () => {
    const before = process.memoryUsage().rss;
    await start(startEpicorAvidWorld({ size: 5_000 }));
    expect(world.books.company.rows('XFileRef').all.length).toBeGreaterThan(3_500);
    expect(process.memoryUsage().rss - before).toBeLessThan(600 * 1024 * 1024);
  });
});

describe('the oracles of invoices', () => {
  beforeEach(async () => {
    await start(startEpicorAvidWorld({ seed: 5, size: 70, avidSwitches: { duplicateInvoice: 'accept' } }));
    await clerk.bringMasters();
  });

  it('see an invoice that stands twice, that had to wait, and one that nobody sent', async () => {
    await clerk.submit('invoices', [
      clerk.item(epicorInvoice('AX-2001')),
      clerk.item(epicorInvoice('AX-2001'), { ExternalInvoiceId: 'again' }),
      clerk.item(epicorInvoice('AF-1012')),
      clerk.item(epicorInvoice('AX-2001'), { Number: 'GHOST' }),
    ]);
    await clerk.sendInvoices();
    expectWrong(
      '101|AX-2001 stands 2 times at AvidXchange',
      '101|AF-1012 has arrived, although it should be parked:partly-paid',
      '101|GHOST at AvidXchange stands for nothing in Epicor',
    );
  });

  it('see another amount, another coding, a lost order, and a wrong date', async () => {
    const item = clerk.item(epicorInvoice('AX-2001'), { InvoiceDate: '2026-01-01', PONumber: null });
    await clerk.submit('invoices', [
      item,
      clerk.item(epicorInvoice('AX-2003'), { GrossAmount: 1, Distributions: [{ Amount: 1 }] }),
    ]);
    await clerk.sendInvoices();
    expectWrong(
      '101|AX-2001: its order is 44001 in Epicor and none at AvidXchange',
      '101|AX-2001: the date is',
      '101|AX-2003: the amount is 100.00 in Epicor and 1.00 at AvidXchange',
      '101|AX-2003: the coding is 5020-10-200 100.00 in Epicor and  1.00 at AvidXchange',
    );
    copy('AX-2001').distributions = [];
    expectWrong('101|AX-2001: what it refers to is 44001/1, 44001/2 in Epicor and  at AvidXchange');
  });

  it('D13: see an image that is lost, damaged, doubled, or another’s', async () => {
    await clerk.sendInvoices();
    expect(world.checkPromises().filter((each) => each.includes('images'))).toEqual([]);
    const [first] = copy('AX-2003').images;
    if (first === undefined) throw new Error('no image');
    copy('AX-2001').images.length = 0;
    copy('AX-2004').images.push(...copy('AX-2004').images);
    copy('AX-2005').images.splice(0, 1, first);
    copy('AX-2006').images.splice(0, 1, world.avid.site.image('x', 'application/pdf', Buffer.from('%PDF')));
    expectWrong(
      '101|AX-2001: 1 images in Epicor, 0 at AvidXchange',
      '101|AX-2004: 1 images in Epicor, 2 at AvidXchange',
      '101|AX-2005: 1 images in Epicor, 1 at AvidXchange, or not the same ones',
      '101|AX-2006: 1 images in Epicor, 1 at AvidXchange, or not the same ones',
    );
  });

  it('B13: excuse invoices of a batch that failed as a whole, and of no other', async () => {
    world.avid.switches.failEvery = 1;
    await clerk.submit('invoices', [clerk.item(epicorInvoice('AX-2001'))]);
    world.avid.switches.failEvery = 0;
    world.avid.switches.receivedMs = 0;
    const wrong = world.checkPromises();
    expect(wrong).not.toContain('101|AX-2001 has not arrived');
    expect(wrong).toContain('101|AX-2003 has not arrived');
  });

  it('see masters that are missing, doubled, or of another name', async () => {
    const vendor = world.avid.site.vendor(4_811, '101');
    const account = world.avid.site.code(4_811, 'GL Account', '5020-10-200');
    const order = world.avid.site.order(4_811, '44001');
    if (vendor === undefined || account === undefined || order === undefined) throw new Error('no masters');
    vendor.data = { Name: 'Somebody' };
    account.active = false;
    order.data = { ...order.data, TotalAmount: 1, VendorExternalCode: '102', LineItems: [] };
    const code = text(world.clerk.vendor(101), 'VendorID');
    world.avid.site.addVendor({ accountingSystemId: 4_811, code, active: true, data: { Name: 'Twin' } });
    await clerk.submit('vendors', [{ ExternalVendorCode: 'NOBODY', Name: 'Nobody' }]);
    expectWrong(
      'vendor 101 stands 2 times at AvidXchange',
      'vendor 101 is called Somebody at AvidXchange',
      'vendor NOBODY at AvidXchange stands for nobody in Epicor',
      'account 5020-10-200 has not arrived',
      'order 44001: 224.99 in Epicor, 1 at AvidXchange',
      'order 44001: it is another vendor’s',
      'order 44001: lines of',
    );
  });

  it('see what was written to another company, changed in Epicor, sent again, or must not leave', async () => {
    await clerk.submit('enterpriseCodes', [], 'same');
    await clerk.submit('vendors', [{ ExternalVendorCode: '101', Name: 'Allied Fasteners Inc' }], 'same');
    await clerk.submit('vendors', [{ ExternalVendorCode: '102', Name: '99001024471' }], 'same');
    epicorInvoice('AX-2001')['PayHold'] = true;
    world.avid.site.addCode({
      accountingSystemId: 4_812,
      group: 'GL Account',
      value: '1',
      description: '',
      active: true,
    });
    expectWrong(
      'batch same was sent again after it had arrived',
      'invoice 101|AX-2001 was changed in Epicor',
      'another accounting system was written to',
      '99001024471 was sent to AvidXchange',
    );
  });

  it('see too many calls at once', async () => {
    world.avid.switches.latencyMs = 300;
    await Promise.all(Array.from({ length: 5 }, () => clerk.submit('vendors', [])));
    expectWrong('5 calls were in flight at AvidXchange at once, 4 are allowed');
  });
});
