import type { StreamDeclaration } from '../../../runtime/connector/manifest';
import { flag, integer, rowSchema, text } from '../columns';
import type { EpicorConnection } from '../connection';
import { readOptionFields } from '../read-options';
import { streamReader } from '../stream-reader';
import { vendorTable } from '../tables';

const vendorRow = rowSchema({
  Company: text(),
  VendorNum: integer('Number the system gave; everything else points at the vendor by it.'),
  VendorID: text('Code that people know the vendor by. It can be renamed.'),
  Name: text(),
  LegalName: text(),
  Address1: text(),
  Address2: text(),
  Address3: text(),
  City: text(),
  State: text(),
  ZIP: text(),
  Country: text('Name of the country, as written in the country table.'),
  CountryNum: integer(),
  CountryNumISOCode: text(),
  PhoneNum: text(),
  FaxNum: text(),
  EMailAddress: text(),
  VendURL: text(),
  TaxPayerID: text(),
  TINType: text('1 EIN; 2 SSN, ITIN or ATIN; 0 unknown.'),
  OrgRegCode: text(),
  Print1099: flag(),
  TermsCode: text(),
  CurrencyCode: text(),
  GroupCode: text(),
  PMUID: integer('Payment method.'),
  ElecPayment: flag(),
  AccountRef: text('Our account number at the vendor.'),
  Inactive: flag(),
  Approved: flag('Approved for purchasing.'),
  PayHold: flag(),
  OneCheck: flag(),
  ExternalId: text(),
});

export const vendors: StreamDeclaration = {
  title: 'Vendors',
  help: 'Vendors with address, tax ID and terms, inactive ones included. Bank data is never read.',
  row: vendorRow,
  key: ['VendorNum'],
  cursor: { strategy: 'row-version', precision: 'row-version', ordered: true },
  deletes: 'status-flag',
  detail: false,
  options: readOptionFields(),
};

export function vendorReader(connection: EpicorConnection) {
  return streamReader(connection, { callName: 'list-vendors', table: vendorTable, schema: vendorRow });
}
