import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Connection } from '../../../runtime/connector/connection';
import { validator } from '../../../runtime/connector/schema';
import {
  connectTo,
  pagesOf,
  payment,
  readContext,
  rowsOf,
  streamOf,
} from '../../../tests/support/avidxchange-connection';
import { type Row, SmallAvidXchange } from '../../../tests/support/small-avidxchange';
import { manifest } from '../manifest';

let server: SmallAvidXchange;
let connection: Connection;

beforeEach(async () => {
  server = await new SmallAvidXchange().start();
  connection = connectTo(server.url);
});
afterEach(async () => {
  await connection.close();
  await server.stop();
});

const today = { options: { lookBackDays: 1 } };

async function only(more: Row, config: Record<string, unknown> = {}) {
  server.payments.splice(0, server.payments.length, payment(1, more));
  const other = connectTo(server.url, config);
  const rows = await rowsOf(other, 'payments', today);
  await other.close();
  return rows[0] ?? expect.fail('no payment came');
}

describe('payments', () => {
  it('that ended say the day they did, which a live one does not (E1)', async () => {
    const changed = { LastModifiedDate: '2026-03-02T23:59:59.123' };
    const ended = await only({ Status: { Id: 90, Description: 'Returned' }, ...changed });
    expect(ended).toMatchObject({ state: 'void', voided: '2026-03-02', date: '2026-03-01' });
    expect(await only(changed)).not.toHaveProperty('voided');
  });

  it('that ended come before the others, whose invoices they leave open again (E8)', async () => {
    const ended = { Status: { Id: 90, Description: 'Void' } };
    server.payments.push(payment(4), payment(3), payment(2, ended), payment(1));
    const rows = await pagesOf(connection, 'payments', today);
    expect(rows.flatMap((page) => page.rows.map(({ key }) => key))).toEqual(['2', '4', '3', '1']);
  });

  it('that were settled weeks ago are looked at again once a day, for money that came back (E1)', async () => {
    const long = { LastModifiedDate: '2026-02-01T10:00:00' };
    server.payments.push(payment(1, long));
    const options = { lookBackDays: 60, lookAgainDays: 60 };
    await pagesOf(connection, 'payments', { options });
    server.payments.splice(0, 1, payment(1, { ...long, Status: { Id: 90, Description: 'Returned' } }));
    const cursor = { through: '2026-03-01' };
    server.calls.length = 0;
    const rows = await rowsOf(connection, 'payments', { options, cursor });
    expect(rows.at(-1)).toMatchObject({ PaymentId: '1', state: 'void' });
    const asked = server.seen('GET /payments').map(({ query }) => query.get('lastModifiedFrom'));
    expect(asked).toEqual(['2026-01-01', '2026-01-31', '2026-03-02']);
    await rowsOf(connection, 'payments', { options, cursor: { through: '2026-03-02' } });
    expect(server.seen('GET /payments')).toHaveLength(4);
  });

  it('come by days in UTC, with amounts as decimal text and days as days', async () => {
    server.payments.push(payment(1));
    const [page] = await pagesOf(connection, 'payments', today);
    expect(page?.cursor).toEqual({ through: '2026-03-02' });
    const [call] = server.seen('GET /payments');
    expect(Object.fromEntries(call?.query ?? [])).toEqual({
      lastModifiedFrom: '2026-03-01',
      lastModifiedTo: '2026-03-02',
      pageSize: '100',
    });
    expect(page?.rows).toEqual([
      {
        key: '1',
        company: 'EPIC06',
        data: {
          PaymentId: '1',
          Number: '60001',
          CheckNumber: '1001',
          AvidPayChecknumber: '3777001',
          CurrencyCode: 'USD',
          BatchId: 'AP 2026/03/01 #7',
          PayeeExternalCode: '1042|MAIN',
          PayeeName: 'Acme Steel',
          Amount: '125.5',
          Status: { Id: '27', Description: 'Cleared' },
          PaymentMethod: { Id: '1', Description: 'AvidPay Check' },
          PaymentDate: '2026-02-20',
          IssuedDate: '2026-02-24',
          ClearedDate: '2026-03-01',
          Invoices: [
            {
              InvoiceNumber: 'INV-77',
              ExternalInvoiceId: 'EPIC06|1042|INV-77',
              InvoiceAmount: '125.5',
              paid: '125.5',
            },
          ],
          state: 'settled',
          method: 'check',
          reference: '3777001',
          date: '2026-03-01',
          vendorCode: '1042',
          addressCode: 'MAIN',
        },
      },
    ]);
    expect(validator(manifest.streams['payments']?.row ?? {})(page?.rows[0]?.data ?? null)).toEqual([]);
  });

  it('that were only touched are the same rows as before', async () => {
    const before = await only({});
    expect(await only({ LastModifiedDate: '2026-03-02T08:00:00', HasClearedCheckImages: true })).toEqual(
      before,
    );
  });

  it.each([
    ['Cleared', 'settled'],
    ['CLEARED', 'settled'],
    ['Issued to Supplier', 'pending'],
    ['ACH Credit Issued', 'pending'],
    ['Funds Received', 'pending'],
    ['Void', 'void'],
    ['Returned', 'void'],
    ['Something New', 'pending'],
  ])('in status %s are %s', async (Description, state) => {
    expect(await only({ Status: { Id: 99, Description } })).toMatchObject({ state });
  });

  it('may name their status and method barely', async () => {
    expect(await only({ Status: 'Cleared', PaymentMethod: 'AvidPay Direct' })).toMatchObject({
      Status: { Description: 'Cleared' },
      state: 'settled',
      method: 'ach',
    });
  });

  it('may give their status by its number alone, as far as the number is known', async () => {
    const state = async (Status: unknown) => (await only({ Status }))['state'];
    expect(await state({ Id: 27 })).toBe('settled');
    expect(await state({ Id: '27', Description: null })).toBe('settled');
    expect(await state(27)).toBe('settled');
    expect(await state({ Id: 27, Description: 'Void' })).toBe('void');
    expect(await state({ Id: 27, Description: 'Processing' })).toBe('pending');
    expect(await state({ Id: 14 })).toBe('pending');
    const issued = await only({ Status: { Id: 14 } }, { settledStatuses: 'Cleared, Issued to Supplier' });
    expect(issued).toMatchObject({ state: 'settled', Status: { Id: '14' } });
  });

  it('are settled when the connection says so, by description or number', async () => {
    const config = { settledStatuses: 'Cleared, Issued to Supplier, 14' };
    expect(await only({ Status: { Id: 1, Description: 'issued to supplier' } }, config)).toMatchObject({
      state: 'settled',
    });
    expect(await only({ Status: { Id: 14, Description: 'Sent' } }, config)).toMatchObject({
      state: 'settled',
    });
  });

  it('by check have the number of the real check, never the one that was submitted', async () => {
    const row = await only({ AvidPayChecknumber: null });
    expect(row).toMatchObject({ method: 'check', CheckNumber: '1001' });
    expect(row).not.toHaveProperty('reference');
  });

  it('by ACH have its trace, with every leading zero', async () => {
    const PaymentMethod = { Id: 2, Description: 'avidpay direct' };
    const row = await only({ PaymentMethod, AchTraceNumber: '021000021234567', AvidPayChecknumber: null });
    expect(row).toMatchObject({ method: 'ach', reference: '021000021234567' });
  });

  it('by card keep four digits of its number at most, wherever it stands', async () => {
    const PaymentMethod = { Id: 3, Description: 'Virtual Credit Card' };
    const card = (more: Row) => only({ PaymentMethod, VirtualCard: { ExpirationDate: '2031-12', ...more } });
    expect(await card({ LastFour: 4242, ReferenceNumber: 'VCC-100200' })).toMatchObject({
      method: 'virtual-card',
      reference: 'VCC-100200',
      VirtualCard: { LastFour: '4242', ReferenceNumber: 'VCC-100200' },
    });
    const whole = await card({
      LastFour: '5500000000004242',
      ReferenceNumber: 'card 5500-0000-0000-4242/7',
      CardNumber: '5500000000004242',
    });
    expect(whole).toMatchObject({ VirtualCard: { LastFour: '4242', ReferenceNumber: 'card ****4242/7' } });
    expect(JSON.stringify(whole)).not.toMatch(/5500|2031/);
    expect(await card({ LastFour: '4242' })).toMatchObject({ reference: '4242' });
  });

  it('by a method nobody knows come all the same', async () => {
    expect(await only({ PaymentMethod: { Id: 9, Description: 'Carrier Pigeon' } })).toMatchObject({
      method: 'other',
    });
  });

  it('say what was paid of each invoice, the discount beside it or within (E11)', async () => {
    const parts = (one: number, other: number) => [
      { InvoiceNumber: 'A', InvoiceAmount: one, DiscountAmount: 2.5 },
      { InvoiceNumber: 2, InvoiceAmount: other },
    ];
    const paid = async (Invoices: unknown) =>
      ((await only({ Invoices }))['Invoices'] as unknown as Row[]).map((part) => part['paid']);
    expect(await paid(parts(100.25, 25.25))).toEqual(['100.25', '25.25']);
    expect(await paid(parts(102.75, 25.25))).toEqual(['100.25', '25.25']);
    expect(await paid(parts(50, 25.25))).toEqual([undefined, undefined]);
  });

  it.each([
    { Amount: '1,250.00' },
    { Amount: null },
    { Invoices: [{ InvoiceNumber: 'A', InvoiceAmount: 'n/a', DiscountAmount: '' }] },
  ])('with amounts that are none (%j) say no parts, and do not hold up the others (A10)', async (change) => {
    server.payments.push(payment(1, change), payment(2));
    const rows = await rowsOf(connection, 'payments', today);
    expect(rows.map(({ Invoices }) => (Invoices as unknown as Row[])[0]?.['paid'])).toEqual([
      undefined,
      '125.5',
    ]);
  });

  it('may write members in another case, one object for a list, and their own names', async () => {
    const { PaymentId, Invoices, AchTraceNumber, ...rest } = payment(1);
    const row = {
      ...rest,
      paymentId: PaymentId,
      AvidPayChecknumber: null,
      avidPayCheckNumber: '5',
      Invoices: { invoiceNumber: 7, invoiceAmount: '125.50' },
      Detail: { Trace: 'T-1' },
    };
    server.payments.push(row);
    const other = connectTo(server.url, { fieldNames: 'payment.AchTraceNumber=Detail.Trace' });
    expect((await rowsOf(other, 'payments', today))[0]).toMatchObject({
      PaymentId: '1',
      AchTraceNumber: 'T-1',
      Invoices: [{ InvoiceNumber: '7', InvoiceAmount: '125.50' }],
    });
    await other.close();
  });

  it('are fetched fresh, those of one moment with one call; one that is not shown waits', async () => {
    server.payments.push(payment(1), payment(2, { Status: { Id: 1, Description: 'Void' } }));
    const { get } = streamOf(connection, 'payments');
    const [one, two, three] = await Promise.allSettled(
      ['1', '2', '3'].map((key) => get?.(key, readContext(connection))),
    );
    expect([one, two]).toMatchObject([{ value: { state: 'settled' } }, { value: { state: 'void' } }]);
    expect(three).toMatchObject({ reason: { outcome: 'park', reason: 'not-settled' } });
    expect(server.seen('GET /payments').map(({ query }) => query.get('paymentIds'))).toEqual(['1,2,3']);
    expect(await get?.('2', readContext(connection))).toMatchObject({ state: 'void' });
  });

  it('that cannot be fetched fail for everybody who asked', async () => {
    server.fault = ({ path }) =>
      path === '/payments' ? { status: 400, body: { message: 'no' } } : undefined;
    const { get } = streamOf(connection, 'payments');
    const asked = ['1', '2'].map((key) => get?.(key, readContext(connection)));
    expect((await Promise.allSettled(asked)).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });
});
