import { afterEach, describe, expect, it } from 'vitest';
import { releaseCheck, voidCheck } from '../acumatica/check-release';
import { storedCheck } from '../acumatica/checks';
import { amount, rowsOf, type StoredEntity, text } from '../acumatica/entity-store';
import { addBill } from '../bill/bills';
import { addCredit } from '../bill/credits';
import type { PaymentRecord } from '../bill/records';
import { addVendor } from '../bill/vendors';
import { departmentOf } from '../data/acumatica-accounts';
import { codeOf, numberAtBill } from '../data/acumatica-expected';
import { firstOf } from '../faults/plan';
import { exact, type WireObject } from '../http/exact-json';
import { compared, minus, sum } from '../money';
import { Random } from '../random';
import { AcumaticaCaller } from '../world/acumatica-caller';
import { BillCaller } from '../world/callers';
import { isSettled } from '../world/promises';
import { type AcumaticaBillWorld, simulateAcumaticaBill, startAcumaticaBillWorld } from './acumatica-bill';

let world: AcumaticaBillWorld;
afterEach(() => world.stop());

const documentOf = (key: string): StoredEntity => {
  const [type = '', number = ''] = key.split('|');
  return world.clerk.bill(number, type);
};

/** Does in BILL what a right integration would have done by now. */
function integrate(): void {
  const { organization, expected, tenant } = world;
  const vendorIds = new Map(organization.vendors.all.map((vendor) => [vendor.data['name'], vendor.id]));
  for (const { key, accepts } of expected) {
    if (accepts[0] !== 'confirmed') continue;
    const document = documentOf(key);
    const vendor = tenant.rows('Vendor').find(text(document, 'Vendor'));
    const name = vendor === undefined ? '' : text(vendor, 'VendorName');
    const billCurrency = text(document, 'CurrencyID');
    const vendorId = vendorIds.get(name) ?? addVendor(organization, { name, billCurrency }).id;
    vendorIds.set(name, vendorId);
    send(vendorId, document);
  }
  expect(organization.bills.all.length).toBeGreaterThan(30);
}

function send(vendorId: string, document: StoredEntity): void {
  const number = numberAtBill(document.values);
  if (world.organization.bills.inGroup(vendorId).some((bill) => bill.number === number)) return;
  const lines = linesOf(document);
  if (text(document, 'Type') === 'Debit Adj.') {
    const credit = { referenceNumber: number, creditDate: '2026-11-01' };
    addCredit(world.organization, { vendorId, ...credit, vendorCreditLineItems: lines });
    return;
  }
  addBill(world.organization, {
    vendorId,
    dueDate: '2026-12-01',
    invoice: { invoiceNumber: number, invoiceDate: '2026-11-01' },
    billLineItems: lines,
  });
}

function linesOf(document: StoredEntity): WireObject[] {
  const lines = rowsOf(document, 'Details').map((line) => ({
    amount: exact(amount(line, 'Amount')),
    classifications: {
      chartOfAccountId: idOf('chart-of-accounts', text(line, 'Account')),
      departmentId: idOf('departments', departmentOf(text(line, 'Subaccount'))),
    },
  }));
  const tax = amount(document, 'TaxTotal');
  return Number(tax) === 0 ? lines : [...lines, { amount: exact(tax) }];
}

function idOf(family: string, code: string): string {
  return world.organization.family(family).all.find((entry) => codeOf(entry.data) === code)?.id ?? '';
}

