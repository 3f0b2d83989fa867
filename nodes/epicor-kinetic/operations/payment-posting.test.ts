import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { operationContext } from '../../../tests/support/kinetic-connection';
import { entry, PaymentBench, parked, simple } from '../../../tests/support/payment-bench';
import type { SeenCall } from '../../../tests/support/small-kinetic';
import { amount } from '../../../tests/support/small-kinetic-lists';

let bench: PaymentBench;
let server: PaymentBench['server'];

beforeEach(async () => {
  bench = new PaymentBench();
  server = bench.server;
  await bench.start();
});
afterEach(() => bench.stop());

describe('posting', () => {
  it.each([
    ['Apply date is in a closed fiscal period.', 'period-closed'],
    ['Bank account has no GL account.', 'rejected-by-target'],
  ])('that is refused with "%s" parks as %s, and is taken up again on replay (D8)', async (words, reason) => {
    server.postError = words;
    const context = operationContext(bench.connection);
    const outcome = await parked(bench.operation.create(simple(), context));
    expect(outcome).toMatchObject({ reason, detail: { group: 'ML0000001' } });
    expect(String(outcome.detail['message'])).toContain(words);
    server.postError = undefined;
    expect(await bench.settle(simple(), context)).toEqual({ found: 'partial', ref: '101' });
    expect(server.heads).toHaveLength(1);
    expect(server.heads[0]).toMatchObject({ Posted: true });
  });

  it('that takes longer than the wait stays open, is not asked for twice, and is found posted later', async () => {
    server.looksUntilPosted = undefined;
    const context = operationContext(bench.connection);
    await expect(bench.operation.create(simple(), context)).rejects.toMatchObject({
      recovery: 'retry',
      code: 'EPICOR_STILL_WORKING',
    });
    await expect(bench.settle(simple(), context)).rejects.toMatchObject({ recovery: 'retry' });
    expect(server.submitted).toBe(1);
    Object.assign(server.heads[0] as object, { Posted: true });
    expect(await bench.settle(simple(), context)).toEqual({ found: 'present', ref: '101' });
  });

  it('whose request got no answer is looked at, and asked for again only when it never arrived', async () => {
    bench.cutAt('Erp.PROC.APPaymentPostSvc/SubmitToAgent', 'after');
    expect((await bench.operation.create(simple(), operationContext(bench.connection))).ref).toBe('101');
    expect(server.submitted).toBe(1);

    server.addInvoice(12, 'A-19', '5.00');
    const second = simple({
      paymentId: '0cu02',
      amount: '5',
      allocations: [{ invoiceNum: 'A-19', amount: '5' }],
    });
    bench.cutAt('Erp.PROC.APPaymentPostSvc/SubmitToAgent', 'before');
    await bench.operation.create(second, operationContext(bench.connection));
    expect(server.submitted).toBe(2);
    expect(server.heads.map((head) => head['Posted'])).toEqual([true, true]);
  });

  it('does not begin while another payment is in our group', async () => {
    const context = operationContext(bench.connection, { posting: 'leave' });
    await bench.operation.create(simple(), context);
    server.heads.push({ ...server.heads[0], HeadNum: 999, OwnReference: '' });
    const submit = operationContext(bench.connection);
    expect((await parked(bench.settle(simple(), submit))).detail).toMatchObject({ payments: [999] });
    expect(server.submitted).toBe(0);
  });

  it('is found on sites where payment entry hides posted payments', async () => {
    server.hidesPosted = true;
    const context = operationContext(bench.connection);
    const { ref } = await bench.operation.create(simple(), context);
    expect(await bench.operation.lookUp(simple(), operationContext(bench.connection))).toMatchObject({
      found: 'present',
      ref,
    });
    expect(await bench.tally()).toEqual([{ ref, amount: '1120.1', currency: 'USD', date: '2026-02-20' }]);
  });

  it('is found on such a site also where the service is too heavy, and not taken for absent when it fails', async () => {
    server.hidesPosted = true;
    const context = operationContext(bench.connection);
    const { ref } = await bench.operation.create(simple(), context);
    server.fault = ({ path }) => (path.endsWith('/VoidPayments') ? { status: 500 } : undefined);
    const lookUp = () => bench.operation.lookUp(simple(), context);
    expect(await lookUp()).toMatchObject({ found: 'present', ref });
    server.fault = ({ path }) => (path.includes('VoidPaymentSvc') ? { status: 500 } : undefined);
    await expect(lookUp()).rejects.toMatchObject({ recovery: 'retry' });
  });

  it('goes well where the service for voiding is too heavy, and has no other way to be read', async () => {
    const body = { ErrorType: 'Epicor.RESTApi.ErrorHandling.ApiException' };
    server.fault = ({ path }) => {
      if (!path.includes('VoidPaymentSvc')) return undefined;
      return path.endsWith('/GetRows') ? { status: 404, body } : { status: 500 };
    };
    const context = operationContext(bench.connection);
    expect(await bench.operation.lookUp(simple(), context)).toEqual({ found: 'absent' });
    const { ref } = await bench.operation.create(simple(), context);
    expect(await bench.operation.lookUp(simple(), context)).toMatchObject({ found: 'present', ref });
  });
});

