import type { JsonObject } from '../../runtime/connector/json';

/**
 * What is kept of each kind of row. Left out on purpose: bank data (never read), balances and exchange rates
 * (they move without anybody touching the document), and, except on payments, `updatedTime`, so that a touch
 * without a change is no new version.
 */

const text: JsonObject = { type: 'string' };
const decimal: JsonObject = { type: 'string', format: 'decimal' };
const date: JsonObject = { type: 'string', format: 'date' };
const instant: JsonObject = { type: 'string', format: 'date-time' };
const yes: JsonObject = { type: 'boolean' };

function row(properties: JsonObject, required: string[] = []): JsonObject {
  return { type: 'object', properties, required };
}

function listOf(items: JsonObject): JsonObject {
  return { type: 'array', items };
}

function texts(...names: readonly string[]): JsonObject {
  return Object.fromEntries(names.map((name) => [name, text]));
}

const classifications = row(
  texts(
    'chartOfAccountId',
    'accountingClassId',
    'departmentId',
    'employeeId',
    'jobId',
    'locationId',
    'itemId',
    'customerId',
  ),
);

export const chartOfAccountRow = row(
  {
    ...texts('id', 'name', 'description', 'parentId'),
    account: row(texts('type', 'number')),
    archived: yes,
    createdTime: instant,
  },
  ['id'],
);

export const vendorRow = row(
  {
    ...texts('id', 'name', 'shortName', 'accountNumber', 'accountType', 'email', 'phone', 'billCurrency'),
    address: row(texts('line1', 'line2', 'city', 'stateOrProvince', 'zipOrPostalCode', 'country')),
    additionalInfo: row({
      ...texts('taxId', 'taxIdType', 'companyName', 'paymentTermId'),
      track1099: yes,
    }),
    paymentInformation: row(texts('payeeName', 'payByType', 'payBySubType')),
    networkStatus: text,
    archived: yes,
    createdTime: instant,
  },
  ['id'],
);

const billLine = row({ ...texts('id', 'description'), amount: decimal, classifications });

export const billRow = row(
  {
    ...texts('id', 'vendorId', 'vendorName', 'description', 'purchaseOrderNumber', 'payFromChartOfAccountId'),
    ...texts('paymentStatus', 'approvalStatus', 'recordStatus'),
    invoice: row({ invoiceNumber: text, invoiceDate: date }),
    dueDate: date,
    amount: decimal,
    paidAmount: decimal,
    dueAmount: decimal,
    scheduledAmount: decimal,
    creditAmount: decimal,
    classifications,
    billLineItems: listOf(billLine),
    archived: yes,
    createdTime: instant,
  },
  ['id'],
);

const appliedCredits = listOf(row({ id: text, amount: decimal }));

function disbursement(properties: JsonObject = {}): JsonObject {
  return row({ sentDate: date, arrivesByDate: date, ...properties });
}

export const paymentRow = row(
  {
    ...texts('id', 'vendorId', 'vendorName', 'billId', 'description', 'transactionNumber'),
    ...texts('confirmationNumber', 'syncReference', 'status', 'singleStatus'),
    ...texts('disbursementType', 'disbursementStatus'),
    billPayments: listOf(row({ id: text, billId: text, amount: decimal, vendorCredits: appliedCredits })),
    amount: decimal,
    fundingAmount: decimal,
    exchangeRate: decimal,
    processDate: date,
    onlinePayment: yes,
    cancelRequestSubmitted: yes,
    fundingAccount: row(texts('type', 'id')),
    disbursementInfo: row({
      isVoidable: yes,
      checkDisbursement: disbursement({ checkNumber: { type: ['integer', 'string'] } }),
      achDisbursement: disbursement(),
      rppsDisbursement: disbursement({ traceNumber: text, batchNumber: text }),
      internationalDisbursement: disbursement({ amount: decimal, disbursementSubType: text }),
      vcardDisbursement: disbursement({ validUntil: date, last4CardNumber: text }),
      walletDisbursement: disbursement(),
    }),
    voidInfo: listOf(row({ ...texts('id', 'type', 'status', 'reason'), createdTime: instant })),
    createdTime: instant,
    updatedTime: instant,
  },
  ['id'],
);

export const vendorCreditRow = row(
  {
    ...texts('id', 'vendorId', 'vendorName', 'referenceNumber', 'description', 'status'),
    creditDate: date,
    amount: decimal,
    vendorCreditLineItems: listOf(billLine),
    usage: listOf(row({ billId: text, paymentId: text, amount: decimal })),
    archived: yes,
    createdTime: instant,
  },
  ['id'],
);
