import type { JsonObject } from '../../../runtime/connector/json';
import { addBill } from '../../../sandbox/bill/bills';
import { addCredit } from '../../../sandbox/bill/credits';
import type { Organization } from '../../../sandbox/bill/organization';
import type { VendorRecord } from '../../../sandbox/bill/records';
import { addVendor } from '../../../sandbox/bill/vendors';
import { exact, type WireObject } from '../../../sandbox/http/exact-json';
import type { OperationSample } from '../bench';
import { failed } from '../check';
import { makeAccount, makeBill, makeVendor, serial } from './bill-streams';

export function operationSamples(organization: Organization): Record<string, OperationSample> {
  return {
    'match-account': matchAccount(organization),
    'upsert-vendor': upsertVendor(organization),
    'upsert-bill': upsertBill(organization),
    'archive-bill': archiveBill(organization),
    'create-vendor-credit': createVendorCredit(organization),
  };
}

/** All that a document can go wrong with: quotes of both kinds, a plus, a percent sign, other scripts. */
const ODD = `Ö'Brien & "Söhne" + 100% 株式会社`;

/** The chart is read once for many records: the accounts of all documents are there from the first one on. */
function matchAccount(organization: Organization): OperationSample {
  const numbers: string[] = [];
  const number = (): string => {
    if (numbers.length === 0) {
      for (let nth = 0; nth < 50; nth += 1) numbers.push(makeAccountNumber(organization));
    }
    return numbers.pop() ?? failed('no account is left');
  };
  return {
    document: () => ({ candidates: [number()], name: 'Repairs' }),
    changed: (document) => ({ ...document, candidates: [number()] }),
    effects: (document) => {
      const [wanted] = document['candidates'] as string[];
      return organization
        .family('chart-of-accounts')
        .all.filter(({ data }) => (data['account'] as WireObject)['number'] === wanted)
        .map(({ id }) => id);
    },
  };
}

function makeAccountNumber(organization: Organization): string {
  const { data } = makeAccount(organization);
  return String((data['account'] as WireObject)['number']);
}

function upsertVendor(organization: Organization): OperationSample {
  const document = (name: string): JsonObject => ({
    name,
    shortName: `S${serial()}`,
    phone: '555-0101',
    address: {
      line1: '1 Main Street',
      city: 'Dayton',
      stateOrProvince: 'OH',
      zipOrPostalCode: '45402',
      country: 'US',
    },
    billCurrency: 'USD',
  });
  const standing = (wanted: JsonObject): VendorRecord[] =>
    organization.vendors.all.filter(
      ({ data, archived }) => !archived && data['shortName'] === wanted['shortName'],
    );
  return {
    document: () => document(`Supplier ${serial()}`),
    changed: (sent) => ({ ...sent, phone: '555-0202' }),
    effects: (wanted) => standing(wanted).map(({ id, data }) => `${id} ${data['phone']}`),
    enterByHand: (wanted, how) => {
      const vendor = { name: String(wanted['name']), address: wanted['address'] as WireObject };
      if (how === 'same') addVendor(organization, { ...vendor, shortName: String(wanted['shortName']) });
      // Two that look alike: nobody can tell which one is meant.
      else for (let nth = 0; nth < 2; nth += 1) addVendor(organization, vendor);
    },
    unusual: () => document(`${ODD} ${serial()}`),
  };
}

function upsertBill(organization: Organization): OperationSample {
  const document = (number: string, text: string): JsonObject => ({
    vendorId: makeVendor(organization).id,
    currency: 'USD',
    amount: '1250.10',
    invoice: { invoiceNumber: number, invoiceDate: '2026-03-02' },
    dueDate: '2026-04-01',
    billLineItems: [
      {
        amount: '1000.00',
        description: text,
        classifications: { chartOfAccountId: makeAccount(organization).id },
      },
      { amount: '250.10', description: 'Freight' },
    ],
    description: text,
  });
  const standing = (wanted: JsonObject) => {
    const { invoiceNumber } = wanted['invoice'] as WireObject;
    return organization.bills
      .inGroup(String(wanted['vendorId']))
      .filter((bill) => !bill.archived && bill.number === invoiceNumber);
  };
  return {
    document: () => document(`B-${serial()}`, 'Belts'),
    changed: (sent) => ({ ...sent, dueDate: '2026-05-01' }),
    effects: (wanted) => standing(wanted).map(({ id, amount, dueDate }) => `${id} ${amount} ${dueDate}`),
    enterByHand: (wanted, how) => {
      addBill(organization, {
        vendorId: String(wanted['vendorId']),
        dueDate: '2026-04-01',
        invoice: wanted['invoice'] as WireObject,
        billLineItems: [{ amount: exact(how === 'same' ? '1250.10' : '999.99') }],
      });
    },
    spoil: (wanted) => {
      const bill = standing(wanted)[0] ?? failed('there is no bill to spoil');
      bill.lines.splice(1);
      bill.amount = '1000.00';
      return true;
    },
    unusual: () => document(`A+B/7'é#%&${serial()}`, ODD.repeat(40)),
  };
}

function archiveBill(organization: Organization): OperationSample {
  return {
    document: () => {
      const { id, number } = makeBill(organization);
      return { billId: id, invoiceNumber: number };
    },
    effects: (wanted) =>
      organization.bills.get(String(wanted['billId']))?.archived === true ? ['archived'] : [],
  };
}

function createVendorCredit(organization: Organization): OperationSample {
  const document = (number: string, text: string): JsonObject => ({
    vendorId: makeVendor(organization).id,
    currency: 'USD',
    amount: '75.25',
    referenceNumber: number,
    creditDate: '2026-03-02',
    description: text,
    vendorCreditLineItems: [{ amount: '75.25', description: text }],
  });
  const standing = (wanted: JsonObject) =>
    organization.credits
      .inGroup(String(wanted['vendorId']))
      .filter(({ archived, data }) => !archived && data['referenceNumber'] === wanted['referenceNumber']);
  return {
    document: () => document(`CR-${serial()}`, 'Returned'),
    changed: (sent) => ({ ...sent, creditDate: '2026-03-05' }),
    effects: (wanted) => standing(wanted).map(({ id, amount }) => `${id} ${amount}`),
    enterByHand: (wanted, how) => {
      addCredit(organization, {
        vendorId: String(wanted['vendorId']),
        referenceNumber: String(wanted['referenceNumber']),
        creditDate: '2026-03-02',
        vendorCreditLineItems: [{ amount: exact(how === 'same' ? '75.25' : '70.00') }],
      });
    },
    spoil: (wanted) => {
      const credit = standing(wanted)[0] ?? failed('there is no credit to spoil');
      credit.amount = '7.25';
      return true;
    },
    unusual: () => document(`A+B/7'é#%&${serial()}`, ODD),
  };
}
