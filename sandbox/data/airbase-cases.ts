import { addDays } from '../clock';
import {
  bill,
  card,
  type Differing,
  EITHER_WAY,
  type EntrySeed,
  type EntryWorld,
  line,
  type Payee,
  reimbursement,
} from './airbase-entries';
import { SPECIAL } from './vendors';

export const PARTS = '5020-10-200';
export const OFFICE = '6100-40-200';
export const REPAIRS = '6150-20-200';
export const FREIGHT = '6200-30-200';
/** Switched off in Epicor. */
export const INACTIVE_ACCOUNT = '5100-40-200';
export const OTHER_SUBSIDIARY = 'EPIC07';
/** The order that Epicor has. */
export const ORDER = { number: 40_117, lines: ['120.00', '80.00'] } as const;

/** Made in Airbase, so that Epicor does not know it. */
export const BORN: Payee = { key: 'Brand New Bakery', currency: 'USD' };
/** Made in Airbase under the name of a supplier whom Epicor has, and Airbase does not. */
export const NAMESAKE: Payee = { key: 'Great Lakes Packaging, Inc.', currency: 'USD' };
/** Linked to a supplier who is gone from Epicor. */
export const GONE: Payee = { key: 'OLD77', currency: 'USD' };

export function supplierNamed(world: EntryWorld, num: number): Payee {
  const found = world.suppliers.get(num);
  if (found === undefined) throw new Error(`no supplier ${num}`);
  return found;
}

