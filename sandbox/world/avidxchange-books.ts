import { createHash } from 'node:crypto';
import { typeOf } from '../avidxchange/images';
import type { InvoiceRecord, PaymentRecord } from '../avidxchange/records';
import type { Avidxchange } from '../avidxchange/start';
import type { Expectation } from '../data/expected';
import { amount, type CompanyState, text } from '../epicor-kinetic/state';
import type { Row } from '../epicor-kinetic/table-rows';
import { isZero, minus } from '../money';
import { invoiceKey } from './payables-clerk';

/** What people did in Epicor to an invoice that had been sent. */
export interface AvidChange {
  /** `<VendorNum>|<InvoiceNum>`. */
  readonly key: string;
  readonly kind: 'corrected' | 'cancelled' | 'paid-here' | 'touched';
}

/** The two systems' own state, which is all that an oracle looks at. */
export interface AvidBooks {
  readonly company: CompanyState;
  readonly avid: Avidxchange;
  /** The accounting system of the company. */
  readonly systemId: number;
  readonly expected: readonly Expectation[];
  /** Invoices that were captured at AvidXchange by hand. */
  readonly byHand: ReadonlySet<InvoiceRecord>;
  /** Head numbers of payments that stood in Epicor before anything was synced. */
  readonly headsBefore: ReadonlySet<number>;
  /** Every invoice in Epicor as it was, by key. */
  readonly invoicesBefore: ReadonlyMap<string, string>;
  /** What stood in the other accounting systems, counted. */
  readonly elsewhere: string;
  /** Changes made after the first sync. */
  readonly changes: AvidChange[];
}

/** What of an invoice only people in Epicor may change, as text. */
export function imprintOf(invoice: Row): string {
  const columns = ['DocInvoiceAmt', 'InvoiceDate', 'DueDate', 'Posted', 'PayHold', 'InvoiceHeld', 'GroupID'];
  return columns.map((name) => text(invoice, name)).join('|');
}

export function invoicesBefore(company: CompanyState): Map<string, string> {
  return new Map(company.rows('APInvHed').all.map((row) => [invoiceKey(row), imprintOf(row)]));
}

/** The number of the vendor that a code over there names: Epicor's number or its vendor id, perhaps with an address behind a bar. */
export function vendorNumOf(company: CompanyState, code: string): number | undefined {
  const [plain = ''] = code.split('|');
  const vendors = company.rows('Vendor').all;
  const found =
    vendors.find((row) => text(row, 'VendorNum') === plain) ??
    vendors.find((row) => text(row, 'VendorID') === plain);
  return found === undefined ? undefined : Number(found['VendorNum']);
}

/** Invoices of the company over there that still count, by `<VendorNum>|<InvoiceNum>` of Epicor. */
export function copiesAt({ company, avid, systemId }: AvidBooks): Map<string, InvoiceRecord[]> {
  const nums = new Map<string, number | undefined>();
  const numOf = (code: string) => {
    if (!nums.has(code)) nums.set(code, vendorNumOf(company, code));
    return nums.get(code);
  };
  const live = avid.site.invoices.filter(
    (invoice) => invoice.accountingSystemId === systemId && invoice.status !== 'Voided',
  );
  return Map.groupBy(live, (invoice) => `${numOf(invoice.vendorCode)}|${invoice.number}`);
}

/** What accounts, by their display, an invoice is coded to in Epicor, with amounts; undefined when some part has none or it has other parts. */
export function codingOf(company: CompanyState, invoice: Row): (readonly [string, string])[] | undefined {
  const others = ['APIHAPInvMsc', 'APInvTax'].some(
    (table) => company.rows(table).childrenOf(invoice).length > 0,
  );
  const lines = company.rows('APInvDtl').childrenOf(invoice);
  const charged = lines.some((line) => company.rows('APInvMsc').childrenOf(line).length > 0);
  if (others || charged) return undefined;
  const parts = lines.flatMap((line) =>
    company
      .rows('APInvExp')
      .childrenOf(line)
      .map((distribution): readonly [string, string] => {
        const main = company
          .rows('APInvExpTGLC')
          .childrenOf(distribution)
          .find((row) => row['RecordType'] === 'A' && text(row, 'BookID') === 'MAIN');
        return [text(main ?? {}, 'GLAccountGLAcctDisp'), amount(distribution, 'DocExpAmt')];
      }),
  );
  return parts.some(([display]) => display === '') ? undefined : parts;
}

