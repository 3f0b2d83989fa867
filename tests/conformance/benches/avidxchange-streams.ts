import { clearPayment, endPayment, startPayment } from '../../../sandbox/avidxchange/payment-life';
import type { BatchRecord, InvoiceRecord, Method } from '../../../sandbox/avidxchange/records';
import type { AvidSite } from '../../../sandbox/avidxchange/site';
import type { Avidxchange } from '../../../sandbox/avidxchange/start';
import type { RowWish, StreamSample } from '../bench';
import { failed } from '../check';

export const SYSTEM = 4811;

let made = 0;

export function serial(): number {
  made += 1;
  return made;
}

export function streamSamples({ site }: Avidxchange): Record<string, StreamSample> {
  return {
    payments: {
      ...ofRecords(
        site,
        () => site.payments,
        ({ amount, date }, nth) => makePayment(site, nth, amount, date),
      ),
      change: (key) => {
        const payment = found(site.payments, key);
        payment.checkNumber = String(4_000_000 + serial());
        site.touch(payment);
      },
      remove: (key) => endPayment(site, found(site.payments, key), 'Void'),
      isGone: (row) => row['state'] === 'void',
    },
    'invoice-status': {
      ...ofRecords(
        site,
        () => site.invoices,
        (_wish, nth) => {
          const invoice = makeInvoice(site);
          if (nth === 0) Object.assign(invoice, { status: 'Rejected', rejectReason: 'Not ours' });
          return invoice;
        },
      ),
      change: (key) => {
        const invoice = found(site.invoices, key);
        invoice.rejectReason = `changed ${serial()}`;
        site.touch(invoice);
      },
      remove: (key) => {
        const invoice = found(site.invoices, key);
        invoice.status = 'Voided';
        site.touch(invoice);
      },
      isGone: (row) => row['state'] === 'void',
    },
    vendors: {
      ...ofRecords(
        site,
        () => site.vendors,
        () => makeVendor(site),
      ),
      change: (key) => {
        const vendor = found(site.vendors, key);
        vendor.data = { ...vendor.data, Telephone1: `555-${serial()}` };
        site.touch(vendor);
      },
      remove: (key) => {
        const vendor = found(site.vendors, key);
        vendor.active = false;
        site.touch(vendor);
      },
      isGone: (row) => row['Active'] === false,
    },
    codes: codeSample(site),
    'batch-status': batchSample(site, (batch) => batch.guid),
    'captured-invoices': batchSample(site, (batch) => String(batch.invoices[0]?.id)),
  };
}

interface Kept {
  readonly id: number;
  modified: number;
}

function ofRecords<T extends Kept>(
  site: AvidSite,
  all: () => readonly T[],
  make: (wish: RowWish, nth: number) => T,
): Pick<StreamSample, 'add'> {
  return {
    add: (count, wish = {}) => {
      const last = Math.max(...all().map(({ modified }) => modified));
      return Array.from({ length: count }, (_, nth) => {
        const record = make(wish, nth);
        record.modified = stampOf(site, wish, last);
        return String(record.id);
      });
    },
  };
}

/** What windows look at is when a row was last changed. */
function stampOf(site: AvidSite, { stamp, date }: RowWish, last: number): number {
  if (stamp === 'none') failed('AvidXchange stamps every row itself');
  if (date !== undefined) return Date.parse(`${date}T12:00:00Z`);
  if (stamp === 'tied') return last;
  return stamp === 'late' ? last - 60_000 : site.clock.now();
}

function found<T extends Kept>(rows: readonly T[], key: string): T {
  return rows.find(({ id }) => String(id) === key) ?? failed(`AvidXchange has no ${key}`);
}

function codeSample(site: AvidSite): StreamSample {
  const codeOf = (key: string) =>
    site.codes.find(({ group, value }) => key === `${group}|${value}`) ?? failed(`there is no code ${key}`);
  return {
    add: (count) =>
      Array.from({ length: count }, () => {
        const { group, value } = makeCode(site);
        return `${group}|${value}`;
      }),
    change: (key) => {
      codeOf(key).description = `changed ${serial()}`;
    },
    remove: (key) => {
      codeOf(key).active = false;
    },
    isGone: (row) => row['IsActive'] === false,
  };
}

