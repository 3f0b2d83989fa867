import { addDays } from '../clock';
import type { Account } from './accounts';
import type { AttachmentSeed, FileKind } from './avidxchange-images';
import type { InvoiceSeed, LineSeed } from './invoice-rows';
import type { OrderSeed } from './purchasing';
import type { VendorSeed } from './vendors';

/** An invoice with what hangs on it. */
export interface AvidCase {
  readonly invoice: InvoiceSeed;
  /** By line, from the first: the purchase order and its line, where there is one. */
  readonly orders?: readonly (readonly [order: number, line: number] | undefined)[];
  readonly files?: readonly Omit<AttachmentSeed, 'file' | 'vendorNum' | 'invoiceNum'>[];
  /** Whether any way with it is right: what AvidXchange cannot take may wait, or go without. */
  readonly eitherWay?: boolean;
  /** It must wait. */
  readonly mustWait?: boolean;
}

const MEGABYTE = 1024 * 1024;
/** Orders that the cases refer to. */
export const ORDERS = {
  two: 44_001,
  other: 44_002,
  pending: 44_003,
  closed: 44_004,
  foreign: 44_005,
} as const;

/** Orders of the cases: open, not approved yet, closed, and in another currency. */
export function specialOrders(vendor: (num: number) => VendorSeed): OrderSeed[] {
  const bolt = { part: 'BOLT-8', description: 'Hex bolts M8', account: '5020|10|200' };
  const order = (number: number, num: number, more: Partial<OrderSeed> = {}): OrderSeed => ({
    number,
    vendorNum: num,
    vendorId: vendor(num).id,
    lines: [{ ...bolt, quantity: '100', unitCost: '1.25' }],
    ...more,
  });
  return [
    order(ORDERS.two, 101, {
      lines: [
        { ...bolt, quantity: '100', unitCost: '1.25', received: '100' },
        { ...bolt, part: 'NUT-8', description: 'Nuts M8', quantity: '300', unitCost: '0.3333' },
      ],
    }),
    order(ORDERS.other, 101),
    order(ORDERS.pending, 101, { approval: 'P' }),
    order(ORDERS.closed, 101, { closed: true }),
    order(ORDERS.foreign, 109, { currency: 'EUR' }),
  ];
}

/** The cases of this pair of systems: images, purchase orders, coding, numbers. */
export function specialCases(
  vendor: (num: number) => VendorSeed,
  accounts: readonly Account[],
  today: string,
  bulky: boolean,
): AvidCase[] {
  const account = (internal: string): Account | null =>
    accounts.find((each) => each.internal === internal) ?? null;
  const [parts, office] = [account('5020|10|200'), account('6100|40|200')];
  const line = (amount: string, description = 'Hex bolts M8', to = parts): LineSeed => ({
    description,
    split: [[to, amount]],
  });
  const file = (name: string, kind: FileKind, size = 3_000) => ({ name, kind, size });
  const one = (
    number: string,
    title: string,
    more: Partial<AvidCase> = {},
    lines = [line('100.00')],
  ): AvidCase => ({
    invoice: { vendor: vendor(101), number, date: addDays(today, -15), title, lines },
    ...more,
  });
  const cases = [
    one(
      'AX-2001',
      'two lines of one order, with its image',
      {
        orders: [
          [ORDERS.two, 1],
          [ORDERS.two, 2],
        ],
        files: [file('AX-2001.pdf', 'pdf')],
      },
      [line('125.00'), line('99.99', 'Nuts M8', office)],
    ),
    one(
      'AX-2002',
      'lines of two orders, and one of none',
      {
        orders: [[ORDERS.two, 1], [ORDERS.other, 1], undefined],
        files: [file('AX-2002.pdf', 'pdf', 40_000)],
      },
      [line('10.00'), line('20.00'), line('3.00', 'Handling', office)],
    ),
    one('AX-2003', 'two images', { files: [file('front.pdf', 'pdf'), file('back.png', 'png')] }),
    one('AX-2004', 'TIFF, its name in capitals', { files: [file('SCAN0001.TIF', 'tiff')] }),
    one('AX-2005', 'JPEG, with a name that needs care', {
      files: [file('Rechnung #12 "ä" (1).jpg', 'jpeg')],
    }),
    one('AX-2006', 'an image of one megabyte', { files: [file('large.pdf', 'pdf', MEGABYTE)] }),
    one('AX-2007', 'a spreadsheet for an image', { files: [file('hours.xlsx', 'sheet')], eitherWay: true }),
    one('AX-2008', 'an image and a letter', {
      files: [file('AX-2008.pdf', 'pdf'), file('note.txt', 'text')],
      eitherWay: true,
    }),
    one('AX-2009', 'an image whose content is lost', { files: [file('gone.pdf', 'lost')], eitherWay: true }),
    one('AX-2010', 'a file that is called PDF and is none', {
      files: [file('fake.pdf', 'text')],
      eitherWay: true,
    }),
    one('AX-2011', 'an order that nobody approved', { orders: [[ORDERS.pending, 1]] }),
    one('AX-2012', 'an order that is closed', { orders: [[ORDERS.closed, 1]] }),
    one('AX-2013', 'an order that does not exist', { orders: [[99_999, 3]] }),
    one('AX-2014', 'coded to an account that is switched off', { mustWait: true }, [
      line('55.00', 'Subcontracting', account('5100|40|200')),
    ]),
    one('AX'.padEnd(50, '1234567890'), 'a number of fifty characters'),
    one('000417', 'a number of digits with zeros in front'),
    one('417417', 'a number of digits'),
    one('AX-2015', 'a large amount', {}, [line('98765432.19')]),
    one('AX,2016', 'a comma in the number'),
    one('AX|2017', 'a bar in the number'),
    one(
      'AX-2018',
      'sixty lines',
      {},
      Array.from({ length: 60 }, (_, index) => line(`${index + 1}.01`, `Part ${index + 1}`)),
    ),
    one('AX-CM-1', 'a credit with an image', { files: [file('credit.pdf', 'pdf')] }, [
      line('-75.50', 'Returned'),
    ]),
  ];
  if (!bulky) return cases;
  return [
    ...cases,
    one('AX-2101', 'an image of exactly ten megabytes', { files: [file('ten.pdf', 'pdf', 10 * MEGABYTE)] }),
    one('AX-2102', 'an image of nine megabytes', { files: [file('nine.pdf', 'pdf', 9 * MEGABYTE)] }),
    one('AX-2103', 'another image of nine megabytes', { files: [file('nine too.pdf', 'pdf', 9 * MEGABYTE)] }),
    one('AX-2104', 'an image of a byte too many', {
      files: [file('huge.pdf', 'pdf', 10 * MEGABYTE + 1)],
      eitherWay: true,
    }),
  ];
}
