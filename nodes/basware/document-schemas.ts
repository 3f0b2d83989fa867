import type { JsonObject } from '../../runtime/connector/json';
import { boolean, date, decimal, filled, integer, listOf, numbered, upTo } from './schema-parts';

function document(required: readonly string[], properties: JsonObject): JsonObject {
  return { type: 'object', additionalProperties: false, required: [...required], properties };
}

/** Which companies, where it is not the connection's own alone. */
const companies = listOf(
  document(['companyCode'], { companyCode: filled(32), active: boolean, inherit: boolean }),
);
const names = listOf(
  document(['language', 'translation'], { language: filled(10), translation: filled(2000) }),
);

/** The key of the record in the ERP; the external code is made of it. */
const externalCode = filled(1000);
const invoiceId = filled(36);
const named = { externalCode, name: upTo(2000), names, active: boolean, companies };

export const acknowledgeDocument = document(['invoiceId'], { invoiceId, round: integer });

export const transferResponseDocument = document(['invoiceId', 'success', 'responseMessage'], {
  invoiceId,
  success: boolean,
  responseMessage: filled(250),
  paymentBlock: boolean,
  voucherNumber1: upTo(25),
  voucherNumber2: upTo(25),
  transferDate: date,
  sourceSystem: upTo(32),
  round: integer,
});

export const paymentResponseDocument = document(['invoices'], {
  invoices: {
    type: 'array',
    minItems: 1,
    items: document(['invoiceId', 'paidTotal'], {
      invoiceId,
      paidTotal: decimal,
      cashDiscount: decimal,
      paymentBlock: boolean,
    }),
  },
  success: boolean,
  paymentBlock: boolean,
  responseMessage: upTo(250),
  sourceSystem: upTo(32),
  paymentDate: date,
  paymentMethod: upTo(25),
  paymentTermCode: upTo(25),
  checkNumber: upTo(25),
  paymentNumber: upTo(250),
  paymentDocument: upTo(250),
  paymentReversalDocument: upTo(250),
  paymentMessage: upTo(100),
});

export const accountDocument = document(['accountCode'], {
  ...named,
  accountCode: filled(25),
  inherit: boolean,
  taxCode: upTo(25),
  ...numbered('text', 5, upTo(250)),
});

export const taxCodeDocument = document(['taxCode', 'taxPercentage'], {
  ...named,
  taxCode: filled(25),
  inherit: boolean,
  taxPercentage: decimal,
  taxPercentage2: decimal,
  taxGroup: upTo(25),
});

export const paymentTermDocument = document(['paymentTermCode'], {
  ...named,
  paymentTermCode: filled(25),
  inherit: boolean,
  validFrom: date,
  validTo: date,
  dueDateDays: integer,
  dueDateCalc: { type: 'integer', enum: [0, 1] },
  dueDateEom: { type: 'integer', minimum: 0, maximum: 12 },
  dueDateDays2: integer,
  moveDueDatesTo: { type: 'string', enum: ['0', '1', '2'] },
  cashDueDateCalc: { type: 'integer', enum: [0, 1] },
  cashDueDateDays: integer,
  cashDiscount: decimal,
  sortOrder: integer,
});

export const dimensionDocument = document(['code'], {
  ...named,
  code: filled(250),
  listKey: { type: 'string', pattern: '^(COST_CENTERS|(ACC_LIST|INV_LIST|CUST_RESOLVER)_[1-9]\\d?)$' },
});

const address = document([], {
  externalCode,
  name: upTo(200),
  addressType: {
    type: 'string',
    enum: [
      'PostalAddress',
      'RemittanceAddress',
      'DeliveryAddress',
      'AdditionalAddress',
      'VisitingAddress',
      'RegistrationAddress',
    ],
  },
  streetName: upTo(250),
  poBox: upTo(50),
  postalZone: upTo(50),
  cityName: upTo(50),
  locality: upTo(50),
  countrySubEntity: upTo(50),
  countrySubEntityDescription: upTo(50),
  countryId: { type: 'string', pattern: '^[A-Z]{2}$' },
  default: boolean,
});

export const vendorDocument = document(['vendorCode', 'name'], {
  externalCode,
  vendorCode: filled(25),
  name: filled(250),
  active: boolean,
  paymentDenied: boolean,
  companies: listOf(document(['companyCode'], { companyCode: filled(32), inheritToChildUnits: boolean })),
  vendorParent: upTo(36),
  sourceSystem: upTo(36),
  description: upTo(250),
  supplierAssignedAccountId: upTo(128),
  vendorClass: upTo(100),
  taxId: upTo(36),
  identifiers: listOf(
    document(['id', 'schemeId'], { id: filled(36), schemeId: filled(32), defaultPartyId: boolean }),
  ),
  addresses: listOf(address),
  contacts: listOf(
    document(['name'], {
      name: filled(200),
      email: upTo(200),
      telephone: upTo(50),
      telefax: upTo(50),
      website: upTo(250),
      role: { type: 'string', enum: ['PrimaryContact', 'SecondaryContact', 'AdditionalContact'] },
    }),
  ),
  paymentTermCode: upTo(25),
  paymentMeansCode: upTo(25),
  currencyCode: { type: 'string', pattern: '^[A-Z]{3}$' },
  customFields: listOf(
    document(['name', 'value'], { name: filled(25), value: filled(250), groupName: upTo(25) }),
  ),
});
