import type { Row } from '../epicor-kinetic/table-rows';
import type { WireObject } from '../http/exact-json';
import type { Random } from '../random';
import { type Address, address, vendorName } from './names';

/** A supplier as the generator thinks of it. */
export interface VendorSeed {
  readonly num: number;
  readonly id: string;
  readonly name: string;
  readonly currency: string;
  readonly country: readonly [name: string, num: number, iso: string];
  readonly address: Address | undefined;
  readonly taxId: string;
  readonly inactive: boolean;
  /** Vendors that stand in BILL before anything was sent. */
  readonly inBill: readonly WireObject[];
}

const USA = ['USA', 1, 'US'] as const;
const JAPAN = ['Japan', 392, 'JP'] as const;
const GERMANY = ['Germany', 276, 'DE'] as const;
const BRITAIN = ['United Kingdom', 826, 'GB'] as const;

const LONG_NAME =
  'The Amalgamated Consolidated Precision Manufacturing and Industrial Distribution Company of Sheboygan'.slice(
    0,
    100,
  );

/** Numbers of the vendors that mean something to a case. */
export const SPECIAL = {
  plain: 101,
  apostrophe: 102,
  japanese: 103,
  long: 104,
  noAddress: 105,
  inactive: 106,
  sameNameOne: 107,
  sameNameTwo: 108,
  german: 109,
  british: 110,
  adopted: 111,
  ambiguous: 112,
  withBills: 113,
} as const;

function asInBill(name: string, at: Address, taxId?: string): WireObject {
  return {
    name,
    address: {
      line1: at.line,
      city: at.city,
      stateOrProvince: at.state,
      zipOrPostalCode: at.zip,
      country: 'US',
    },
    billCurrency: 'USD',
    ...(taxId === undefined ? {} : { additionalInfo: { taxId, taxIdType: 'EIN' } }),
  };
}

/** The vendors of a company: the special ones first, then as many ordinary ones as wanted. */
export function makeVendors(random: Random, count: number): VendorSeed[] {
  const made: VendorSeed[] = [];
  const add = (name: string, differing: Partial<VendorSeed> = {}): VendorSeed => {
    const num = 101 + made.length;
    const vendor: VendorSeed = {
      num,
      id: idOf(name, num),
      name,
      currency: 'USD',
      country: USA,
      address: address(random),
      taxId: `${random.whole(10, 99)}-${random.whole(1_000_000, 9_999_999)}`,
      inactive: false,
      inBill: [],
      ...differing,
    };
    made.push(vendor);
    return vendor;
  };
  add('Allied Fasteners Inc');
  add("O'Brien & Sons Tooling");
  add('東京精密株式会社', {
    currency: 'JPY',
    country: JAPAN,
    address: { line: '千代田区丸の内 1-9-1', city: '東京都', state: '', zip: '100-0005' },
  });
  add(LONG_NAME);
  add('Window Washers Cooperative', { address: undefined });
  add('Harbor Light Logistics', { inactive: true });
  add('Midwest Steel Supply');
  add('Midwest Steel Supply');
  add('Müller Präzisionsteile GmbH', {
    currency: 'EUR',
    country: GERMANY,
    address: { line: 'Industriestraße 12', city: 'Göppingen', state: '', zip: '73033' },
  });
  add('Sheffield Edge Tools Ltd', {
    currency: 'GBP',
    country: BRITAIN,
    address: { line: '4 Arundel Street', city: 'Sheffield', state: '', zip: 'S1 2NS' },
  });
  const adopted = { line: '77 Dock Road', city: 'Erie', state: 'PA', zip: '16501' };
  add('Great Lakes Packaging, Inc.', {
    address: adopted,
    inBill: [asInBill('Great Lakes Packaging, Inc.', adopted)],
  });
  // Neither stands where the company's own vendor does, so that nobody can tell which one is meant.
  const [here, there] = [address(random), address(random)];
  add('Pioneer Chemicals', {
    address: { line: '3 Founders Square', city: 'Bangor', state: 'ME', zip: '04401' },
    inBill: [asInBill('Pioneer Chemicals', here), asInBill('Pioneer Chemicals', there)],
  });
  const electric = { line: '1200 Turbine Way', city: 'Dayton', state: 'OH', zip: '45402' };
  add('Northern Electric Co', {
    address: electric,
    taxId: '31-4455667',
    inBill: [asInBill('Northern Electric Co', electric, '31-4455667')],
  });
  while (made.length < count) add(vendorName(random, 101 + made.length));
  return made;
}

function idOf(name: string, num: number): string {
  const letters = name
    .normalize('NFKD')
    .replace(/[^A-Za-z]/g, '')
    .toUpperCase()
    .slice(0, 5);
  return `${letters || 'V'}${num}`.slice(0, 8);
}

/** The vendor's row in Epicor. */
export function vendorRow(vendor: VendorSeed): Row {
  const [country, countryNum, iso] = vendor.country;
  return {
    VendorNum: vendor.num,
    VendorID: vendor.id,
    Name: vendor.name,
    LegalName: vendor.name,
    Address1: vendor.address?.line ?? '',
    City: vendor.address?.city ?? '',
    State: vendor.address?.state ?? '',
    ZIP: vendor.address?.zip ?? '',
    Country: country,
    CountryNum: countryNum,
    CountryNumISOCode: iso,
    EMailAddress: `ap@vendor${vendor.num}.example`,
    PhoneNum: `555-0${vendor.num}`,
    TaxPayerID: vendor.taxId,
    TINType: '1',
    TermsCode: vendor.num % 3 === 0 ? '2/10' : 'N30',
    CurrencyCode: vendor.currency,
    GroupCode: 'SUPP',
    PMUID: 2,
    Approved: true,
    Inactive: vendor.inactive,
  };
}

/** A bank account of the vendor, which must never travel. */
export function vendorBankRow(vendor: VendorSeed): Row {
  return {
    VendorNum: vendor.num,
    BankID: 'MAIN',
    BankName: 'First Savings',
    NameOnAccount: vendor.name,
    BankAcctNumber: `9900${vendor.num}4471`,
    DFIIdentification: '071000013',
  };
}
