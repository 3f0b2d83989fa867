import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { validator } from '../../runtime/connector/schema';
import {
  connectTo,
  readContext,
  readRows,
  type TestConnection,
} from '../../tests/support/airbase-connection';
import { SmallAirbase } from '../../tests/support/small-airbase';
import { paymentRow } from './row-schemas';

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
  connection.client.streams['spend-payments']?.get?.(String(id), readContext(connection));

describe('payments among the ledger entries', () => {
  const pay = (bills: readonly unknown[], total_amount: string) =>
    server.addEntry({
      type: 'bill_payment',
      invoice_number: null,
      payment_entry_date: '2026-01-20T12:00:00.123456',
      total_amount,
      applied_to: bills.map((id) => ({ id, airbase_id: id, transaction_type: 'bill' })),
    });

  it('are given alone, with what they settle', async () => {
    const bill = server.addEntry();
    const payment = pay([bill['airbase_id']], '125.5');
    const [row, ...others] = await readRows(connection, 'spend-payments');
    expect(others).toEqual([]);
    expect(row).toMatchObject({
      key: payment['airbase_id'],
      company: 'EPIC06',
      data: { source: 'ledger', kind: 'bill-payment', payment_date: '2026-01-20', amount: '125.5' },
    });
    const data = (await whole(payment['airbase_id'])) ?? {};
    expect(validator(paymentRow)(data)).toEqual([]);
    expect(data).toMatchObject({
      status: 'paid',
      state: 'ready',
      applied_to: [
        { airbase_id: bill['airbase_id'], kind: 'bill', amount: '125.5', invoice_number: 'INV-1' },
      ],
    });
  });

  it('of several say how much went to each only where it adds up (E5)', async () => {
    const [one, two] = [
      server.addEntry({ total_amount: '10.10' }),
      server.addEntry({ total_amount: '20.20' }),
    ];
    const bills = [one['airbase_id'], two['airbase_id']];
    const exact = await whole(pay(bills, '30.3')['airbase_id']);
    expect(exact?.['applied_to']).toMatchObject([{ amount: '10.10' }, { amount: '20.20' }]);
    const partial = await whole(pay(bills, '25')['airbase_id']);
    expect(JSON.stringify(partial?.['applied_to'])).not.toContain('amount');
  });

  it('that name no entry say so, and what went where is left out', async () => {
    const payment = await whole(pay([null, 'gone'], '30.3')['airbase_id']);
    expect(payment?.['applied_to']).toHaveLength(2);
    expect(JSON.stringify(payment?.['applied_to'])).not.toContain('amount');
    expect(server.calls.filter(({ path }) => path.endsWith('//'))).toEqual([]);
  });

  it('count a credit against what they paid, whether or not it has its sign (E5)', async () => {
    const bill = server.addEntry({ total_amount: '30.3' });
    const credits = ['vendor_credit', 'bill'].map((type, at) =>
      server.addEntry({ type, total_amount: at === 0 ? '10.1' : '-10.1' }),
    );
    for (const credit of credits) {
      const payment = await whole(pay([bill['airbase_id'], credit['airbase_id']], '20.2')['airbase_id']);
      expect(payment?.['applied_to']).toMatchObject([{ amount: '30.3' }, { amount: '-10.1' }]);
    }
  });
});

describe('payments of the spend API', () => {
  const payment = {
    id: 'pay-1',
    bill_ids: ['b1'],
    vendor: { id: 'v1', name: 'Acme', erp_reference_id: 'ACME' },
    amount: '125.5',
    currency: 'USD',
    method: 'check',
    status: 'paid',
    payment_date: '2026-01-20',
    check_number: '1001',
    updated_at: '2026-01-20T10:00:00Z',
  };

  beforeEach(async () => {
    server.spend = { payments: [payment], bills: [{ id: 'b1', invoice_number: 'INV-9' }] };
    await connection.close();
    connection = connectTo(server.url, { spendApi: true, paymentsFrom: 'spend' });
  });

  it('have the same fields, and the numbers of their bills', async () => {
    const [row] = await readRows(connection, 'spend-payments');
    expect(row).toMatchObject({ key: 'pay-1', data: { source: 'spend', currency_code: 'USD' } });
    const data = (await whole('pay-1')) ?? {};
    expect(validator(paymentRow)(data)).toEqual([]);
    expect(data).toMatchObject({
      reference: '1001',
      method: 'check',
      payee: { airbase_id: 'v1', erp_reference_id: 'ACME' },
      applied_to: [{ airbase_id: 'b1', kind: 'bill', amount: '125.5', invoice_number: 'INV-9' }],
    });
  });

  it('of several bills say how much went to each only where it adds up, and stand in no queue (E5)', async () => {
    const bills = ['80', '45.5'].map((total_amount, at) => ({ id: `b${at}`, total_amount }));
    server.spend = { payments: [{ ...payment, bill_ids: ['b0', 'b1'] }], bills };
    const exact = await whole('pay-1');
    expect(exact?.['applied_to']).toMatchObject([{ amount: '80' }, { amount: '45.5' }]);
    expect(exact).not.toHaveProperty('state');
    server.spend = { payments: [{ ...payment, bill_ids: ['b0', 'b1'], amount: '100' }], bills };
    const partial = await whole('pay-1');
    expect(JSON.stringify(partial?.['applied_to'])).not.toContain('amount');
  });

  it('are found in the list where Airbase gives none by its id', async () => {
    server.fault = ({ path }) => (path === '/payments/pay-1/' ? { status: 404, body: {} } : undefined);
    expect(await whole('pay-1')).toMatchObject({ id: 'pay-1' });
    expect(await whole('pay-2')).toBeUndefined();
  });
});
