import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Connection } from '../../../runtime/connector/connection';
import type { RecordOutcome } from '../../../runtime/connector/errors';
import type { Json, JsonObject } from '../../../runtime/connector/json';
import { validator } from '../../../runtime/connector/schema';
import type { Operation, TallyRow } from '../../../runtime/connector/system';
import { connectTo, operationContext, type TestContext } from '../../../tests/support/kinetic-connection';
import { refuse, type SeenCall } from '../../../tests/support/small-kinetic';
import { amount, digits } from '../../../tests/support/small-kinetic-lists';
import { SmallPayables } from '../../../tests/support/small-kinetic-payables';
import { manifest } from '../manifest';

let server: SmallPayables;
let connection: Connection;
let operation: Operation;

beforeEach(async () => {
  server = new SmallPayables();
  await server.start();
  server.addVendor(12, "O'NEIL");
  server.addInvoice(12, 'A-17', '1120.10');
  server.addInvoice(12, "B'18", '200.00');
  server.addInvoice(12, 'CM-1', '-50.05');
  open();
});
afterEach(async () => {
  await connection.close();
  await server.stop();
});

function open(config: Record<string, unknown> = {}): void {
  connection = connectTo(server, config);
  operation = connection.client.operations['record-payment'] as Operation;
}

function payment(change: JsonObject = {}): JsonObject {
  return {
    paymentId: '0cu01XYZ',
    vendorNum: 12,
    date: '2026-02-20',
    amount: '1270.05',
    currency: 'USD',
    allocations: [
      { invoiceNum: 'A-17', amount: '1120.10', discount: '0' },
      { invoiceNum: "B'18", amount: '200.00' },
    ],
    credits: [{ invoiceNum: 'CM-1', amount: '50.05' }],
    ...change,
  };
}

const simple = (change: JsonObject = {}) =>
  payment({
    amount: '1120.10',
    allocations: [{ invoiceNum: 'A-17', amount: '1120.10' }],
    credits: [],
    ...change,
  });

async function parked(promise: Promise<unknown>): Promise<RecordOutcome> {
  const error = await promise.then(
    () => expect.fail('did not park'),
    (thrown: unknown) => thrown,
  );
  expect(error).toMatchObject({ name: 'RecordOutcome', outcome: 'park' });
  return error as RecordOutcome;
}

/** Cuts the connection at the nth call of this method, before or after it was handled. */
function cutAt(path: string, when: 'before' | 'after', nth = 1): void {
  let seen = 0;
  server.fault = (call) => {
    if (call.path !== path) return undefined;
    seen += 1;
    return seen === nth ? { cut: true, afterwards: when === 'after' } : undefined;
  };
}

/** What delivery does after an unclear outcome: looks, completes what is partial, creates what is absent. */
async function settle(document: JsonObject, context: TestContext): Promise<{ found: string; ref?: string }> {
  const found = await operation.lookUp(document, context);
  if (found.found === 'partial') {
    const effect = await (operation.resume as NonNullable<Operation['resume']>)(found, document, context);
    return { found: 'partial', ref: effect.ref };
  }
  if (found.found === 'absent')
    return { found: 'absent', ref: (await operation.create(document, context)).ref };
  return found.found === 'present' ? { found: 'present', ref: found.ref } : { found: found.found };
}

async function tally(): Promise<TallyRow[]> {
  const rows: TallyRow[] = [];
  const all = (operation.tally as NonNullable<Operation['tally']>)(operationContext(connection));
  for await (const row of all) rows.push(row);
  return rows;
}

const entry = 'Erp.BO.PaymentEntrySvc';
const group = 'Erp.BO.APChkGrpSvc';

