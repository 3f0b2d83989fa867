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

const LINE = {
  TransactionDescription: 'Seats',
  Qty: 2,
  UnitCost: 75.13,
  Account: '61000',
  Subaccount: '100010',
};

const bill = (differing: Record<string, unknown> = {}) =>
  wrapped({
    Type: 'Bill',
    Vendor: 'BRIGHTDESK',
    VendorRef: 'NEW-1',
    Amount: 150.26,
    Hold: false,
    Details: [LINE],
    ...differing,
  });

describe('a bill', () => {
  it('is entered, released, reversed, and its reversal waits on hold', async () => {
    const caller = await start();
    const made = await caller.put('Bill?$expand=Details', bill());
    expect([made.status, made.json.Status.value, made.json.Details[0].ExtendedCost.value.text]).toEqual([
      200,
      'Balanced',
      '150.2600',
    ]);
    const number = made.json.ReferenceNbr.value;
    expect((await caller.act('Bill/ReleaseBill', 'Bill', number)).status).toBe(204);
    expect((await caller.get(`Bill/Bill/${number}`)).json.Status.value).toBe('Open');
    await caller.act('Bill/ReverseBill', 'Bill', number);
    const filter = { $filter: "Type eq 'Debit Adj.' and VendorRef eq 'NEW-1'" };
    const [reversal] = (await caller.get('Bill', filter)).json;
    expect([reversal.Status.value, reversal.Amount.value.text]).toEqual(['On Hold', '150.2600']);
  });

  it('grows by the same lines when it is put again without their ids', async () => {
    const caller = await start({ requireControlTotal: false });
    const made = await caller.put('Bill', bill());
    const again = { ...bill(), ReferenceNbr: made.json.ReferenceNbr };
    const second = await caller.put('Bill?$expand=Details', again);
    expect(second.json.Details).toHaveLength(2);
  });

  it('takes nothing after its release but a note', async () => {
    const caller = await start();
    const open = world.clerk.billOf('BRIGHTDESK', 'BD-1001');
    const keys = { Type: 'Bill', ReferenceNbr: text(open, 'ReferenceNbr') };
    expect((await caller.put('Bill', wrapped({ ...keys, Description: 'other' }))).status).toBe(422);
    expect((await caller.put('Bill', wrapped({ ...keys, Details: [LINE] }))).status).toBe(422);
    const noted = await caller.put('Bill', wrapped({ ...keys, note: 'Paid by BILL' }));
    expect([noted.status, noted.json.note]).toEqual([200, { value: 'Paid by BILL' }]);
    expect(amount(open, 'Balance')).toBe('0.30');
    world.acumatica.switches.noteOnReleased = 'refuse';
    expect((await caller.put('Bill', wrapped({ ...keys, note: 'else' }))).status).toBe(422);
  });

  it.each([
    ['a total that is not its own', { Amount: 150 }, 'Amount'],
    ['a number that the vendor used before', { VendorRef: 'BD-1001' }, 'VendorRef'],
    ['an inactive vendor', { Vendor: 'INACTIVE' }, 'Vendor'],
  ])('is refused with the error at its field: %s', async (_title, differing, field) => {
    const caller = await start();
    const { status, json } = await caller.put('Bill', bill(differing));
    expect([status, typeof json[field].error]).toEqual([422, 'string']);
  });

  it('ignores what the server derives, and stays as it is when nothing changes', async () => {
    const caller = await start();
    const open = world.clerk.billOf('BRIGHTDESK', 'BD-1001');
    const stamp = open.values['LastModifiedDateTime'];
    const keys = { Type: 'Bill', ReferenceNbr: text(open, 'ReferenceNbr') };
    const reply = await caller.put('Bill', wrapped({ ...keys, Balance: 1, Status: 'Closed' }));
    expect([reply.status, reply.json.Balance.value.text]).toEqual([200, '0.3000']);
    expect(open.values['LastModifiedDateTime']).toBe(stamp);
  });

  it.each([
    ['release', true],
    ['never', false],
  ] as const)('moves its stamp when it is paid: %s', async (paymentBumpsBill, moves) => {
    await start({ paymentBumpsBill });
    const open = world.clerk.billOf('BRIGHTDESK', 'BD-1002');
    const before = open.values['LastModifiedDateTime'];
    world.clock.advance(5_000);
    world.clerk.payByHand(open, '5.00');
    expect(open.values['LastModifiedDateTime'] !== before).toBe(moves);
  });
});

describe('what the integration must not touch', () => {
  it('is refused, and orders are there to be read only', async () => {
    const caller = await start();
    expect((await caller.put('Account', wrapped({ AccountCD: '61000', Description: 'x' }))).status).toBe(403);
    expect(
      (await caller.get('PurchaseOrder/Normal/000001', { $expand: 'Details' })).json.Details,
    ).toHaveLength(2);
  });
});