/** Enters a payment in Acumatica straight into its records, and releases it. */
function pay(payment: PaymentRecord): StoredEntity {
  const { tenant, organization } = world;
  const rows = payment.billPayments.flatMap((part) => [
    { copy: part.billId, amount: part.gross },
    ...part.vendorCredits.map((use) => ({ copy: use.id, amount: use.amount })),
  ]);
  const name = organization.vendors.get(payment.vendorId)?.data['name'];
  const documents = rows.map(({ copy }) => {
    const bill = organization.bills.get(copy);
    const number = bill?.number ?? organization.credits.get(copy)?.data['referenceNumber'];
    const [type] = bill === undefined ? ['Debit Adj.'] : ['Bill'];
    const found = tenant.rows('Bill').all.find((document) => {
      const vendor = tenant.rows('Vendor').find(text(document, 'Vendor'));
      const same = numberAtBill(document.values) === number && text(document, 'Type') === type;
      const open = bill === undefined || compared(amount(document, 'Amount'), bill.amount) === 0;
      return same && open && vendor?.values['VendorName'] === name;
    });
    return found;
  });
  const details = rows.flatMap((row, index) => {
    const document = documents[index];
    if (document === undefined) return [];
    const { Type: DocType = null, ReferenceNbr = null } = document.values;
    return [tenant.row({ DocType, ReferenceNbr, AmountPaid: row.amount })];
  });
  const draft = tenant.draft(
    'Check',
    {
      Type: 'Payment',
      ReferenceNbr: tenant.nextNumber('Check Payment'),
      Status: 'Balanced',
      Vendor: documents[0]?.values['Vendor'] ?? null,
      PaymentRef: payment.id,
      ApplicationDate: tenant.today(),
      PaymentAmount: payment.amount,
      CurrencyID: documents[0]?.values['CurrencyID'] ?? null,
    },
    'integration',
  );
  draft.details['Details'] = details;
  const check = tenant.insert(draft);
  storedCheck(tenant, check);
  if (details.length > 0) releaseCheck(tenant, check);
  return check;
}

/** Payments that are settled, for what was sent, and whose documents nobody holds in Acumatica. */
function payable(): PaymentRecord[] {
  const { organization, books } = world;
  const byHand = new Set(['TD-501', 'HAND-1', 'BD-1009']);
  return organization.payments.all.filter(
    (payment) =>
      isSettled(payment) &&
      payment.billPayments.every((part) => !byHand.has(organization.bills.get(part.billId)?.number ?? '')) &&
      books.organization === organization,
  );
}

describe('a world of Acumatica and BILL', () => {
  it('gives an environment that reaches both systems, through proxies when asked', async () => {
    world = await simulateAcumaticaBill({ faults: true });
    const acumatica = new AcumaticaCaller(world.env);
    const bill = new BillCaller(world.env);
    world.proxies?.acumatica.follow(firstOf(/Ledger/, [{ kind: 'answer', status: 418 }]));
    expect((await acumatica.grant()).status).toBe(200);
    expect((await acumatica.get('Ledger')).status).toBe(418);
    expect((await acumatica.get('Ledger')).json[0].Description.value).toBe('Books of Brightwater');
    expect((await bill.login()).status).toBe(200);
    expect(Object.keys(world.systems)).toEqual(['acumatica', 'bill']);
    expect(world.documents()).toBeGreaterThan(130);
  });

  it('starts however harsh it is drawn, and is the same for the same seed', async () => {
    world = await simulateAcumaticaBill({ harsh: new Random(3) });
    const { auth, switches } = { auth: world.env['ACUMATICA_AUTH'], switches: world.acumatica.switches };
    await world.stop();
    world = await simulateAcumaticaBill({ harsh: new Random(3) });
    expect([world.env['ACUMATICA_AUTH'], world.acumatica.switches]).toEqual([auth, switches]);
    const caller = new AcumaticaCaller(world.env);
    expect([200, 204]).toContain((await (auth === 'cookie' ? caller.login() : caller.grant())).status);
    expect((await caller.get('Bill', { $top: 5 })).json).toHaveLength(5);
  });

  it('is quickly there with twenty thousand bills', async () => {
    const begun = performance.now();
    world = await startAcumaticaBillWorld({ size: 20_000 });
    expect(world.tenant.rows('Bill').all).toHaveLength(20_000);
    expect(performance.now() - begun).toBeLessThan(15_000);
  });
});

