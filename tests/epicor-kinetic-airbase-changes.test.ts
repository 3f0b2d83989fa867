import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ExpectedEntry, invoicesFor, invoicesNaming, isTaken } from '../sandbox/world/airbase-books';
import { type AirbaseRun, RUN_MS, startAirbaseRun } from './support/airbase-run';

let product: AirbaseRun;

/** Bills that stand in Epicor, and of which Airbase has paid nothing. */
function unpaidBills(): ExpectedEntry[] {
  const { books } = product.world;
  return books.entries.filter(({ entry, disputed }) => {
    const { kind, total, appliedTo } = entry.content;
    const isPlain = kind === 'bill' && appliedTo.length === 0 && !total.startsWith('-');
    const isUnpaid = !books.entries.some((each) => each.entry.content.appliedTo.includes(entry.id));
    return isPlain && isUnpaid && !disputed && isTaken(entry) && invoicesFor(books, entry).length === 1;
  });
}

describe('Epicor Kinetic ↔ Airbase, when people change something', () => {
  beforeAll(async () => {
    product = await startAirbaseRun({ size: 60 });
    await product.well();
    product.world.people.work();
    await product.well();
  }, RUN_MS);
  afterAll(() => product.stop());

  it(
    'D16: books a card transaction that is coded anew after posting by a reversal and a new journal',
    async () => {
      const { people } = product.world;
      const cards = [
        product.entry('over three accounts, a third each'),
        product.entry('two lines on one account, one of nothing'),
      ];
      for (const each of cards) people.recode(each);
      await product.well();
      expect(cards.map((each) => product.standing(each))).toEqual([3, 3]);
      expect(product.world.checkPromises()).toEqual([]);
    },
    RUN_MS,
  );

  it(
    'D16: books a posted bill that is coded anew by a debit memo and a new invoice',
    async () => {
      const { people, books } = product.world;
      const bills = unpaidBills().slice(0, 2);
      for (const each of bills) people.recode(each);
      expect(bills.map(({ disputed }) => disputed)).toEqual([false, false]);
      await product.well();
      expect(bills.map((each) => isTaken(each.entry))).toEqual([true, true]);
      expect(bills.map(({ entry }) => invoicesNaming(books, entry).length)).toEqual([3, 3]);
      expect(bills.map((each) => product.standing(each))).toEqual([1, 1]);
      expect(product.world.checkPromises()).toEqual([]);
    },
    RUN_MS,
  );

  it(
    'E1 E5: records what Airbase paid, and puts the payment hold back onto what is left',
    async () => {
      const { people, books } = product.world;
      const [whole, part] = unpaidBills().slice(2);
      const payments = [people.pay(whole), people.pay(part, '0.4')];
      await product.well();
      expect(payments.map((each) => each && isTaken(each.entry))).toEqual([true, true]);
      const held = [whole, part].map((each) => each && invoicesFor(books, each.entry)[0]?.['PayHold']);
      expect(held).toEqual([false, true]);
      expect(product.world.checkPromises()).toEqual([]);
    },
    RUN_MS,
  );

  it(
    'C1: takes along the spend of a vendor whom people link to his namesake in Epicor',
    async () => {
      const { airbase, books } = product.world;
      const waiting = product.entry('born in Airbase, of the name of a supplier in Epicor');
      const vendor = airbase.tenant.masters.vendors.get(waiting.entry.content.payee ?? '');
      const supplier = books.company.rows('Vendor').all.find((row) => row['Name'] === vendor?.data['name']);
      expect([isTaken(waiting.entry), vendor?.reference]).toEqual([false, '']);
      if (vendor) airbase.spend.linkVendor(vendor, String(supplier?.['VendorID']));
      await product.well();
      expect(isTaken(waiting.entry)).toBe(true);
      expect(product.world.checkPromises()).toEqual([]);
    },
    RUN_MS,
  );

  it(
    'C5 C7: goes on by itself with what waited, once people have put the master data right',
    async () => {
      const { people } = product.world;
      const waited = ['a supplier born in Airbase', 'inactive supplier', 'inactive account'];
      expect(waited.map((title) => isTaken(product.entry(title).entry))).toEqual([false, false, false]);
      for (const what of ['supplier', 'inactive-supplier', 'account'] as const) people.repair(what);
      await product.well();
      expect(waited.map((title) => isTaken(product.entry(title).entry))).toEqual([true, true, true]);
      expect(product.world.checkPromises()).toEqual([]);
    },
    RUN_MS,
  );
});

describe('where Epicor lets nobody change the hold of a posted invoice', () => {
  beforeAll(async () => {
    product = await startAirbaseRun({ size: 40, epicorSwitches: { postedPayHold: 'refused' } });
    await product.well();
  }, RUN_MS);
  afterAll(() => product.stop());

  it(
    'payments wait for people, half a payment is never there, and none is lost',
    async () => {
      const { people, books } = product.world;
      const ours = () =>
        books.company.rows('CheckHed').all.filter((row) => !books.headsBefore.has(Number(row['HeadNum'])));
      expect(ours()).toEqual([]);
      for (let rest = 0; rest < 2; rest += 1) {
        people.finish();
        await product.well();
      }
      const payments = books.entries.filter(({ entry }) => entry.content.kind === 'payment');
      expect(payments.filter(({ entry }) => isTaken(entry)).length).toBeGreaterThan(10);
      expect(ours().filter((row) => row['Posted'] !== true)).toEqual([]);
      expect(product.world.checkPromises()).toEqual([]);
    },
    RUN_MS,
  );
});
