import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../../runtime/connector/json';
import { validator } from '../../../runtime/connector/schema';
import { operationContext } from '../../../tests/support/kinetic-connection';
import { entry, group, PaymentBench, parked, payment, simple } from '../../../tests/support/payment-bench';
import { Refused } from '../../../tests/support/small-kinetic';
import { amount, digits, type Row } from '../../../tests/support/small-kinetic-lists';
import { manifest } from '../manifest';

let bench: PaymentBench;
let server: PaymentBench['server'];

beforeEach(async () => {
  bench = new PaymentBench();
  server = bench.server;
  await bench.start();
});
afterEach(() => bench.stop());

const numbers = new Map<string, number>();

describe('recording a payment', () => {
  it('enters, applies, verifies and posts it in a group of its own (E5)', async () => {
    const context = operationContext(bench.connection);
    expect(await bench.operation.lookUp(payment(), context)).toEqual({ found: 'absent' });
    const effect = await bench.operation.create(payment(), context);
    expect(effect.ref).toBe('101');
    const [head] = server.heads;
    expect(head).toMatchObject({
      GroupID: 'ML0000001',
      Posted: true,
      CheckNum: 900_000_001,
      CheckDate: '2026-02-20',
      OwnReference: '0cu01XYZ',
    });
    expect(digits(head?.['DocCheckAmt'])).toBe('1270.05');
    expect(server.invoices.map((row) => digits(row['DocInvoiceBal']))).toEqual(['0', '0', '0']);
    expect(await bench.operation.lookUp(payment(), context)).toMatchObject({ found: 'present', ref: '101' });
  });

  it('follows the order of calls of the screens, and saves three times', async () => {
    await bench.operation.create(simple(), operationContext(bench.connection));
    const methods = server.calls
      .filter((call) => call.method === 'POST')
      .map((call) => call.path.split('/')[1]);
    expect(methods).toEqual([
      'GetNewAPChkGrpNoLock',
      'OnChangeBankAcctID',
      'UpdateMaster',
      'CreateNewCheckHed',
      'OnChangeVendor',
      'OnChangeManualPrint',
      'OnChangeCheckNum',
      'OnChangeCheckDate',
      'PreUpdate',
      'Update',
      'GetByID',
      'GetByID',
      'GetNewAPTran',
      'OnChangeInvoiceNum',
      'OnChangeDocTranAmt',
      'OnChangeDocDiscAmt',
      'Update',
      'GetByID',
      'PostAllowed',
      'CheckAllCheckNumsAssigned',
      'SubmitToAgent',
    ]);
  });

  it('always says the discount, so that Epicor takes none by itself, and the exact number token', async () => {
    await bench.operation.create(simple(), operationContext(bench.connection));
    expect(server.seen(`${entry}/OnChangeDocTranAmt`)[0]?.text).toContain('"pdDocTranAmt":1120.1,');
    expect(server.seen(`${entry}/OnChangeDocDiscAmt`)[0]?.text).toContain('"pdDocDiscAmt":0,');
    expect(digits(server.lines[0]?.['DocDiscAmt'])).toBe('0');
  });

  it('sets discount and currency by their columns where a build has the methods otherwise', async () => {
    server.methods.delete(`POST ${entry}/OnChangeDocDiscAmt`);
    server.methods.set(`POST ${entry}/OnChangeCurrency`, () => {
      throw new Refused(400, 'ODataException', 'Parameter cCurrencyCode is not found in the input object');
    });
    Object.assign(server.invoices[0] as Row, { CurrencyCode: 'EUR' });
    await bench.operation.create(simple({ currency: 'EUR' }), operationContext(bench.connection));
    expect(server.seen(`${entry}/OnChangeCurrency`)).toHaveLength(1);
    expect(server.heads.map((head) => [head['CurrencyCode'], head['Posted']])).toEqual([['EUR', true]]);
    expect(server.lines.map((line) => digits(line['DocDiscAmt']))).toEqual(['0']);
  });

  it('gives back what it was given to the digit', async () => {
    await bench.operation.create(simple(), operationContext(bench.connection));
    for (const call of server.seen(`${entry}/PreUpdate`))
      expect(call.text).toContain('"ExchangeRate":1.000000');
  });

  it('applies the discount on top of what was paid', async () => {
    const document = simple({
      amount: '1100.10',
      allocations: [{ invoiceNum: 'A-17', amount: '1100.10', discount: '20' }],
    });
    await bench.operation.create(document, operationContext(bench.connection));
    expect(server.lines.map((line) => [digits(line['DocTranAmt']), digits(line['DocDiscAmt'])])).toEqual([
      ['1120.1', '20'],
    ]);
    expect(digits(server.heads[0]?.['DocCheckAmt'])).toBe('1100.1');
  });

  it('takes the real check number, and keeps one that the column cannot hold as text (E9)', async () => {
    await bench.operation.create(simple({ checkNumber: '4711' }), operationContext(bench.connection));
    server.addInvoice(12, 'A-18', '5.00');
    const other = { paymentId: '0cu02', amount: '5', allocations: [{ invoiceNum: 'A-18', amount: '5' }] };
    await bench.operation.create(
      simple({ ...other, checkNumber: '99000000000123' }),
      operationContext(bench.connection),
    );
    expect(server.heads.map((head) => [head['CheckNum'], head['Description']])).toEqual([
      [4711, undefined],
      [900_000_001, '99000000000123'],
    ]);
  });

  it('parks a real check number that is in use', async () => {
    server.heads.push({
      Company: 'EPIC06',
      HeadNum: 7,
      CheckNum: 4711,
      BankAcctID: 'MAIN',
      GroupID: 'X',
      Posted: true,
    });
    const outcome = await parked(
      bench.operation.create(simple({ checkNumber: 4711 }), operationContext(bench.connection)),
    );
    expect(outcome.reason).toBe('number-in-use');
    expect(server.groups).toEqual([]);
  });

  it('never shares a group or number, also with an installation before this one', async () => {
    server.heads.push(
      {
        Company: 'EPIC06',
        HeadNum: 7,
        CheckNum: 900_000_001,
        BankAcctID: 'MAIN',
        GroupID: 'ML0000001',
        Posted: true,
      },
      {
        Company: 'EPIC06',
        HeadNum: 8,
        CheckNum: 900_000_640,
        BankAcctID: 'MAIN',
        GroupID: 'ML0000640',
        Posted: true,
      },
    );
    await bench.operation.create(simple(), operationContext(bench.connection));
    expect(server.heads.at(-1)).toMatchObject({ GroupID: 'ML0000641', CheckNum: 900_000_641 });
  });

  it('leaves the posting to a person where the option says so', async () => {
    const context = operationContext(bench.connection, { posting: 'leave' });
    const { ref } = await bench.operation.create(simple(), context);
    expect(server.submitted).toBe(0);
    expect(await bench.operation.lookUp(simple(), context)).toMatchObject({ found: 'present', ref });
  });

  it('reads datasets from returnObj too', async () => {
    server.bareReplies = true;
    await bench.operation.create(payment(), operationContext(bench.connection));
    expect(server.heads[0]).toMatchObject({ Posted: true });
  });

  it('names the payment method by number or by name', async () => {
    const methods = [
      { Company: 'EPIC06', PMUID: 2, Name: 'Electronic', PMSource: 1, Inactive: false },
      { Company: 'EPIC06', PMUID: 5, Name: 'Electronic', PMSource: 0, Inactive: true },
      { Company: 'EPIC06', PMUID: 9, Name: 'Electronic', PMSource: 0, Inactive: false },
    ];
    server.addSet('Erp.BO.PayMethodSvc', 'PayMethods', 'PayMethod', methods);
    for (const paymentMethod of ['9', 'Electronic']) {
      await bench.connection.close();
      bench.open({ paymentMethod });
      server.addInvoice(12, `by ${paymentMethod}`, '1.00');
      const allocations = [{ invoiceNum: `by ${paymentMethod}`, amount: '1' }];
      await bench.operation.create(
        simple({ paymentId: paymentMethod, amount: '1', allocations }),
        operationContext(bench.connection, {}, {}, numbers),
      );
    }
    expect(server.seen(`${group}/OnChangePayMethod`).map((call) => call.body['vPMUID'])).toEqual([9, 9]);
  });
});

