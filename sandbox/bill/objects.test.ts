import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exact } from '../http/exact-json';
import { BillCaller } from '../world/callers';
import { type EpicorBillWorld, startEpicorBillWorld } from '../worlds/epicor-kinetic-bill';

let world: EpicorBillWorld;
let caller: BillCaller;

beforeEach(async () => {
  world = await startEpicorBillWorld();
  caller = new BillCaller(world.env);
  await caller.login();
});
afterEach(() => world.stop());

const ADDRESS = { line1: '1 Main Street', city: 'Dayton', zipOrPostalCode: '45402', country: 'US' };

async function vendorId(more: object = {}): Promise<string> {
  return (await caller.post('vendors', { name: "O'Brien & 東京", address: ADDRESS, ...more })).json.id;
}

function bill(vendor: string, more: object = {}): object {
  return {
    vendorId: vendor,
    dueDate: '2026-12-01',
    invoice: { invoiceNumber: 'INV-1', invoiceDate: '2026-11-01' },
    billLineItems: [{ amount: exact('0.10') }, { amount: exact('0.20'), description: 'Nuts' }],
    ...more,
  };
}

const messages = (reply: { json: { message: string }[] }) => reply.json.map((error) => error.message);

describe('vendors of the simulated BILL', () => {
  it('need a name and an address, and all problems come together', async () => {
    const reply = await caller.post('vendors', {
      address: { line1: 'x', country: 'USA' },
      email: 'none',
      oddity: 1,
    });
    expect(reply.status).toBe(400);
    expect(messages(reply)).toEqual([
      'name: must not be null',
      'email: is not valid',
      'address.city: must not be null',
      'address.zipOrPostalCode: must not be null',
      'address.country: is not valid',
      'oddity: Unrecognized field "oddity"',
    ]);
  });

  it('take 100 characters as a name and refuse 101', async () => {
    const name = '東'.repeat(100);
    expect((await caller.post('vendors', { name, address: ADDRESS })).status).toBe(201);
    expect((await caller.post('vendors', { name: `${name}東`, address: ADDRESS })).status).toBe(400);
  });

  it('ignore unknown members, and leave codes out, where they are told to', async () => {
    Object.assign(world.bill.switches, { unknownMembers: 'ignore', fieldErrorCodes: false });
    const made = await caller.post('vendors', { name: 'X', address: ADDRESS, oddity: 1 });
    expect([made.status, made.json.oddity]).toEqual([201, undefined]);
    const refused = await caller.post('vendors', { address: ADDRESS });
    expect(refused.json[0].code).toBeUndefined();
  });

  it('are made twice by two posts, changed by members, archived and restored', async () => {
    const [one, two] = [await vendorId(), await vendorId()];
    expect(one).not.toBe(two);
    const changed = await caller.patch(`vendors/${one}`, { address: { city: 'Erie' }, shortName: 'OB' });
    expect(changed.json).toMatchObject({ shortName: 'OB', address: { ...ADDRESS, city: 'Erie' } });
    expect((await caller.patch(`vendors/${one}`, { paymentInformation: { bankAccount: {} } })).status).toBe(
      400,
    );
    for (const act of ['archive', 'archive', 'restore']) {
      expect((await caller.post(`vendors/${one}/${act}`)).status).toBe(200);
    }
    expect((await caller.get('vendors/00901NOBODY')).json[0].code).toBe('BDC_1120');
  });

  it('show only a few members in lists where lists are thin', async () => {
    world.bill.switches.thinVendorRows = true;
    const id = await vendorId();
    const [row] = (await caller.get(`vendors?filters=id:eq:${id}`)).json.results;
    expect(Object.keys(row)).toEqual(['id', 'archived', 'name', 'createdTime', 'updatedTime']);
  });
});

