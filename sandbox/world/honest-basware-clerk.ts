import type { DocumentRecord } from '../basware/document-record';
import { accountOf } from '../data/basware-coding';
import { amount, text } from '../epicor-kinetic/state';
import { numberText } from '../http/exact-json';
import { compared, isZero, minus, rounded, scaleOf, sum } from '../money';
import { COMPANY_CODE, type EpicorBaswareWorld } from '../worlds/epicor-kinetic-basware';
import { type Expected, invoicesFor, isTransferred } from './basware-books';

/** What a clerk may get wrong, for proving that the oracles see it. */
export interface Mistakes {
  /** Added to the first distribution. */
  readonly tooMuch?: string;
  readonly noAccount?: boolean;
  /** The answer to Basware is forgotten. */
  readonly silent?: boolean;
}

const SCOPES = [
  'accountingDocuments',
  'vendors',
  'accounts',
  'costCenters',
  'paymentTerms',
  'taxCodes',
].flatMap((name) => [`${name}.read`, `${name}.write`]);

/**
 * Someone who does by hand what an integration of the template must do: types invoices into Epicor, and tells Basware
 * over its own interface. For tests of the world: with him, every promise holds.
 */
export class HonestBaswareClerk {
  #token = '';

  constructor(private readonly world: EpicorBaswareWorld) {}

  async signIn(): Promise<void> {
    const { env } = this.world;
    const login = Buffer.from(`${env['BASWARE_CLIENT_ID']}:${env['BASWARE_CLIENT_SECRET']}`).toString(
      'base64',
    );
    const answer = await fetch(`${env['BASWARE_BASE_URL']}/v1/tokens`, {
      method: 'POST',
      headers: { authorization: `Basic ${login}` },
      body: new URLSearchParams({ grant_type: 'client_credentials', scope: SCOPES.join(' ') }),
    });
    this.#token = ((await answer.json()) as { access_token: string }).access_token;
  }

