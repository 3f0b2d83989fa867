import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Connection } from '../../../runtime/connector/connection';
import type { JsonObject } from '../../../runtime/connector/json';
import { connectTo, operationContext } from '../../../tests/support/acumatica-connection';
import { Refused, type SmallAcumatica } from '../../../tests/support/small-acumatica';
import { bill, startPayables } from '../../../tests/support/small-acumatica-payables';

let server: SmallAcumatica;
let connection: Connection;

beforeEach(async () => {
  server = await startPayables();
  connection = connectTo(server);
  bill(server, '000101');
  bill(server, '000102', { Amount: '50.00' });
  bill(server, '000009', { Type: 'Debit Adj.', Amount: '20.00' });
});
afterEach(async () => {
  await connection.close();
  await server.stop();
});

const payment = {
  paymentId: 'stp01ABC',
  vendor: 'V1',
  date: '2026-03-02',
  amount: '130.10',
  currency: 'USD',
  memo: 'BILL check 1234',
  allocations: [
    { referenceNbr: '000101', amount: '100.10' },
    { referenceNbr: '000102', amount: '50.00' },
  ],
  credits: [{ referenceNbr: '000009', amount: '20.00' }],
};

function operation() {
  return connection.client.operations['record-payment'] ?? expect.fail();
}

const lookUp = (document: JsonObject = payment, options = {}) =>
  operation().lookUp(document, operationContext(connection, options));
const create = (document: JsonObject = payment, options = {}) =>
  operation().create(document, operationContext(connection, options));
const outcomeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.fail('no error'),
    (error) => error,
  );
const checks = () => server.rows('Check');
const rowsOf = (part: string) => (checks()[0] ?? expect.fail())[part] as JsonObject[];

