import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Random } from '../random';
import { type ExpectedEntry, isTaken, journalsOf } from '../world/airbase-books';
import { REPAIRABLE } from '../world/airbase-people';
import { HonestAirbaseClerk } from '../world/honest-airbase-clerk';
import {
  type EpicorAirbaseWorld,
  SECRETS,
  simulateEpicorAirbase,
  startEpicorAirbaseWorld,
} from './epicor-kinetic-airbase';

/** A clerk who does it all by hand takes holds off in a screen of her own. */
const WORLD = { seed: 5, size: 150, epicorSwitches: { postedPayHold: 'refused' } } as const;

let world: EpicorAirbaseWorld;
let clerk: HonestAirbaseClerk;

beforeEach(async () => {
  world = await startEpicorAirbaseWorld(WORLD);
  clerk = new HonestAirbaseClerk(world);
});
afterEach(() => world.stop());

/** Does everything by hand until nothing is left to do. */
async function everything(): Promise<void> {
  await clerk.loadMasters();
  await clerk.takeOver();
  world.people.work();
  await clerk.takeOver();
  world.people.finish();
  await clerk.takeOver();
  world.people.finish();
  await clerk.takeOver();
}

function titled(title: string): ExpectedEntry {
  const found = world.books.entries.find((each) => each.seed.title === title);
  if (found === undefined) throw new Error(`no entry ${title}`);
  return found;
}

function expectSeen(message: string): void {
  const wrong = world.checkPromises();
  expect(
    wrong.some((each) => each.includes(message)),
    `${message} among:\n${wrong.join('\n')}`,
  ).toBe(true);
}