/** Orders and their lines that an invoice refers to, `<PONum>/<POLine>`, each once. */
export function orderLinesOf(company: CompanyState, invoice: Row): string[] {
  const lines = company.rows('APInvDtl').childrenOf(invoice);
  const referring = lines.filter((line) => Number(line['PONum'] ?? 0) !== 0);
  return [
    ...new Set(referring.map((line) => `${text(line, 'PONum')}/${text(line, 'POLine') || '0'}`)),
  ].sort();
}

const hashes = new WeakMap<CompanyState, Map<number, string | undefined>>();

/** SHA-256 of the files attached to an invoice that AvidXchange can show and take, each once. */
export function imagesOf({ company, avid }: AvidBooks, invoice: Row): string[] {
  const known = hashes.get(company) ?? new Map<number, string | undefined>();
  hashes.set(company, known);
  const files = company.rows('APInvHedAttch').childrenOf(invoice);
  const found = files.flatMap((row) => {
    const file = Number(row['XFileRefNum']);
    if (!known.has(file)) known.set(file, hashOf(company, file, avid.switches.imageLimit));
    return known.get(file) ?? [];
  });
  return [...new Set(found)].sort();
}

function hashOf(company: CompanyState, file: number, limit: number): string | undefined {
  const content = company.uploaded.get(file) ?? company.fileContent?.(file);
  if (content === undefined || content.length > limit || typeOf(content) === undefined) return undefined;
  return createHash('sha256').update(content).digest('hex');
}

/** Payments of the integration in Epicor: neither there before, nor made by a clerk. */
export function headsOfOurs({ company, headsBefore }: AvidBooks): Row[] {
  return company
    .rows('CheckHed')
    .all.filter((head) => !headsBefore.has(Number(head['HeadNum'])) && head['ChangedBy'] !== 'clerk');
}

/** Payments of the company, whatever became of them. */
export function paymentsOf({ avid, systemId }: AvidBooks): PaymentRecord[] {
  return avid.site.payments.filter((payment) => payment.accountingSystemId === systemId);
}

/** Everything that stands in the other accounting systems and that only their own integration may change. */
export function elsewhereThan(systemId: number, { site }: Avidxchange): string {
  const others = (rows: readonly { readonly accountingSystemId: number }[]) =>
    rows.filter((row) => row.accountingSystemId !== systemId).length;
  return [site.vendors, site.codes, site.orders, site.invoices, site.batches]
    .map((rows) => others(rows))
    .join(' ');
}

/** Whether nothing has been paid on an invoice in Epicor, nor entered to be paid. */
export function isUnpaid(invoice: Row): boolean {
  const [whole, left] = [amount(invoice, 'DocInvoiceAmt'), amount(invoice, 'DocInvoiceBal')];
  return isZero(minus(whole, left)) && isZero(minus(left, amount(invoice, 'DocUnpostedBal')));
}

const WRITABLE = ['APInvHed', 'APInvDtl', 'CheckHed', 'APTran', 'APChkGrp', 'Vendor'] as const;

/** Everything that the integration could have changed in either system. */
export function writableIn({ company, avid }: AvidBooks): unknown {
  const { site } = avid;
  return [
    site.vendors,
    site.codes,
    site.orders,
    site.batches.map((batch) => batch.guid),
    site.invoices.map((invoice) => [
      invoice.id,
      invoice.externalId,
      invoice.gross,
      invoice.images.map((image) => image.sha256),
    ]),
    ...WRITABLE.map((table) => company.rows(table).all),
  ];
}

const SOURCES = ['GLAccount', 'Vendor', 'POHeader', 'APInvHed'] as const;

/** How many documents at both systems can be a record of a sync. */
export function documentsIn({ company, avid }: AvidBooks): number {
  const { invoices, payments } = avid.site;
  return SOURCES.reduce(
    (total, table) => total + company.rows(table).all.length,
    invoices.length + payments.length,
  );
}