describe('before anything is written', () => {
  it('a missing bank account parks, naming the variable', async () => {
    await bench.connection.close();
    bench.open({ bankAccount: '' });
    const outcome = await parked(bench.operation.create(simple(), operationContext(bench.connection)));
    expect(outcome).toMatchObject({ reason: 'setting-missing', detail: { setting: 'EPICOR_BANK_ACCOUNT' } });
  });

  it('a payment larger than what is open parks with the shortfall (E7)', async () => {
    const invoice = server.invoices[0] as Record<string, unknown>;
    invoice['DocUnpostedBal'] = amount('1000.05');
    const outcome = await parked(bench.operation.create(payment(), operationContext(bench.connection)));
    expect(outcome).toMatchObject({
      reason: 'partly-paid',
      detail: { shortfall: '120.05', open: '1000.05' },
    });
    expect(server.groups).toEqual([]);
  });

  it('E11: an overpayment and a fee park in full, a discount is said for what it is: nothing is cut to fit', async () => {
    const over = simple({ amount: '1120.11', allocations: [{ invoiceNum: 'A-17', amount: '1120.11' }] });
    const overpaid = await parked(bench.operation.create(over, operationContext(bench.connection)));
    expect([overpaid.reason, overpaid.detail]).toMatchObject(['partly-paid', { shortfall: '0.01' }]);
    const fee = simple({ amount: '1121.60' });
    const charged = await parked(
      Promise.resolve().then(() => bench.operation.lookUp(fee, operationContext(bench.connection))),
    );
    expect([charged.reason, charged.detail]).toMatchObject([
      'amounts-differ',
      { amount: '1121.60', parts: '1120.1' },
    ]);
    expect([server.groups, server.heads]).toEqual([[], []]);

    const discounted = [{ invoiceNum: 'A-17', amount: '1100.10', discount: '20.00' }];
    await bench.operation.create(
      simple({ amount: '1100.10', allocations: discounted }),
      operationContext(bench.connection),
    );
    expect(server.lines[0]).toMatchObject({ DocDiscAmt: expect.anything() });
    expect(server.appliedTo('A-17')).toBe('1120.1');
  });

  it('a debit memo that is used up parks (D10)', async () => {
    const memo = server.invoices[2] as Record<string, unknown>;
    memo['DocUnpostedBal'] = amount('0.00');
    expect((await parked(bench.operation.create(payment(), operationContext(bench.connection)))).reason).toBe(
      'partly-paid',
    );
  });

  it('parts that do not add up to the amount park', async () => {
    const outcome = await parked(
      (async () =>
        bench.operation.lookUp(payment({ amount: '1270.06' }), operationContext(bench.connection)))(),
    );
    expect(outcome).toMatchObject({ reason: 'amounts-differ', detail: { parts: '1270.05' } });
  });

  it('another currency and an unknown invoice park', async () => {
    const outcome = await parked(
      bench.operation.create(simple({ currency: 'EUR' }), operationContext(bench.connection)),
    );
    expect(outcome.reason).toBe('currency-mismatch');
    const unknown = simple({ amount: '1', allocations: [{ invoiceNum: 'nobody', amount: '1' }] });
    expect((await parked(bench.operation.create(unknown, operationContext(bench.connection)))).reason).toBe(
      'not-ours',
    );
    expect(server.groups).toEqual([]);
  });
});

it('tallies posted, live payments of ours', async () => {
  await bench.operation.create(payment(), operationContext(bench.connection));
  server.heads.push(
    { Company: 'EPIC06', HeadNum: 500, GroupID: 'HAND', Posted: true, Voided: false, OwnReference: 'note' },
    { Company: 'EPIC06', HeadNum: 501, GroupID: 'ML9', Posted: true, Voided: true, OwnReference: 'x' },
    { Company: 'EPIC06', HeadNum: 502, GroupID: 'ML8', Posted: false, Voided: false, OwnReference: 'y' },
  );
  expect(await bench.tally()).toEqual([
    { ref: '101', amount: '1270.05', currency: 'USD', date: '2026-02-20' },
  ]);
});

it('takes the documents that it says it takes', () => {
  const check = validator(manifest.operations['record-payment']?.document as JsonObject);
  expect(check(payment())).toEqual([]);
  expect(check(payment({ checkNumber: 12, memo: 'x' }))).toEqual([]);
  expect(check(payment({ amount: 12 as Json }))).not.toEqual([]);
});