  /** POST to Basware; gives the status. */
  async post(path: string, body?: unknown): Promise<number> {
    const answer = await fetch(`${this.world.env['BASWARE_BASE_URL']}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${this.#token}`, 'content-type': 'application/json' },
      body: body === undefined ? null : JSON.stringify(body),
    });
    await answer.arrayBuffer();
    return answer.status;
  }

  /** Brings all master data over and lets P2P take it. */
  async importMasters(): Promise<void> {
    const rows = (table: string) => this.world.books.company.rows(table).all;
    const companies = [{ companyCode: COMPANY_CODE, active: true, inherit: false }];
    const names = (name: string) => [{ language: 'en-US', translation: name.padEnd(2, '.') }];
    const validity = { validFrom: '2000-01-01', validTo: '2099-12-31' };
    await this.post(
      '/v1/accounts',
      rows('GLAccount')
        .filter((row) => row['Active'] === true)
        .map((row) => text(row, 'GLAcctDispGLAcctDisp'))
        .map((code) => ({ externalCode: code, accountCode: code, accountNames: names(code), companies })),
    );
    await this.post(
      '/v1/costCenters',
      rows('COASegValues')
        .filter((row) => row['SegmentNbr'] === 2)
        .map((row) => text(row, 'SegmentCode'))
        .map((code) => ({
          externalCode: code,
          costCenterCode: code,
          costCenterNames: names(code),
          companies: [{ companyCode: COMPANY_CODE, active: true }],
        })),
    );
    await this.post(
      '/v1/paymentTerms',
      rows('PurTerms')
        .map((row) => text(row, 'TermsCode'))
        .map((code, index) => ({
          externalCode: `term-${index}`,
          paymentTermCode: code,
          paymentTermNames: names(code),
          ...validity,
          companies,
        })),
    );
    await this.post(
      '/v1/taxCodes',
      rows('SalesTax')
        .filter((row) => row['Inactive'] !== true)
        .map((row) => text(row, 'TaxCode'))
        .map((code) => ({
          externalCode: code,
          taxCode: code,
          taxCodeNames: names(code),
          taxPercentage: 5,
          companies,
        })),
    );
    this.letP2pWork();
    await this.importVendors();
    this.letP2pWork();
  }

  /** Lets the time pass that P2P needs for what it was sent. */
  letP2pWork(): void {
    this.world.clock.advance(1_000);
    this.world.basware.tenant.runDue();
  }

  async importVendors(): Promise<void> {
    const rows = this.world.books.company.rows('Vendor').all;
    await this.post(
      '/v1/vendors',
      rows.map((row) => ({
        externalCode: `V${text(row, 'VendorNum')}`,
        vendorCode: text(row, 'VendorID'),
        name: text(row, 'Name'),
        companies: [{ companyCode: COMPANY_CODE }],
        processingStatus: { active: row['Inactive'] !== true },
      })),
    );
  }

  /** Takes over every waiting document that may be taken over, each supplier's number once. */
  async takeOver(): Promise<void> {
    for (const expected of this.world.books.documents) {
      const { document, seed, corrected } = expected;
      const may = corrected || seed.accepts.includes('confirmed');
      if (document.status !== 'WaitingForTransfer' || !may) continue;
      if (invoicesFor(this.world.books, document).length > 0 && !corrected) continue;
      await this.take(expected);
    }
    this.letP2pWork();
  }

  async take({ document }: Expected, mistakes: Mistakes = {}): Promise<void> {
    this.enter(document, mistakes);
    if (mistakes.silent !== true) await this.answer(document);
  }

  /** Tells Basware that a document stands in Epicor. */
  async answer(document: DocumentRecord): Promise<number[]> {
    const path = `/v1/accountingDocuments/${document.invoiceId}`;
    const said = { responseMessage: 'Entered', paymentBlock: false, voucherNumber1: '4711' };
    const response = { externalCode: crypto.randomUUID(), success: true, ...said };
    return [await this.post(`${path}/acknowledge`), await this.post(`${path}/transferResponses`, response)];
  }

  /** Types a document into Epicor, taxes on a line of their own. */
  enter({ content, invoiceId }: DocumentRecord, mistakes: Mistakes = {}): void {
    const { books, epicor } = this.world;
    const { company, integrationUser } = books;
    const vendor = company.rows('Vendor').all.find((row) => row['VendorID'] === content.supplierCode);
    if (vendor === undefined) throw new Error(`no vendor ${content.supplierCode}`);
    const scale = scaleOf(content.currency);
    const key = { VendorNum: vendor['VendorNum'] ?? 0, InvoiceNum: content.invoiceNumber };
    const total = rounded(content.gross, scale);
    const parts = content.rows.map((row) => ({ account: accountOf(row), part: rounded(row.net, scale) }));
    if (!isZero(content.tax)) parts.push({ account: '6900|10|200', part: content.tax });
    const [first] = parts;
    if (first !== undefined) {
      if (mistakes.tooMuch !== undefined) first.part = sum([first.part, mistakes.tooMuch], scale);
      if (mistakes.noAccount === true) first.account = '';
    }
    const insert = (table: string, row: object) =>
      epicor.state.insert(company, table, { ...key, ...row }, integrationUser);
    insert('APInvHed', {
      ExternalID: invoiceId,
      GroupID: 'ML1',
      DebitMemo: content.gross.startsWith('-'),
      InvoiceDate: content.invoiceDate,
      ApplyDate: content.voucherDate ?? content.invoiceDate,
      DueDate: content.dueDate,
      CurrencyCode: content.currency,
      Posted: false,
      DocInvoiceAmt: total,
      DocInvoiceVendorAmt: total,
      DocInvoiceBal: total,
    });
    for (const [index, { account, part }] of parts.entries()) {
      const line = { InvoiceLine: index + 1 };
      insert('APInvDtl', { ...line, DocExtCost: part });
      insert('APInvExp', { ...line, InvExpSeq: 1, DocExpAmt: part });
      const coded = { InvExpSeq: 1, BookID: 'MAIN', COACode: 'MAIN', RecordType: 'A', GLAccount: account };
      insert('APInvExpTGLC', { ...line, ...coded });
    }
  }

  /** Tells Basware what Epicor has paid so far of each document, where that is news, and lets P2P take it. */
  async confirmPayments(): Promise<void> {
    const { books } = this.world;
    for (const { document } of books.documents) {
      const [invoice] = invoicesFor(books, document);
      if (invoice === undefined || !isTransferred(document)) continue;
      const paid = minus(amount(invoice, 'DocInvoiceAmt'), amount(invoice, 'DocInvoiceBal'), 2);
      const last = numberText(document.paymentResponses.at(-1)?.body['paidTotal']) ?? '0';
      if (compared(last, paid) === 0) continue;
      await this.confirmPayment(document, paid);
    }
    this.letP2pWork();
  }

  confirmPayment(document: DocumentRecord, paid: string): Promise<number> {
    const body = { externalCode: crypto.randomUUID(), success: true, paymentBlock: false };
    const path = `/v1/accountingDocuments/${document.invoiceId}/paymentResponses`;
    return this.post(path, { ...body, paidTotal: Number(paid) });
  }
}