/** Bills: one for each thing that goes wrong in this trade, and some that only look odd. */
export function specialBills(world: EntryWorld): EntrySeed[] {
  const from = (num: number, number: string, title: string, differing: Differing = {}) =>
    bill(world, supplierNamed(world, num), number, title, differing);
  const plain = (number: string, title: string, differing: Differing = {}) =>
    from(SPECIAL.plain, number, title, differing);
  const digits = (length: number) => '2026'.padEnd(length, '1234567890');
  return [
    plain('AB-1001', 'nothing odd'),
    plain('AB-1002', 'amounts whose binary floats do not add up', {
      lines: [line(PARTS, '0.1'), line(OFFICE, '0.2')],
    }),
    plain('AB-1003', 'thirds of a hundred over three accounts', {
      lines: [line(OFFICE, '33.33'), line(REPAIRS, '33.33'), line(FREIGHT, '33.34')],
    }),
    plain('AB-1004', 'thirds with many decimals, the sum without', {
      lines: [line(OFFICE, '33.3333'), line(REPAIRS, '33.3333'), line(FREIGHT, '33.3334')],
      accepts: ['confirmed', 'parked:amounts-differ'],
    }),
    plain('AB-1005', 'finer than a cent', {
      lines: [line(PARTS, '10.005')],
      total: '10.005',
      accepts: ['parked:amounts-differ'],
    }),
    plain('AB-1006', 'lines do not add up', {
      lines: [line(PARTS, '499')],
      total: '500',
      accepts: ['parked:amounts-differ'],
    }),
    plain('AB-1007', 'no lines', { lines: [], total: '75', accepts: ['parked:amounts-differ'] }),
    plain('AB-1008', 'amounts of every scale, one of nothing', {
      lines: [line(PARTS, '25'), line(OFFICE, '12.5'), line(FREIGHT, '0'), line(REPAIRS, '0.07')],
    }),
    plain('AB-1009', 'a discount line', { lines: [line(PARTS, '150'), line(OFFICE, '-50')] }),
    plain('AB-1010', 'a credit of the supplier', {
      lines: [line(PARTS, '-40.5')],
      accepts: EITHER_WAY,
    }),
    plain('AB-1011', 'a large one', { lines: [line(PARTS, '12345678.91')] }),
    plain('SAME-1', 'the same number under two suppliers', { lines: [line(PARTS, '77')] }),
    from(SPECIAL.apostrophe, 'SAME-1', 'the same number under two suppliers', { lines: [line(PARTS, '88')] }),
    from(SPECIAL.apostrophe, "O'B-99", 'an apostrophe in the number'),
    from(SPECIAL.apostrophe, 'B/4711 #9', 'a slash, a blank and a hash in the number'),
    from(SPECIAL.japanese, '請求書-7', 'yen', { lines: [line(PARTS, '120000')] }),
    from(SPECIAL.japanese, '請求書-8', 'yen with a fraction', {
      lines: [line(PARTS, '1000.5')],
      total: '1000.5',
      accepts: ['parked:amounts-differ'],
    }),
    from(SPECIAL.long, 'LONG-NAME', 'a supplier of a hundred characters'),
    from(SPECIAL.sameNameOne, 'MS-11', 'first of two suppliers of one name', { lines: [line(PARTS, '810')] }),
    from(SPECIAL.sameNameTwo, 'MS-12', 'second of two suppliers of one name', {
      lines: [line(PARTS, '820')],
    }),
    from(SPECIAL.german, 'RE-2026/0816', 'euro', { lines: [line(PARTS, '1190')] }),
    from(SPECIAL.british, 'SE 56', 'pounds, which Airbase knows from a transaction only', {
      lines: [line(PARTS, '740.4')],
    }),
    plain('EU-78', 'in a currency that is not the supplier’s', {
      content: { currency: 'EUR' },
      accepts: ['confirmed', 'parked:currency-mismatch'],
    }),
    plain(digits(50), 'a number of exactly 50 characters'),
    plain(digits(51), 'a number of 51 characters', { accepts: ['parked:number-too-long'] }),
    plain('', 'no number', { accepts: EITHER_WAY }),
    bill(world, BORN, 'BNB-1', 'a supplier born in Airbase', { accepts: ['parked:vendor-not-linked'] }),
    bill(world, NAMESAKE, 'GLP-1', 'born in Airbase, of the name of a supplier in Epicor', {
      accepts: ['confirmed', 'parked:vendor-not-linked'],
    }),
    bill(world, GONE, 'OLD-1', 'a supplier who is gone', { accepts: ['parked:vendor-not-linked'] }),
    from(SPECIAL.inactive, 'HL-2', 'inactive supplier', { accepts: ['parked:vendor-inactive'] }),
    plain('AB-1012', 'unknown account', {
      lines: [line('9999-10-200', '58')],
      accepts: ['parked:gl-account-unmapped'],
    }),
    plain('AB-1013', 'inactive account', {
      lines: [line(INACTIVE_ACCOUNT, '59')],
      accepts: ['parked:gl-account-unmapped'],
    }),
    plain('AB-1014', 'an account missing in one line of two', {
      lines: [line(PARTS, '10'), line(null, '5')],
      accepts: ['parked:gl-account-unmapped'],
    }),
    plain('AB-1015', 'a tag that nobody knows', {
      lines: [line(PARTS, '60', { tags: [{ label: 'Department', reference: '99' }] })],
      accepts: ['confirmed', 'parked:department-unmapped'],
    }),
    plain('AB-1016', 'dated in a closed period', {
      content: { date: addDays(world.today, -140) },
      accepts: ['confirmed', 'parked:period-closed'],
    }),
    plain('AB-1017', 'a description with tab, quotes and emoji', {
      lines: [line(PARTS, '64', { description: `Bolts\t"A2" <stainless> & more 🔩 ${'x'.repeat(1_200)}` })],
      content: { notes: 'n'.repeat(3_000) },
    }),
    plain('AB-1018', 'of a purchase order', {
      lines: [line(PARTS, '80', { orderLine: 1 })],
      content: { order: String(ORDER.number), notes: `PO ${ORDER.number}` },
      accepts: EITHER_WAY,
    }),
    plain('AB-1019', 'of a purchase order that nobody knows', {
      content: { order: '77777', notes: 'PO 77777' },
      accepts: EITHER_WAY,
    }),
    from(SPECIAL.withBills, 'NE-700', 'entered in Epicor by hand with the same amount', {
      lines: [line(PARTS, '1500')],
      accepts: ['confirmed', 'parked:number-in-use'],
    }),
    from(SPECIAL.withBills, 'NE-701', 'entered in Epicor by hand with another amount', {
      lines: [line(PARTS, '1600')],
      accepts: ['parked:number-in-use'],
    }),
    ...twins(plain),
    ...['INV-00555', 'INV00555'].map((number) =>
      plain(number, 'numbers that differ in spelling', { accepts: ['confirmed', 'parked:near-duplicate'] }),
    ),
    plain('AB-1020', 'of another subsidiary', {
      content: { subsidiary: OTHER_SUBSIDIARY },
      accepts: ['ignored:not-ours'],
    }),
    plain('AB-1021', 'of no subsidiary', { content: { subsidiary: null }, accepts: EITHER_WAY }),
    plain('AB-1022', 'waits for its approval', { approval: 'awaiting_approval' }),
    plain('AB-1023', 'denied', { approval: 'denied', accepts: ['ignored:not-approved'] }),
    plain('AB-1024', 'a draft', { approval: 'draft', accepts: ['ignored:not-approved'] }),
    plain('AB-1025', 'taken over before', {
      status: 'sync_complete',
      accepts: ['ignored:before'],
      name: 'before',
    }),
    plain('AB-1026', 'refused before', { status: 'sync_failed', accepts: ['ignored:before'] }),
  ];
}

