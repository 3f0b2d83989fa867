import { addDays } from '../clock';
import { codingRow } from './basware-coding';
import {
  type Differing,
  type DocumentSeed,
  type DocumentWorld,
  documentSeed,
  supplierNamed,
} from './basware-documents';
import { SPECIAL } from './vendors';

const PARTS = '5020|10|200';
const OFFICE = '6100|40|200';
const REPAIRS = '6150|20|200';
const FREIGHT = '6200|30|200';
/** Switched off in Epicor. */
export const INACTIVE_ACCOUNT = '5100|40|200';

/** The order that Epicor has, and what its two lines come to. */
export const ORDER = { number: 40_117, received: '120.00', unreceived: '80.00', account: PARTS } as const;
/** A company of the tenant that is not the one under test. */
export const OTHER_COMPANY_CODE = 'BW07';
export const UNKNOWN_SUPPLIER = 'NOSUCH01';

const EITHER_WAY = ['confirmed', 'parked:policy'] as const;

/** The cases: a document for each thing that goes wrong in this trade, and some that only look odd. */
export function specialDocuments(world: DocumentWorld): DocumentSeed[] {
  const row = (account: string, net: string, more = {}) => codingRow(world.coding, account, net, more);
  const from = (num: number, number: string, title: string, differing: Differing = {}) =>
    documentSeed(world, supplierNamed(world, num), number, title, differing);
  const plain = (number: string, title: string, differing: Differing = {}) =>
    from(SPECIAL.plain, number, title, differing);
  const digits = (length: number) => '2026'.padEnd(length, '1234567890');
  const order = (line: string, number = String(ORDER.number)) => ({ order: { number, line } });
  return [
    plain('BW-1001', 'nothing odd'),
    plain('BW-1002', 'amounts whose binary floats do not add up', {
      rows: [row(PARTS, '0.10'), row(OFFICE, '0.20')],
    }),
    plain('BW-1003', 'thirds of a hundred over three accounts', {
      rows: [row(OFFICE, '33.33'), row(REPAIRS, '33.33'), row(FREIGHT, '33.34')],
    }),
    plain('BW-1004', 'thirds with many decimals, the sum without', {
      rows: [row(OFFICE, '33.3333'), row(REPAIRS, '33.3333'), row(FREIGHT, '33.3334')],
      accepts: ['confirmed', 'parked:amounts-differ'],
    }),
    plain('BW-1005', 'a sum as a binary float writes it', {
      rows: [row(PARTS, '0.10'), row(OFFICE, '0.20')],
      net: '0.30000000000000004',
      accepts: ['confirmed', 'parked:amounts-differ'],
    }),
    plain('BW-1006', 'finer than a cent', {
      rows: [row(PARTS, '10.005')],
      net: '10.005',
      accepts: ['parked:amounts-differ'],
    }),
    plain('BW-1007', 'rows do not add up to the net', {
      rows: [row(PARTS, '499.00')],
      net: '500.00',
      accepts: ['parked:amounts-differ'],
    }),
    plain('BW-1008', 'no coding at all', { rows: [], net: '75.00', accepts: ['parked:amounts-differ'] }),
    plain('BW-1009', 'a row of nothing', { rows: [row(PARTS, '100.00'), row(OFFICE, '0')] }),
    plain('BW-1010', 'taxed', {
      rows: [row(PARTS, '200.00', { tax: '16.50', taxCode: 'WI' })],
      tax: '16.50',
      content: { taxCode: 'WI' },
      accepts: EITHER_WAY,
    }),
    plain('BW-1011', 'taxed with an unknown code', {
      rows: [row(PARTS, '200.00', { tax: '10.00', taxCode: 'ZZ' })],
      tax: '10.00',
      content: { taxCode: 'ZZ' },
      accepts: EITHER_WAY,
    }),
    plain('BW-1012', 'two rows on one account', { rows: [row(PARTS, '60.00'), row(PARTS, '40.00')] }),
    plain('BW-1013', 'sixty rows', { rows: Array.from({ length: 60 }, (_, i) => row(PARTS, `${i + 1}.01`)) }),
    plain('BW-1014', 'a large amount', { rows: [row(PARTS, '98765432.19')] }),
    plain('BW-CN-1', 'credit note', { rows: [row(PARTS, '-150.00'), row(OFFICE, '-0.50')] }),
    plain('BW-1015', 'a row that is a credit', { rows: [row(PARTS, '200.00'), row(PARTS, '-25.00')] }),
    plain('BW-1016', 'lines of an order, one of them received', {
      rows: [row(PARTS, ORDER.received, order('1')), row(PARTS, ORDER.unreceived, order('2'))],
    }),
    plain('BW-1017', 'an order that Epicor does not have', {
      rows: [row(PARTS, '55.00', order('1', 'PO-612298'))],
    }),
    plain('BW-1018', 'a line that the order does not have', {
      rows: [row(PARTS, '56.00', order('99'))],
      accepts: EITHER_WAY,
    }),
    plain('SAME-1', 'the same number under two suppliers', { rows: [row(PARTS, '77.00')] }),
    from(SPECIAL.apostrophe, 'SAME-1', 'the same number under two suppliers', {
      rows: [row(PARTS, '88.00')],
    }),
    from(SPECIAL.apostrophe, "O'B-99", 'an apostrophe in the number'),
    from(SPECIAL.apostrophe, 'B/4711 #9', 'a slash, a blank and a hash in the number'),
    from(SPECIAL.japanese, '請求書-7', 'yen', { rows: [row(PARTS, '120000')] }),
    from(SPECIAL.japanese, '請求書-8', 'yen over two accounts', {
      rows: [row(PARTS, '33333'), row(OFFICE, '66667')],
    }),
    from(SPECIAL.japanese, '請求書-9', 'yen with a fraction', {
      rows: [row(PARTS, '1000.50')],
      net: '1000.50',
      accepts: ['parked:amounts-differ'],
    }),
    from(SPECIAL.long, 'LONG-NAME', 'a supplier of a hundred characters'),
    from(SPECIAL.sameNameOne, 'MS-11', 'first of two suppliers of one name', {
      rows: [row(PARTS, '810.00')],
    }),
    from(SPECIAL.sameNameTwo, 'MS-12', 'second of two suppliers of one name', {
      rows: [row(PARTS, '820.00')],
    }),
    from(SPECIAL.german, 'RE-2026/0816', 'euro', { rows: [row(PARTS, '1190.00')] }),
    from(SPECIAL.british, 'SE 56', 'pounds', { rows: [row(PARTS, '740.40')] }),
    plain('EU-78', 'in a currency that is not the supplier’s', {
      content: { currency: 'EUR' },
      accepts: ['confirmed', 'parked:currency-mismatch'],
    }),
    plain(digits(50), 'a number of exactly 50 characters'),
    plain(digits(51), 'a number of 51 characters', { accepts: ['parked:number-too-long'] }),
    plain(`${digits(95)}-LAST`, 'a number of 100 characters', { accepts: ['parked:number-too-long'] }),
    documentSeed(
      world,
      { code: UNKNOWN_SUPPLIER, name: 'Nobody Ltd', currency: 'USD' },
      'NS-1',
      'unknown supplier',
      {
        accepts: ['parked:vendor-not-linked'],
      },
    ),
    from(SPECIAL.inactive, 'HL-2', 'inactive supplier', { accepts: ['parked:vendor-inactive'] }),
    plain('BW-1019', 'unknown account', {
      rows: [row('9999|10|200', '58.00')],
      accepts: ['parked:gl-account-unmapped'],
    }),
    plain('BW-1020', 'inactive account', {
      rows: [row(INACTIVE_ACCOUNT, '59.00')],
      accepts: ['parked:gl-account-unmapped'],
    }),
    plain('BW-1021', 'unknown cost center', {
      rows: [row('6100|99|200', '60.00')],
      accepts: ['parked:department-unmapped'],
    }),
    plain('BW-1022', 'an account missing in one row of two', {
      rows: [row(PARTS, '10.00'), { account: '', net: '5.00' }],
      accepts: ['parked:gl-account-unmapped'],
    }),
    plain('BW-1023', 'an unknown payment term', { content: { paymentTerm: 'ZZ99' } }),
    plain('BW-1024', 'no payment term', { content: { paymentTerm: '' } }),
    plain('BW-1025', 'a payment block', { content: { paymentBlock: true }, accepts: EITHER_WAY }),
    plain('BW-1026', 'dated in a closed period, to be booked in an open one', {
      content: { invoiceDate: addDays(world.today, -140), voucherDate: addDays(world.today, -2) },
    }),
    plain('BW-1027', 'dated in a closed period', {
      content: { invoiceDate: addDays(world.today, -140) },
      accepts: ['confirmed', 'parked:period-closed'],
    }),
    plain('BW-1028', 'a description with tab, quotes and emoji', {
      content: { description: `Bolts\t"A2" <stainless> & more 🔩 ${'x'.repeat(200)}` },
    }),
    from(SPECIAL.withBills, 'NE-700', 'entered in Epicor by hand with the same amount', {
      rows: [row(PARTS, '1500.00')],
      accepts: ['confirmed', 'parked:number-in-use'],
    }),
    from(SPECIAL.withBills, 'NE-701', 'entered in Epicor by hand with another amount', {
      rows: [row(PARTS, '1600.00')],
      accepts: ['parked:number-in-use'],
    }),
    ...['500.00', '500.00'].map((net) =>
      plain('TWIN-1', 'scanned twice', { rows: [row(PARTS, net)], twin: 'TWIN-1', accepts: EITHER_WAY }),
    ),
    ...['500.00', '505.00'].map((net) =>
      plain('TWIN-2', 'scanned twice with different amounts', {
        rows: [row(PARTS, net)],
        twin: 'TWIN-2',
        accepts: EITHER_WAY,
      }),
    ),
    ...['case-3', 'CASE-3'].map((number) =>
      plain(number, 'numbers that differ in case only', { twin: 'TWIN-3', accepts: EITHER_WAY }),
    ),
    ...['INV-00555', 'INV00555'].map((number) =>
      plain(number, 'numbers that differ in spelling', { accepts: ['confirmed', 'parked:near-duplicate'] }),
    ),
    plain('BW-1029', 'of another company', {
      content: { companyCode: OTHER_COMPANY_CODE },
      accepts: ['ignored:not-ours'],
    }),
    plain('BW-1030', 'still waits for prebooking', {
      status: 'WaitingForPrebook',
      accepts: ['ignored:not-approved'],
    }),
    plain('BW-1031', 'held in a filter', { status: 'InDocumentFilter', accepts: ['ignored:not-approved'] }),
    plain('BW-1032', 'transferred before', { status: 'Transferred', accepts: ['ignored:not-approved'] }),
    plain('BW-1033', 'refused before', { status: 'TransferFailed', accepts: ['ignored:not-approved'] }),
    plain('BW-1034', 'acknowledged before, never answered', {
      status: 'TransferInProgress',
      accepts: ['confirmed', 'ignored:not-approved'],
    }),
    plain('BW-1035', 'for enrichment only', {
      status: 'WaitingForEnrichmentTransfer',
      mode: 'InvoiceEnrichment',
      accepts: ['ignored:not-approved'],
    }),
  ];
}