describe('the promises', () => {
  it('hold after a right integration, also once everything is paid', async () => {
    world = await startAcumaticaBillWorld({ size: 300 });
    integrate();
    expect(world.checkPromises()).toEqual([]);
    world.people.finish();
    expect(world.checkPromises().join('\n')).toContain('settled at BILL');
    for (const payment of payable()) pay(payment);
    expect(world.checkPromises()).toEqual([]);
  });

  it('tell what is missing, doubled, strange or coded wrongly', async () => {
    world = await startAcumaticaBillWorld();
    expect(world.checkPromises().join('\n')).toContain('has not arrived');
    integrate();
    const { organization } = world;
    const [bill] = organization.bills.all.filter((each) => each.number === 'BD-1001');
    if (bill === undefined) throw new Error('no bill');
    const [line] = bill.lines;
    if (line !== undefined) line.classifications = {};
    const again = (number: string, part: string) =>
      addBill(organization, {
        vendorId: bill.vendorId,
        dueDate: '2026-12-01',
        invoice: { invoiceNumber: number, invoiceDate: '2026-11-01' },
        billLineItems: [{ amount: exact(part) }],
      });
    again('BD-1002', '1.00');
    again('PO-000001', '580.00');
    again('BD-1010', '58.00');
    addVendor(organization, { name: 'Brightdesk Office Services LLC' });
    const found = world.checkPromises().join('\n');
    expect(found).toContain('is coded 60200/100 0.200, 61000/200 0.100 in Acumatica');
    expect(found).toContain('brightdeskofficeservicesllc|BD-1002 stands 2 times in BILL');
    expect(found).toContain('brightdeskofficeservicesllc|PO-000001 in BILL stands for nothing in Acumatica');
    expect(found).toContain('has arrived, although it should be parked:gl-account-unmapped');
    expect(found).toContain('vendor brightdeskofficeservicesllc stands 2 times in BILL, 1 are right');
  });

  it('tell a payment that is there twice, is not released, or was taken back at BILL only', async () => {
    world = await startAcumaticaBillWorld();
    integrate();
    world.people.finish();
    const [first, second] = payable().filter((payment) => payment.billPayments.length === 1);
    if (first === undefined || second === undefined) throw new Error('payments are missing');
    const checks = new Map(payable().map((payment) => [payment.id, pay(payment)]));
    const values = { ...checks.get(second.id)?.values, ReferenceNbr: '900001' };
    const copy = world.tenant.draft('Check', values, 'integration');
    world.tenant.insert(copy);
    world.payer.void(first);
    const found = world.checkPromises().join('\n');
    expect(found).toContain(`${second.id} stands`);
    expect(found).toMatch(/: 0 settled at BILL, [\d.]+ released in Acumatica/);
    world.tenant.change(copy, { Status: 'On Hold' });
    expect(world.checkPromises().join('\n')).toContain(
      'Payment 900001 in Acumatica was entered and not released',
    );
  });

  it('want what was reversed to be live in BILL no more, and what was voided to be open again', async () => {
    world = await startAcumaticaBillWorld();
    integrate();
    const random = new Random(7);
    for (let round = 0; round < 7; round += 1) world.people.correct(random);
    const kinds = Map.groupBy(world.books.changes, (change) => change.kind);
    expect([...kinds.keys()].sort()).toEqual([
      'paid-by-hand',
      'reclassified',
      'replaced',
      'reversed',
      'touched',
    ]);
    const reversed = (kinds.get('reversed') ?? [])[0]?.key ?? '';
    expect(world.checkPromises()).toContain(`${reversed} was reversed and is still to be paid`);
    expect(world.checkPromises().join('\n')).toContain('is coded');
    expect(world.changedLate().has(reversed)).toBe(true);
    for (const { key, kind } of world.books.changes) {
      const document = documentOf(key);
      const bill = world.organization.bills.all.find((each) => each.number === numberAtBill(document.values));
      if (bill === undefined) throw new Error(`no copy of ${key}`);
      if (kind === 'reversed' || kind === 'replaced') bill.archived = true;
      if (kind === 'reclassified' && bill.lines[0]) {
        bill.lines[0].classifications = {
          ...bill.lines[0].classifications,
          chartOfAccountId: idOf('chart-of-accounts', '62500'),
        };
      }
    }
    expect(world.checkPromises()).toEqual([]);
  });

  it('hold after a payment was voided on both sides', async () => {
    world = await startAcumaticaBillWorld();
    integrate();
    world.people.finish();
    const checks = payable().map((payment) => ({ payment, check: pay(payment) }));
    const single = checks.find(({ payment }) => payment.online);
    if (single === undefined) throw new Error('no payment');
    world.payer.void(single.payment);
    expect(world.checkPromises()).not.toEqual([]);
    releaseCheck(world.tenant, voidCheck(world.tenant, single.check, 'integration'));
    expect(world.checkPromises()).toEqual([]);
  });

  it('count sessions that were used and are still open', async () => {
    world = await startAcumaticaBillWorld();
    integrate();
    const caller = new AcumaticaCaller(world.env);
    await caller.login();
    expect(world.checkPromises()).toEqual([]);
    await caller.get('Ledger');
    expect(world.checkPromises()).toEqual(['1 sessions are left behind at Acumatica']);
    await caller.logout();
    expect(world.checkPromises()).toEqual([]);
  });
});

