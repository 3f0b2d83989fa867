import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../runtime/connector/json';
import {
  entry,
  InvoiceBench,
  invoice,
  invoiceGroup,
  rightCoding,
  simpleInvoice,
} from '../../../tests/support/invoice-bench';
import { parked } from '../../../tests/support/payment-bench';
import { digits } from '../../../tests/support/small-kinetic-lists';

let bench: InvoiceBench;
let server: InvoiceBench['server'];

beforeEach(async () => {
  bench = new InvoiceBench();
  server = bench.server;
  await bench.start();
});
afterEach(() => bench.stop());

function expectOneRightInvoice(): void {
  expect(server.invoices).toHaveLength(1);
  expect(server.coding('INV-1001').toSorted()).toEqual(rightCoding.toSorted());
  expect(digits(server.invoices[0]?.['DocInvoiceAmt'])).toBe('1160.1');
}

describe('a process that is killed at any call', () => {
  const ways: readonly (readonly [string, 'before' | 'after', JsonObject])[] = [
    ['one call', 'after', {}],
    ['one call', 'before', {}],
    ['one call of the other method', 'after', { strategy: 'updateExt' }],
    ['the steps of the screen', 'after', { strategy: 'screen' }],
    ['a call that saves only the head', 'after', { headOnly: true }],
    ['posting at once', 'after', { posting: 'submit' }],
  ];
  it.each(ways)(
    'leaves exactly one right invoice behind: %s, %s its answer (B5)',
    async (_name, when, way) => {
      const { headOnly, ...options } = way;
      for (let nth = 1; ; nth++) {
        await bench.stop();
        bench = new InvoiceBench();
        server = bench.server;
        await bench.start();
        server.faults.headOnly = headOnly === true;
        const context = bench.context(options);
        const dying = bench.dying(context, nth, when);
        await bench.settle(invoice(), dying).catch(() => undefined);
        await bench.reopen();
        await bench.settle(invoice(), bench.context(options, context.facts));
        expectOneRightInvoice();
        expect(server.invoices[0]).toMatchObject({ Posted: options['posting'] === 'submit' });
        expect(nth).toBeLessThan(60);
        if (!dying.died()) break;
      }
    },
  );

  it('says so where a clerk posted the invoice before its lines were coded as sent, and takes a right one', async () => {
    const context = bench.context();
    await bench.create(simpleInvoice());
    Object.assign(server.invoices[0] as object, { Posted: true, GroupID: '' });
    const resolving = { ...context, resolving: true };
    expect(await bench.settle(simpleInvoice(), resolving)).toMatchObject({ found: 'present' });
    const [account] = server.accounts.filter((row) => row['RecordType'] === 'A');
    Object.assign(account as object, { GLAccount: '6200|10|200' });
    expect(await parked(bench.settle(simpleInvoice(), resolving))).toMatchObject({
      reason: 'amounts-differ',
      detail: { entered: '12|INV-1001', message: expect.stringMatching(/6200.10.200.*debit memo/s) },
    });
  });
});

describe('a cut connection', () => {
  it.each(['before', 'after'] as const)(
    'at the save, %s it was handled, ends in one invoice (B1)',
    async (when) => {
      let once = true;
      server.fault = (call) => {
        if (call.path !== `${entry}/UpdateMaster` || !once) return undefined;
        once = false;
        return { cut: true, afterwards: when === 'after' };
      };
      const context = bench.context();
      await expect(bench.operation().create(invoice(), context)).rejects.toMatchObject({
        recovery: 'ambiguous',
      });
      expect(context.facts).toEqual({ group: 'ML0000001' });
      expect((await bench.settle(invoice(), context)).found).toBe(when === 'after' ? 'present' : 'absent');
      expectOneRightInvoice();
    },
  );
});

