import { addDays } from '../clock';
import type { Random } from '../random';
import type { Account } from './accounts';
import type { InvoiceSeed, LineSeed } from './invoice-rows';
import { THINGS } from './names';
import { SPECIAL, type VendorSeed } from './vendors';

/** What the generator of invoices needs. */
export interface InvoiceWorld {
  readonly random: Random;
  readonly vendors: readonly VendorSeed[];
  readonly accounts: readonly Account[];
  /** `YYYY-MM-DD`. */
  readonly today: string;
}

function accountNamed(world: InvoiceWorld, internal: string): Account {
  const account = world.accounts.find((each) => each.internal === internal);
  if (account === undefined) throw new Error(`no account ${internal}`);
  return account;
}

function usable(world: InvoiceWorld): Account[] {
  return world.accounts.filter((account) => account.active && account.inBill === 'yes');
}

/** Cents as decimal text. */
function money(cents: number): string {
  const sign = cents < 0 ? '-' : '';
  const digits = String(Math.abs(cents)).padStart(3, '0');
  return `${sign}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/** The cases: one invoice for each thing that goes wrong in this trade, and some that only look odd. */
export function specialInvoices(world: InvoiceWorld): InvoiceSeed[] {
  const vendor = (num: number): VendorSeed => {
    const found = world.vendors.find((each) => each.num === num);
    if (found === undefined) throw new Error(`no vendor ${num}`);
    return found;
  };
  const office = accountNamed(world, '6100|40|200');
  const parts = accountNamed(world, '5020|10|200');
  const repairs = accountNamed(world, '6150|20|200');
  const freight = accountNamed(world, '6200|30|200');
  const date = addDays(world.today, -20);
  const plain = vendor(SPECIAL.plain);
  const one = (amount: string, account: Account | null = parts, description = 'Hex bolts M8'): LineSeed[] => [
    { description, split: [[account, amount]] },
  ];
  const from = (
    num: number,
    number: string,
    title: string,
    more: Partial<InvoiceSeed> = {},
  ): InvoiceSeed => ({
    vendor: vendor(num),
    number,
    date,
    title,
    lines: one('100.00'),
    ...more,
  });
  return [
    from(101, 'AF-1001', 'amounts whose binary floats do not add up', {
      lines: [
        { description: 'Washers', split: [[parts, '0.10']] },
        { description: 'Nuts', split: [[office, '0.20']] },
      ],
    }),
    from(101, 'AF-1002', 'many cents', {
      lines: one('1111.11'),
      taxes: [['WI', '2222.22']],
      charges: [['FRT', '3333.33']],
    }),
    from(101, 'AF-1003', 'thirds of a hundred over three accounts', {
      lines: [
        {
          description: 'Shared cleaning',
          split: [
            [office, '33.33'],
            [repairs, '33.33'],
            [freight, '33.34'],
          ],
        },
      ],
    }),
    from(101, 'AF-1004', 'two taxes', {
      lines: one('1234.56'),
      taxes: [
        ['WI', '61.73'],
        ['COUNTY', '6.17'],
      ],
    }),
    from(101, 'AF-1005', 'freight as a charge of the header', {
      lines: one('480.00'),
      charges: [
        ['FRT', '35.50'],
        ['HDL', '4.25'],
      ],
    }),
    from(101, 'AF-1006', 'a charge of a line', {
      lines: [{ description: 'Drums', split: [[parts, '250.00']], charge: '12.00' }],
    }),
    from(101, 'AF-1007', 'parts do not add up to the whole', { lines: one('500.00'), off: '-0.01' }),
    from(101, 'AF-1008', 'unposted', { posted: false }),
    from(101, 'AF-1009', 'held, so not posted', { posted: false, held: true }),
    from(101, 'AF-1010', 'payment hold', { payHold: true }),
    from(101, 'AF-1011', 'fully paid in Epicor', { paid: '100.00' }),
    from(101, 'AF-1012', 'partly paid in Epicor', { paid: '40.00' }),
    from(101, 'AF-1013', 'a payment entered, not posted', { entered: '100.00' }),
    from(101, 'AF-CM-1', 'debit memo', { lines: one('-150.00', parts, 'Returned bolts') }),
    from(101, 'AF-1014', 'an open early-payment discount', { lines: one('900.00'), discount: '18.00' }),
    from(101, 'AF-1015', 'never given a change date', { changed: null }),
    from(101, 'AF-1016', 'purchase order number in the head', { po: 40_117 }),
    from(101, 'INVOICE-2026-000000001', 'a number of 22 characters', {}),
    from(101, 'INVOICE-2026-00000001', 'a number of exactly 21 characters', {}),
    from(101, 'EU-77', 'in a currency that the vendor does not hold', {
      currency: 'EUR',
      lines: one('310.00'),
    }),
    from(101, '90210', 'the same number under two vendors', { lines: one('77.00') }),
    from(102, '90210', 'the same number under two vendors', { lines: one('88.00') }),
    from(102, "O'B-77", 'an apostrophe in the number', { lines: one('64.20') }),
    from(102, 'A/4711 #2', 'a slash, a blank and a hash in the number', { lines: one('19.99') }),
    from(102, 'INV-00417', 'first of two that differ in spelling', { lines: one('417.00') }),
    from(102, 'INV00417', 'second of two that differ in spelling', { lines: one('417.00') }),
    from(103, '請求-001', 'yen', { lines: one('120000') }),
    from(103, '請求-002', 'yen over two accounts', {
      lines: [
        {
          description: '精密部品',
          split: [
            [parts, '33333'],
            [office, '66667'],
          ],
        },
      ],
    }),
    from(104, 'LONG-1', 'a vendor of a hundred characters', { lines: one('2675.49') }),
    from(105, 'WW-1', 'a vendor without an address', {}),
    from(106, 'HL-1', 'an inactive vendor', {}),
    from(107, 'MS-1', 'first of two vendors of one name', { lines: one('810.00') }),
    from(108, 'MS-2', 'second of two vendors of one name', { lines: one('820.00') }),
    from(109, 'RE-2026/0815', 'euro', { lines: one('1190.00'), taxes: [['VAT', '226.10']] }),
    from(110, 'SE 55', 'pounds', { lines: one('740.40') }),
    from(111, 'GL-300', 'a vendor that was made in BILL by hand', { lines: one('310.10') }),
    from(112, 'PC-9', 'a vendor that two in BILL could be', {}),
    from(113, 'NE-500', 'a bill of the same amount was entered in BILL by hand', { lines: one('1500.00') }),
    from(113, 'NE-501', 'a bill of another amount was entered in BILL by hand', { lines: one('1600.00') }),
    from(113, 'NE-502', 'nothing odd', { lines: one('1700.00') }),
    from(113, 'NE-CM-7', 'debit memo to be applied to a payment', {
      lines: one('-200.00', parts, 'Price correction'),
    }),
    from(101, 'AF-1017', 'an account that BILL does not have', {
      lines: one('58.00', accountNamed(world, '6900|40|200')),
    }),
    from(101, 'AF-1018', 'an account archived in BILL', {
      lines: one('59.00', accountNamed(world, '6400|30|200')),
    }),
    from(101, 'AF-1019', 'a distribution without an account', { lines: one('60.00', null) }),
    from(101, 'AF-1020', 'dated in a closed period', { date: addDays(world.today, -140), changed: null }),
    from(101, 'AF-1021', 'a description with tab, quotes and emoji', {
      description: 'Bolts\t"A2" <stainless> & more 🔩',
      lines: one('45.45', office),
    }),
    from(plain.num, 'AF-1022', 'a line that is a credit', {
      lines: [
        { description: 'Bolts', split: [[parts, '200.00']] },
        { description: 'Rebate', split: [[parts, '-25.00']] },
      ],
    }),
  ];
}

/** An everyday invoice. Every thirtieth or so is not posted yet, some are split, taxed or charged. */
export function ordinaryInvoice(
  world: InvoiceWorld,
  serial: number,
  payable: readonly VendorSeed[],
): InvoiceSeed {
  const { random } = world;
  const accounts = usable(world);
  const cents = () => random.whole(101, 499_999);
  const lines = Array.from({ length: random.whole(1, 3) }, (): LineSeed => {
    const first = cents();
    const split = random.chance(0.1)
      ? [[random.pick(accounts), money(first)] as const, [random.pick(accounts), money(cents())] as const]
      : [[random.pick(accounts), money(first)] as const];
    return { description: random.pick(THINGS), split };
  });
  // Many share a date, so that pages end in the middle of a tie.
  const date = addDays(world.today, -random.whole(1, 30));
  return {
    vendor: random.pick(payable),
    number: `${random.pick(['INV', 'SI', 'R'])}-${10_000 + serial}`,
    date,
    title: 'everyday',
    lines,
    posted: !random.chance(0.03),
    ...(random.chance(0.1) ? { taxes: [['STATE', money(random.whole(50, 9_999))] as const] } : {}),
    ...(random.chance(0.08) ? { charges: [['FRT', money(random.whole(500, 9_999))] as const] } : {}),
    ...(random.chance(0.05) ? { changed: null } : {}),
    ...(random.chance(0.1) ? { discount: '5.00' } : {}),
  };
}
