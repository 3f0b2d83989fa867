import type { JsonObject } from '../../runtime/connector/json';
import { classificationNames } from './lines';

/** What a mapping may hand to an operation. What is sent of it is said apart, beside each operation's wire. */

const id: JsonObject = { type: 'string', minLength: 1, maxLength: 100 };
const date: JsonObject = { type: 'string', format: 'date' };
const decimal: JsonObject = { type: 'string', format: 'decimal' };
const currency: JsonObject = { type: 'string', pattern: '^[A-Z]{3}$' };

function text(maxLength: number, minLength = 0): JsonObject {
  return { type: 'string', maxLength, minLength };
}

/** Something other than spaces. */
function named(maxLength: number): JsonObject {
  return { ...text(maxLength, 1), pattern: '\\S' };
}

function closed(properties: JsonObject, required: string[]): JsonObject {
  return { type: 'object', additionalProperties: false, properties, required };
}

const classifications = closed(Object.fromEntries(classificationNames.map((name) => [name, text(100)])), []);

const lines: JsonObject = {
  type: 'array',
  minItems: 1,
  items: closed({ amount: decimal, description: text(4000), classifications }, ['amount']),
};

export const accountDocument = closed(
  {
    candidates: { type: 'array', minItems: 1, items: named(100), description: 'Numbers to try, in order' },
    name: text(200),
  },
  ['candidates'],
);

export const departmentDocument = closed(
  {
    candidates: { type: 'array', minItems: 1, items: named(100), description: 'Codes to try, in order' },
    name: text(200),
  },
  ['candidates'],
);

export const vendorDocument = closed(
  {
    name: named(100),
    shortName: { ...text(40), description: 'Code of the vendor in the ERP' },
    accountNumber: { ...text(100), description: 'Our customer number at the vendor' },
    email: text(200),
    phone: text(50),
    address: closed(
      {
        line1: text(200),
        line2: text(200),
        city: text(100),
        stateOrProvince: text(100),
        zipOrPostalCode: text(30),
        country: { ...text(100), description: 'ISO 3166 code or English name' },
      },
      [],
    ),
    additionalInfo: closed(
      {
        taxId: text(50),
        taxIdType: { type: 'string', enum: ['EIN', 'SSN', 'UNDEFINED'] },
        track1099: { type: 'boolean' },
        companyName: text(100),
      },
      [],
    ),
    billCurrency: { ...currency, description: 'Set when the vendor is made, never changed' },
    payeeName: { ...text(100), description: 'Set when the vendor is made, never changed' },
  },
  ['name'],
);

const unsent = 'Checked here, not sent';

export const billDocument = closed(
  {
    vendorId: id,
    currency: { ...currency, description: unsent },
    amount: { ...decimal, description: `Total of the document. ${unsent}` },
    invoice: closed({ invoiceNumber: named(200), invoiceDate: date }, ['invoiceNumber', 'invoiceDate']),
    dueDate: date,
    billLineItems: lines,
    description: text(4000),
    classifications,
    purchaseOrderNumber: text(200),
    payFromChartOfAccountId: text(100),
  },
  ['vendorId', 'currency', 'amount', 'invoice', 'dueDate', 'billLineItems'],
);

export const archiveDocument = closed({ billId: id, invoiceNumber: text(200) }, ['billId']);

export const vendorCreditDocument = closed(
  {
    vendorId: id,
    currency: { ...currency, description: unsent },
    amount: { ...decimal, description: `Total of the credit, positive. ${unsent}` },
    referenceNumber: named(200),
    creditDate: date,
    description: text(4000),
    vendorCreditLineItems: lines,
  },
  ['vendorId', 'currency', 'amount', 'referenceNumber', 'creditDate', 'vendorCreditLineItems'],
);
