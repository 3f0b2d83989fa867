import type { JsonObject } from '../../runtime/connector/json';
import { boolean, date, decimals, listOf, lookup, object, text, texts } from './schema-parts';

/**
 * Rows keep AvidXchange's own names; those that begin with a small letter are ours, made from the others by the
 * conventions of the connection. What only says that a row was touched is left out, so that a row counts as
 * changed when something in it has.
 */
const address = object(texts('Line1 Line2 City State PostalCode Country'));

export const paymentRow: JsonObject = {
  ...object({
    ...texts('PaymentId Number CheckNumber AvidPayChecknumber CurrencyCode BatchId AchTraceNumber'),
    ...texts('PayeeExternalCode PayeeName'),
    ...decimals('Amount'),
    Status: lookup,
    PaymentMethod: lookup,
    PaymentDate: date,
    IssuedDate: date,
    ClearedDate: date,
    VirtualCard: object(texts('LastFour ReferenceNumber')),
    Invoices: listOf(
      object({
        ...texts('InvoiceNumber ExternalInvoiceId'),
        ...decimals('InvoiceAmount DiscountAmount paid'),
      }),
    ),
    BankAccount: object({ ClientIds: listOf(text) }),
    Exceptions: listOf(object({ ReasonCode: lookup })),
    state: { type: 'string', enum: ['settled', 'void', 'pending'] },
    method: text,
    reference: text,
    date,
    voided: date,
    ...texts('vendorCode addressCode'),
  }),
  required: ['PaymentId', 'state'],
};

export const invoiceStatusRow: JsonObject = {
  ...object({
    ...texts('Id Number ExternalInvoiceId RejectReason'),
    Status: lookup,
    state: { type: 'string', enum: ['approved', 'rejected', 'void', 'pending'] },
  }),
  required: ['Id', 'state'],
};

export const vendorRow: JsonObject = {
  ...object({
    ...texts('VendorId ExternalVendorCode Name NameOnCheck FedTaxId Telephone1 Email Website PaymentTerms'),
    Address: address,
    RemitAddress: address,
    Active: boolean,
    ...texts('vendorCode addressCode'),
  }),
  required: ['VendorId'],
};

export const codeRow: JsonObject = {
  ...object({ ...texts('GroupName CodeValue Description'), IsActive: boolean }),
  required: ['GroupName', 'CodeValue'],
};

export const batchRow: JsonObject = {
  ...object({
    ...texts('BatchGUID BatchName InvoiceCount'),
    ...decimals('BatchTotal'),
    DateClosed: text,
    ExternalIdentifier: object({ Value: text }),
    Status: lookup,
  }),
  required: ['BatchGUID'],
};

const distribution = object({
  ...decimals('Amount'),
  ...texts('Description PONumber POLineNumber'),
  EnterpriseCodes: listOf(
    object({
      ...texts('EnterpriseCodeValue EnterpriseCodeValueDescription'),
      EnterpriseCodeGroups: listOf(object({ CodeGroupName: text })),
    }),
  ),
});

export const capturedInvoiceRow: JsonObject = {
  ...object({
    ...texts('Id Number ExternalInvoiceId PONumber CurrencyCode ImageUrl Memo batchId accountNumber'),
    ...texts('vendorCode addressCode'),
    ...decimals('GrossAmount'),
    InvoiceDate: date,
    InvoiceDueDate: date,
    BuyerVendor: object(texts('VendorName VendorExternalSystemID')),
    BuyerVendorAccount: object(texts('AccountNo')),
    Distributions: listOf(distribution),
  }),
  required: ['Id'],
};
