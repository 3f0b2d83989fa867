import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { validator } from '../../runtime/connector/schema';
import {
  connectTo,
  readContext,
  readRows,
  type TestConnection,
} from '../../tests/support/airbase-connection';
import { SmallAirbase } from '../../tests/support/small-airbase';
import { ledgerEntryRow } from './row-schemas';

let server: SmallAirbase;
let connection: TestConnection;

beforeEach(async () => {
  server = await new SmallAirbase().start();
  connection = connectTo(server.url);
});
afterEach(async () => {
  await connection.close();
  await server.stop();
});

const whole = (id: unknown) =>
  connection.client.streams['ledger-entries']?.get?.(String(id), readContext(connection));
const settled = { amount: '25', currency: { iso_code: 'USD' } };

describe('a ledger entry', () => {
  it.each([
    ['bill', {}, { kind: 'bill', reversal: false, settled: false }],
    ['bill', { total_amount: '-125.5' }, { kind: 'bill', reversal: true }],
    ['vendor_credit', { total_amount: '125.5' }, { kind: 'bill', reversal: true }],
    ['reimbursement', {}, { kind: 'reimbursement' }],
    ['virtual_card_expense', { amounts: { settlement_amount: settled } }, { kind: 'card', settled: true }],
    ['physical_card_expense', { amounts: { settlement_amount: null } }, { kind: 'card', settled: false }],
    [
      'physical_card_expense',
      { amounts: { settlement_amount: { ...settled, amount: null } } },
      { kind: 'card', settled: false },
    ],
    ['virtual_card_refund', {}, { kind: 'card', reversal: true }],
    ['bill_payment', {}, { kind: 'bill-payment' }],
    ['reimbursement_payment', {}, { kind: 'reimbursement-payment' }],
    ['transfer', {}, { kind: 'transfer' }],
    ['platform_fee', {}, { kind: 'unknown' }],
  ])('of the type %s %j is %j', async (type, change, expected) => {
    server.addEntry({ type, ...change });
    const [row] = await readRows(connection, 'ledger-entries');
    expect(row?.data).toMatchObject(expected);
  });

  it('may be of types that the connection names', async () => {
    await connection.close();
    connection = connectTo(server.url, { billTypes: 'invoice, BILL' });
    server.addEntry({ type: 'invoice' });
    server.addEntry({ type: 'Bill' });
    const rows = await readRows(connection, 'ledger-entries');
    expect(rows.map(({ data }) => data['kind'])).toEqual(['bill', 'bill']);
  });

  it.each(['0', '25', '12.5', '100.25', '0.00001', '90071992547409.93', '-3.10'])(
    'keeps the amount %s to the digit',
    async (amount) => {
      server.addEntry({ total_amount: amount });
      const [row] = await readRows(connection, 'ledger-entries');
      expect(row?.data['total_amount']).toBe(amount);
    },
  );

  it('whose amount is none keeps no other from being read (A10)', async () => {
    for (const total_amount of ['1,234.50', '-1,234.50', 'n/a', 12.5, null])
      server.addEntry({ total_amount });
    const rows = await readRows(connection, 'ledger-entries');
    const totals = rows.map(({ data }) => data['total_amount']).sort();
    expect(totals).toEqual(['-1,234.50', '1,234.50', '12.5', 'n/a', undefined]);
  });

  it.each(['2026-01-05T00:00:00', '2026-01-05T23:59:59.999999', '2026-01-05'])(
    'has the day of %s in every time zone (D7)',
    async (entry_date) => {
      const zone = process.env['TZ'];
      server.addEntry({ entry_date });
      try {
        for (const each of ['Pacific/Kiritimati', 'Pacific/Pago_Pago', 'UTC']) {
          process.env['TZ'] = each;
          const [row] = await readRows(connection, 'ledger-entries');
          expect(row?.data['entry_date']).toBe('2026-01-05');
        }
      } finally {
        if (zone === undefined) delete process.env['TZ'];
        else process.env['TZ'] = zone;
      }
    },
  );

  it('is as declared, in the list and whole, without the link to its receipt', async () => {
    const { airbase_id: id } = server.addEntry();
    const [row] = await readRows(connection, 'ledger-entries');
    const entry = (await whole(id)) ?? {};
    for (const data of [row?.data ?? {}, entry]) {
      expect(validator(ledgerEntryRow)(data)).toEqual([]);
      expect(JSON.stringify(data)).not.toContain('signature');
    }
    expect(entry).toMatchObject({
      state: 'ready',
      status: 'sync_ready',
      belongs: 'here',
      currency_code: 'USD',
      document_number: 'INV-1',
      payee: { airbase_id: 'v1', erp_reference_id: 'ACME' },
      expense_list: [{ amount: '125.5', account: { erp_reference_id: '6100-00' } }],
    });
    expect(row).toMatchObject({ key: id, company: 'EPIC06' });
  });

  it('has its id and links under the old names or the new ones', async () => {
    const entry = server.addEntry();
    entry['airbase_id'] = undefined;
    entry['airbase_url'] = undefined;
    Object.assign(entry, {
      url: 'https://neutral.example',
      vendor: { id: 'v2', name: 'Acme', erp_reference_id: 'A' },
      applied_to: [{ id: 'e9', transaction_type: 'bill' }],
    });
    const [row] = await readRows(connection, 'ledger-entries');
    expect(row).toMatchObject({
      key: entry['id'],
      data: {
        airbase_id: entry['id'],
        airbase_url: 'https://neutral.example',
        vendor: { airbase_id: 'v2' },
        applied_to: [{ airbase_id: 'e9', kind: 'bill' }],
      },
    });
  });

  it('has its number without the spaces around it', async () => {
    server.addEntry({ invoice_number: ' 000 17 ' });
    const [row] = await readRows(connection, 'ledger-entries');
    expect(row?.data['document_number']).toBe('000 17');
  });

  it('finds its purchase order in the notes only where the connection says how', async () => {
    server.addEntry();
    const [silent] = await readRows(connection, 'ledger-entries');
    expect(silent?.data['po_number']).toBeUndefined();
    await connection.close();
    connection = connectTo(server.url, { orderPattern: 'PO[#: ]*(\\d+)' });
    const [row] = await readRows(connection, 'ledger-entries');
    expect(row?.data['po_number']).toBe('4711');
  });

  it('of another subsidiary says so, and none is guessed where there are several (I2)', async () => {
    server.masters['subsidiaries']?.push({ airbase_id: 'sub-2', erp_reference_id: 'EPIC07', name: 'Other' });
    server.addEntry();
    server.addEntry({ subsidiary: { erp_reference_id: 'EPIC07', name: 'Other' } });
    server.addEntry({ subsidiary: null });
    const unsaid = await readRows(connection, 'ledger-entries');
    expect(new Set(unsaid.map(({ data }) => data['belongs']))).toEqual(new Set(['unknown']));
    await connection.close();
    connection = connectTo(server.url, { subsidiary: 'EPIC06' });
    const said = await readRows(connection, 'ledger-entries');
    expect(said.map(({ company, data }) => [company, data['belongs']]).sort()).toEqual([
      ['EPIC06', 'here'],
      ['EPIC06', 'here'],
      ['EPIC07', 'elsewhere'],
    ]);
  });

  it('that was taken back or deleted is gone', async () => {
    const { airbase_id: id } = server.addEntry();
    server.entries.length = 0;
    expect(await whole(id)).toBeUndefined();
  });
});

