import type { Row } from '../../../sandbox/epicor-kinetic/table-rows';
import type { StreamSample } from '../bench';
import { type Books, serial, streamOf } from './epicor-kinetic-streams';

const CLERK = 'clerk';

/** Segment values, terms, taxes and orders: what invoices refer to. */
export function masterSamples(books: Books): Record<string, StreamSample> {
  const insert = (table: string, row: Row): Row => books.state.insert(books.company, table, row, CLERK);
  return {
    'segment-values': streamOf(books, 'COASegValues', {
      make: ({ date = '2020-01-01' }) => insert('COASegValues', segmentValue(date)),
      change: { SegmentDesc: 'Renamed' },
      remove: { ActiveFlag: false },
      isGone: (row) => row['ActiveFlag'] === false,
    }),
    'payment-terms': streamOf(books, 'PurTerms', {
      make: ({ amount = '2.00' }) => insert('PurTerms', terms(amount)),
      change: { Description: 'Renamed' },
    }),
    'tax-codes': streamOf(books, 'SalesTax', {
      make: ({ amount = '5.50', date = '2020-01-01' }) => {
        const tax = insert('SalesTax', { ...taxCode(), Inactive: false });
        const rate = { RateCode: 'STD', Description: 'Standard', DefaultRate: true };
        insert('SalesTRC', {
          ...rate,
          TaxCode: tax['TaxCode'] ?? '',
          TaxPercent: amount,
          EffectiveFrom: date,
        });
        return tax;
      },
      change: { Description: 'Renamed' },
      remove: { Inactive: true },
      isGone: (row) => row['Inactive'] === true,
    }),
    'purchase-orders': streamOf(books, 'POHeader', {
      make: ({ amount = '120.50', date = '2026-03-02' }) => {
        const PONum = 4_000 + serial();
        const key = { PONum, POLine: 1, PORelNum: 1 };
        insert('PODetail', { PONUM: PONum, POLine: 1, LineDesc: 'Belt', OrderQty: '1', DueDate: date });
        insert('PORel', { ...key, RelQty: '1', DueDate: date, OpenRelease: true });
        insert('PORelTGLC', { ...key, COACode: 'MAIN', GLAccount: '6100|10|200', RecordType: 'A' });
        return insert('POHeader', order(PONum, amount, date));
      },
      change: { OrderHeld: true },
      remove: { VoidOrder: true, OpenOrder: false },
      isGone: (row) => row['VoidOrder'] === true,
    }),
  };
}

function segmentValue(EffectiveFrom: string): Row {
  const SegmentCode = `D${serial()}`;
  const dates = { EffectiveFrom, EffectiveTo: '2030-12-31' };
  return {
    COACode: 'MAIN',
    SegmentNbr: 2,
    SegmentCode,
    SegmentName: SegmentCode,
    ActiveFlag: true,
    ...dates,
  };
}

function terms(DiscountPercent: string): Row {
  return { TermsCode: `N${serial()}`, Description: 'Net 30', TermsType: 'DD', DueDays: 30, DiscountPercent };
}

function taxCode(): Row {
  return { TaxCode: `T${serial()}`, Description: 'Sales tax', CollectionType: 0, RateType: 'F' };
}

function order(PONum: number, DocTotalOrder: string, date: string): Row {
  const states = { OpenOrder: true, VoidOrder: false, Approve: true, ApprovalStatus: 'A' };
  const dates = { OrderDate: date, DueDate: date, PromiseDate: date };
  return { PONum, ...states, ...dates, VendorNum: 500, CurrencyCode: 'USD', DocTotalOrder };
}
