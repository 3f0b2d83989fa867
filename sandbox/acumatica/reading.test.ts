import { afterEach, describe, expect, it } from 'vitest';
import { AcumaticaCaller } from '../world/acumatica-caller';
import { type AcumaticaBillWorld, startAcumaticaBillWorld } from '../worlds/acumatica-bill';
import type { AcumaticaSwitches } from './switches';

let world: AcumaticaBillWorld;
afterEach(() => world.stop());

async function start(
  acumaticaSwitches: Partial<AcumaticaSwitches> = {},
  size?: number,
): Promise<AcumaticaCaller> {
  world = await startAcumaticaBillWorld({ acumaticaSwitches, ...(size === undefined ? {} : { size }) });
  const caller = new AcumaticaCaller(world.env);
  await caller.grant();
  return caller;
}

// biome-ignore lint/suspicious/noExplicitAny: rows of any entity
const numbers = (rows: any[]) => rows.map((row) => `${row.Type.value} ${row.ReferenceNbr.value}`);

describe('a record', () => {
  it('wraps every value, leaves empty ones without, and system fields bare', async () => {
    const caller = await start();
    const bill = world.clerk.billOf('OMALLEY', 'INV-00417');
    const number = String(bill.values['ReferenceNbr']);
    const { json } = await caller.get(`Bill/Bill/${number}`, { $expand: 'Details' });
    expect(json).toMatchObject({
      id: bill.id,
      rowNumber: 1,
      note: { value: '' },
      VendorRef: { value: 'INV-00417' },
      Hold: { value: false },
      custom: {},
    });
    expect(json.Amount.value.text).toBe('417.0000');
    expect(json.Details[0].InventoryID).toEqual({});
    expect(json.Details[0].Description).toEqual({ value: 'Account 61000' });
    expect(json.Details[0].TransactionDescription).toEqual({ value: 'Hosting, monthly' });
    expect(json._links.self).toBe(`/Site/entity/Default/24.200.001/Bill/${bill.id}`);
    expect((await caller.get(`Bill/${bill.id}`)).json.ReferenceNbr.value).toBe(number);
    expect((await caller.get(`Bill/Bill/${number}`)).json).not.toHaveProperty('Details');
  });

  it('has its dates and times in the zone of the user', async () => {
    const caller = await start({ zone: 'Pacific/Auckland' });
    const bill = world.clerk.billOf('OMALLEY', 'INV-00417');
    world.tenant.change(bill, { Date: '2025-07-01' });
    bill.values['LastModifiedDateTime'] = Date.parse('2025-07-01T12:30:41.170Z');
    const { json } = await caller.get(`Bill/${bill.id}`);
    expect(json.Date.value).toBe('2025-07-01T00:00:00+12:00');
    expect(json.LastModifiedDateTime.value).toBe('2025-07-02T00:30:41.17+12:00');
  });

  it.each([500, 404] as const)(
    'that is not there is told by its exception, status %i',
    async (missingStatus) => {
      const caller = await start({ missingStatus });
      const { status, json } = await caller.get('Bill/Bill/999999');
      expect([status, json.exceptionType]).toEqual([
        missingStatus,
        'PX.Api.ContractBased.NoEntitySatisfiesTheConditionException',
      ]);
    },
  );

  it('shows nested entities and custom fields when they are asked for', async () => {
    const caller = await start();
    const vendor = await caller.get('Vendor/SAKURA', {
      $expand: 'MainContact,MainContact/Address',
      $select: 'VendorName,MainContact/Email,MainContact/Address/City',
    });
    expect(vendor.json.MainContact).toMatchObject({
      Email: { value: 'ap@sakura.example' },
      Address: { City: { value: '東京都' } },
    });
    expect(vendor.json).not.toHaveProperty('Status');
    const bill = await caller.get('Bill', { $top: 1, $custom: 'Document.UsrPaidBy' });
    expect(bill.json[0].custom).toEqual({
      Document: { UsrPaidBy: { type: 'CustomStringField', value: null } },
    });
  });
});