describe('what Epicor made of it', () => {
  it.each<[string, (call: SeenCall) => void]>([
    ['another amount', () => Object.assign(server.lines[0] as object, { DocTranAmt: amount('1120.00') })],
    ['another vendor', () => Object.assign(server.heads[0] as object, { VendorNum: 13 })],
    ['another date', () => Object.assign(server.heads[0] as object, { CheckDate: '2026-02-21T00:00:00' })],
    ['another currency', () => Object.assign(server.heads[0] as object, { CurrencyCode: 'EUR' })],
    ['no check number', () => Object.assign(server.heads[0] as object, { CheckNum: 0 })],
    ['no payment ID', () => Object.assign(server.heads[0] as object, { OwnReference: '' })],
  ])('with %s is never submitted (B14)', async (_what, spoil) => {
    server.fault = (call) => {
      if (call.path === `${entry}/GetByID` && server.lines.length > 0) spoil(call);
      return undefined;
    };
    expect((await parked(bench.operation.create(simple(), operationContext(bench.connection)))).reason).toBe(
      'amounts-differ',
    );
    expect(server.submitted).toBe(0);
  });

  it('is a conflict when a payment of the same ID pays something else', async () => {
    await bench.operation.create(simple(), operationContext(bench.connection));
    const other = simple({ amount: '1', allocations: [{ invoiceNum: 'A-17', amount: '1' }] });
    expect(await bench.operation.lookUp(other, operationContext(bench.connection))).toMatchObject({
      found: 'conflict',
      reason: 'amounts-differ',
    });
  });

  it('is a conflict when somebody voided it over there', async () => {
    await bench.operation.create(simple(), operationContext(bench.connection));
    Object.assign(server.heads[0] as object, { Voided: true });
    expect(await bench.operation.lookUp(simple(), operationContext(bench.connection))).toMatchObject({
      found: 'conflict',
      reason: 'changed-after-sent',
    });
  });

  it('is the same where Epicor writes the invoice number in other letters', async () => {
    await bench.operation.create(simple(), operationContext(bench.connection));
    const allocations = [{ invoiceNum: 'a-17 ', amount: '1120.10' }];
    const found = await bench.operation.lookUp(simple({ allocations }), operationContext(bench.connection));
    expect(found).toMatchObject({ found: 'present' });
  });

  it('is told apart from a payment ID that differs only in case', async () => {
    await bench.operation.create(simple(), operationContext(bench.connection));
    expect(
      await bench.operation.lookUp(simple({ paymentId: '0CU01xyz' }), operationContext(bench.connection)),
    ).toEqual({
      found: 'absent',
    });
  });
});