describe('what Epicor saved wrongly', () => {
  it.each([
    ['empty accounts', { blankAccounts: 1 }],
    ['a lost line', { dropLine: 1 }],
    ['a cent too much', { centTooMuch: 1 }],
    ['all of it at once', { blankAccounts: 1, dropLine: 1, centTooMuch: 1 }],
    ['nothing but the head', { headOnly: true }],
  ])('is found and repaired: %s (B14)', async (_name, faults) => {
    Object.assign(server.faults, faults);
    await bench.create(invoice());
    expectOneRightInvoice();
  });

  it.each([
    ['empty accounts', { blankAccounts: 99 }, 'line 1 has the GL account "", not 6100|10|200'],
    ['a cent too much', { centTooMuch: 99 }, 'line 1 is 1000.01, not 1000'],
  ])('again and again parks with what to undo: %s', async (_name, faults, words) => {
    Object.assign(server.faults, faults);
    const outcome = await parked(bench.create(invoice()));
    const detail = { group: 'ML0000001', entered: expect.stringMatching(/\|INV-1001$/) };
    expect(outcome).toMatchObject({ reason: 'amounts-differ', detail });
    expect(outcome.message).toContain(words);
    expect(String(outcome.detail['undo'])).toContain('invoice group ML0000001');
    Object.assign(server.faults, { blankAccounts: 0, centTooMuch: 0 });
    expect((await bench.settle(invoice(), bench.context())).found).toBe('partial');
    expectOneRightInvoice();
  });

  it('again and again is deleted where the option says so, its group too', async () => {
    server.faults.blankAccounts = 99;
    const outcome = await parked(bench.create(invoice(), { undo: 'delete' }));
    expect(outcome.detail).toMatchObject({ undone: true });
    expect(outcome.detail).not.toHaveProperty('entered');
    expect([server.invoices, server.invoiceGroups]).toEqual([[], []]);
  });

  it('in a total, because it added tax by itself, parks with the tax', async () => {
    server.onPage = (_set, rows) => rows;
    const get = server.methods.get(`POST ${entry}/GetByID`);
    server.methods.set(`POST ${entry}/GetByID`, (call) => {
      const answer = get?.(call) as { returnObj: { APInvHed: Record<string, unknown>[] } };
      for (const head of answer.returnObj.APInvHed) Object.assign(head, { DocInvoiceAmt: 54, DocTaxAmt: 4 });
      return answer;
    });
    const outcome = await parked(bench.create(simpleInvoice()));
    expect(outcome.message).toContain('the total is 54, not 50, with 4 of tax that Epicor added');
    await parked(bench.settle(simpleInvoice(), bench.context({ addedTax: 'clear' })));
    expect(server.invoices[0]).toMatchObject({ TaxRegionCode: '' });
  });
});

describe('a save that did not run', () => {
  const idleFor = (saves: number) => {
    let left = saves;
    server.fault = (call) =>
      call.path === `${entry}/UpdateMaster` && left-- > 0
        ? { body: { parameters: { ds: {}, lUpdateRan: false, opMessage: '' } } }
        : undefined;
  };

  it('for no reason given runs the second time', async () => {
    idleFor(1);
    await bench.create(invoice());
    expectOneRightInvoice();
  });

  it('again and again is no refusal: it is tried again later', async () => {
    idleFor(2);
    const context = bench.context();
    await expect(bench.operation().create(invoice(), context)).rejects.toMatchObject({
      recovery: 'retry',
      code: 'EPICOR_NOT_SAVED',
    });
    await bench.settle(invoice(), context);
    expectOneRightInvoice();
  });
});