describe('recording a payment', () => {
  it('enters, applies, verifies and posts it in a group of its own (E5)', async () => {
    const context = operationContext(connection);
    expect(await operation.lookUp(payment(), context)).toEqual({ found: 'absent' });
    const effect = await operation.create(payment(), context);
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
    expect(await operation.lookUp(payment(), context)).toMatchObject({ found: 'present', ref: '101' });
  });

  it('follows the order of calls of the screens, and saves three times', async () => {
    await operation.create(simple(), operationContext(connection));
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
    await operation.create(simple(), operationContext(connection));
    expect(server.seen(`${entry}/OnChangeDocTranAmt`)[0]?.text).toContain('"pdDocTranAmt":1120.1,');
    expect(server.seen(`${entry}/OnChangeDocDiscAmt`)[0]?.text).toContain('"pdDocDiscAmt":0,');
    expect(digits(server.lines[0]?.['DocDiscAmt'])).toBe('0');
  });

  it('gives back what it was given to the digit', async () => {
    await operation.create(simple(), operationContext(connection));
    for (const call of server.seen(`${entry}/PreUpdate`))
      expect(call.text).toContain('"ExchangeRate":1.000000');
  });

  it('applies the discount on top of what was paid', async () => {
    const document = simple({
      amount: '1100.10',
      allocations: [{ invoiceNum: 'A-17', amount: '1100.10', discount: '20' }],
    });
    await operation.create(document, operationContext(connection));
    expect(server.lines.map((line) => [digits(line['DocTranAmt']), digits(line['DocDiscAmt'])])).toEqual([
      ['1120.1', '20'],
    ]);
    expect(digits(server.heads[0]?.['DocCheckAmt'])).toBe('1100.1');
  });

  it('takes the real check number, and keeps one that the column cannot hold as text (E9)', async () => {
    await operation.create(simple({ checkNumber: '4711' }), operationContext(connection));
    server.addInvoice(12, 'A-18', '5.00');
    const other = { paymentId: '0cu02', amount: '5', allocations: [{ invoiceNum: 'A-18', amount: '5' }] };
    await operation.create(simple({ ...other, checkNumber: '99000000000123' }), operationContext(connection));
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
      operation.create(simple({ checkNumber: 4711 }), operationContext(connection)),
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
    await operation.create(simple(), operationContext(connection));
    expect(server.heads.at(-1)).toMatchObject({ GroupID: 'ML0000641', CheckNum: 900_000_641 });
  });

  it('leaves the posting to a person where the option says so', async () => {
    const context = operationContext(connection, { posting: 'leave' });
    const { ref } = await operation.create(simple(), context);
    expect(server.submitted).toBe(0);
    expect(await operation.lookUp(simple(), context)).toMatchObject({ found: 'present', ref });
  });

  it('reads datasets from returnObj too', async () => {
    server.bareReplies = true;
    await operation.create(payment(), operationContext(connection));
    expect(server.heads[0]).toMatchObject({ Posted: true });
  });

  it('names the payment method by number or by name', async () => {
    const methods = [{ Company: 'EPIC06', PMUID: 9, Name: 'Electronic' }];
    server.addSet('Erp.BO.PayMethodSvc', 'PayMethods', 'PayMethod', methods);
    for (const paymentMethod of ['9', 'Electronic']) {
      await connection.close();
      open({ paymentMethod });
      server.addInvoice(12, `by ${paymentMethod}`, '1.00');
      const allocations = [{ invoiceNum: `by ${paymentMethod}`, amount: '1' }];
      await operation.create(
        simple({ paymentId: paymentMethod, amount: '1', allocations }),
        operationContext(connection, {}, {}, numbers),
      );
    }
    expect(server.seen(`${group}/OnChangePayMethod`).map((call) => call.body['vPMUID'])).toEqual([9, 9]);
  });
});

const numbers = new Map<string, number>();

describe('before anything is written', () => {
  it('a missing bank account parks, naming the variable', async () => {
    await connection.close();
    open({ bankAccount: '' });
    const outcome = await parked(operation.create(simple(), operationContext(connection)));
    expect(outcome).toMatchObject({ reason: 'setting-missing', detail: { setting: 'EPICOR_BANK_ACCOUNT' } });
  });

  it('a payment larger than what is open parks with the shortfall (E7)', async () => {
    const invoice = server.invoices[0] as Record<string, unknown>;
    invoice['DocUnpostedBal'] = amount('1000.05');
    const outcome = await parked(operation.create(payment(), operationContext(connection)));
    expect(outcome).toMatchObject({
      reason: 'partly-paid',
      detail: { shortfall: '120.05', open: '1000.05' },
    });
    expect(server.groups).toEqual([]);
  });

  it('a debit memo that is used up parks (D10)', async () => {
    const memo = server.invoices[2] as Record<string, unknown>;
    memo['DocUnpostedBal'] = amount('0.00');
    expect((await parked(operation.create(payment(), operationContext(connection)))).reason).toBe(
      'partly-paid',
    );
  });

  it('parts that do not add up to the amount park', async () => {
    const outcome = await parked(
      (async () => operation.lookUp(payment({ amount: '1270.06' }), operationContext(connection)))(),
    );
    expect(outcome).toMatchObject({ reason: 'amounts-differ', detail: { parts: '1270.05' } });
  });

  it('another currency and an unknown invoice park', async () => {
    const outcome = await parked(operation.create(simple({ currency: 'EUR' }), operationContext(connection)));
    expect(outcome.reason).toBe('currency-mismatch');
    const unknown = simple({ amount: '1', allocations: [{ invoiceNum: 'nobody', amount: '1' }] });
    expect((await parked(operation.create(unknown, operationContext(connection)))).reason).toBe('not-ours');
    expect(server.groups).toEqual([]);
  });
});

