import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Connection } from '../../../runtime/connector/connection';
import type { JsonObject } from '../../../runtime/connector/json';
import { connectTo, operationContext } from '../../../tests/support/bill-connection';
import { SmallBill } from '../../../tests/support/small-bill';
import type { Row } from '../../../tests/support/small-bill-lists';

let server: SmallBill;
let connection: Connection;
let vendor: string;

beforeEach(async () => {
  server = await new SmallBill().start();
  connection = connectTo(server);
  vendor = String(server.add('vendors', '009', { name: 'Acme' })['id']);
});
afterEach(async () => {
  await connection.close();
  await server.stop();
});

function invoice(change: JsonObject = {}): JsonObject {
  return {
    vendorId: vendor,
    currency: 'USD',
    amount: '0.30',
    invoice: { invoiceNumber: 'A-17', invoiceDate: '2026-02-01' },
    dueDate: '2026-03-01',
    billLineItems: [
      { amount: '0.10', description: 'Bolts', classifications: { chartOfAccountId: '0ca1' } },
      {
        amount: '0.20',
        description: 'Nuts',
        classifications: { chartOfAccountId: '0ca2', departmentId: '0de1' },
      },
    ],
    ...change,
  };
}

const numbered = (invoiceNumber: string) =>
  invoice({ invoice: { invoiceNumber, invoiceDate: '2026-02-01' } });
const operation = () => connection.client.operations['upsert-bill'] ?? expect.fail();
const lookUp = (document = invoice(), options = {}) =>
  operation().lookUp(document, operationContext(connection, options));
const create = (document = invoice(), options = {}) =>
  operation().create(document, operationContext(connection, options));

/** A bill that was in BILL before. */
function seeded(change: Row = {}): Row {
  return server.add('bills', '00n', {
    vendorId: vendor,
    invoice: { invoiceNumber: 'A-17', invoiceDate: '2026-02-01' },
    dueDate: '2026-03-01',
    amount: 0.3,
    billLineItems: invoice()['billLineItems'],
    recordStatus: 'ACTIVE',
    ...change,
  });
}

