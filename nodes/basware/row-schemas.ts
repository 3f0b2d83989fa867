import type { JsonObject } from '../../runtime/connector/json';
import { codingRow } from './coding-row-schema';
import {
  boolean,
  date,
  decimals,
  instant,
  integer,
  listOf,
  numbered,
  object,
  text,
  texts,
} from './schema-parts';

/** Amounts come three times: in the currency of the invoice, of the company and of the organization. */
const amounts = ['netSum', 'grossSum', 'taxSum1', 'taxSum2', 'cashSum'].flatMap((name) => [
  name,
  `${name}Company`,
  `${name}Organization`,
]);

const invoiceLine = object({
  ...texts(
    'externalCode productCode productName quantityUnit taxCode orderNumber orderRowNumber deliveryNoteNumber lineType',
  ),
  rowIndex: integer,
  ...decimals(
    'quantity netPrice grossPrice netSum grossSum itemTotalSum taxPercent taxSum discountAmount discountPercent additionalCost',
  ),
  ...numbered('text', 10, text),
  ...numbered('numeric', 10, { type: 'string', format: 'decimal' }),
  ...numbered('date', 5, date),
});

const attachment = {
  ...texts('externalCode category filename'),
  isConfidential: boolean,
  creationTime: instant,
};

const transferResponse = object({
  ...texts('externalCode responseMessage sourceSystem voucherNumber1 voucherNumber2'),
  success: boolean,
  paymentBlock: boolean,
  transferDate: date,
});

const paymentResponse = object({
  ...texts(
    'externalCode responseMessage sourceSystem paymentMethod paymentTermCode checkNumber paymentNumber paymentDocument paymentReversalDocument paymentMessage',
  ),
  success: boolean,
  paymentBlock: boolean,
  paymentDate: date,
  ...decimals('paidTotal cashDiscount'),
});

/** An approved, coded invoice. Names are Basware's own, its misspelled `paymentRevelsalDocument` among them. */
export const accountingDocumentRow: JsonObject = {
  ...object({
    ...texts(
      'invoiceId bumid processingStatus p2pProcessingMode parentInvoiceBumId',
      'companyCode companyName organizationCode organizationName organizationElementCode organizationElementName',
      'supplierCode supplierName supplierSourceSystemId',
      'invoiceNumber invoiceTypeCode invoiceTypeName description referencePerson referenceNumber contractNumber',
      'voucherNumber1 voucherNumber2 accountingPeriod accountingGroup paymentMessage taxCode',
      'currencyCode currencyCodeCompany currencyCodeOrganization',
      'paymentTermCode paymentTermName paymentTermExternalCode paymentMethod paymentPlanReference',
      'paymentRevelsalDocument removalReason removalReasonComment clearingReferenceId clearingCountry',
    ),
    lastUpdated: instant,
    originService: integer,
    orderNumbers: listOf(text),
    invoiceDate: date,
    dueDate: date,
    voucherDate: date,
    baseLineDate: date,
    cashDate: date,
    codingDate: date,
    exchangeRateBaseDate: date,
    clearingDate: date,
    ...decimals(
      ...amounts,
      'taxPercent1 taxPercent2 cashPercent exchangeRateCompany exchangeRateOrganization',
    ),
    paymentBlock: boolean,
    prebooked: boolean,
    removedBeforeTransfer: boolean,
    disputeInfo: object({ isDisputed: boolean, disputeReason: text, disputeDate: date }),
    ...numbered('text', 60, text),
    ...numbered('numeric', 30, { type: 'string', format: 'decimal' }),
    ...numbered('date', 10, date),
    codingRows: listOf(codingRow),
    invoiceLines: listOf(invoiceLine),
    attachments: listOf(object(attachment)),
    transferParameters: listOf(object(texts('key value'))),
    transferResponses: listOf(transferResponse),
    paymentResponses: listOf(paymentResponse),
  }),
  required: ['invoiceId', 'processingStatus', 'companyCode'],
};

/** An image or another file of an invoice, with what names the invoice. */
export const attachmentRow: JsonObject = {
  ...object({ ...texts('invoiceId invoiceNumber supplierCode companyCode'), ...attachment }),
  required: ['invoiceId', 'externalCode'],
};
