import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { endPayment, isSettled, startPayment } from '../avidxchange/payment-life';
import type { PaymentRecord } from '../avidxchange/records';
import { text } from '../epicor-kinetic/state';
import type { Row } from '../epicor-kinetic/table-rows';
import { type EpicorAvidWorld, startEpicorAvidWorld } from '../worlds/epicor-kinetic-avidxchange';
import { paymentsOf } from './avidxchange-books';
import { HonestAvidClerk } from './honest-avidxchange-clerk';

let world: EpicorAvidWorld;
let clerk: HonestAvidClerk;

async function start(made: Promise<EpicorAvidWorld>): Promise<void> {
  world = await made;
  clerk = new HonestAvidClerk(world);
  await clerk.signIn();
}

/** Does everything by hand until nothing is left to do. */
async function everything(): Promise<void> {
  await clerk.bringMasters();
  await clerk.sendInvoices();
  world.people.work();
  clerk.postPayments();
  world.people.finish();
  clerk.postPayments();
}

function epicorInvoice(number: string, vendor = 101): Row {
  return world.clerk.invoice(vendor, number);
}

/** A settled payment of one invoice that nothing else paid. */
function settledPayment(skip = 0): PaymentRecord {
  const all = paymentsOf(world.books);
  const found = all.filter(({ status, parts }) => {
    const [part] = parts;
    const isAlone =
      all.filter((each) => each.parts.some(({ invoice }) => invoice === part?.invoice)).length === 1;
    return (
      status === 'Cleared' && parts.length === 1 && isAlone && part?.discount === '0.00' && part.invoice.batch
    );
  })[skip];
  if (found === undefined) throw new Error('no such payment');
  return found;
}

/** Sees that something is wrong which says all of this. */
function expectWrong(...messages: readonly string[]): void {
  const wrong = world.checkPromises();
  for (const message of messages) expect(wrong.join('\n')).toContain(message);
}

afterEach(() => world.stop());

describe('the oracles of payments', () => {
  beforeEach(async () => {
    await start(startEpicorAvidWorld({ seed: 5, size: 70 }));
    await everything();
  });

  it('see one that was posted twice, and one that nobody made', () => {
    clerk.post(settledPayment());
    const payment = settledPayment(1);
    const parts = payment.parts.map((part) => ({ ...part, amount: '0.01' }));
    clerk.post({ ...payment, parts });
    const wrong = world
      .checkPromises()
      .filter((each) => each.includes('stands for nothing that was settled'));
    expect(wrong).toHaveLength(2);
  });

  it('see one that is missing, was not posted, has another number or date, or shows a whole card', () => {
    const heads = world.books.company
      .rows('CheckHed')
      .all.filter((head) => head['ChangedBy'] === 'integration');
    const [missing, unposted, odd] = heads;
    const cards = paymentsOf(world.books).filter(
      (payment) => payment.card !== undefined && isSettled(payment),
    );
    const isOf = (head: Row) => cards.find((payment) => payment.card?.reference === head['Description']);
    const ofCard = heads.slice(3).find((head) => isOf(head) !== undefined);
    const card = isOf(ofCard ?? {});
    if (!missing || !unposted || !odd || !card || !ofCard) throw new Error('too few payments');
    missing['Voided'] = true;
    unposted['Posted'] = false;
    Object.assign(odd, { CheckNum: 1, Description: '', CheckDate: '2020-01-01' });
    ofCard['Description'] = `${card.card?.reference} ${card.card?.number}`;
    expectWrong(
      'is settled and not posted in Epicor',
      `payment ${text(unposted, 'HeadNum')} in Epicor was entered and not posted`,
      'does not show',
      'is dated 2020-01-01',
      'shows the whole number of a card',
    );
  });

  it('E1: accept a return both reversed in Epicor and left to a person, and nothing posted in its place', () => {
    const payment = settledPayment();
    world.people.void(payment, 'Returned');
    expect(world.checkPromises()).toEqual([]);
    clerk.postPayments();
    expect(world.checkPromises()).toEqual([]);
    expect(world.changedLate()).toContain(String(payment.id));
  });

  it('E8: want one live payment after a reissue, whichever of the two it is', () => {
    world.people.void(settledPayment());
    world.people.finish();
    expect(world.checkPromises()).toEqual([]);
    clerk.postPayments();
    expect(world.checkPromises()).toEqual([]);
    const [again] = paymentsOf(world.books).toReversed();
    if (again === undefined) throw new Error('nothing was paid again');
    clerk.post(again);
    expectWrong('of it is paid');
  });

  it('E3: want nothing for a payment that was voided before it cleared', () => {
    const { site } = world.avid;
    const before = settledPayment();
    world.people.void(before);
    clerk.postPayments();
    const parts = before.parts.map((part) => ({ ...part, amount: '0.05' }));
    const payment = startPayment(site, parts, 'check');
    endPayment(site, payment, 'Void');
    expect(world.checkPromises()).toEqual([]);
    clerk.post(payment);
    expectWrong('stands for nothing that was settled');
  });

  it('E13: want nothing for invoices that were captured by hand, nor for another company’s', () => {
    const isOfHand = ({ parts }: PaymentRecord) => parts.some(({ invoice }) => invoice.number === 'HAND-1');
    const settled = world.avid.site.payments.filter(isSettled);
    const others = settled.filter((payment) => payment.accountingSystemId === 4_812);
    expect([settled.some(isOfHand), others.length > 0]).toEqual([true, true]);
    expect(world.checkPromises()).toEqual([]);
    for (const other of others) clerk.post({ ...other, cleared: '2026-01-01' });
    expectWrong('stands for nothing that was settled');
  });
});

describe('E7: an invoice that was paid in Epicor by hand as well', () => {
  it('excuses the payment that cannot be posted, and no other', async () => {
    await start(startEpicorAvidWorld({ seed: 5, size: 70 }));
    await clerk.bringMasters();
    await clerk.sendInvoices();
    world.people.changeInEpicor(epicorInvoice('AX-2001'), 'paid-here');
    world.people.finish();
    clerk.postPayments();
    expect(world.checkPromises()).toEqual([]);
    expect([...world.changedLate()]).toContain('101|AX-2001');
    const heads = world.books.company.rows('CheckHed').all;
    for (const head of heads.filter((row) => row['ChangedBy'] === 'integration')) head['Voided'] = true;
    const wrong = world
      .checkPromises()
      .filter((each) => each.includes('is settled and not posted in Epicor'));
    expect(wrong.length).toBeGreaterThan(10);
    expect(wrong.filter((each) => each.includes('AX-2001:'))).toEqual([]);
  });
});