describe('recording a payment', () => {
  it('makes one check, applies it, releases it and says so only when its status does', async () => {
    expect(await lookUp()).toEqual({ found: 'absent' });
    expect(await create()).toMatchObject({ ref: 'Payment|000001', attributes: { status: 'Closed' } });
    expect(checks()).toMatchObject([
      { Status: 'Closed', PaymentRef: 'stp01ABC', ApplicationDate: '2026-03-02', CashAccount: '10200' },
    ]);
    expect(server.rows('Bill').map((row) => row['Status'])).toEqual(['Closed', 'Closed', 'Closed']);
    expect(await lookUp()).toMatchObject({ found: 'present', ref: 'Payment|000001' });
  });

  it('wraps every value and sends amounts as exact numbers, to be made and never to be changed', async () => {
    await create();
    const [put] = server.seen('PUT', 'Check');
    expect(put?.headers['if-none-match']).toBe('*');
    expect(put?.text).toContain('"PaymentAmount":{"value":130.10}');
    expect(put?.text).toContain('"DocType":{"value":"Debit Adj."}');
    expect(put?.text).toContain('"Hold":{"value":false}');
  });

  it('polls a long release to its end, in the session that began it', async () => {
    server.polls = 4;
    await create();
    const polls = server.seen('GET', 'Check/ReleaseCheck/status');
    expect(polls).toHaveLength(5);
    expect(new Set(polls.map(({ headers }) => headers.cookie)).size).toBe(1);
  });

  it('does not follow the address that comes with an end at once', async () => {
    server.polls = undefined;
    expect(await create()).toMatchObject({ ref: 'Payment|000001' });
    expect(server.calls.some(({ path }) => path.endsWith('nowhere'))).toBe(false);
  });

  it('is resumed when its answer was lost, and never made twice (B1)', async () => {
    server.fault = ({ method, parts }) =>
      method === 'PUT' && parts[0] === 'Check' ? { afterwards: true, cut: true } : undefined;
    expect(await outcomeOf(create())).toMatchObject({ recovery: 'ambiguous' });
    server.fault = () => undefined;
    const found = await lookUp();
    expect(found).toMatchObject({ found: 'partial', ref: 'Payment|000001', missing: 'the release' });
    if (found.found !== 'partial') return;
    await operation().resume?.(found, payment, operationContext(connection));
    expect(checks()).toHaveLength(1);
    expect(checks()[0]?.['Status']).toBe('Closed');
    expect(checks()[0]?.['History']).toHaveLength(3);
  });

  it.each([true, false])('is released once when the release got no answer (done: %s)', async (done) => {
    server.polls = undefined;
    let cut = 0;
    server.fault = ({ method, parts }) => {
      if (method !== 'POST' || parts[1] !== 'ReleaseCheck' || cut > 0) return undefined;
      cut += 1;
      return { afterwards: done, cut: true };
    };
    const facts = {};
    const context = () => operationContext(connection, { releaseWaitSeconds: 20 }, facts);
    const first = await operation()
      .create(payment, context())
      .catch((error) => error);
    if (done) expect(first).toMatchObject({ ref: 'Payment|000001' });
    else {
      expect(first).toMatchObject({ code: 'ACUMATICA_STILL_WORKING', recovery: 'retry' });
      const found = await lookUp();
      if (found.found !== 'partial') return expect.fail();
      await operation().resume?.(found, payment, context());
    }
    expect(checks()).toMatchObject([{ Status: 'Closed' }]);
  });

  it('adds only the rows that are missing when it completes a payment', async () => {
    server.fault = ({ method, parts }) =>
      method === 'PUT' && parts[0] === 'Check' ? { afterwards: true, cut: true } : undefined;
    await create().catch(() => undefined);
    server.fault = () => undefined;
    rowsOf('Details').splice(1, 1);
    const found = await lookUp();
    if (found.found !== 'partial') return expect.fail();
    await operation().resume?.(found, payment, operationContext(connection));
    expect(rowsOf('History').map((row) => row['ReferenceNbr'])).toEqual(['000101', '000009', '000102']);
  });

  it('never releases what is not the payment', async () => {
    await create(payment, { release: 'leave' });
    Object.assign(checks()[0] as object, { ApplicationDate: '2026-03-05', PaymentAmount: '131.10' });
    expect(await lookUp()).toMatchObject({
      found: 'conflict',
      reason: 'amounts-differ',
      detail: { message: expect.stringMatching(/2026-03-05.*131\.10/) },
    });
  });

  it('leaves the release to a person when it is told to', async () => {
    expect(await create(payment, { release: 'leave' })).toMatchObject({ attributes: { status: 'Balanced' } });
    expect(await lookUp(payment, { release: 'leave' })).toMatchObject({ found: 'present' });
    expect(server.seen('POST', 'Check')).toEqual([]);
  });

  it.each([
    ['partly-paid', { Balance: '99.00' }],
    ['currency-mismatch', { CurrencyID: 'EUR' }],
    ['rejected-by-target', { Status: 'On Hold' }],
    ['rejected-by-target', { Vendor: 'V2' }],
    ['not-ours', { ReferenceNbr: '000999' }],
  ])('parks as %s for a bill with %j, and writes nothing (E7)', async (reason, change) => {
    Object.assign(server.rows('Bill')[0] as object, change);
    expect(await outcomeOf(create())).toMatchObject({ outcome: 'park', reason });
    expect(checks()).toEqual([]);
  });

  it('waits for a release whose answer was lost, while the session takes nothing else (B1)', async () => {
    server.polls = undefined;
    let busy = 0;
    server.fault = ({ method, parts }) => {
      if (method === 'POST' && parts[0] === 'Check') {
        busy = 3;
        return { afterwards: true, cut: true };
      }
      busy -= 1;
      const body = { exceptionMessage: 'Not now, please.', exceptionType: 'PX.Data.PXException' };
      return busy > 0 ? { status: 500, body } : undefined;
    };
    expect(await outcomeOf(create())).toMatchObject({
      code: 'ACUMATICA_SESSION_AT_WORK',
      recovery: 'retry',
      systemWords: 'Not now, please.',
    });
    busy = 0;
    expect(await lookUp()).toMatchObject({ found: 'present', ref: 'Payment|000001' });
    expect(server.seen('POST', 'Check')).toHaveLength(1);
    busy = 2;
    expect(await outcomeOf(lookUp())).toMatchObject({ code: 'ACUMATICA_REFUSED' });
  });

  it.each([
    ['currency-mismatch', 'CurrencyID', 'Currency differs from the one of the account.'],
    ['currency-mismatch', 'CashAccount', 'The cash account 10200 is in a currency of its own.'],
    ['partly-paid', 'PaymentAmount', 'The document is applied in another unreleased payment.'],
    ['period-closed', 'ApplicationDate', 'The 01-2025 financial period is closed.'],
  ])('parks as %s what Acumatica refuses at %s', async (reason, field, error) => {
    server.fault = ({ method, parts }) =>
      method === 'PUT' && parts[0] === 'Check'
        ? { status: 422, body: { [field]: { value: 'x', error }, error: 'It raised at least one error.' } }
        : undefined;
    expect(await outcomeOf(create())).toMatchObject({ recovery: 'rejected', reason });
  });

  it('parks a payment whose parts do not add up, and one without a cash account, before any call', async () => {
    expect(await outcomeOf(create({ ...payment, amount: '130.11' }))).toMatchObject({
      reason: 'amounts-differ',
    });
    const bare = connectTo(server, { cashAccount: '' });
    const without = bare.client.operations['record-payment'] ?? expect.fail();
    const parked = await outcomeOf(without.create(payment, operationContext(bare)));
    expect(parked).toMatchObject({
      reason: 'setting-missing',
      detail: { setting: 'ACUMATICA_CASH_ACCOUNT' },
    });
    await bare.close();
    expect(server.calls).toEqual([]);
  });

  it('says what a printing payment method does, and tries no release', async () => {
    const parked = await outcomeOf(create({ ...payment, paymentMethod: 'CHECK' }));
    expect(parked).toMatchObject({
      reason: 'rejected-by-target',
      detail: { status: 'Pending Print', message: expect.stringContaining('ACUMATICA_PAYMENT_METHOD') },
    });
    expect(server.seen('POST', 'Check')).toEqual([]);
  });

  it('parks with the words that a long release ended with, and goes on after a replay', async () => {
    const act = server.actions.get('Check/ReleaseCheck') ?? expect.fail();
    server.actions.set('Check/ReleaseCheck', () => {
      throw new Refused(500, 'The 03-2026 financial period is closed in AP.');
    });
    expect(await outcomeOf(create())).toMatchObject({ outcome: 'park', reason: 'period-closed' });
    server.actions.set('Check/ReleaseCheck', act);
    const found = await lookUp();
    if (found.found !== 'partial') return expect.fail();
    await operation().resume?.(found, payment, operationContext(connection));
    expect(checks()).toMatchObject([{ Status: 'Closed' }]);
  });

  it('parks with the words that a long release ends with although no exception is named', async () => {
    server.fault = ({ path }) =>
      path.includes('/ReleaseCheck/status/')
        ? { status: 500, body: { exceptionMessage: 'The GL batch is out of balance.' } }
        : undefined;
    expect(await outcomeOf(create())).toMatchObject({
      outcome: 'park',
      reason: 'rejected-by-target',
      detail: { systemWords: 'The GL batch is out of balance.' },
    });
    expect(server.seen('POST', 'Check')).toHaveLength(1);
  });

  it('takes one failed question for the state of a release for no end of it', async () => {
    let failures = 0;
    server.fault = ({ path }) => {
      if (!path.includes('/ReleaseCheck/status/') || failures++ > 0) return undefined;
      return { status: 500, body: { exceptionMessage: 'Not now.' } };
    };
    expect(await create()).toMatchObject({ attributes: { status: 'Closed' } });
  });

  it('takes an end that changed nothing for none', async () => {
    server.actions.set('Check/ReleaseCheck', () => undefined);
    expect(await outcomeOf(create())).toMatchObject({
      reason: 'rejected-by-target',
      detail: { status: 'Balanced' },
    });
  });

  it('lets no other call into the session while a release runs', async () => {
    server.polls = 3;
    const vendors = connection.client.streams['vendors'] ?? expect.fail();
    let started = false;
    const intruders: string[] = [];
    server.fault = ({ method, parts }) => {
      if (method === 'POST' && parts[0] === 'Check') started = true;
      const isRunning = started && checks()[0]?.['Status'] === 'Balanced';
      if (isRunning && parts[0] !== 'Check') intruders.push(parts.join('/'));
      return undefined;
    };
    const making = create();
    while (!started) await new Promise(setImmediate);
    const query = { cursor: undefined, options: {}, full: false };
    const context = {
      calls: connection.calls(),
      now: () => new Date(),
      signal: new AbortController().signal,
    };
    for await (const page of vendors.read(query, context)) expect(page.rows).toEqual([]);
    await making;
    expect(intruders).toEqual([]);
  });

  it('is found by its number while lists lag behind', async () => {
    const facts = {};
    const context = () => operationContext(connection, {}, facts);
    await operation().create(payment, context());
    server.onList = (entity, rows) => (entity === 'Check' ? [] : rows);
    expect(await operation().lookUp(payment, context())).toMatchObject({ found: 'present' });
    expect(await lookUp()).toEqual({ found: 'absent' });
  });

  it('counts the live payments of its method, from any cash account, and those that were adopted', async () => {
    await create();
    const [made] = checks();
    checks().push(
      { ...made, ReferenceNbr: '000775', PaymentRef: 'eur', CashAccount: '10250', Status: 'Balanced' },
      { ...made, ReferenceNbr: '000776', PaymentRef: 'void', Status: 'Voided' },
      { ...made, ReferenceNbr: '000777', PaymentRef: 'other', PaymentMethod: 'WIRE' },
      { ...made, ReferenceNbr: '000778', PaymentRef: 'by hand', PaymentMethod: 'WIRE' },
    );
    const adopted = new Set(['Payment|000001', 'Payment|000778', 'Payment|000999']);
    const rows = [];
    for await (const row of operation().tally?.(operationContext(connection), adopted) ?? []) rows.push(row);
    expect(rows.map(({ ref }) => ref)).toEqual(['Payment|000001', 'Payment|000775', 'Payment|000778']);
    expect(rows[0]).toEqual({
      ref: 'Payment|000001',
      amount: '130.10',
      currency: 'USD',
      date: '2026-03-02',
    });
  });
});