describe('looking for a bill', () => {
  it('asks for vendor and number, and finds nothing', async () => {
    expect(await lookUp()).toEqual({ found: 'absent' });
    expect(server.seen('GET /v3/bills')[0]?.query.get('filters')).toBe(
      `vendorId:eq:${vendor},invoice.invoiceNumber:eq:A-17`,
    );
  });

  it('takes over one of the same number and amount (B9)', async () => {
    const bill = seeded({ amount: '0.300' });
    expect(await lookUp()).toMatchObject({
      found: 'present',
      ref: bill['id'],
      attributes: { number: 'A-17' },
    });
  });

  it('shows both when the number is in use with another amount (B10)', async () => {
    const bill = seeded({ amount: 0.31 });
    expect(await lookUp()).toMatchObject({
      found: 'conflict',
      reason: 'number-in-use',
      detail: { ours: { amount: '0.3' }, theirs: [{ id: bill['id'], amount: '0.31' }] },
    });
  });

  it('does not choose between two of the same amount', async () => {
    seeded();
    seeded();
    expect(await lookUp()).toMatchObject({ reason: 'number-in-use', detail: { theirs: [{}, {}] } });
  });

  it('keeps vendors, case and archived bills apart', async () => {
    seeded({ vendorId: '00902OTHER' });
    seeded({ invoice: { invoiceNumber: 'a-17' } });
    seeded({ archived: true, recordStatus: 'INACTIVE' });
    seeded({ archived: true, recordStatus: undefined });
    server.fault = (call) => {
      if (call.path === '/v3/bills') call.query.delete('filters');
      return undefined;
    };
    expect(await lookUp()).toEqual({ found: 'absent' });
  });

  it('takes a draft, which says it is archived, for a use of the number', async () => {
    seeded({ archived: true, recordStatus: 'DRAFT' });
    expect(await lookUp()).toMatchObject({
      reason: 'number-in-use',
      detail: { message: expect.stringContaining('draft') },
    });
    seeded({ archived: true, recordStatus: 'DRAFT_DELETED' });
    server.tables.bills.shift();
    expect(await lookUp()).toEqual({ found: 'absent' });
  });

  it('reads all bills of the vendor where BILL cannot filter by number, and remembers it', async () => {
    server.lists['bills'] = { filterable: ['vendorId'], sortable: [], mostRows: 2 };
    for (let n = 0; n < 5; n += 1) seeded({ invoice: { invoiceNumber: `B-${n}` } });
    const bill = seeded();
    expect(await lookUp()).toMatchObject({ ref: bill['id'] });
    expect(await lookUp()).toMatchObject({ ref: bill['id'] });
    const asked = server
      .seen('GET /v3/bills')
      .filter((call) => call.query.get('filters')?.includes('invoiceNumber'));
    expect(asked.map((call) => call.query.get('filters'))).toEqual([
      `vendorId:eq:${vendor},invoice.invoiceNumber:eq:A-17`,
      `vendorId:eq:${vendor},invoiceNumber:eq:A-17`,
    ]);
  });

  it('reads everything where BILL cannot filter at all', async () => {
    server.lists['bills'] = { filterable: [], sortable: [] };
    const bill = seeded();
    expect(await lookUp()).toMatchObject({ ref: bill['id'] });
  });

  it('begins anew when a page token dies, and does not blame the filter', async () => {
    server.lists['bills'] = { filterable: ['vendorId'], sortable: [], mostRows: 2 };
    for (let n = 0; n < 5; n += 1) seeded({ invoice: { invoiceNumber: `B-${n}` } });
    const bill = seeded();
    let refusals = 1;
    server.fault = (call) =>
      call.query.has('page') && refusals-- > 0 ? { status: 400, body: [{ message: 'damaged' }] } : undefined;
    expect(await lookUp()).toMatchObject({ ref: bill['id'] });
    expect(server.seen('GET /v3/bills').every((call) => call.query.has('filters'))).toBe(true);
  });

  it.each(['A,17', 'A:17', 'A "17"', "A'17", 'A 17', 'ÄÖ-17'])('finds the number %s', async (number) => {
    const bill = seeded({ invoice: { invoiceNumber: number } });
    expect(await lookUp(numbered(number))).toMatchObject({ found: 'present', ref: bill['id'] });
    expect(await lookUp(numbered(`${number}1`))).toEqual({ found: 'absent' });
  });

  it('sees through thin rows', async () => {
    const rules = server.lists['bills'] ?? expect.fail();
    server.lists['bills'] = { ...rules, hidden: ['invoice', 'amount', 'billLineItems'] };
    const bill = seeded();
    expect(await lookUp()).toMatchObject({ ref: bill['id'] });
  });

  it('says that its own bill is incomplete when BILL lost the accounts, and leaves other coding alone', async () => {
    const lines = [
      { amount: 0.1, description: 'Bolts' },
      { amount: 0.2, description: 'Nuts' },
    ];
    const withIds = lines.map((line, at) => ({ ...line, id: `bli${at}` }));
    const bill = seeded({ billLineItems: withIds });
    const found = await lookUp();
    expect(found).toMatchObject({ found: 'partial', ref: bill['id'] });
    if (found.found !== 'partial') return;
    const effect = await operation().resume?.(found, invoice(), operationContext(connection));
    expect(effect?.ref).toBe(bill['id']);
    expect(bill['billLineItems']).toMatchObject([
      { id: 'bli0', classifications: { chartOfAccountId: '0ca1' } },
      { id: 'bli1', classifications: { chartOfAccountId: '0ca2', departmentId: '0de1' } },
    ]);
    bill['billLineItems'] = lines.map((line) => ({ ...line, classifications: { chartOfAccountId: '0ca9' } }));
    expect(await lookUp()).toMatchObject({ found: 'present' });
  });

  it('is taken as it is when its payment is scheduled before the coding arrives', async () => {
    const lines = [
      { id: 'bli0', amount: 0.1, description: 'Bolts' },
      { id: 'bli1', amount: 0.2, description: 'Nuts' },
    ];
    const bill = seeded({ billLineItems: lines });
    server.fault = ({ method }) => {
      if (method !== 'PATCH') return undefined;
      Object.assign(bill, { paymentStatus: 'SCHEDULED', scheduledAmount: 100 });
      const message = 'Bill with a scheduled or made payment cannot be changed.';
      return { status: 422, body: [{ code: 'BDC_1143', severity: 'ERROR', message }] };
    };
    const found = await lookUp();
    if (found.found !== 'partial') return expect.fail();
    const effect = await operation().resume?.(found, invoice(), operationContext(connection));
    expect(effect?.ref).toBe(bill['id']);
  });
});

