import type { EntityData } from '../acumatica/entity-store';
import type { WireObject } from '../http/exact-json';
import type { Random } from '../random';
import { type Address, address, vendorName } from './names';

/** A vendor as the generator thinks of it. */
export interface AcumaticaVendor {
  readonly id: string;
  readonly name: string;
  readonly status: 'Active' | 'On Hold' | 'Hold Payments' | 'Inactive' | 'One-Time';
  readonly currency: string;
  /** Two letters. */
  readonly country: string;
  readonly address: Address | undefined;
  /** Where payments go when that is elsewhere. */
  readonly remittance: Address | undefined;
  readonly taxId: string;
  /** Vendors that stand in BILL before anything was sent. */
  readonly inBill: readonly WireObject[];
}

const LONG_NAME =
  'The International Partnership for Advanced Organizational Development and Strategic Transformation Advisory'.slice(
    0,
    100,
  );

const CASH_ACCOUNTS: Readonly<Record<string, string>> = {
  USD: '10200',
  EUR: '10250',
  JPY: '10260',
  GBP: '10270',
};

/** Vendors that mean something to a case, before the everyday ones. */
export const SPECIAL_VENDORS = 17;

function asInBill(name: string, at: Address, taxId?: string): WireObject {
  const place = {
    line1: at.line,
    city: at.city,
    stateOrProvince: at.state,
    zipOrPostalCode: at.zip,
    country: 'US',
  };
  const more = taxId === undefined ? {} : { additionalInfo: { taxId, taxIdType: 'EIN' } };
  return { name, address: place, billCurrency: 'USD', ...more };
}

/** The vendors of a company: the special ones first, then as many everyday ones as wanted. */
export function makeAcumaticaVendors(random: Random, count: number): AcumaticaVendor[] {
  const made: AcumaticaVendor[] = [];
  const add = (id: string, name: string, differing: Partial<AcumaticaVendor> = {}): void => {
    made.push({
      id,
      name,
      status: 'Active',
      currency: 'USD',
      country: 'US',
      address: address(random),
      remittance: undefined,
      taxId: `${random.whole(10, 99)}-${random.whole(1_000_000, 9_999_999)}`,
      inBill: [],
      ...differing,
    });
  };
  add('BRIGHTDESK', 'Brightdesk Office Services LLC');
  add('OMALLEY', "O'Malley & Daughters Consulting");
  add('SAKURA', '株式会社さくら翻訳', {
    currency: 'JPY',
    country: 'JP',
    address: { line: '中央区銀座 4-2-15', city: '東京都', state: '', zip: '104-0061' },
  });
  add('LONGNAME', LONG_NAME);
  add('NOADDRESS', 'Corner Coffee Cart', { address: undefined });
  add('INACTIVE', 'Bygone Telecom', { status: 'Inactive' });
  add('ONHOLD', 'Disputed Cleaning Partners', { status: 'On Hold' });
  add('HOLDPAY', 'Paused Printing Works', { status: 'Hold Payments' });
  add('ONETIME', 'Visiting Speaker', { status: 'One-Time' });
  add('TWINEAST', 'Harbor Translation Bureau');
  add('TWINWEST', 'Harbor Translation Bureau');
  add('MUNCHEN', 'Münchner Schulungszentrum GmbH', {
    currency: 'EUR',
    country: 'DE',
    address: { line: 'Sendlinger Straße 8', city: 'München', state: '', zip: '80331' },
  });
  add('LONDON', 'Bankside Research Ltd', {
    currency: 'GBP',
    country: 'GB',
    address: { line: '21 Park Street', city: 'London', state: '', zip: 'SE1 9DQ' },
  });
  const adopted = { line: '500 Cedar Street', city: 'Macon', state: 'GA', zip: '31201' };
  add('ADOPTED', 'Peachtree Court Reporting, Inc.', {
    address: adopted,
    inBill: [asInBill('Peachtree Court Reporting, Inc.', adopted)],
  });
  // Neither stands where the company's own vendor does, so that nobody can tell which one is meant.
  const [here, there] = [address(random), address(random)];
  add('AMBIGUOUS', 'Summit Staffing', {
    address: { line: '9 Ocean Avenue', city: 'Portland', state: 'ME', zip: '04101' },
    inBill: [asInBill('Summit Staffing', here), asInBill('Summit Staffing', there)],
  });
  const byHand = { line: '88 Commerce Way', city: 'Tulsa', state: 'OK', zip: '74103' };
  add('HANDMADE', 'Tulsa Data Center Co', {
    address: byHand,
    taxId: '73-1122334',
    inBill: [asInBill('Tulsa Data Center Co', byHand, '73-1122334')],
  });
  add('REMITTANCE', 'Two Places Insurance Agency', {
    remittance: { line: 'PO Box 5521', city: 'Erie', state: 'PA', zip: '16512' },
  });
  while (made.length < count) {
    const serial = 101 + made.length;
    add(`V${String(serial).padStart(6, '0')}`, vendorName(random, serial));
  }
  return made;
}

function linkedAddress(at: Address | undefined, country: string): Record<string, string | null> {
  return {
    AddressLine1: at?.line ?? null,
    City: at?.city ?? null,
    State: at?.state || null,
    PostalCode: at?.zip ?? null,
    Country: at === undefined ? null : country,
  };
}

/** The vendor as it stands in Acumatica. `changed` is its stamp in milliseconds. */
export function acumaticaVendorRow(vendor: AcumaticaVendor, changed: number): EntityData {
  const { id, name, status, currency, country, taxId, remittance } = vendor;
  const contact = { CompanyName: name, Email: `ap@${id.toLowerCase()}.example`, Phone1: '+1 555 0100' };
  return {
    values: {
      VendorID: id,
      VendorName: name,
      LegalName: name,
      Status: status,
      VendorClass: 'SERVICES',
      AccountRef: `CUST-${id.slice(0, 6)}`,
      CreatedDateTime: changed,
      LastModifiedDateTime: changed,
      Terms: '30D',
      CurrencyID: currency,
      CashAccount: CASH_ACCOUNTS[currency] ?? null,
      PaymentMethod: 'CHECK',
      PaymentBy: 'Due Date',
      TaxRegistrationID: taxId,
      F1099Vendor: country === 'US',
      RemittanceAddressOverride: remittance !== undefined,
    },
    linked: {
      MainContact: contact,
      'MainContact/Address': linkedAddress(vendor.address, country),
      RemittanceContact: contact,
      'RemittanceContact/Address': linkedAddress(remittance ?? vendor.address, country),
    },
    details: {
      // A bank account of the vendor, which must never travel.
      PaymentInstructions: [
        {
          PaymentInstructionsID: '1',
          PaymentMethod: 'ACH',
          LocationID: 'MAIN',
          Description: 'Account',
          Value: '9900554471',
        },
      ],
    },
  };
}
