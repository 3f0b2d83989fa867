import type { DocumentRecord } from '../basware/document-record';
import type { Basware } from '../basware/start';
import type { DocumentSeed } from '../data/basware-documents';
import { type CompanyState, text } from '../epicor-kinetic/state';
import type { Row } from '../epicor-kinetic/table-rows';
import { invoiceKey } from './payables-clerk';

/** A document in P2P with what must become of it. */
export interface Expected {
  readonly document: DocumentRecord;
  readonly seed: DocumentSeed;
  /** People took it back or changed it while others were reading: nobody can say which version wins. */
  disputed: boolean;
  /** People put right what kept it away. */
  corrected: boolean;
}

/** The two systems' own state, which is all that an oracle looks at. */
export interface BaswareBooks {
  readonly company: CompanyState;
  readonly basware: Basware;
  readonly companyCode: string;
  readonly documents: readonly Expected[];
  /** Invoices of before the start, each as it was, by `<VendorNum>|<InvoiceNum>`. */
  readonly invoicesBefore: ReadonlyMap<string, string>;
  /** User that the integration signs in to Epicor with. */
  readonly integrationUser: string;
}

/** What matters of an Epicor invoice that nobody may touch, as text. */
export function imprint(invoice: Row): string {
  const columns = ['DocInvoiceAmt', 'DocInvoiceBal', 'InvoiceDate', 'DueDate', 'Posted', 'OpenPayable'];
  return columns.map((name) => text(invoice, name)).join('|');
}

/** Every invoice of a company as it is now. */
export function invoicesOf(company: CompanyState): Map<string, string> {
  return new Map(company.rows('APInvHed').all.map((row) => [invoiceKey(row), imprint(row)]));
}

/** The Epicor invoices that a document's supplier and number name; case does not count there. */
export function invoicesFor(books: BaswareBooks, document: DocumentRecord): Row[] {
  const { supplierCode, invoiceNumber } = document.content;
  const vendors = books.company
    .rows('Vendor')
    .all.filter((row) => text(row, 'VendorID').toLowerCase() === supplierCode.toLowerCase())
    .map((row) => row['VendorNum']);
  return books.company
    .rows('APInvHed')
    .all.filter(
      (row) =>
        vendors.includes(row['VendorNum'] ?? 0) &&
        text(row, 'InvoiceNum').toLowerCase() === invoiceNumber.toLowerCase(),
    );
}

/** Whether Basware holds that the ERP took a document over. */
export function isTransferred(document: DocumentRecord): boolean {
  return document.transferResponses.some((response) => response.success);
}
