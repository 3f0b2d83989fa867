import { addBill } from '../../../sandbox/bill/bills';
import { addClassification } from '../../../sandbox/bill/classifications';
import type { Collection } from '../../../sandbox/bill/collection';
import { addCredit } from '../../../sandbox/bill/credits';
import type { Organization } from '../../../sandbox/bill/organization';
import { advancePayment, endPayment, schedulePayment } from '../../../sandbox/bill/payment-life';
import type { BillRecord, Stored } from '../../../sandbox/bill/records';
import { addVendor } from '../../../sandbox/bill/vendors';
import { exact, type WireObject } from '../../../sandbox/http/exact-json';
import type { RowWish, StreamSample } from '../bench';
import { failed } from '../check';

const CLASSES: WireObject = {
  accountingClassId: 'cls01',
  departmentId: '0de01',
  employeeId: 'emp01',
  jobId: 'job01',
  locationId: 'loc01',
  itemId: 'itm01',
  customerId: 'cus01',
};

const DATES = { sentDate: '2026-03-03', arrivesByDate: '2026-03-05' };

/** Every kind of disbursement at once: no payment has them all, and every field of each must be known. */
const DISBURSEMENT: WireObject = {
  isVoidable: true,
  checkDisbursement: { ...DATES, checkNumber: 1201 },
  achDisbursement: DATES,
  rppsDisbursement: { ...DATES, traceNumber: 'T1', batchNumber: 'B1' },
  internationalDisbursement: { ...DATES, amount: exact('1.10'), disbursementSubType: 'WIRE' },
  vcardDisbursement: { ...DATES, validUntil: '2026-06-01', last4CardNumber: '4242' },
  walletDisbursement: DATES,
};

export function streamSamples(organization: Organization): Record<string, StreamSample> {
  const { vendors, bills, credits, payments } = organization;
  const chart = organization.family('chart-of-accounts');
  return {
    vendors: streamOf(organization, vendors, {
      make: () => makeVendor(organization),
      change: (row) => {
        row.data = { ...row.data, phone: `555-${serial()}` };
      },
    }),
    'chart-of-accounts': streamOf(organization, chart, {
      make: () => makeAccount(organization),
      change: (row) => {
        row.data = { ...row.data, description: `renamed ${serial()}` };
      },
    }),
    bills: streamOf(organization, bills, {
      make: ({ amount, date }) => makeBill(organization, amount, date),
      change: (row) => {
        row.data = { ...row.data, description: `changed ${serial()}` };
      },
    }),
    payments: streamOf(organization, payments, {
      make: ({ amount, date }) => makePayment(organization, amount, date),
      change: (row) => {
        if (!advancePayment(organization, row)) failed('the payment is at its end');
      },
      remove: (row) => endPayment(organization, row, 'VOIDED', 'Lost'),
      isGone: (row) => row['status'] === 'VOID',
    }),
    'vendor-credits': streamOf(organization, credits, {
      make: ({ amount, date }) => makeCredit(organization, amount, date),
      change: (row) => {
        row.data = { ...row.data, description: `changed ${serial()}` };
      },
    }),
  };
}

interface Ways<T extends Stored> {
  readonly make: (wish: RowWish) => T;
  readonly change: (row: T) => void;
  readonly remove?: (row: T) => void;
  readonly isGone?: StreamSample['isGone'];
}

function streamOf<T extends Stored>(
  organization: Organization,
  collection: Collection<T>,
  { make, change, remove = archive, isGone = (row) => row['archived'] === true }: Ways<T>,
): StreamSample {
  const rowOf = (key: string): T => collection.get(key) ?? failed(`BILL has no ${key}`);
  return {
    add: (count, wish = {}) => {
      if (wish.stamp === 'none') failed('BILL stamps every object itself');
      const last = Math.max(...collection.all.map((row) => row.updated));
      const made = Array.from({ length: count }, () => make(wish));
      for (const row of made) stamp(collection, row, stampOf(wish, row.updated, last));
      return made.map((row) => row.id);
    },
    change: (key) => {
      change(rowOf(key));
      organization.touch(collection, rowOf(key));
    },
    remove: (key) => {
      remove(rowOf(key));
      organization.touch(collection, rowOf(key));
    },
    isGone,
  };
}

function archive(row: Stored): void {
  row.archived = true;
}

/** What "not before" looks at in BILL is when the object was last changed. */
function stampOf({ stamp: how, date }: RowWish, now: number, last: number): number {
  if (date !== undefined) return Date.parse(`${date}T12:00:00Z`);
  if (how === 'tied') return last;
  return how === 'late' ? last - 60_000 : now;
}