describe('posting', () => {
  it.each([
    ['Apply date is in a closed fiscal period.', 'period-closed'],
    ['Bank account has no GL account.', 'rejected-by-target'],
  ])('that is refused with "%s" parks as %s, and is taken up again on replay (D8)', async (words, reason) => {
    server.postError = words;
    const context = operationContext(connection);
    const outcome = await parked(operation.create(simple(), context));
    expect(outcome).toMatchObject({ reason, detail: { group: 'ML0000001' } });
    expect(String(outcome.detail['message'])).toContain(words);
    server.postError = undefined;
    expect(await settle(simple(), context)).toEqual({ found: 'partial', ref: '101' });
    expect(server.heads).toHaveLength(1);
    expect(server.heads[0]).toMatchObject({ Posted: true });
  });

  it('that takes longer than the wait stays open, is not asked for twice, and is found posted later', async () => {
    server.looksUntilPosted = undefined;
    const context = operationContext(connection);
    await expect(operation.create(simple(), context)).rejects.toMatchObject({
      recovery: 'retry',
      code: 'EPICOR_STILL_WORKING',
    });
    await expect(settle(simple(), context)).rejects.toMatchObject({ recovery: 'retry' });
    expect(server.submitted).toBe(1);
    Object.assign(server.heads[0] as object, { Posted: true });
    expect(await settle(simple(), context)).toEqual({ found: 'present', ref: '101' });
  });

  it('whose request got no answer is looked at, and asked for again only when it never arrived', async () => {
    cutAt('Erp.PROC.APPaymentPostSvc/SubmitToAgent', 'after');
    expect((await operation.create(simple(), operationContext(connection))).ref).toBe('101');
    expect(server.submitted).toBe(1);

    server.addInvoice(12, 'A-19', '5.00');
    const second = simple({
      paymentId: '0cu02',
      amount: '5',
      allocations: [{ invoiceNum: 'A-19', amount: '5' }],
    });
    cutAt('Erp.PROC.APPaymentPostSvc/SubmitToAgent', 'before');
    await operation.create(second, operationContext(connection));
    expect(server.submitted).toBe(2);
    expect(server.heads.map((head) => head['Posted'])).toEqual([true, true]);
  });

  it('does not begin while another payment is in our group', async () => {
    const context = operationContext(connection, { posting: 'leave' });
    await operation.create(simple(), context);
    server.heads.push({ ...server.heads[0], HeadNum: 999, OwnReference: '' });
    const submit = operationContext(connection);
    expect((await parked(settle(simple(), submit))).detail).toMatchObject({ payments: [999] });
    expect(server.submitted).toBe(0);
  });

  it('is found on sites where payment entry hides posted payments', async () => {
    server.hidesPosted = true;
    const context = operationContext(connection);
    const { ref } = await operation.create(simple(), context);
    expect(await operation.lookUp(simple(), operationContext(connection))).toMatchObject({
      found: 'present',
      ref,
    });
    expect(await tally()).toEqual([{ ref, amount: '1120.1', currency: 'USD', date: '2026-02-20' }]);
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
    expect((await parked(operation.create(simple(), operationContext(connection)))).reason).toBe(
      'amounts-differ',
    );
    expect(server.submitted).toBe(0);
  });

  it('is a conflict when a payment of the same ID pays something else', async () => {
    await operation.create(simple(), operationContext(connection));
    const other = simple({ amount: '1', allocations: [{ invoiceNum: 'A-17', amount: '1' }] });
    expect(await operation.lookUp(other, operationContext(connection))).toMatchObject({
      found: 'conflict',
      reason: 'amounts-differ',
    });
  });

  it('is a conflict when somebody voided it over there', async () => {
    await operation.create(simple(), operationContext(connection));
    Object.assign(server.heads[0] as object, { Voided: true });
    expect(await operation.lookUp(simple(), operationContext(connection))).toMatchObject({
      found: 'conflict',
      reason: 'changed-after-sent',
    });
  });

  it('is told apart from a payment ID that differs only in case', async () => {
    await operation.create(simple(), operationContext(connection));
    expect(await operation.lookUp(simple({ paymentId: '0CU01xyz' }), operationContext(connection))).toEqual({
      found: 'absent',
    });
  });
});