describe('the company', () => {
  it('adds up everywhere but where it is meant not to', async () => {
    world = await startAcumaticaBillWorld({ size: 500 });
    const off = world.tenant.rows('Bill').all.filter((document) => {
      const lines = rowsOf(document, 'Details').map((line) => amount(line, 'Amount'));
      return minus(sum([...lines, amount(document, 'TaxTotal')]), amount(document, 'Amount')) !== '0.00';
    });
    expect(off.map((document) => text(document, 'VendorRef'))).toEqual(['BD-1005']);
  });

  it.each([
    ['BRIGHTDESK', 'BD-1001', ['confirmed']],
    ['BRIGHTDESK', 'BD-1004', ['confirmed']],
    ['BRIGHTDESK', 'BD-1005', ['parked:amounts-differ']],
    ['BRIGHTDESK', 'BD-1008', ['parked:partly-paid']],
    ['BRIGHTDESK', 'BD-1009', ['confirmed', 'parked:partly-paid']],
    ['BRIGHTDESK', 'BD-1010', ['parked:gl-account-unmapped']],
    ['BRIGHTDESK', 'BD-1011', ['parked:gl-account-unmapped']],
    ['BRIGHTDESK', 'BD-1012', ['parked:department-unmapped']],
    ['BRIGHTDESK', 'BD-1013', ['parked:department-unmapped']],
    ['BRIGHTDESK', 'BD-1014', ['confirmed', 'parked:department-unmapped']],
    ['BRIGHTDESK', 'BD-1018', ['parked:currency-mismatch']],
    ['BRIGHTDESK', 'STATEMENT-2026-0000001', ['parked:number-too-long']],
    ['BRIGHTDESK', 'STATEMENT-2026-000001', ['confirmed']],
    ['BRIGHTDESK', 'BD-DM-1', ['confirmed']],
    ['BRIGHTDESK', 'BD-ONHOLD', ['ignored:not-approved']],
    ['BRIGHTDESK', 'BD-CLOSED', ['ignored:not-approved']],
    ['OMALLEY', '77501', ['confirmed']],
    ['OMALLEY', 'INV00417', ['confirmed', 'parked:near-duplicate']],
    ['SAKURA', '請求書-001', ['confirmed']],
    ['NOADDRESS', 'CC-1', ['parked:vendor-incomplete', 'parked:vendor-not-linked']],
    ['INACTIVE', 'BT-1', ['parked:vendor-inactive', 'parked:vendor-not-linked']],
    ['HANDMADE', 'TD-500', ['confirmed']],
    ['HANDMADE', 'TD-501', ['parked:number-in-use']],
  ])('expects of %s %s: %j', async (vendor, reference, accepts) => {
    world = await startAcumaticaBillWorld();
    const { Type, ReferenceNbr } = world.clerk.billOf(vendor, reference).values;
    const expected = world.expected.find((each) => each.key === `${Type}|${ReferenceNbr}`);
    expect(expected?.accepts).toEqual(accepts);
  });
});