describe('a refusal', () => {
  it('behind a good status parks with its question, and leaves no group (B15)', async () => {
    server.fault = (call) =>
      call.path === `${entry}/UpdateMaster`
        ? { body: { parameters: { ds: {}, lUpdateRan: false, opMessage: 'Terms Code is not valid.' } } }
        : undefined;
    const outcome = await parked(bench.create(simpleInvoice()));
    expect(String(outcome.detail['systemWords'])).toContain('Terms Code is not valid.');
    expect([server.invoices, server.invoiceGroups]).toEqual([[], []]);
  });

  it('without a reason is tried once more', async () => {
    let once = true;
    server.fault = (call) => {
      if (call.path !== `${entry}/UpdateMaster` || !once) return undefined;
      once = false;
      return { body: { parameters: { ds: {}, lUpdateRan: false } } };
    };
    await bench.create(invoice());
    expectOneRightInvoice();
  });

  it('that saved the invoice all the same is not believed', async () => {
    server.fault = (call) =>
      call.path === `${entry}/UpdateMaster`
        ? { body: { parameters: { ds: {}, lUpdateRan: false } }, afterwards: true }
        : undefined;
    await bench.create(invoice());
    expectOneRightInvoice();
  });

  it('row by row of UpdateExt parks with the words when nothing was saved', async () => {
    const words = { BOUpdError: [{ TableName: 'APInvDtl', ErrorText: 'Part Number is required.' }] };
    server.fault = (call) =>
      call.path === `${entry}/UpdateExt`
        ? { body: { returnObj: words, parameters: { ds: {}, errorsOccurred: true } } }
        : undefined;
    const outcome = await parked(bench.create(invoice(), { strategy: 'updateExt' }));
    expect(outcome.detail).toMatchObject({ systemWords: 'Part Number is required.' });
  });

  it('of a change because somebody saved meanwhile is overcome by reading again (B12)', async () => {
    server.faults.blankAccounts = 1;
    let once = true;
    server.fault = (call) => {
      if (call.path === `${entry}/Update` && once) {
        once = false;
        for (const row of server.accounts) Object.assign(row, { SysRevID: server.revision() });
      }
      return undefined;
    };
    await bench.create(invoice());
    expectOneRightInvoice();
  });

  it('because somebody holds each new group for a moment is waited for', async () => {
    let looks = 0;
    server.fault = (call) => {
      if (call.path !== `${entry}/GetNewAPInvHedInvoice`) return undefined;
      looks += 1;
      if (looks <= 3) server.lockedGroups.add('ML0000001');
      else server.lockedGroups.clear();
      return undefined;
    };
    await bench.create(invoice());
    expectOneRightInvoice();
    expect(server.invoices[0]).toMatchObject({ GroupID: 'ML0000001' });
  });

  it('because a new group is locked is overcome by unlocking our own', async () => {
    let once = true;
    server.fault = (call) => {
      if (call.path === `${entry}/GetNewAPInvHedInvoice` && once) server.lockedGroups.add('ML0000001');
      once &&= call.path !== `${entry}/GetNewAPInvHedInvoice`;
      if (call.path === `${invoiceGroup}/UnlockGroup`) server.lockedGroups.clear();
      return undefined;
    };
    await bench.create(invoice());
    expectOneRightInvoice();
    expect(server.invoices[0]).toMatchObject({ GroupID: 'ML0000001' });
  });
});

it('works on a build without the methods of the screen', async () => {
  for (const method of ['ChangeVendorID', 'ChangeInvoiceDateEx', 'ChangeInvoiceVendorAmt']) {
    server.methods.delete(`POST ${entry}/${method}`);
  }
  await bench.create(invoice());
  expectOneRightInvoice();
});

