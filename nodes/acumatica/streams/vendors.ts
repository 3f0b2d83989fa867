import type { StreamDeclaration } from '../../../runtime/connector/manifest';
import { getByKeys } from '../api';
import { flag, integer, rowSchema, text, texts } from '../columns';
import type { AcumaticaConnection } from '../connection';
import { findBy, fullEvery, overlap, pageSize } from '../read-options';
import { streamReader } from '../stream-reader';
import { textAt } from '../values';

const address = rowSchema(texts('AddressLine1', 'AddressLine2', 'City', 'State', 'PostalCode', 'Country'));

const contact = rowSchema({
  ...texts('Email', 'Phone1', 'Phone2', 'Fax', 'WebSite', 'Attention', 'CompanyName', 'DisplayName'),
  Address: address,
});

const vendorRow = rowSchema({
  VendorID: text('Code that people know the vendor by.'),
  VendorName: text(),
  LegalName: text(),
  Status: text('Active, On Hold, Hold Payments, Inactive or One-Time.'),
  VendorClass: text(),
  AccountRef: text('Our account number at the vendor.'),
  CurrencyID: text('Empty: the base currency.'),
  EnableCurrencyOverride: flag(),
  Terms: text(),
  PaymentMethod: text(),
  CashAccount: text(),
  TaxRegistrationID: text(),
  F1099Vendor: flag(),
  F1099Box: text(),
  ForeignEntity: flag(),
  PaySeparately: flag(),
  PaymentLeadTimedays: integer(),
  RemittanceAddressOverride: flag('Payments go to the address of RemittanceContact.'),
  RemittanceContactOverride: flag(),
  MainContact: contact,
  RemittanceContact: contact,
});

export const vendors: StreamDeclaration = {
  title: 'Vendors',
  help: 'Vendors with main contact, address, terms and tax ID, inactive ones included; with remittance address and contact where they differ. Bank data is never read.',
  row: vendorRow,
  key: ['VendorID'],
  cursor: { strategy: 'timestamp-overlap', precision: 'instant', ordered: false },
  deletes: 'status-flag',
  detail: false,
  options: [
    findBy,
    overlap,
    fullEvery('A change of an address or of payment settings alone may not raise LastModifiedDateTime.'),
    pageSize,
  ],
};

export function vendorReader(connection: AcumaticaConnection) {
  return streamReader(connection, {
    callName: 'list-vendors',
    entity: 'Vendor',
    key: vendors.key,
    schema: vendorRow,
    modified: true,
    expand: ['MainContact', 'MainContact/Address'],
    scansFully: true,
    complete: async (row, context) => {
      const differs = row['RemittanceAddressOverride'] === true || row['RemittanceContactOverride'] === true;
      const vendorId = textAt(row, 'VendorID');
      if (!differs || vendorId === undefined) return row;
      const key = { entity: 'Vendor', keys: { VendorID: vendorId } };
      const whole = await getByKeys(connection, context, 'get-vendors', key, [
        'MainContact',
        'MainContact/Address',
        'RemittanceContact',
        'RemittanceContact/Address',
      ]);
      return whole ?? row;
    },
  });
}