function twins(plain: (number: string, title: string, differing: Differing) => EntrySeed): EntrySeed[] {
  const accepts = EITHER_WAY;
  return [
    ...['500', '500'].map((amount) =>
      plain('TWIN-1', 'scanned twice', { lines: [line(PARTS, amount)], twin: 'TWIN-1', accepts }),
    ),
    ...['500', '505'].map((amount) =>
      plain('TWIN-2', 'scanned twice with different amounts', {
        lines: [line(PARTS, amount)],
        twin: 'TWIN-2',
        accepts,
      }),
    ),
    ...['case-3', 'CASE-3'].map((number) =>
      plain(number, 'numbers that differ in case only', { twin: 'TWIN-3', accepts }),
    ),
  ];
}

/** Reports of employees. */
export function specialReports(world: EntryWorld): EntrySeed[] {
  const [ann, bob, hans, stranger] = world.employees;
  if (!ann || !bob || !hans || !stranger) throw new Error('too few employees');
  return [
    reimbursement(world, ann, 'a trip on three accounts', {
      lines: [line(OFFICE, '12.5'), line(FREIGHT, '400'), line(REPAIRS, '7.05')],
    }),
    reimbursement(world, bob, 'one line'),
    reimbursement(world, ann, 'the same amount, the same day, the same employee: first', {
      lines: [line(OFFICE, '18.2')],
    }),
    reimbursement(world, ann, 'the same amount, the same day, the same employee: second', {
      lines: [line(OFFICE, '18.2')],
    }),
    reimbursement(world, hans, 'euro', { lines: [line(OFFICE, '89.9')] }),
    reimbursement(world, stranger, 'an employee whom Epicor does not know', {
      accepts: ['parked:vendor-not-linked'],
    }),
    reimbursement(world, bob, 'waits for its approval', { approval: 'awaiting_approval' }),
    reimbursement(world, bob, 'lines do not add up', {
      lines: [line(OFFICE, '18.2')],
      total: '18.3',
      accepts: ['parked:amounts-differ'],
    }),
  ];
}

/** Transactions of cards. */
export function specialCards(world: EntryWorld): EntrySeed[] {
  const cafe = supplierNamed(world, SPECIAL.plain);
  const swiped = (title: string, differing: Differing = {}) => card(world, cafe, title, differing);
  return [
    swiped('nothing odd', { lines: [line(OFFICE, '31.4')] }),
    swiped('over three accounts, a third each', {
      lines: [line(OFFICE, '33.33'), line(REPAIRS, '33.33'), line(FREIGHT, '33.34')],
    }),
    ...['first', 'second'].map((which) =>
      swiped(`two coffees at one place on one day: ${which}`, { lines: [line(OFFICE, '4.75')] }),
    ),
    swiped('two lines on one account, one of nothing', {
      lines: [line(OFFICE, '10'), line(OFFICE, '2.5'), line(FREIGHT, '0')],
    }),
    swiped('pending, to be settled', { content: { settled: false }, lines: [line(OFFICE, '61.25')] }),
    swiped('given back before it was posted', { lines: [line(REPAIRS, '250')], name: 'returned-goods' }),
    swiped('the refund of it', {
      lines: [line(REPAIRS, '-250')],
      content: { appliedTo: ['returned-goods'], date: addDays(world.today, -9) },
    }),
    swiped('a refund of a purchase of long ago', { lines: [line(FREIGHT, '-19.99')] }),
    card(world, undefined, 'a merchant who is no vendor', { lines: [line(OFFICE, '8.08')] }),
    card(world, BORN, 'a merchant born in Airbase', { lines: [line(OFFICE, '9.09')], accepts: EITHER_WAY }),
    swiped('euro, settled in dollars', {
      lines: [line(OFFICE, '100')],
      content: { currency: 'EUR', inBase: '108.37' },
      accepts: ['confirmed', 'parked:currency-mismatch'],
    }),
    swiped('unknown account', {
      lines: [line('9999-10-200', '13')],
      accepts: ['parked:gl-account-unmapped'],
    }),
    swiped('not coded', { lines: [line(null, '14')], accepts: ['parked:gl-account-unmapped'] }),
    swiped('no card account', {
      lines: [line(OFFICE, '15')],
      content: { bankAccount: null },
      accepts: ['parked:gl-account-unmapped'],
    }),
    swiped('lines do not add up', {
      lines: [line(OFFICE, '16')],
      total: '16.01',
      accepts: ['parked:amounts-differ'],
    }),
    swiped('finer than a cent', {
      lines: [line(OFFICE, '3.335')],
      total: '3.335',
      accepts: ['parked:amounts-differ'],
    }),
    swiped('dated in a closed period', {
      lines: [line(OFFICE, '17')],
      content: { date: addDays(world.today, -140) },
      accepts: ['confirmed', 'parked:period-closed'],
    }),
    swiped('of another subsidiary', {
      content: { subsidiary: OTHER_SUBSIDIARY },
      accepts: ['ignored:not-ours'],
    }),
    swiped('a description of 1,200 characters', {
      lines: [line(OFFICE, '21', { description: 'ü'.repeat(1_200) })],
    }),
  ];
}