describe('a cut connection', () => {
  const saves: readonly (readonly [string, number])[] = [
    [`${entry}/Update`, 1],
    [`${entry}/Update`, 2],
    [`${entry}/Update`, 3],
    [`${entry}/Update`, 4],
  ];
  it.each(
    saves.flatMap(([path, nth]) => (['before', 'after'] as const).map((when) => [path, nth, when] as const)),
  )('at %s number %i, %s it was handled, ends in exactly one payment (B1)', async (path, nth, when) => {
    cutAt(path, when, nth);
    const context = operationContext(connection);
    await expect(operation.create(payment(), context)).rejects.toMatchObject({ recovery: 'ambiguous' });
    await settle(payment(), context);
    expect(await operation.lookUp(payment(), context)).toMatchObject({ found: 'present' });
    expect(server.heads.filter((head) => head['Posted'])).toHaveLength(1);
    expect(['A-17', "B'18", 'CM-1'].map((number) => server.appliedTo(number))).toEqual([
      '1120.1',
      '200',
      '-50.05',
    ]);
  });

  it('while the group is saved makes one group, and nothing else', async () => {
    cutAt(`${group}/UpdateMaster`, 'after');
    await operation.create(simple(), operationContext(connection));
    expect(server.seen(`${group}/UpdateMaster`)).toHaveLength(2);
    expect(server.heads).toHaveLength(1);
  });

  it('that ends with a gateway page after the head was saved is completed (B3)', async () => {
    let once = true;
    server.fault = (call) => {
      if (call.path !== `${entry}/Update` || !once) return undefined;
      once = false;
      return { status: 502, body: '<html><h1>Bad Gateway</h1></html>', afterwards: true };
    };
    const context = operationContext(connection);
    await expect(operation.create(simple(), context)).rejects.toMatchObject({
      recovery: 'ambiguous',
      status: 502,
    });
    expect(await settle(simple(), context)).toEqual({ found: 'partial', ref: '101' });
    expect(server.heads).toHaveLength(1);
  });

  it('leaves what remembers the group and number before the call that uses them', async () => {
    cutAt(`${entry}/Update`, 'before');
    const context = operationContext(connection);
    await operation.create(simple(), context).catch(() => undefined);
    expect(context.facts).toEqual({ group: 'ML0000001', checkNum: 900_000_001 });
  });
});

describe('a refusal', () => {
  it('of the head takes the empty group away again, and parks with the words', async () => {
    server.fault = (call) => {
      if (call.path !== `${entry}/PreUpdate`) return undefined;
      const { message } = refuse('Supplier is inactive.');
      return {
        status: 400,
        body: { ErrorMessage: message, ErrorType: 'Ice.Common.BusinessObjectException' },
      };
    };
    const outcome = await parked(operation.create(simple(), operationContext(connection)));
    expect(outcome.detail).toMatchObject({ systemWords: 'Supplier is inactive.' });
    expect(server.groups).toEqual([]);
  });

  it('because the group is locked is overcome by unlocking our own group', async () => {
    let once = true;
    server.fault = (call) => {
      if (call.path === `${entry}/CreateNewCheckHed` && once) server.locked.add('ML0000001');
      once &&= call.path !== `${entry}/CreateNewCheckHed`;
      return undefined;
    };
    await operation.create(simple(), operationContext(connection));
    expect(server.seen(`${group}/UnLockGroup`).map((call) => call.body)).toEqual([
      { pcGroupID: 'ML0000001' },
    ]);
    expect(server.heads[0]).toMatchObject({ Posted: true });
  });

  it('because the head changed meanwhile is overcome by reading it again (B12)', async () => {
    let once = true;
    server.fault = (call) => {
      if (call.path === `${entry}/GetNewAPTran` && once) {
        once = false;
        Object.assign(server.heads[0] as object, { SysRevID: server.revision() });
      }
      return undefined;
    };
    await operation.create(simple(), operationContext(connection));
    expect(server.lines).toHaveLength(1);
  });

  it('that hides behind a good status is one (B15)', async () => {
    server.fault = (call) =>
      call.path === `${group}/UpdateMaster`
        ? { body: { parameters: { ds: {}, lUpdateRan: false, opMessage: 'Cash account is missing.' } } }
        : undefined;
    const outcome = await parked(operation.create(simple(), operationContext(connection)));
    expect(outcome.detail).toMatchObject({ code: 'EPICOR_NOT_SAVED' });
    expect(String(outcome.detail['systemWords'])).toContain('Cash account is missing.');
  });
});

it('tallies posted, live payments of ours', async () => {
  await operation.create(payment(), operationContext(connection));
  server.heads.push(
    { Company: 'EPIC06', HeadNum: 500, GroupID: 'HAND', Posted: true, Voided: false, OwnReference: 'note' },
    { Company: 'EPIC06', HeadNum: 501, GroupID: 'ML9', Posted: true, Voided: true, OwnReference: 'x' },
    { Company: 'EPIC06', HeadNum: 502, GroupID: 'ML8', Posted: false, Voided: false, OwnReference: 'y' },
  );
  expect(await tally()).toEqual([{ ref: '101', amount: '1270.05', currency: 'USD', date: '2026-02-20' }]);
});

it('takes the documents that it says it takes', () => {
  const check = validator(manifest.operations['record-payment']?.document as JsonObject);
  expect(check(payment())).toEqual([]);
  expect(check(payment({ checkNumber: 12, memo: 'x' }))).toEqual([]);
  expect(check(payment({ amount: 12 as Json }))).not.toEqual([]);
});