describe('our own mark', () => {
  it('is no change of the entry, however it is read (B18)', async () => {
    const entry = server.addEntry();
    const [before] = await readRows(connection, 'ledger-entries');
    Object.assign(entry, { status: 'sync_complete', erp_reference_id: 'EPIC06|1|A', error_message: null });
    const [after] = await readRows(connection, 'ledger-entries', { full: true });
    expect(after?.data).toEqual(before?.data);
  });

  it('tells apart the times that an entry stands in the queue', async () => {
    const entry = server.addEntry();
    const [first] = await readRows(connection, 'ledger-entries');
    expect(first?.data['round']).toBeUndefined();
    Object.assign(entry, { erp_reference_id: 'EPIC06|1|A' });
    const [again] = await readRows(connection, 'ledger-entries');
    Object.assign(entry, { erp_reference_id: null, error_message: 'no such vendor' });
    const [third] = await readRows(connection, 'ledger-entries');
    const rounds = [again, third].map((row) => row?.data['round']);
    expect(new Set(rounds).size).toBe(2);
    expect(rounds).not.toContain(undefined);
  });
});

describe('the bill of the spend API', () => {
  const bill = {
    id: 'b1',
    number: 'AB-77',
    invoice_number: 'INV-1',
    vendor: { id: 'v1' },
    approval_status: 'approved',
    sync_status: 'sync_ready',
    due_date: '2026-02-04',
    purchase_order: { id: 'p', po_number: '4712', erp_reference_id: '4712' },
    lines: [{ line_number: 1, po_line_number: 2, amount: '125.5', tax_amount: '0' }],
  };

  it('adds due date, approval and purchase order where the connection has it', async () => {
    server.spend = { bills: [bill] };
    const { airbase_id: id } = server.addEntry();
    expect(await whole(id)).not.toHaveProperty('spend');
    await connection.close();
    connection = connectTo(server.url, { spendApi: true });
    const entry = await whole(id);
    expect(entry).toMatchObject({
      po_number: '4712',
      spend: { approval_status: 'approved', due_date: '2026-02-04', lines: [{ po_line_number: 2 }] },
    });
    expect(validator(ledgerEntryRow)(entry ?? {})).toEqual([]);
  });

  it('is not guessed where two could be it', async () => {
    server.spend = { bills: [bill, { ...bill, id: 'b2' }] };
    const { airbase_id: id } = server.addEntry();
    await connection.close();
    connection = connectTo(server.url, { spendApi: true });
    expect(await whole(id)).not.toHaveProperty('spend');
  });
});
