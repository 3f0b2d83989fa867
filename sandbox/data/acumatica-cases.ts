import { addDays } from '../clock';
import type { Random } from '../random';
import { EXPENSE_ACCOUNTS, NO_SUBACCOUNT, SUBACCOUNTS } from './acumatica-accounts';
import type { AcumaticaBill, AcumaticaLine } from './acumatica-bills';
import type { AcumaticaVendor } from './acumatica-vendors';

/** What the generator of bills needs. */
export interface BillWorld {
  readonly random: Random;
  readonly vendors: readonly AcumaticaVendor[];
  /** `YYYY-MM-DD`. */
  readonly today: string;
}

const SERVICES = [
  'Hosting, monthly',
  'Interim consultant',
  'Train tickets',
  'Workshop facilitation',
  'Translation of contract',
  'Software seats',
  'Cleaning',
  'Legal opinion',
  'Campaign design',
  'Laptop lease',
] as const;

const line = (amount: string, more: Partial<AcumaticaLine> = {}): AcumaticaLine => ({
  description: 'Hosting, monthly',
  account: '61000',
  subaccount: '200010',
  amount,
  ...more,
});

/** The cases: one bill for each thing that goes wrong in this trade, and some that only look odd. */
export function specialBills({ vendors, today }: BillWorld): AcumaticaBill[] {
  const date = addDays(today, -20);
  const from = (
    vendor: string,
    reference: string,
    title: string,
    more: Partial<AcumaticaBill> = {},
  ): AcumaticaBill => {
    const found = vendors.find((each) => each.id === vendor);
    if (found === undefined) throw new Error(`no vendor ${vendor}`);
    return { vendor: found, reference, title, date, lines: [line('100.00')], ...more };
  };
  const state = (status: string): AcumaticaBill =>
    from('BRIGHTDESK', `BD-${status.toUpperCase().replace(/\W/g, '')}`, status, { status });
  return [
    from('BRIGHTDESK', 'BD-1001', 'amounts whose binary floats do not add up', {
      lines: [line('0.10'), line('0.20', { account: '60200', subaccount: '100020' })],
    }),
    from('BRIGHTDESK', 'BD-1002', 'many cents and two taxes', {
      lines: [line('1111.11'), line('2222.22', { account: '62000', subaccount: '400010' })],
      taxes: [
        ['STATE', '208.33'],
        ['COUNTY', '33.34'],
      ],
    }),
    from('BRIGHTDESK', 'BD-1003', 'thirds of a hundred over three departments', {
      lines: [
        line('33.33', { subaccount: '100010' }),
        line('33.33', { subaccount: '200020' }),
        line('33.34', { subaccount: '300010' }),
      ],
    }),
    from('BRIGHTDESK', 'BD-1004', 'a line discount: cost and amount differ', {
      lines: [line('90.00', { cost: '100.00' }), line('10.01')],
    }),
    from('BRIGHTDESK', 'BD-1005', 'retainage: the lines are more than the document', {
      lines: [line('1000.00', { account: '60100', subaccount: '100010' })],
      retained: '100.00',
    }),
    from('BRIGHTDESK', 'BD-1006', 'a line of nothing and a line that is a credit', {
      lines: [line('200.00'), line('0.00', { description: 'See attached sheet' }), line('-25.00')],
    }),
    from('BRIGHTDESK', 'BD-1007', 'an account with a zero in front', {
      lines: [line('61.00', { account: '06600' })],
    }),
    from('BRIGHTDESK', 'BD-1008', 'partly paid by hand', { paid: '40.00' }),
    from('BRIGHTDESK', 'BD-1009', 'a payment entered by hand, not released', { prepared: true }),
    from('BRIGHTDESK', 'BD-1010', 'an account that BILL does not have', {
      lines: [line('58.00', { account: '69000' })],
    }),
    from('BRIGHTDESK', 'BD-1011', 'an account archived in BILL', {
      lines: [line('59.00', { account: '69500' })],
    }),
    from('BRIGHTDESK', 'BD-1012', 'a department that BILL does not have', {
      lines: [line('60.00'), line('61.00', { subaccount: '500010' })],
    }),
    from('BRIGHTDESK', 'BD-1013', 'a department archived in BILL', {
      lines: [line('62.00', { subaccount: '600010' })],
    }),
    from('BRIGHTDESK', 'BD-1014', 'a subaccount of no department', {
      lines: [line('63.00', { subaccount: NO_SUBACCOUNT })],
    }),
    from('BRIGHTDESK', 'BD-1015', 'dated in a closed period', { date: addDays(today, -140) }),
    from('BRIGHTDESK', 'BD-1016', 'a description with tab, quotes and emoji', {
      description: 'Seats\t"A2" <annual> & more 🖥',
      note: "Don't pay before the 15th",
    }),
    from('BRIGHTDESK', 'BD-1017', 'for a purchase order', {
      lines: [line('500.00', { order: ['000001', 1] }), line('80.00', { order: ['000001', 2] })],
    }),
    from('BRIGHTDESK', 'BD-1018', 'in a currency that the vendor does not hold', { currency: 'EUR' }),
    from('BRIGHTDESK', 'STATEMENT-2026-0000001', 'a number of 22 characters'),
    from('BRIGHTDESK', 'STATEMENT-2026-000001', 'a number of exactly 21 characters'),
    from('BRIGHTDESK', '0000000000000000000000000000000000000042', 'a number of forty digits'),
    from('BRIGHTDESK', '', 'no number of the vendor'),
    from('BRIGHTDESK', '77501', 'the same number under two vendors', { lines: [line('77.00')] }),
    from('OMALLEY', '77501', 'the same number under two vendors', { lines: [line('88.00')] }),
    from('BRIGHTDESK', 'BD-2000', 'a number entered twice before that was checked', {
      lines: [line('20.00')],
    }),
    from('BRIGHTDESK', 'BD-2000', 'a number entered twice before that was checked', {
      lines: [line('21.00')],
    }),
    from('BRIGHTDESK', 'BD-DM-1', 'debit adjustment', {
      type: 'Debit Adj.',
      lines: [line('150.00', { description: 'Returned seats' })],
    }),
    from('BRIGHTDESK', '', 'debit adjustment without a number of the vendor', {
      type: 'Debit Adj.',
      lines: [line('12.00')],
    }),
    from('BRIGHTDESK', 'BD-DM-2', 'debit adjustment on hold', { type: 'Debit Adj.', status: 'On Hold' }),
    from('BRIGHTDESK', 'BD-CA-1', 'credit adjustment', { type: 'Credit Adj.', lines: [line('31.00')] }),
    from('BRIGHTDESK', 'BD-PP-1', 'prepayment request', { type: 'Prepayment', lines: [line('900.00')] }),
    ...[
      'On Hold',
      'Balanced',
      'Pending Approval',
      'Rejected',
      'Scheduled',
      'Voided',
      'Reserved',
      'Closed',
    ].map(state),
    ...['Pre-Released', 'Under Reclassification'].map(state),
    from('OMALLEY', "O'M-77", 'an apostrophe in the number', { lines: [line('64.20')] }),
    from('OMALLEY', 'A/4711 #2+%', 'signs that a web address does not like', { lines: [line('19.99')] }),
    from('OMALLEY', 'INV-00417', 'first of two that differ in spelling', { lines: [line('417.00')] }),
    from('OMALLEY', 'INV00417', 'second of two that differ in spelling', { lines: [line('417.00')] }),
    from('SAKURA', '請求書-001', 'yen', { lines: [line('120000', { description: '翻訳料' })] }),
    from('SAKURA', '請求書-002', 'yen over two accounts', {
      lines: [line('33333'), line('66667', { account: '60100', subaccount: '100010' })],
    }),
    from('LONGNAME', 'LONG-1', 'a vendor of a hundred characters', { lines: [line('2675.49')] }),
    from('NOADDRESS', 'CC-1', 'a vendor without an address'),
    from('INACTIVE', 'BT-1', 'an inactive vendor'),
    from('ONHOLD', 'DC-1', 'a vendor on hold'),
    from('HOLDPAY', 'PP-1', 'a vendor that is not to be paid'),
    from('ONETIME', 'VS-1', 'a vendor for one time'),
    from('TWINEAST', 'HT-1', 'first of two vendors of one name', { lines: [line('810.00')] }),
    from('TWINWEST', 'HT-2', 'second of two vendors of one name', { lines: [line('820.00')] }),
    from('MUNCHEN', 'RE-2026/0815', 'euro', { lines: [line('1190.00')], taxes: [['VAT', '226.10']] }),
    from('LONDON', 'BR 55', 'pounds', { lines: [line('740.40')] }),
    from('ADOPTED', 'PC-300', 'a vendor that was made in BILL by hand', { lines: [line('310.10')] }),
    from('AMBIGUOUS', 'SS-9', 'a vendor that two in BILL could be'),
    from('HANDMADE', 'TD-500', 'a bill of the same amount was entered in BILL by hand', {
      lines: [line('1500.00')],
    }),
    from('HANDMADE', 'TD-501', 'a bill of another amount was entered in BILL by hand', {
      lines: [line('1600.00')],
    }),
    from('HANDMADE', 'TD-502', 'nothing odd', { lines: [line('1700.00')] }),
    from('HANDMADE', 'TD-DM-7', 'debit adjustment to be applied to a payment', {
      type: 'Debit Adj.',
      lines: [line('200.00', { description: 'Outage credit' })],
    }),
    from('REMITTANCE', 'TP-1', 'paid to another address', { lines: [line('955.00', { account: '65000' })] }),
  ];
}

/** Cents as decimal text. */
function money(cents: number): string {
  const digits = String(cents).padStart(3, '0');
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/** An everyday bill. Every thirtieth or so is not released yet, some are taxed or adjustments. */
export function everydayBill(
  { random, today }: BillWorld,
  serial: number,
  payable: readonly AcumaticaVendor[],
): AcumaticaBill {
  const lines = Array.from({ length: random.whole(1, 3) }, () =>
    line(money(random.whole(101, 499_999)), {
      description: random.pick(SERVICES),
      account: random.pick(EXPENSE_ACCOUNTS),
      subaccount: random.pick(SUBACCOUNTS),
    }),
  );
  const adjusts = random.chance(0.03);
  return {
    vendor: random.pick(payable),
    reference: `${random.pick(['INV', 'SI', 'R'])}-${10_000 + serial}`,
    title: 'everyday',
    date: addDays(today, -random.whole(1, 30)),
    lines,
    ...(adjusts ? { type: 'Debit Adj.' as const } : {}),
    ...(random.chance(0.03) ? { status: random.pick(['On Hold', 'Balanced', 'Pending Approval']) } : {}),
    ...(random.chance(0.1) ? { taxes: [['STATE', money(random.whole(50, 9_999))] as const] } : {}),
  };
}