describe('a bill that cannot be sent', () => {
  it('has a number over 21 characters: parked, or shortened with a hash and named in full', async () => {
    const number = 'INVOICE-2026-000000001';
    expect(await lookUp(numbered(number))).toMatchObject({
      reason: 'number-too-long',
      detail: { number, length: 22, maximum: 21 },
    });
    expect(server.calls).toEqual([]);
    const options = { numberTooLong: 'shorten' };
    expect(await lookUp(numbered(number), options)).toEqual({ found: 'absent' });
    const { ref, attributes } = await create(numbered(number), options);
    expect(attributes?.['number']).toMatch(/^INVOICE-2026-[0-9A-F]{8}$/);
    expect(attributes?.['number']).toHaveLength(21);
    expect(server.seen('POST /v3/bills')[0]?.body['description']).toBe(`Invoice ${number}`);
    expect(await lookUp(numbered(number), options)).toMatchObject({ found: 'present', ref });
    const other = numbered('INVOICE-2026-000000002');
    expect(await lookUp(other, options)).toEqual({ found: 'absent' });
  });

  it('is in a currency that the vendor does not hold (D4)', async () => {
    expect(await lookUp(invoice({ currency: 'EUR' }))).toMatchObject({
      reason: 'currency-mismatch',
      detail: { documentCurrency: 'EUR', vendorCurrency: 'USD' },
    });
  });

  it('has a vendor that is archived or gone; one that came back is seen at once (C4)', async () => {
    const row = server.tables.vendors[0] ?? expect.fail();
    row['archived'] = true;
    expect(await lookUp()).toMatchObject({ reason: 'vendor-inactive' });
    row['archived'] = false;
    expect(await lookUp()).toEqual({ found: 'absent' });
    expect(await lookUp(invoice({ vendorId: '009GONE' }))).toMatchObject({ reason: 'vendor-not-linked' });
  });

  it('has a vendor that was made a moment ago and does not show yet', async () => {
    let seconds = 0;
    connection = connectTo(server, {}, () => new Date(Date.UTC(2026, 1, 1, 12, 0, seconds++)));
    let late = 4;
    server.fault = (call) => {
      if (!/^\/v3\/vendors\/./.test(call.path) || late === 0) return undefined;
      late -= 1;
      return { status: 404, body: [{ code: 'BDC_1120', severity: 'ERROR', message: 'No data found' }] };
    };
    expect(await lookUp()).toEqual({ found: 'absent' });
    expect(late).toBe(0);
  });

  it('has lines that do not add up, are finer than the currency, or are negative in sum (D1, D3, D9)', async () => {
    expect(await lookUp(invoice({ amount: '0.31' }))).toMatchObject({ reason: 'amounts-differ' });
    const yen = { currency: 'JPY', amount: '100.5', billLineItems: [{ amount: '100.5' }] };
    expect(await lookUp(invoice(yen))).toMatchObject({
      reason: 'amounts-differ',
      detail: { currency: 'JPY' },
    });
    const negative = { amount: '-5', billLineItems: [{ amount: '-5' }] };
    expect(await lookUp(invoice(negative))).toMatchObject({ reason: 'schema-failed' });
  });
});