/** Each row with a closed batch of its own. */
function batchSample(site: AvidSite, keyOf: (batch: BatchRecord) => string): StreamSample {
  return {
    add: (count, wish = {}) => {
      const last = Math.max(...site.batches.map(({ closed }) => closed ?? 0));
      return Array.from({ length: count }, (_, nth) => {
        const batch = makeClosedBatch(site, wish, nth === 0);
        batch.closed = stampOf(site, wish, last);
        return keyOf(batch);
      });
    },
    change: (key) => {
      const batch = site.batches.find((each) => keyOf(each) === key) ?? failed(`there is no batch of ${key}`);
      const [invoice] = batch.invoices;
      if (invoice) batch.invoices[0] = { ...invoice, gross: `${serial()}.50`, memo: 'changed' };
      batch.closed = site.clock.now();
    },
  };
}

/** Its invoice was captured over there, or sent. */
function makeClosedBatch(site: AvidSite, { amount, date }: RowWish, captured: boolean): BatchRecord {
  const guid = site.newGuid();
  const batch: BatchRecord = {
    guid,
    kind: 'invoices',
    externalId: `B-${serial()}`,
    name: 'March',
    accountingSystemId: SYSTEM,
    created: site.clock.now(),
    items: [],
    itemCount: 1,
    names: [],
    status: 'Closed',
    failed: false,
    results: [],
    invoices: [],
    closed: site.clock.now(),
  };
  batch.invoices.push(makeInvoice(site, amount, date, captured));
  site.batches.push(batch);
  return batch;
}

export function makeVendor(site: AvidSite, code = `V${serial()}|MAIN`) {
  const address = {
    Line1: '1 Main Street',
    Line2: 'Floor 2',
    City: 'Dayton',
    State: 'OH',
    PostalCode: '45402',
    Country: 'US',
  };
  return site.addVendor({
    accountingSystemId: SYSTEM,
    code,
    active: true,
    data: {
      Name: `Vendor ${code}`,
      NameOnCheck: `Vendor ${code}`,
      FedTaxId: '31-1000000',
      Telephone1: '555-0100',
      Email: 'ap@vendor.example',
      Website: 'https://vendor.example',
      PaymentTerms: 'N30',
      Address: address,
      RemitAddress: address,
    },
  });
}

export function makeCode(site: AvidSite, value = `6100-${serial()}`) {
  const code = {
    accountingSystemId: SYSTEM,
    group: 'GL Account',
    value,
    description: 'Repairs',
    active: true,
  };
  return site.addCode(code);
}

export function makeInvoice(
  site: AvidSite,
  amount = '120.50',
  date = '2026-03-02',
  captured = false,
): InvoiceRecord {
  const number = `INV-${serial()}`;
  const vendorCode = 'V1';
  const codes = [{ group: 'GL Account', value: '6100', description: 'Repairs' }];
  return site.addInvoice({
    accountingSystemId: SYSTEM,
    externalId: captured ? undefined : `EPIC06|1|${number}`,
    batch: undefined,
    vendorCode: captured ? `${vendorCode}|MAIN` : vendorCode,
    vendorName: 'Acme Steel',
    number,
    gross: amount,
    invoiceDate: date,
    dueDate: date,
    order: 'PO-7',
    memo: 'Repairs',
    distributions: [{ lineNumber: 1, amount, description: 'Belt', order: 'PO-7', orderLine: 1, codes }],
    images: [site.image('a.pdf', 'application/pdf', Buffer.from('%PDF-1.4'))],
    status: 'Approved',
    rejectReason: undefined,
    paid: '0.00',
    underWay: '0.00',
  });
}

const METHODS: readonly Method[] = ['check', 'direct', 'card'];

function makePayment(site: AvidSite, nth: number, amount?: string, date?: string) {
  const invoice = makeInvoice(site, amount);
  const method = METHODS[nth % METHODS.length] ?? 'check';
  const payment = startPayment(site, [{ invoice, amount: invoice.gross }], method);
  clearPayment(site, payment);
  if (date !== undefined) Object.assign(payment, { cleared: date, issued: date });
  if (method === 'card') {
    payment.exception = 9;
    endPayment(site, payment, 'Void');
  }
  return payment;
}
