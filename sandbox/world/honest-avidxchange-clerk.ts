import { typeOf } from '../avidxchange/images';
import type { PaymentRecord } from '../avidxchange/records';
import { amount, text } from '../epicor-kinetic/state';
import type { Row } from '../epicor-kinetic/table-rows';
import { type ExactNumber, exact } from '../http/exact-json';
import { isZero, minus, negated, sum } from '../money';
import type { EpicorAvidWorld } from '../worlds/epicor-kinetic-avidxchange';
import { paymentsOf, vendorNumOf } from './avidxchange-books';
import { invoiceKey } from './payables-clerk';

const USER = 'integration';
/** Bytes of images in one batch, before they are written in base64. */
const MOST_BYTES = 15 * 1024 * 1024;
const MOST_ITEMS = 20;
const SYSTEM_ID = 4_811;

interface Part {
  readonly Amount: ExactNumber;
  readonly [member: string]: unknown;
}

/**
 * Someone who does by hand what an integration of the template must do: sends batches to AvidXchange over its own
 * interface, and types what was paid into Epicor. For tests of the world: with him, every promise holds.
 */
export class HonestAvidClerk {
  #headers: Record<string, string> = {};
  #batches = 0;
  readonly #posted = new Map<number, Row>();

  constructor(
    private readonly world: EpicorAvidWorld,
    /** What came back after it was posted is voided in Epicor, or left to a person. */
    private readonly returns: 'void' | 'leave' = 'void',
  ) {}

