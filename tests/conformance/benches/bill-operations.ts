import type { JsonObject } from '../../../runtime/connector/json';
import { addBill } from '../../../sandbox/bill/bills';
import { addClassification } from '../../../sandbox/bill/classifications';
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
    'match-account': matching(organization, 'chart-of-accounts', () => accountNumber(organization)),
    'match-department': matching(organization, 'departments', () => departmentCode(organization)),
    'upsert-vendor': upsertVendor(organization),
    'upsert-bill': upsertBill(organization),
    'archive-bill': archiveBill(organization),
    'create-vendor-credit': createVendorCredit(organization),
  };
}

/** All that a document can go wrong with: quotes of both kinds, a plus, a percent sign, other scripts. */
const ODD = `Ö'Brien & "Söhne" + 100% 株式会社`;

/** Lists are read once for many records: the entries of all documents are there from the first one on. */
function matching(organization: Organization, family: string, make: () => string): OperationSample {
  const codes: string[] = [];
  const code = (): string => {
    if (codes.length === 0) for (let nth = 0; nth < 50; nth += 1) codes.push(make());
    return codes.pop() ?? failed('no code is left');
  };
  return {
    onlyLinks: true,
    document: () => ({ candidates: [code()], name: 'Repairs' }),
    changed: (document) => ({ ...document, candidates: [code()] }),
    effects: (document) => {
      const [wanted] = document['candidates'] as string[];
      return organization
        .family(family)
        .all.filter(({ data }) => JSON.stringify(data).includes(`"${wanted}"`))
        .map(({ id }) => id);
    },
  };
}

function accountNumber(organization: Organization): string {
  const { data } = makeAccount(organization);
  return String((data['account'] as WireObject)['number']);
}

function departmentCode(organization: Organization): string {
  const shortName = `D${serial()}`;
  addClassification(organization, 'departments', { name: `Department ${shortName}`, shortName });
  return shortName;
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