function stamp<T extends Stored>(collection: Collection<T>, row: T, at: number): void {
  Object.assign(row, { created: at, updated: at });
  collection.version += 1;
}

let made = 0;

export function serial(): number {
  made += 1;
  return made;
}

export function makeVendor(organization: Organization) {
  const nth = serial();
  return addVendor(organization, {
    name: `Vendor ${nth}`,
    shortName: `V${nth}`,
    accountNumber: `ACC-${nth}`,
    accountType: 'BUSINESS',
    email: `ap${nth}@vendor.example`,
    phone: '555-0100',
    address: {
      line1: '1 Main Street',
      line2: 'Floor 2',
      city: 'Dayton',
      stateOrProvince: 'OH',
      zipOrPostalCode: '45402',
      country: 'US',
    },
    additionalInfo: {
      taxId: `31-${1_000_000 + nth}`,
      taxIdType: 'EIN',
      companyName: `Vendor ${nth} Inc`,
      paymentTermId: 'ptm01',
      track1099: true,
    },
    paymentInformation: { payeeName: `Vendor ${nth}`, payByType: 'CHECK', payBySubType: 'PAPER' },
  });
}

export function makeAccount(organization: Organization) {
  const nth = serial();
  return addClassification(organization, 'chart-of-accounts', {
    name: `Account ${nth}`,
    description: 'Repairs',
    parentId: '0ca00PARENT',
    account: { type: 'EXPENSE', number: `6100-10-${nth}` },
  });
}

export function makeBill(organization: Organization, amount = '120.50', date = '2026-03-02'): BillRecord {
  const vendorId = (organization.vendors.all[0] ?? makeVendor(organization)).id;
  const chartOfAccountId = makeAccount(organization).id;
  const bill = addBill(organization, {
    vendorId,
    dueDate: date,
    description: 'Repairs',
    purchaseOrderNumber: 'PO-7',
    payFromChartOfAccountId: chartOfAccountId,
    invoice: { invoiceNumber: `INV-${serial()}`, invoiceDate: date },
    billLineItems: [{ amount: exact(amount), description: 'Belt', classifications: { chartOfAccountId } }],
  });
  const classifications = { ...CLASSES, chartOfAccountId };
  bill.data = { ...bill.data, classifications };
  for (const line of bill.lines) line.classifications = classifications;
  return bill;
}

function makePayment(organization: Organization, amount?: string, date = '2026-03-02') {
  const bill = makeBill(organization, amount);
  const credit = amount === undefined ? makeCredit(organization, '10.00') : undefined;
  const nth = serial();
  const payment = schedulePayment(organization, {
    vendorId: bill.vendorId,
    allocations: [
      {
        billId: bill.id,
        gross: bill.amount,
        ...(credit ? { credits: [{ id: credit.id, amount: credit.amount }] } : {}),
      },
    ],
    processDate: date,
    method: nth % 2 === 0 ? 'CHECK' : 'ACH',
    data: {
      description: 'March',
      transactionNumber: `T${nth}`,
      confirmationNumber: `C${nth}`,
      syncReference: `S${nth}`,
      fundingAmount: exact('120.50'),
      exchangeRate: exact('1.0837'),
      cancelRequestSubmitted: false,
      fundingAccount: { type: 'BANK_ACCOUNT', id: 'bac01' },
      disbursementInfo: DISBURSEMENT,
      voidInfo: [
        { id: 'vdi01', type: 'STOP', status: 'REFUSED', reason: 'Late', createdTime: '2026-03-02T10:00:00Z' },
      ],
    },
  });
  for (let step = 0; step < 3; step += 1) advancePayment(organization, payment);
  return payment;
}

export function makeCredit(organization: Organization, amount = '75.25', date = '2026-03-02') {
  const vendorId = (organization.vendors.all[0] ?? makeVendor(organization)).id;
  const chartOfAccountId = makeAccount(organization).id;
  const credit = addCredit(organization, {
    vendorId,
    referenceNumber: `CM-${serial()}`,
    creditDate: date,
    description: 'Returned',
    vendorCreditLineItems: [
      { amount: exact(amount), description: 'Belt', classifications: { chartOfAccountId } },
    ],
  });
  for (const line of credit.lines) line.classifications = { ...CLASSES, chartOfAccountId };
  credit.usage.push({ billId: '00n01', paymentId: 'stp01', amount: '0.00' });
  return credit;
}