describe('bills of the simulated BILL', () => {
  it('add their lines exactly, and start unpaid', async () => {
    const reply = await caller.post('bills', bill(await vendorId()));
    expect(reply.status).toBe(201);
    expect(reply.text).toContain('"amount":0.30,');
    expect(reply.json).toMatchObject({
      paymentStatus: 'UNPAID',
      approvalStatus: 'UNASSIGNED',
      archived: false,
    });
  });

  it.each([
    [
      { invoice: { invoiceNumber: '1234567890123456789012', invoiceDate: '2026-11-01' } },
      'maximum length is 21',
    ],
    [{ invoiceNumber: 'INV-1' }, 'Unrecognized field'],
    [{ billLineItems: [] }, 'must not be empty'],
    [{ billLineItems: [{ amount: '1.00' }] }, 'Cannot construct instance'],
    [{ billLineItems: [{ description: 'no amount' }] }, 'must not be null'],
    [{ billLineItems: [{ amount: 1, chartOfAccountId: 'x' }] }, 'Unrecognized field'],
    [{ billLineItems: [{ amount: -1 }] }, 'must not be negative'],
    [{ billLineItems: [{ amount: 1, classifications: { chartOfAccountId: '0ca01X' } }] }, 'does not exist'],
    [{ dueDate: '2026-12-01T00:00:00' }, 'yyyy-MM-dd'],
    [{ vendorId: '00901NOBODY' }, 'does not exist'],
  ])('refuse %j', async (wrong, message) => {
    const reply = await caller.post('bills', bill(await vendorId(), wrong));
    expect(reply.status).toBe(400);
    expect(messages(reply).join()).toContain(message);
  });

  it('multiply quantity and price, unless an amount is given too', async () => {
    const lines = [
      { quantity: 3, price: exact('0.335') },
      { quantity: 3, price: 5, amount: 1 },
    ];
    const reply = await caller.post('bills', bill(await vendorId(), { billLineItems: lines }));
    expect(reply.text).toContain('"amount":2.01,');
  });

  it('may share a number, unless the caller or the organization forbids it', async () => {
    const vendor = await vendorId();
    await caller.post('bills', bill(vendor));
    expect((await caller.post('bills', bill(vendor))).status).toBe(201);
    const refused = await caller.post('bills', bill(vendor, { allowDuplicateInvoiceNumber: false }));
    expect([refused.status, refused.json[0].code]).toEqual([422, 'BDC_1171']);
    world.bill.switches.duplicateByDefault = 'refuse';
    expect((await caller.post('bills', bill(vendor))).status).toBe(422);
    expect((await caller.post('bills', bill(await vendorId()))).status).toBe(201);
    world.bill.switches.knowsAllowDuplicate = false;
    expect((await caller.post('bills', bill(vendor, { allowDuplicateInvoiceNumber: true }))).status).toBe(
      400,
    );
  });

  it('are replaced whole by PUT and in part by PATCH', async () => {
    const vendor = await vendorId();
    const made = (await caller.post('bills', bill(vendor))).json;
    const line = made.billLineItems[0].id;
    const patched = await caller.patch(`bills/${made.id}`, { billLineItems: [{ id: line, amount: 5 }] });
    expect(patched.text).toContain('"amount":5.20,');
    expect((await caller.send('PUT', `/connect/v3/bills/${made.id}`, { dueDate: '2026-12-02' })).status).toBe(
      400,
    );
    const put = bill(vendor, { billLineItems: [{ id: line, amount: 7 }] });
    expect((await caller.send('PUT', `/connect/v3/bills/${made.id}`, put)).json.billLineItems).toHaveLength(
      1,
    );
  });

  it('can be neither changed nor archived once money moves', async () => {
    const made = (await caller.post('bills', bill(await vendorId()))).json;
    world.payer.payApprovedBills();
    expect((await caller.patch(`bills/${made.id}`, { description: 'x' })).status).toBe(422);
    expect((await caller.post(`bills/${made.id}/archive`)).status).toBe(422);
  });

  it('wait for approval where a policy says so, and are not paid before', async () => {
    world.bill.switches.approvalFrom = '100';
    const big = bill(await vendorId(), { billLineItems: [{ amount: 100 }] });
    const made = (await caller.post('bills', big)).json;
    expect(made.approvalStatus).toBe('ASSIGNED');
    const pay = { vendorId: made.vendorId, processDate: '2026-11-02', toPrintCheck: false };
    const payments = [{ billId: made.id, amount: 100 }];
    expect((await caller.post('bills/record-payment', { ...pay, payments })).status).toBe(422);
  });

  it('go together in bulk or not at all', async () => {
    const vendor = await vendorId();
    const before = world.organization.bills.all.length;
    const numbered = (invoiceNumber: string) =>
      bill(vendor, { invoice: { invoiceNumber, invoiceDate: '2026-11-01' } });
    expect((await caller.post('bills/bulk', [numbered('A'), numbered('')])).status).toBe(400);
    expect(world.organization.bills.all).toHaveLength(before);
    expect((await caller.post('bills/bulk', [numbered('A'), numbered('B')])).json).toHaveLength(2);
  });
});