describe('the world of Epicor Kinetic and Airbase', () => {
  it('is not content as long as nothing is done', () => {
    expectSeen('is sync_ready, not synced');
    expectSeen('stands 0 times in Airbase');
    expectSeen('is live in Airbase only');
  });

  it('is content when everything is done as it must be', async () => {
    await everything();
    expect(world.checkPromises()).toEqual([]);
    expect(world.books.released.size).toBeGreaterThan(0);
    expect(journalsOf(world.books.company).filter(({ posted }) => posted).length).toBeGreaterThan(20);
    const payments = world.books.entries.filter(({ entry }) => entry.content.kind === 'payment');
    expect(payments.filter(({ entry }) => isTaken(entry)).length).toBeGreaterThan(20);
  });

  it('is content when people refund, re-code, take back and enter suppliers in between', async () => {
    await clerk.loadMasters();
    await clerk.takeOver();
    const random = new Random(11);
    for (let turn = 0; turn < 8; turn += 1) {
      world.people.work();
      await clerk.takeOver();
      world.people.correct(random);
      world.people.touch(5);
    }
    await everything();
    expect(world.checkPromises()).toEqual([]);
  });

  it('is content when what kept entries away is put right, and not when they stay away', async () => {
    await everything();
    for (const what of REPAIRABLE) world.people.repair(what);
    expect(world.checkPromises().filter((each) => each.includes('not synced'))).toHaveLength(3);
    await everything();
    expect(world.checkPromises()).toEqual([]);
  });

  it.each([1, 2, 3, 4])('is content whatever the systems leave open: draw %i', async (seed) => {
    await world.stop();
    world = await simulateEpicorAirbase({ seed, harsh: new Random(seed), faults: true });
    world.epicor.state.switches.postedPayHold = WORLD.epicorSwitches.postedPayHold;
    clerk = new HonestAirbaseClerk(world);
    await everything();
    world.people.correct(new Random(seed));
    await everything();
    expect(world.checkPromises()).toEqual([]);
  });

  it.each([
    ['a line that is a cent too high', { tooMuch: '0.01' }, 'the coding differs'],
    ['a line without account', { noAccount: true }, 'has no account'],
    ['an invoice that could be paid twice', { noHold: true }, 'has no payment hold'],
    ['a mark that is missing', { silent: true }, 'stands in Epicor and is sync_ready'],
    ['a mark that names nothing', { noReference: true }, 'was synced without a reference'],
  ])('sees %s', async (_what, mistakes, message) => {
    await clerk.take(titled('thirds of a hundred over three accounts').entry, mistakes);
    expectSeen(message);
  });

  it.each([
    ['a journal that is a cent too high', { tooMuch: '0.01' }, 'the ledger differs'],
    ['half a journal', { halfJournal: true }, 'is out of balance by 100'],
    ['a mark that is missing', { silent: true }, 'stands in Epicor and is sync_ready'],
  ])('sees %s of a card transaction', async (_what, mistakes, message) => {
    await clerk.takeCard(titled('over three accounts, a third each').entry, mistakes);
    expectSeen(message);
  });

  it('sees a card transaction that is booked twice, too early, or as the expense of a bill it paid', async () => {
    const { entry } = titled('a merchant who is no vendor');
    await clerk.takeCard(entry);
    await clerk.takeCard(entry, { again: true, silent: true });
    const pending = titled('pending, to be settled');
    world.airbase.spend.settle(pending.entry);
    await clerk.takeCard(pending.entry);
    pending.entry.content = { ...pending.entry.content, settled: false };
    const paying = titled('pays a bill');
    paying.entry.content = { ...paying.entry.content, appliedTo: [] };
    await clerk.takeCard(paying.entry);
    paying.entry.content = { ...paying.entry.content, appliedTo: [titled('paid by card').entry.id] };
    expectSeen('16.16 for 8.08');
    expectSeen('pending, to be settled');
    expectSeen('although it must wait');
    expectSeen('is an expense on 5020|10|200 a second time');
  });

  it('sees a re-coded transaction that is marked again and not booked anew', async () => {
    const expected = titled('over three accounts, a third each');
    await clerk.takeCard(expected.entry);
    world.people.recode(expected);
    expect(expected.entry.status).toBe('sync_ready');
    expectSeen('stands in Epicor and is sync_ready');
    await clerk.everyPage('/v1/accounting/ledger_entries/?');
    await clerk.mark(expected.entry, { status: 'sync_complete', erp_reference_id: 'again' });
    expectSeen('over three accounts, a third each, ');
    expectSeen('the ledger differs');
  });

  it('does not blame anybody for a mark that crossed a change which no list had shown', async () => {
    await everything();
    const expected = titled('nothing odd');
    const card = world.books.entries.find(
      ({ entry, seed }) => entry.content.kind === 'card' && seed.title === expected.seed.title,
    );
    if (card === undefined) throw new Error('no card');
    const reference = card.entry.marks.at(-1)?.reference;
    world.people.recode(card);
    await clerk.mark(card.entry, { status: 'sync_complete', erp_reference_id: reference });
    expect(world.checkPromises()).toEqual([]);
  });

  it('sees what had to wait, what nobody sent, and what stood there before', async () => {
    await everything();
    await clerk.take(titled('finer than a cent').entry);
    const { entry } = titled('an apostrophe in the number');
    clerk.enter({ ...entry, id: 'nobody', content: { ...entry.content, invoiceNumber: 'GHOST' } });
    const before = world.books.company.rows('APInvHed').all.find((row) => row['InvoiceNum'] === 'NE-701');
    if (before !== undefined) before['DocInvoiceAmt'] = '1600.00';
    expectSeen('although it must wait');
    expectSeen('GHOST in Epicor belongs to no entry');
    expectSeen('has been changed');
  });

  it('sees entries marked that are none of the integration’s business, and what it writes where it may not', async () => {
    await clerk.mark(titled('a transfer between clearing accounts').entry, { status: 'sync_complete' });
    await clerk.mark(titled('of another subsidiary').entry, { status: 'sync_failed', error_message: 'no' });
    await clerk.mark(titled('nothing odd').entry, { status: 'sync_complete', total_amount: '1' });
    expect((await clerk.call('POST', '/v1/card_transactions/', {})).status).toBe(405);
    expectSeen('was marked, although it is none of the integration’s business');
    expectSeen('Airbase is read-only there: PATCH of total_amount of an entry');
    expectSeen('Airbase is read-only there: POST /v1/card_transactions/');
  });

  it('sees a payment that is recorded twice, one that is missing, and any where none shall be', async () => {
    await everything();
    const paid = world.books.entries.find(
      ({ entry, seed }) =>
        entry.content.kind === 'payment' && seed.title.startsWith('a payment of') && isTaken(entry),
    );
    if (paid === undefined) throw new Error('nothing was paid');
    const { company } = world.books;
    const number = paid.entry.marks.at(-1)?.reference.split(' ').at(-1);
    const allocation = company.rows('APTran').all.find((row) => String(row['HeadNum']) === number);
    const invoice = company
      .rows('APInvHed')
      .find(allocation?.['VendorNum'] ?? 0, String(allocation?.['InvoiceNum']));
    if (allocation === undefined || invoice === undefined) throw new Error('no allocation');
    clerk.recordPayment(paid.entry.content, [invoice], []);
    expectSeen('in Epicor, ');
    company.rows('APTran').remove(company.rows('APTran').all.at(-1) ?? {});
    company.rows('APTran').remove(allocation);
    expectSeen('paid nothing in Epicor');
    Object.assign(world.books, { payments: 'ignored' });
    expectSeen('nothing by Airbase');
  });

  it('gives the same data for the same seed, and the documented environment', async () => {
    const twin = await startEpicorAirbaseWorld(WORLD);
    const ids = ({ books }: EpicorAirbaseWorld) =>
      books.entries.map(({ entry }) => [entry.id, entry.content]);
    expect(ids(twin)).toEqual(ids(world));
    await twin.stop();
    expect(Object.keys(world.env).filter((name) => name.startsWith('AIRBASE_'))).toEqual([
      'AIRBASE_BASE_URL',
      'AIRBASE_TOKEN',
      'AIRBASE_AUTH_SCHEME',
      'AIRBASE_TOKEN_NEXT',
      'AIRBASE_SUBSIDIARY',
      'AIRBASE_WEBHOOK_SECRET',
    ]);
  });

  it('revokes one token at a rotation, and never the last one', async () => {
    world.systems['airbase']?.expireSessions();
    world.systems['airbase']?.expireSessions();
    const ask = (token: string) =>
      fetch(`${world.airbase.url}/v1/accounting/vendors/`, { headers: { authorization: `Bearer ${token}` } });
    expect((await ask(SECRETS.airbaseToken)).status).toBe(401);
    expect((await ask(SECRETS.airbaseTokenNext)).status).toBe(200);
  });
});
