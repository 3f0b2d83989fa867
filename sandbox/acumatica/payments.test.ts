import { afterEach, describe, expect, it } from 'vitest';
import { AcumaticaCaller, wrapped } from '../world/acumatica-caller';
import { type AcumaticaBillWorld, startAcumaticaBillWorld } from '../worlds/acumatica-bill';
import { amount, text } from './entity-store';
import type { AcumaticaSwitches } from './switches';

let world: AcumaticaBillWorld;
afterEach(() => world.stop());

async function start(acumaticaSwitches: Partial<AcumaticaSwitches> = {}): Promise<AcumaticaCaller> {
  world = await startAcumaticaBillWorld({ acumaticaSwitches });
  const caller = new AcumaticaCaller(world.env);
  await caller.grant();
  return caller;
}

const numberOf = (reference: string, vendor = 'BRIGHTDESK') =>
  text(world.clerk.billOf(vendor, reference), 'ReferenceNbr');

const pays = (reference: string, part: number) => ({
  DocType: 'Bill',
  ReferenceNbr: numberOf(reference),
  AmountPaid: part,
});

const payment = (details: object[], differing: Record<string, unknown> = {}) =>
  wrapped({
    Type: 'Payment',
    Vendor: 'BRIGHTDESK',
    PaymentMethod: 'BILLCOM',
    CashAccount: '10200',
    PaymentRef: 'stp01PAYMENT',
    PaymentAmount: 77,
    Hold: false,
    Details: details,
    ...differing,
  });

const stateOf = (reference: string) => {
  const bill = world.clerk.billOf('BRIGHTDESK', reference);
  return [text(bill, 'Status'), amount(bill, 'Balance')];
};