describe('lists of the simulated BILL', () => {
  it('page through opaque tokens to the end, which is the missing token', async () => {
    const ids = new Set<string>();
    let path = 'classifications/chart-of-accounts?max=15';
    for (let page = 0; page < 10 && path !== ''; page += 1) {
      const { results, nextPage } = (await caller.get(path)).json;
      for (const row of results) ids.add(row.id);
      path = nextPage === undefined ? '' : `classifications/chart-of-accounts?max=15&page=${nextPage}`;
    }
    expect(ids.size).toBe(world.seed.bill.classifications.length);
  });

  it('A3: lose no row that is updated while they are paged by the time of update', async () => {
    for (let serial = 0; serial < 8; serial += 1) await vendorId({ name: `Vendor ${serial}` });
    const all = world.organization.vendors.all;
    world.bill.traffic.before(/GET .*vendors.*page=/, () => {
      world.clock.advance(10);
      const first = all[0];
      if (first !== undefined) world.organization.touch(world.organization.vendors, first);
    });
    const seen = new Set<string>();
    let path = 'vendors?max=3&sort=updatedTime:asc';
    for (let page = 0; page < 20 && path !== ''; page += 1) {
      const { results, nextPage } = (await caller.get(path)).json;
      for (const row of results) seen.add(row.id);
      path = nextPage === undefined ? '' : `vendors?max=3&sort=updatedTime:asc&page=${nextPage}`;
    }
    expect(seen.size).toBe(all.length);
  });

  it.each([
    'max=0',
    'max=101',
    'max=x',
    'filters=email:eq:x',
    'filters=name:gt:x',
    'filters=name',
    'filters=createdTime:gte:2026-01-01T00:00:00Z',
    'filters=createdTime:gte:"soon"',
    'filters=archived:eq:maybe',
    'sort=email:asc',
    'sort=name:up',
    'page=damaged',
    'expand=all',
  ])('refuse %s', async (query) => {
    expect((await caller.get(`vendors?${query}`)).status).toBe(400);
  });

  it('filter by quoted times and lists, by the beginning of a name, and by the number of a bill', async () => {
    const count = async (path: string) => (await caller.get(path)).json.results.length;
    const [first, second] = world.organization.vendors.all;
    expect(await count(`vendors?filters=id:in:"${first?.id},${second?.id}"`)).toBe(2);
    expect(await count('vendors?filters=name:sw:Pioneer,archived:eq:false')).toBe(2);
    expect(await count('vendors?filters=updatedTime:gte:"2020-01-01T00:00:00.000Z"')).toBe(4);
    expect(await count('vendors?filters=updatedTime:gte:"2099-01-01"')).toBe(0);
    expect(await count('bills?filters=invoice.invoiceNumber:eq:NE-500')).toBe(1);
    world.bill.switches.invoiceNumberFilter = undefined;
    expect((await caller.get('bills?filters=invoice.invoiceNumber:eq:NE-500')).status).toBe(400);
    expect((await caller.get('payments?filters=billId:eq:x')).status).toBe(400);
  });

  it('show a new row late where they lag, while reading by id sees it at once', async () => {
    world.bill.switches.listLagMs = 5_000;
    world.clock.advance(10_000);
    const id = await vendorId();
    expect((await caller.get(`vendors?filters=id:eq:${id}`)).json.results).toEqual([]);
    expect((await caller.get(`vendors/${id}`)).status).toBe(200);
    world.clock.advance(5_001);
    expect((await caller.get(`vendors?filters=id:eq:${id}`)).json.results).toHaveLength(1);
  });
});
