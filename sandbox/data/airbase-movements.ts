import type { EntryContent } from '../airbase/records';
import { addDays } from '../clock';
import { GONE, OTHER_SUBSIDIARY, PARTS, supplierNamed } from './airbase-cases';
import {
  AP_ACCOUNT,
  BANK_ACCOUNT,
  bill,
  card,
  EITHER_WAY,
  type EntrySeed,
  type EntryWorld,
  line,
  payment,
  reimbursement,
  VIRTUAL_CARDS,
} from './airbase-entries';
import { SPECIAL } from './vendors';

/** Bills and reports that Airbase has paid already, with their payments. */
export function specialPayments(world: EntryWorld): EntrySeed[] {
  const supplier = supplierNamed(world, SPECIAL.plain);
  const yen = supplierNamed(world, SPECIAL.japanese);
  const [ann] = world.employees;
  if (ann === undefined) throw new Error('no employees');
  const paid = (number: string, title: string, amount: string) =>
    bill(world, supplier, number, title, { name: number, lines: [line(PARTS, amount)] });
  return [
    paid('PAID-1', 'paid the day it was approved', '310'),
    payment(world, supplier, ['PAID-1'], '310', 'all of a bill'),
    paid('PAID-2', 'paid in two parts', '200'),
    payment(world, supplier, ['PAID-2'], '120.5', 'the first part'),
    payment(world, supplier, ['PAID-2'], '79.5', 'the second part'),
    paid('PAID-3', 'paid together with another one', '45'),
    paid('PAID-4', 'paid together with another one', '55.55'),
    payment(world, supplier, ['PAID-3', 'PAID-4'], '100.55', 'two bills at once'),
    paid('PAID-5', 'paid too much', '60'),
    payment(world, supplier, ['PAID-5'], '70', 'more than the bill', { accepts: ['parked:amounts-differ'] }),
    paid('PAID-6', 'paid, and the payment came back', '61'),
    payment(world, supplier, ['PAID-6'], '61', 'a payment that comes back'),
    payment(world, supplier, ['PAID-6'], '-61', 'its return'),
    bill(world, yen, 'PAID-7', 'yen, paid', { name: 'PAID-7', lines: [line(PARTS, '9000')] }),
    payment(world, yen, ['PAID-7'], '9000', 'yen'),
    bill(world, GONE, 'PAID-8', 'paid, of a supplier who is gone', {
      name: 'PAID-8',
      lines: [line(PARTS, '62')],
      accepts: ['parked:vendor-not-linked'],
    }),
    payment(world, GONE, ['PAID-8'], '62', 'of a bill that cannot be posted', {
      accepts: ['parked:vendor-not-linked'],
    }),
    payment(world, supplier, ['before'], '100', 'of a bill of before', { accepts: ['parked:policy'] }),
    payment(world, supplier, [], '11', 'of nothing that anybody knows', { accepts: ['parked:policy'] }),
    reimbursement(world, ann, 'a report that is paid', { name: 'report', lines: [line(PARTS, '71.1')] }),
    payment(world, ann, ['report'], '71.1', 'of a report', { content: { type: 'reimbursement_payment' } }),
    bill(world, supplier, 'CARD-1', 'paid by card', { name: 'CARD-1', lines: [line(PARTS, '512.8')] }),
    card(world, supplier, 'pays a bill', {
      lines: [line(PARTS, '512.8')],
      content: { appliedTo: ['CARD-1'] },
      accepts: EITHER_WAY,
    }),
  ];
}

/** Entries that are no spend: between accounts, fees, and types that nobody knows. */
export function otherEntries(world: EntryWorld): EntrySeed[] {
  const other = (type: string, title: string, content: Partial<EntryContent>): EntrySeed => ({
    content: {
      kind: 'other',
      type,
      subsidiary: world.subsidiary,
      payee: null,
      invoiceNumber: null,
      apAccount: null,
      bankAccount: null,
      appliedTo: [],
      date: addDays(world.today, -5),
      currency: 'USD',
      total: '900',
      inBase: '900',
      settled: true,
      lines: [line(BANK_ACCOUNT, '900'), line(VIRTUAL_CARDS, '0')],
      notes: '',
      ...content,
    },
    approval: 'approved',
    title,
    accepts: ['ignored:other'],
  });
  const supplier = supplierNamed(world, SPECIAL.plain);
  return [
    other('transfer', 'a transfer between clearing accounts', {}),
    other('card_funding_load', 'money onto the cards', {}),
    other('card_funding_unload', 'money off the cards', {
      lines: [line(VIRTUAL_CARDS, '0'), line(BANK_ACCOUNT, '900')],
    }),
    other('platform_fee', 'a fee of Airbase', { subsidiary: null, lines: [line(PARTS, '20')], total: '20' }),
    other('cashback', 'cash back', { subsidiary: null, lines: [line(PARTS, '-3')], total: '-3' }),
    other('mystery_expense', 'a type that nobody knows, shaped like a card’s', {
      payee: supplier.key,
      bankAccount: VIRTUAL_CARDS,
      lines: [line(PARTS, '23')],
      total: '23',
    }),
    other('vendor_mystery', 'a type that nobody knows, shaped like a bill', {
      payee: supplier.key,
      apAccount: AP_ACCOUNT,
      invoiceNumber: 'MYSTERY-1',
      settled: false,
      lines: [line(PARTS, '24')],
      total: '24',
    }),
    other('transfer', 'a transfer of another subsidiary', { subsidiary: OTHER_SUBSIDIARY }),
  ];
}
