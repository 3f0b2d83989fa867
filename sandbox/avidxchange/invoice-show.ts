import type { WireObject } from '../http/exact-json';
import type { InvoiceRecord, InvoiceStatus } from './records';
import type { AvidSite } from './site';
import { amountToken, dateText, documentNumber, named, timeText } from './wire-style';

const STATUS_IDS: Readonly<Record<InvoiceStatus, number>> = {
  'Pending Coding': 1,
  'Pending Approval': 2,
  Approved: 3,
  Rejected: 4,
  'On Hold': 5,
  Paid: 6,
  Voided: 7,
};
const ROUTING: readonly InvoiceStatus[] = ['Pending Coding', 'On Hold'];

/** Where the images of an invoice are read from. */
export type ImageAddress = (invoice: InvoiceRecord) => string;

/** How an invoice stands, and where the customer shows more, what it consists of. */
export function showInvoice(site: AvidSite, invoice: InvoiceRecord, address: ImageAddress): WireObject {
  const { switches } = site;
  const hidden = switches.visibleStatus === 'outcome' && ROUTING.includes(invoice.status);
  const status = hidden ? 'Pending Approval' : invoice.status;
  const shown: WireObject = {
    Id: invoice.id,
    Number: documentNumber(invoice.number, switches),
    ExternalInvoiceId: invoice.externalId ?? null,
    Status: named(STATUS_IDS[status], status, switches),
    LastChangedDate: timeText(invoice.modified, switches),
    RejectReason: invoice.rejectReason ?? null,
  };
  return switches.invoiceList === 'thin' ? shown : { ...shown, ...showContent(site, invoice, address) };
}

/** What an invoice consists of, as the details of a closed batch show it. */
export function showContent(site: AvidSite, invoice: InvoiceRecord, address: ImageAddress): WireObject {
  const { switches } = site;
  return {
    Id: invoice.id,
    Number: documentNumber(invoice.number, switches),
    ExternalInvoiceId: invoice.externalId ?? null,
    GrossAmount: amountToken(invoice.gross, switches),
    PONumber: invoice.order === undefined ? null : documentNumber(invoice.order, switches),
    InvoiceDate: dateText(invoice.invoiceDate, switches),
    InvoiceDueDate: dateText(invoice.dueDate, switches),
    LastChangedDate: timeText(invoice.modified, switches),
    ImageUrl: invoice.images.length === 0 ? null : address(invoice),
    Memo: invoice.memo,
    BuyerVendor: { VendorName: invoice.vendorName, VendorExternalSystemID: invoice.vendorCode },
    // Who captures an invoice here may know the account with the vendor; the accounting system does not.
    BuyerVendorAccount: { AccountNo: invoice.externalId === undefined ? 88_123 : 'none' },
    Distributions: invoice.distributions.map(
      (each): WireObject => ({
        Amount: amountToken(each.amount, switches),
        Description: each.description,
        ...(each.order === undefined ? {} : { PONumber: documentNumber(each.order, switches) }),
        ...(each.orderLine === undefined ? {} : { POLineNumber: each.orderLine }),
        EnterpriseCodes: each.codes.map(
          (code): WireObject => ({
            EnterpriseCodeValue: code.value,
            EnterpriseCodeValueDescription: code.description,
            EnterpriseCodeGroups: [{ CodeGroupName: code.group }],
          }),
        ),
      }),
    ),
  };
}