describe('a payment', () => {
  it('is entered, released in the background, polled to its end, and closes its bill', async () => {
    const caller = await start();
    const made = await caller.put('Check?$expand=Details', payment([pays('77501', 77)]));
    expect([made.status, made.json.Status.value, made.json.UnappliedBalance.value.text]).toEqual([
      200,
      'Balanced',
      '0.0000',
    ]);
    const number = made.json.ReferenceNbr.value;
    expect(stateOf('77501')).toEqual(['Open', '77.00']);
    const entity = wrapped({ Type: 'Payment', ReferenceNbr: number });
    const started = await caller.post('Check/ReleaseCheck', { entity });
    expect(started.status).toBe(202);
    const place = new URL(String(started.headers.get('location')), caller.root).href;
    const poll = async () => (await fetch(place, { headers: caller.headers })).status;
    expect(await poll()).toBe(202);
    const meanwhile = await caller.get('Ledger');
    expect(meanwhile.json.exceptionMessage).toBe('The previous operation has not been completed yet.');
    world.clock.advance(1_000);
    expect(await poll()).toBe(204);
    const check = await caller.get(`Check/Payment/${number}`, { $expand: 'Details,History' });
    expect(check.json).toMatchObject({ Status: { value: 'Closed' }, Details: [] });
    expect(check.json.History[0].VendorRef.value).toBe('77501');
    expect(stateOf('77501')).toEqual(['Closed', '0.00']);
    const bill = await caller.get(`Bill/Bill/${numberOf('77501')}`, { $expand: 'Applications' });
    expect(bill.json.Applications[0]).toMatchObject({
      DocType: { value: 'Payment' },
      ReferenceNbr: { value: number },
      Status: { value: 'Closed' },
    });
  });

  it('gets its applications twice when it is put twice without their ids', async () => {
    const caller = await start();
    const first = await caller.put('Check?$expand=Details', payment([pays('77501', 30)]));
    const again = { ...payment([pays('77501', 30)]), ReferenceNbr: first.json.ReferenceNbr };
    const second = await caller.put('Check?$expand=Details', again, { 'if-match': '*' });
    expect(second.json.Details).toHaveLength(2);
    expect(world.checkPromises().join()).toContain('is applied to a document twice');
    const [, row] = second.json.Details;
    const removed = await caller.put('Check?$expand=Details', {
      ...wrapped({ Type: 'Payment', Details: [{ id: row.id, delete: true }] }),
      ReferenceNbr: first.json.ReferenceNbr,
    });
    expect(removed.json.Details).toHaveLength(1);
    world.acumatica.switches.duplicateApplication = 'refuse';
    expect((await caller.put('Check', again)).status).toBe(422);
  });

  it('with an unknown number is another payment, unless only updates are asked for', async () => {
    const caller = await start();
    const body = payment([pays('77501', 77)], { ReferenceNbr: '004711' });
    expect((await caller.put('Check', body, { 'if-match': '*' })).status).toBe(412);
    const made = await caller.put('Check', body);
    expect(made.json.ReferenceNbr.value).not.toBe('004711');
    const known = { ...body, ReferenceNbr: made.json.ReferenceNbr };
    expect((await caller.put('Check', known, { 'if-none-match': '*' })).status).toBe(412);
  });

  it.each([
    ['a vendor that is not there', { Vendor: 'NOBODY' }, 'Vendor'],
    ['a vendor that is not to be paid', { Vendor: 'HOLDPAY' }, 'Vendor'],
    ['a method that is not there', { PaymentMethod: 'CRYPTO' }, 'PaymentMethod'],
    [
      'a cash account that the method does not allow',
      { PaymentMethod: 'CHECK', CashAccount: '10250' },
      'CashAccount',
    ],
    ['less than its applications', { PaymentAmount: 76.99 }, 'PaymentAmount'],
    ['no amount', { PaymentAmount: undefined }, 'PaymentAmount'],
    ['no reference', { PaymentRef: '' }, 'PaymentRef'],
    ['a reference of 41 characters', { PaymentRef: 'x'.repeat(41) }, 'PaymentRef'],
    ['a date in a closed period', { ApplicationDate: '2020-01-31' }, 'ApplicationDate'],
    ['a type that is none', { Type: 'CHK' }, 'Type'],
  ])('is refused with the error at its field: %s', async (_title, differing, field) => {
    const caller = await start();
    const { status, json } = await caller.put('Check', payment([pays('77501', 77)], differing));
    expect(status).toBe(422);
    expect(json[field].error).toBeTruthy();
    expect(json.ReferenceNbr.value).toBe('<NEW>');
    expect(json.error).toContain("Inserting 'Check' record raised at least one error");
  });

  it.each([
    ['more than the bill has open', 'BD-1008', 60.01, 'AmountPaid', 'exceeds'],
    ['a bill in another payment', 'BD-1009', 100, 'ReferenceNbr', 'unreleased payment'],
    ['a bill in another currency', 'BD-1018', 77, 'ReferenceNbr', 'another currency'],
    ['a bill that is not released', 'BD-ONHOLD', 77, 'ReferenceNbr', 'cannot be found'],
  ])('is refused with the error in its row: %s', async (_title, reference, part, field, words) => {
    const caller = await start();
    const body = payment([pays(reference, part)], { PaymentAmount: part });
    const { status, json } = await caller.put('Check', body);
    expect([status, json.Details[0][field].error]).toEqual([422, expect.stringContaining(words)]);
  });

  it.each([
    ['422-exception', 422],
    ['500', 500],
  ] as const)('is refused in the shape of its build: %s', async (validation, status) => {
    const caller = await start({ validation });
    const reply = await caller.put('Check', payment([], { Vendor: 'NOBODY' }));
    expect([reply.status, reply.json.exceptionType]).toEqual([
      status,
      'PX.Api.ContractBased.OutcomeEntityHasErrorsException',
    ]);
  });

  it.each([
    ['a bare value', { Type: 'Payment' }],
    ['a wrapped list', { Details: { value: [] } }],
    ['a wrong type', wrapped({ PaymentAmount: 'much' })],
    ['an unknown field', wrapped({ Memo: 'x' })],
  ])('is refused with 400 for %s', async (_title, body) => {
    const caller = await start();
    expect((await caller.put('Check', body)).status).toBe(400);
  });

  it('is not released while it waits to be printed, and not twice', async () => {
    const caller = await start();
    const printed = await caller.put('Check', payment([pays('77501', 77)], { PaymentMethod: 'CHECK' }));
    expect(printed.json.Status.value).toBe('Pending Print');
    const number = printed.json.ReferenceNbr.value;
    expect((await caller.act('Check/ReleaseCheck', 'Payment', number)).json.exceptionMessage).toContain(
      'Document status is invalid for processing.',
    );
    expect((await caller.delete(`Check/Payment/${number}`)).status).toBe(204);
    const made = await caller.put('Check', payment([pays('77501', 77)]));
    const second = made.json.ReferenceNbr.value;
    expect((await caller.act('Check/ReleaseCheck', 'Payment', second)).status).toBe(204);
    expect((await caller.act('Check/ReleaseCheck', 'Payment', second)).status).toBe(500);
    expect((await caller.post('Check/Release', {})).status).toBe(404);
  });

  it.each(['204', '204-location'] as const)(
    'is released at once where that is how it is: %s',
    async (actionAnswer) => {
      const caller = await start({ actionAnswer });
      const made = await caller.put('Check', payment([pays('77501', 77)]));
      const done = await caller.act('Check/ReleaseCheck', 'Payment', made.json.ReferenceNbr.value);
      expect([done.status, done.headers.has('location')]).toEqual([204, actionAnswer === '204-location']);
      expect(stateOf('77501')).toEqual(['Closed', '0.00']);
    },
  );

  it('fails in the background when the balance has changed meanwhile', async () => {
    const caller = await start();
    const made = await caller.put('Check', payment([pays('77501', 77)]));
    world.tenant.unreleased.clear();
    world.clerk.payByHand(world.clerk.billOf('BRIGHTDESK', '77501'), '1.00');
    const failed = await caller.act('Check/ReleaseCheck', 'Payment', made.json.ReferenceNbr.value);
    expect([failed.status, failed.json.exceptionMessage]).toEqual([
      500,
      expect.stringContaining('has changed'),
    ]);
    expect(stateOf('77501')).toEqual(['Open', '76.00']);
  });

  it('E5: uses up a debit adjustment among its documents', async () => {
    const caller = await start();
    const adjustment = { DocType: 'Debit Adj.', ReferenceNbr: numberOf('BD-DM-1'), AmountPaid: 50 };
    const made = await caller.put('Check', payment([pays('77501', 77), adjustment], { PaymentAmount: 27 }));
    expect(made.json.UnappliedBalance.value.text).toBe('0.0000');
    await caller.act('Check/ReleaseCheck', 'Payment', made.json.ReferenceNbr.value);
    expect([stateOf('77501'), stateOf('BD-DM-1')]).toEqual([
      ['Closed', '0.00'],
      ['Open', '100.00'],
    ]);
  });

  it('stands aside where an adjustment is applied by itself', async () => {
    const caller = await start();
    const number = numberOf('BD-DM-1');
    const body = wrapped({ Type: 'Debit Adj.', ReferenceNbr: number, Details: [pays('77501', 77)] });
    expect((await caller.put('Check', body)).status).toBe(200);
    expect((await caller.act('Check/ReleaseCheck', 'Debit Adj.', number)).status).toBe(204);
    expect([stateOf('77501'), stateOf('BD-DM-1')]).toEqual([
      ['Closed', '0.00'],
      ['Open', '73.00'],
    ]);
  });

  it('is voided by a document of its own, once that is released', async () => {
    const caller = await start();
    const made = await caller.put('Check', payment([pays('77501', 77)]));
    const number = made.json.ReferenceNbr.value;
    await caller.act('Check/ReleaseCheck', 'Payment', number);
    expect((await caller.act('Check/VoidCheck', 'Payment', number)).status).toBe(204);
    expect(stateOf('77501')).toEqual(['Closed', '0.00']);
    const found = world.checkPromises().join('\n');
    expect(found).toContain(`Voided Payment ${number} in Acumatica was entered and not released`);
    expect((await caller.act('Check/ReleaseCheck', 'Voided Payment', number)).status).toBe(204);
    expect(stateOf('77501')).toEqual(['Open', '77.00']);
    expect((await caller.get(`Check/Payment/${number}`)).json.Status.value).toBe('Voided');
    expect((await caller.act('Check/VoidCheck', 'Payment', number)).status).toBe(500);
  });

  it('keeps its reference to itself only where the method says so', async () => {
    const caller = await start();
    await caller.put('Check', payment([pays('77501', 30)], { PaymentAmount: 30 }));
    const second = () => caller.put('Check', payment([pays('BD-1002', 5)], { PaymentAmount: 5 }));
    expect((await second()).status).toBe(200);
    world.acumatica.switches.uniqueRefMethods = ['BILLCOM'];
    expect((await second()).json.PaymentRef.error).toContain('already used');
  });

  it('meets another process at the record, undone', async () => {
    const caller = await start({ lockedEvery: 2 });
    const first = await caller.put('Check', payment([pays('77501', 77)]));
    const failed = await caller.act('Check/ReleaseCheck', 'Payment', first.json.ReferenceNbr.value);
    expect([failed.status, failed.json.exceptionMessage]).toEqual([
      500,
      expect.stringContaining('Another process has updated'),
    ]);
    expect(stateOf('77501')).toEqual(['Open', '77.00']);
  });
});