describe('a line that names a purchase order', () => {
  const ordered = (change: JsonObject = {}) =>
    simpleInvoice({
      lines: [{ description: 'Bolts', amount: '50', quantity: '5', poNum: 'PO-4711', poLine: 2, ...change }],
    });

  beforeEach(() => {
    server.orders.push({ Company: 'EPIC06', PONum: 4711, VendorNum: 12, VoidOrder: false });
    server.orderLines.push({ Company: 'EPIC06', PONUM: 4711, POLine: 2, OpenLine: true, VoidLine: false });
  });

  it('is matched with what was received, at the quantity and cost of the invoice', async () => {
    server.receipts.push({
      PONum: 4711,
      POLine: 2,
      PackSlip: 'P1',
      PackLine: 1,
      PurPoint: '',
      qty: 4,
      cost: 11,
    });
    await bench.create(ordered());
    expect(server.details).toHaveLength(1);
    expect(server.details[0]).toMatchObject({ LineType: 'R', PONum: 4711, POLine: 2, ScrVendorQty: 5 });
    expect(digits(server.invoices[0]?.['DocInvoiceAmt'])).toBe('50');
    expect(server.receipts).toEqual([]);
  });

  const receipt = (PackSlip: string, qty: number) =>
    server.receipts.push({ PONum: 4711, POLine: 2, PackSlip, PackLine: 1, PurPoint: '', qty, cost: 10 });
  const matched = () => server.details.map((row) => [row['PackSlip'], digits(row['ScrVendorQty'])]);

  it('takes the receipt that it names, in whatever order Epicor lists them, and else any of the line', async () => {
    for (const [slip, qty] of [
      ['P1', 3],
      ['P2', 5],
    ] as const)
      receipt(slip, qty);
    const lines = [
      { description: 'Bolts', amount: '55', quantity: '5', poNum: '4711', poLine: 2, packSlip: 'P2' },
      { description: 'Bolts', amount: '33', quantity: '3', poNum: '4711', poLine: 2, packSlip: 'P1' },
    ];
    await bench.create(simpleInvoice({ amount: '88', lines }));
    expect(matched()).toEqual([
      ['P2', '5'],
      ['P1', '3'],
    ]);
    receipt('P3', 5);
    const other = { invoiceNum: 'INV-2', documentId: 'doc-2' };
    await bench.create({ ...ordered({ packSlip: 'unknown' }), ...other });
    expect(matched().at(-1)).toEqual(['P3', '5']);
  });

  it('is matched also on an order of more lines than Epicor gives at once', async () => {
    for (let POLine = 3; POLine <= 120; POLine++)
      server.orderLines.push({ Company: 'EPIC06', PONUM: 4711, POLine, OpenLine: true, VoidLine: false });
    await bench.create(ordered({ poLine: 117 }));
    expect(server.details[0]).toMatchObject({ LineType: 'U', POLine: 117 });
    await bench.create({ ...ordered({ poLine: 999 }), invoiceNum: 'INV-2', documentId: 'doc-2' });
    expect(server.details.at(-1)).toMatchObject({ LineType: 'M', LineComment: 'PO PO-4711 line 999' });
  });

  it('without a quantity keeps the one of the receipt, at the cost of the invoice', async () => {
    receipt('P1', 4);
    await bench.create(ordered({ quantity: null }));
    expect(matched()).toEqual([['P1', '4']]);
    expect(digits(server.details[0]?.['DocUnitCost'])).toBe('12.5');
  });

  it('is matched with the order line when nothing was received', async () => {
    await bench.create(ordered());
    expect(server.details[0]).toMatchObject({ LineType: 'U', PONum: 4711, POLine: 2 });
    expect(server.invoices[0]).toMatchObject({ REFPONum: 4711 });
  });

  it.each([
    ['of another vendor', {}, { VendorNum: 13 }],
    ['that Epicor does not have', { poNum: 'X/99' }, {}],
  ])('%s names it in text (D15)', async (_name, line, order) => {
    Object.assign(server.orders[0] as object, order);
    const distributions = [{ amount: '50', glAccount: '6100|10|200' }];
    await bench.create(ordered({ ...line, distributions }));
    const number = 'poNum' in line ? line.poNum : 'PO-4711';
    expect(server.details[0]).toMatchObject({ LineType: 'M', LineComment: `PO ${number} line 2` });
    expect(server.coding('INV-1001')).toEqual(['1 50 6100|10|200']);
  });

  it('names it in text on a build without the methods that match', async () => {
    for (const method of ['GetAPUninvoicedReceipts', 'GetNewAPInvDtlUnreceived'])
      server.methods.delete(`POST ${entry}/${method}`);
    await bench.create(ordered({ distributions: [{ amount: '50', glAccount: '6100|10|200' }] }));
    expect(server.details[0]).toMatchObject({ LineType: 'M', LineComment: 'PO PO-4711 line 2' });
    expect(server.coding('INV-1001')).toEqual(['1 50 6100|10|200']);
    expect(bench.connection.health.state).not.toBe('offline');
  });

  it('that is closed and has no receipt names it in text', async () => {
    Object.assign(server.orderLines[0] as object, { OpenLine: false });
    await bench.create(ordered());
    expect(server.details[0]).toMatchObject({ LineType: 'M', LineComment: 'PO PO-4711 line 2' });
  });

  it('ends in one invoice whichever call the process is killed at', async () => {
    for (let nth = 1; ; nth++) {
      await bench.stop();
      bench = new InvoiceBench();
      server = bench.server;
      await bench.start();
      server.orders.push({ Company: 'EPIC06', PONum: 4711, VendorNum: 12, VoidOrder: false });
      server.orderLines.push({ Company: 'EPIC06', PONUM: 4711, POLine: 2, OpenLine: true, VoidLine: false });
      server.receipts.push({
        PONum: 4711,
        POLine: 2,
        PackSlip: 'P1',
        PackLine: 1,
        PurPoint: '',
        qty: 4,
        cost: 11,
      });
      const context = bench.context();
      const dying = bench.dying(context, nth, 'after');
      await bench.settle(ordered(), dying).catch(() => undefined);
      await bench.reopen();
      await bench.settle(ordered(), bench.context({}, context.facts));
      expect(server.details).toHaveLength(1);
      expect(digits(server.invoices[0]?.['DocInvoiceAmt'])).toBe('50');
      expect(nth).toBeLessThan(60);
      if (!dying.died()) break;
    }
  });
});