  /** Gets the headers that the environment's way of signing in needs. */
  async signIn(): Promise<void> {
    const { env } = this.world;
    const value = (name: string) => env[`AVIDXCHANGE_${name}`] ?? '';
    if (value('AUTH') === 'tokens') {
      const tokens = [value('COMPANY_TOKEN'), value('USER_TOKEN')] as const;
      this.#headers = { 'X-Avid-Company-Token': tokens[0], 'X-Avid-User-Token': tokens[1] };
    } else if (value('AUTH') === 'session') {
      const authorization = `Bearer ${value('GATEWAY_KEY')}`;
      const url = `${value('BASE_URL')}/v1/authorizations`;
      const form = { grant_type: 'password', username: value('USERNAME'), password: value('PASSWORD') };
      this.#headers = {
        authorization,
        avidauthorization: `Bearer ${await tokenOf(url, authorization, form)}`,
      };
    } else {
      const login = Buffer.from(`${value('CLIENT_ID')}:${value('CLIENT_SECRET')}`).toString('base64');
      const form = { grant_type: 'client_credentials' };
      const token = await tokenOf(value('TOKEN_URL'), `Basic ${login}`, form);
      this.#headers = { authorization: `Bearer ${token}`, 'X-Avid-Company-Id': value('COMPANY_ID') };
    }
  }

  /** Sends a batch and lets it be worked on. */
  async submit(
    kind: string,
    items: readonly object[],
    externalId = `hand-${this.#batches}`,
  ): Promise<number> {
    this.#batches += 1;
    const body = { ExternalBatchId: externalId, AccountingSystemId: SYSTEM_ID, BatchName: '', Items: items };
    const answer = await fetch(`${this.world.env['AVIDXCHANGE_BASE_URL']}/v1/${kind}/batches`, {
      method: 'POST',
      headers: { ...this.#headers, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    await answer.arrayBuffer();
    this.world.clock.advance(1_000);
    this.world.avid.site.runDue();
    return answer.status;
  }

  /** Brings vendors, accounts and open orders over. */
  async bringMasters(): Promise<void> {
    const { company } = this.world.books;
    const vendors = company.rows('Vendor').all.map((row) => ({
      ExternalVendorCode: text(row, 'VendorNum'),
      Name: text(row, 'Name'),
      FedTaxId: text(row, 'TaxPayerID'),
      Active: row['Inactive'] !== true,
    }));
    await this.submit('vendors', vendors);
    const codes = company.rows('GLAccount').all.map((row) => ({
      CodeValue: text(row, 'GLAcctDispGLAcctDisp'),
      Description: text(row, 'AccountDesc'),
      GroupName: 'GL Account',
      IsActive: row['Active'] === true,
    }));
    await this.submit('enterpriseCodes', codes);
    const orders = company.rows('POHeader').all.filter((row) => row['OpenOrder'] === true);
    await this.submit(
      'purchaseOrders',
      orders.map((row) => this.#order(row)),
    );
  }

  #order(row: Row): object {
    const lines = this.world.books.company.rows('PODetail').childrenOf(row);
    return {
      OrderNumber: text(row, 'PONum'),
      VendorExternalCode: text(row, 'VendorNum'),
      TotalAmount: exact(amount(row, 'DocTotalOrder')),
      Status: 'open',
      LineItems: lines.map((line) => ({
        LineNumber: Number(line['POLine']),
        Amount: exact(amount(line, 'DocExtCost')),
      })),
    };
  }

  /** Sends every invoice that must go over and is not there. */
  async sendInvoices(): Promise<void> {
    const { company, expected, avid } = this.world.books;
    const go = new Set(expected.flatMap(({ key, accepts }) => (accepts[0] === 'confirmed' ? [key] : [])));
    const mine = avid.site.invoices.filter((invoice) => invoice.accountingSystemId === SYSTEM_ID);
    const there = new Set(mine.map(({ vendorCode, number }) => `${vendorCode}|${number}`));
    const due = company
      .rows('APInvHed')
      .all.filter((row) => go.has(invoiceKey(row)) && !there.has(invoiceKey(row)));
    let items: object[] = [];
    let bytes = 0;
    for (const invoice of due) {
      const images = this.imagesFor(invoice);
      const size = images.reduce((total, image) => total + image.content.length, 0);
      if (items.length === MOST_ITEMS || bytes + size > MOST_BYTES) {
        if (items.length > 0) await this.submit('invoices', items);
        [items, bytes] = [[], 0];
      }
      items.push(this.item(invoice));
      bytes += size;
    }
    if (items.length > 0) await this.submit('invoices', items);
  }

  /** Files of an invoice that AvidXchange can take. */
  imagesFor(invoice: Row): { name: string; type: string; content: Uint8Array }[] {
    const { company, avid } = this.world.books;
    return company
      .rows('APInvHedAttch')
      .childrenOf(invoice)
      .flatMap((row) => {
        const content = company.fileContent?.(Number(row['XFileRefNum']));
        const type = content === undefined ? undefined : typeOf(content);
        if (content === undefined || type === undefined || content.length > avid.switches.imageLimit)
          return [];
        return [{ name: text(row, 'FileName').split('\\').at(-1) ?? 'image', type, content }];
      });
  }

  /** An invoice as an item of a batch. */
  item(invoice: Row, differing: object = {}): object {
    const order = text(invoice, 'REFPONum');
    return {
      ExternalInvoiceId: `EPIC06|${invoiceKey(invoice)}`,
      Number: text(invoice, 'InvoiceNum'),
      InvoiceDate: text(invoice, 'InvoiceDate'),
      InvoiceDueDate: text(invoice, 'DueDate'),
      VendorExternalCode: text(invoice, 'VendorNum'),
      GrossAmount: exact(amount(invoice, 'DocInvoiceAmt')),
      PONumber: order === '0' ? null : order,
      Distributions: this.#parts(invoice),
      Images: this.imagesFor(invoice).map(({ name, type, content }) => ({
        FileName: name,
        ContentType: type,
        Image: Buffer.from(content).toString('base64'),
      })),
      ...differing,
    };
  }

  #parts(invoice: Row): Part[] {
    const { company } = this.world.books;
    const rows = (table: string, parent: Row) => company.rows(table).childrenOf(parent);
    const coded = rows('APInvDtl', invoice).flatMap((line) => [
      ...rows('APInvExp', line).map((distribution): Part => {
        const main = rows('APInvExpTGLC', distribution).find(
          (row) => row['RecordType'] === 'A' && text(row, 'BookID') === 'MAIN',
        );
        const value = text(main ?? {}, 'GLAccountGLAcctDisp');
        const code = { EnterpriseCodeValue: value, EnterpriseCodeGroups: [{ CodeGroupName: 'GL Account' }] };
        const order = text(line, 'PONum');
        return {
          Amount: exact(amount(distribution, 'DocExpAmt')),
          Description: text(line, 'Description'),
          ...(order === '0' || order === ''
            ? {}
            : { PONumber: order, POLineNumber: Number(line['POLine'] ?? 0) }),
          EnterpriseCodes: value === '' ? [] : [code],
        };
      }),
      ...rows('APInvMsc', line).map((charge): Part => ({ Amount: exact(amount(charge, 'DocMiscAmt')) })),
    ]);
    const others = [
      ...rows('APIHAPInvMsc', invoice).map((row) => amount(row, 'DocMiscAmt')),
      ...rows('APInvTax', invoice).map((row) => amount(row, 'DocTaxAmt')),
    ];
    return [...coded, ...others.map((each): Part => ({ Amount: exact(each) }))];
  }

  /** Types every payment that has cleared into Epicor, and takes back what came back. */
  postPayments(): void {
    for (const payment of paymentsOf(this.world.books)) {
      const head = this.#posted.get(payment.id);
      const isBack = head !== undefined && payment.status !== 'Cleared' && this.returns === 'void';
      if (isBack) this.#void(payment.id, head);
    }
    for (const payment of paymentsOf(this.world.books)) {
      if (payment.status !== 'Cleared' || this.#posted.has(payment.id) || !this.#fits(payment)) continue;
      this.#posted.set(payment.id, this.post(payment));
    }
  }

  #fits({ parts }: PaymentRecord): boolean {
    return parts.every((part) => {
      const invoice = this.#invoice(part.invoice.vendorCode, part.invoice.number);
      const left = invoice === undefined ? '0' : amount(invoice, 'DocInvoiceBal');
      const after = minus(left, sum([part.amount, part.discount]));
      return !isZero(left) && (isZero(after) || after.startsWith('-') === left.startsWith('-'));
    });
  }

  #invoice(code: string, number: string): Row | undefined {
    const { company } = this.world.books;
    return company.rows('APInvHed').find(vendorNumOf(company, code) ?? 0, number);
  }

  /** Types a payment into Epicor, posted. */
  post(payment: PaymentRecord, differing: Row = {}): Row {
    const { epicor, books } = this.world;
    const { company } = books;
    const HeadNum = company.nextHead;
    company.nextHead += 1;
    const head: Row = {
      HeadNum,
      Posted: true,
      VendorNum: vendorNumOf(company, payment.vendorCode) ?? 0,
      CheckNum: payment.checkNumber === undefined ? HeadNum : Number(payment.checkNumber),
      CheckDate: payment.cleared ?? '',
      Description: payment.trace ?? payment.card?.reference ?? '',
      ...differing,
    };
    for (const [index, { invoice, amount: paid, discount }] of payment.parts.entries()) {
      const DocTranAmt = sum([paid, discount]);
      const row = { HeadNum, APTranNo: index + 1, InvoiceNum: invoice.number, Voided: false, DocTranAmt };
      const vendor = { VendorNum: head['VendorNum'] ?? 0, DocDiscAmt: discount, Posted: true };
      epicor.state.insert(company, 'APTran', { ...row, ...vendor }, USER);
      this.#move(invoice.vendorCode, invoice.number, DocTranAmt);
    }
    return epicor.state.insert(company, 'CheckHed', head, USER);
  }

  #void(id: number, head: Row): void {
    const { epicor, books } = this.world;
    epicor.state.change(books.company, 'CheckHed', head, { Voided: true }, USER);
    const payment = paymentsOf(books).find((each) => each.id === id);
    for (const { invoice, amount: paid, discount } of payment?.parts ?? []) {
      this.#move(invoice.vendorCode, invoice.number, negated(sum([paid, discount])));
    }
    this.#posted.delete(id);
  }

  #move(code: string, number: string, part: string): void {
    const { epicor, books } = this.world;
    const invoice = this.#invoice(code, number);
    if (invoice === undefined) return;
    const left = minus(amount(invoice, 'DocInvoiceBal'), part);
    const changes = { DocInvoiceBal: left, DocUnpostedBal: left, OpenPayable: !isZero(left) };
    epicor.state.change(books.company, 'APInvHed', invoice, changes, USER);
  }
}

/** Asks for a token until it is given: some answers say that the service is not there. */
async function tokenOf(url: string, authorization: string, form: Record<string, string>): Promise<string> {
  for (let turn = 0; turn < 5; turn += 1) {
    const body = new URLSearchParams(form);
    const answer = await fetch(url, { method: 'POST', headers: { authorization }, body });
    const given = (await answer.json()) as { access_token?: string };
    if (given.access_token !== undefined) return given.access_token;
  }
  throw new Error('no token was given');
}