describe('a list', () => {
  it('14: pages by skip and top over the keys, everything once', async () => {
    const caller = await start({}, 200);
    const seen: string[] = [];
    for (let skip = 0; ; skip += 60) {
      const { json } = await caller.get('Bill', { $top: 60, $skip: skip });
      seen.push(...numbers(json));
      if (json.length < 60) break;
    }
    expect(seen).toHaveLength(200);
    expect(seen).toEqual([...new Set(seen)].sort());
    expect(numbers((await caller.get('Bill')).json)).toHaveLength(200);
  });

  it('A4: has no order that one could ask for', async () => {
    const caller = await start({ listOrder: 'unstable' });
    const read = async () => numbers((await caller.get('Bill', { $orderby: 'ReferenceNbr' })).json).join();
    expect(await read()).not.toBe(await read());
  });

  it('cannot be optimized with some expansions, and says which', async () => {
    const caller = await start();
    for (const [entity, list] of [
      ['Bill', 'Applications'],
      ['Check', 'History'],
      ['Vendor', 'PaymentInstructions'],
    ] as const) {
      const { status, json } = await caller.get(entity, { $expand: list, $top: 1 });
      expect(status).toBe(500);
      expect(json.exceptionType).toContain('CannotOptimizeException');
      expect(json.exceptionMessage).toMatch(
        new RegExp(`^Optimization cannot be performed.*\r\n${list}\\.\\w+: View \\w+ has BQL delegate`),
      );
    }
    expect((await caller.get('Bill', { $expand: 'Details', $top: 1 })).json[0].Details).not.toEqual([]);
    const closed = world.tenant.rows('Check').all.find((check) => check.values['Status'] === 'Closed');
    const check = await caller.get(`Check/${closed?.id}`, { $expand: 'History,Details' });
    expect([check.json.History.length, check.json.Details]).toEqual([1, []]);
  });

  it('does not show what was entered a moment ago', async () => {
    const caller = await start({ listLagMs: 10_000 });
    const made = world.clerk.copyBill(world.clerk.billOf('OMALLEY', 'INV-00417'), 'LATE-1');
    const filter = { $filter: "VendorRef eq 'LATE-1'" };
    expect((await caller.get('Bill', filter)).json).toEqual([]);
    expect((await caller.get(`Bill/${made.id}`)).status).toBe(200);
    world.clock.advance(10_001);
    expect((await caller.get('Bill', filter)).json).toHaveLength(1);
  });

  it('A2: may show a late commit with a stamp of before', async () => {
    const caller = await start();
    const early = world.clock.now() - 5_000;
    world.clerk.touchBills(3);
    world.clerk.copyBill(world.clerk.billOf('OMALLEY', 'INV-00417'), 'LATE-1', early);
    const since = (ms: number) => ({
      $filter: `LastModifiedDateTime ge datetimeoffset'${new Date(ms).toISOString()}'`,
      $select: 'VendorRef',
    });
    expect((await caller.get('Bill', since(early + 1))).json).toHaveLength(3);
    expect((await caller.get('Bill', since(early))).json).toHaveLength(4);
  });
});

describe('a filter', () => {
  const found = async (caller: AcumaticaCaller, $filter: string, entity = 'Bill') =>
    (await caller.get(entity, { $filter })).json.length;

  it('compares, joins and searches as OData v3 does', async () => {
    const caller = await start();
    expect(await found(caller, "Vendor eq 'OMALLEY' and VendorRef eq 'O''M-77' and Type eq 'Bill'")).toBe(1);
    expect(await found(caller, "(VendorRef eq '77501' or VendorRef eq 'BD-1001') and Status eq 'Open'")).toBe(
      3,
    );
    expect(await found(caller, 'Amount gt 2675.4M and Amount le 2675.49 and Hold eq false')).toBe(1);
    expect(await found(caller, "substringof('translation',VendorName)", 'Vendor')).toBe(2);
    expect(await found(caller, "startswith(VendorRef,'INV')")).toBeGreaterThan(1);
    expect(await found(caller, "MainContact/Email eq 'ap@sakura.example'", 'Vendor')).toBe(1);
    expect(await found(caller, "cf.String(f='Document.UsrPaidBy') eq 'x'")).toBe(0);
  });

  it('does not find documents by their lines', async () => {
    const caller = await start();
    expect(await found(caller, "Details/Account eq '61000'")).toBe(0);
  });

  it.each([
    ['a quoted boolean', "Hold eq 'false'"],
    ['a quoted number', "Amount gt '10'"],
    ['a function of v4', "contains(VendorRef,'BD')"],
    ['a date without a type', 'LastModifiedDateTime ge 2025-03-01'],
    ['a date literal of newer versions', "Date ge date'2025-03-01'"],
    ['a field that is not there', "InvoiceNbr eq 'x'"],
    ['no end', "VendorRef eq 'x' and"],
  ])('is refused with 500: %s', async (_title, $filter) => {
    const caller = await start();
    const { status, json } = await caller.get('Bill', { $filter });
    expect([status, json.exceptionType]).toEqual([500, 'Microsoft.Data.OData.ODataException']);
  });

  it('loses the plus of an offset that is not encoded', async () => {
    const caller = await start();
    const literal = "datetimeoffset'2025-03-01T10:00:00+00:00'";
    const url = `${caller.root}/Bill?$filter=LastModifiedDateTime%20ge%20${literal}`;
    expect((await fetch(url, { headers: caller.headers })).status).toBe(500);
    expect(await found(caller, `LastModifiedDateTime ge ${literal}`)).toBeGreaterThan(10);
  });
});

describe('rights', () => {
  it('G8: are missing for one entity, for writing, or for a feature that is off', async () => {
    const caller = await start({ forbidden: ['PUT Check', 'Ledger'], subaccountsFeature: false });
    const check = await caller.put('Check', { Type: { value: 'Payment' } });
    const statuses = [
      check,
      await caller.get('Ledger'),
      await caller.get('Subaccount'),
      await caller.get('Check'),
    ];
    expect(statuses.map((reply) => reply.status)).toEqual([403, 403, 403, 200]);
  });
});
