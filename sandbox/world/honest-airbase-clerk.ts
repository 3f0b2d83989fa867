import { setTimeout as sleep } from 'node:timers/promises';
import type { Entry, EntryContent } from '../airbase/records';
import { amount, text } from '../epicor-kinetic/state';
import type { Row } from '../epicor-kinetic/table-rows';
import { negated, rounded, scaleOf, sum } from '../money';
import type { EpicorAirbaseWorld } from '../worlds/epicor-kinetic-airbase';
import {
  type ExpectedEntry,
  invoicesFor,
  isTaken,
  type JournalFound,
  journalsByEntry,
  vendorOf,
} from './airbase-books';
import { isNever } from './airbase-promises';
import { COMPANY } from './epicor-side';

/** What a clerk may get wrong, for proving that the oracles see it. */
export interface Mistakes {
  /** Added to the first line. */
  readonly tooMuch?: string;
  readonly noAccount?: boolean;
  readonly noHold?: boolean;
  /** The line on the card account is forgotten. */
  readonly halfJournal?: boolean;
  /** What is booked already is not taken back. */
  readonly again?: boolean;
  /** The mark in Airbase is forgotten. */
  readonly silent?: boolean;
  readonly noReference?: boolean;
}

// biome-ignore lint/suspicious/noExplicitAny: bodies of any shape
type Body = any;

const BULK = 100;
const MANY = 1_000;
const KEY = {
  BookID: 'MAIN',
  FiscalYear: 2026,
  FiscalYearSuffix: '',
  JournalCode: 'GJ',
  FiscalCalendarID: 'MAIN',
};

/**
 * Someone who does by hand what an integration of the template must do: types into Epicor, and tells Airbase over its
 * own interface. For tests of the world: with him, every promise holds.
 */
export class HonestAirbaseClerk {
  constructor(private readonly world: EpicorAirbaseWorld) {}

  /** Calls Airbase, again when it is busy. */
  async call(method: string, path: string, body?: unknown): Promise<{ status: number; json: Body }> {
    const { env, airbase } = this.world;
    for (let turn = 0; turn < MANY; turn += 1) {
      const answer = await fetch(`${env['AIRBASE_BASE_URL']}${path}`, {
        method,
        headers: {
          authorization: `${env['AIRBASE_AUTH_SCHEME']} ${airbase.access.valid[0]}`,
          'content-type': 'application/json',
        },
        body: body === undefined ? null : JSON.stringify(body),
      });
      const said = await answer.text();
      if (answer.status !== 429 && answer.status !== 502) {
        return { status: answer.status, json: said === '' ? undefined : JSON.parse(said) };
      }
      await sleep(answer.status === 429 ? 100 : 0);
    }
    throw new Error(`${method} ${path} never comes through`);
  }

  async everyPage(path: string): Promise<Body[]> {
    const rows: Body[] = [];
    for (let page = 1; page < MANY; page += 1) {
      const { json } = await this.call('GET', `${path}page=${page}&page_size=250`);
      rows.push(...json.data);
      if (json.data.length === 0 || json.pagination.next === null) break;
    }
    return rows;
  }

  /** Brings all master data over, in one session. */
  async loadMasters(): Promise<void> {
    const { company } = this.world.books;
    const rows = (table: string) => company.rows(table).all;
    const subsidiaries = await this.everyPage('/v1/accounting/subsidiaries/?');
    const own = subsidiaries.find((each) => each.erp_reference_id === COMPANY);
    const belongs = {
      subsidiary_reference_ids: [{ airbase_id: own.airbase_id ?? own.id, erp_reference_id: COMPANY }],
    };
    await this.call('POST', '/v1/accounting/entity/sync/', { action: 'START' });
    await this.load(
      'accounts',
      rows('GLAccount').map((row) => ({
        name: text(row, 'AccountDesc'),
        erp_reference_id: text(row, 'GLAcctDispGLAcctDisp'),
        account_number: text(row, 'GLAcctDispGLAcctDisp'),
        type: 'expense',
        category: '',
        erp_currency_reference_id: 'USD',
        is_active: row['Active'] === true,
        ...belongs,
      })),
    );
    await this.load(
      'tags',
      rows('COASegValues')
        .filter((row) => row['SegmentNbr'] === 2)
        .map((row) => ({
          name: text(row, 'SegmentName'),
          erp_reference_id: text(row, 'SegmentCode'),
          type_label: 'department',
          is_active: row['ActiveFlag'] === true,
          ...belongs,
        })),
    );
    await this.load(
      'vendors',
      rows('Vendor')
        .filter((row) => text(row, 'Name') !== '')
        .map((row) => ({
          name: text(row, 'Name'),
          erp_reference_id: text(row, 'VendorID'),
          is_active: row['Inactive'] !== true,
          ...belongs,
        })),
    );
    await this.call('PATCH', '/v1/accounting/entity/sync/', { action: 'COMPLETE' });
  }

  /** Loads rows in bulk, those that exist by their id where they can be listed. */
  async load(kind: string, rows: readonly Body[]): Promise<void> {
    const path = `/v1/accounting/${kind}/`;
    const listed = await this.call('GET', `${path}?page_size=1`);
    const known = listed.status === 200 ? await this.everyPage(`${path}?`) : [];
    const entities = rows.map((row) => {
      const found = known.find((each) => each.erp_reference_id === row.erp_reference_id);
      return found === undefined ? row : { airbase_id: found.airbase_id ?? found.id, ...row };
    });
    for (let at = 0; at < entities.length; at += BULK) {
      const part = entities.slice(at, at + BULK);
      const answer = await this.call('POST', `${path}bulk_upsert/`, { entities: part });
      if (answer.status !== 200) throw new Error(`${kind}: ${JSON.stringify(answer.json)}`);
    }
  }

  /** Takes over everything in the queue that may be taken over. */
  async takeOver(): Promise<void> {
    const { books } = this.world;
    for (const expected of [...books.entries]) {
      const { entry, seed, corrected } = expected;
      const { content } = entry;
      const may = corrected || seed.accepts.includes('confirmed');
      const isReady = entry.status === 'sync_ready' || (entry.status === 'sync_failed' && corrected);
      if (!isReady || !may || isNever(books, expected)) continue;
      if (content.kind === 'card') await this.takeCard(entry);
      else if (content.kind === 'payment') await this.#takePayment(entry);
      else if (!this.#isTwinTaken(expected)) await this.take(entry);
    }
  }

  /** A bill or report becomes an invoice; one that stands there already is only marked. */
  async take(entry: Entry, mistakes: Mistakes = {}): Promise<void> {
    if (vendorOf(this.world.books, entry) === undefined) return;
    if (invoicesFor(this.world.books, entry).length === 0) this.enter(entry, mistakes);
    const [invoice = {}] = invoicesFor(this.world.books, entry);
    await this.#done(
      entry,
      `${COMPANY}|${text(invoice, 'VendorNum')}|${text(invoice, 'InvoiceNum')}`,
      mistakes,
    );
  }

  /** A settled transaction becomes a journal; what is booked of it already is taken back first. */
  async takeCard(entry: Entry, mistakes: Mistakes = {}): Promise<void> {
    const { content } = entry;
    const bills = this.world.airbase.tenant.entries;
    const paysBill = content.appliedTo.some((id) => bills.get(id)?.content.kind === 'bill');
    if (!content.settled || paysBill) return;
    const booked = journalsByEntry(this.world.books).get(entry) ?? [];
    if (booked.length > 0 && mistakes.again !== true)
      this.#enterJournal(entry, content.date, reversed(booked));
    const lines = content.lines.map((line) => ({
      account: (line.account ?? '').replaceAll('-', '|'),
      amount: line.amount,
    }));
    const [first] = lines;
    if (first !== undefined) first.amount = sum([first.amount, mistakes.tooMuch ?? '0'], 6);
    const card = (content.bankAccount ?? '').replaceAll('-', '|');
    const total = sum([negated(content.total), negated(mistakes.tooMuch ?? '0')], 6);
    if (mistakes.halfJournal !== true) lines.push({ account: card, amount: total });
    const number = this.#enterJournal(entry, content.date, lines);
    await this.#done(entry, `${COMPANY}|journal ${number}`, mistakes);
  }

  /** Types a bill or report into Epicor. */
  enter({ content, id }: Entry, mistakes: Mistakes = {}): void {
    const vendor = vendorOf(this.world.books, { content } as Entry) ?? {};
    const scale = scaleOf(content.currency);
    const total = rounded(content.total, scale);
    const key = {
      VendorNum: vendor['VendorNum'] ?? 0,
      InvoiceNum: content.invoiceNumber?.trim() || `AB-${id.slice(0, 8)}`,
    };
    const insert = (table: string, row: object) => this.#insert(table, { ...key, ...row });
    insert('APInvHed', {
      ExternalID: id,
      GroupID: 'ML1',
      DebitMemo: total.startsWith('-'),
      InvoiceDate: content.date,
      ApplyDate: content.date,
      CurrencyCode: content.currency,
      Posted: false,
      PayHold: mistakes.noHold !== true,
      DocInvoiceAmt: total,
      DocInvoiceVendorAmt: total,
      DocInvoiceBal: total,
    });
    for (const [index, line] of content.lines.entries()) {
      const at = { InvoiceLine: index + 1 };
      const extra = index === 0 ? (mistakes.tooMuch ?? '0') : '0';
      const part = sum([rounded(line.amount, scale), extra], scale);
      const account = mistakes.noAccount === true ? '' : (line.account ?? '').replaceAll('-', '|');
      insert('APInvDtl', { ...at, DocExtCost: part });
      insert('APInvExp', { ...at, InvExpSeq: 1, DocExpAmt: part });
      const coded = { InvExpSeq: 1, BookID: 'MAIN', COACode: 'MAIN', RecordType: 'A', GLAccount: account };
      insert('APInvExpTGLC', { ...at, ...coded });
    }
  }

  mark(entry: Entry, body: object): Promise<{ status: number; json: Body }> {
    return this.call('PATCH', `/v1/accounting/ledger_entries/${entry.id}/`, body);
  }

  /** Enters a payment for every bill that it pays, once they can be paid; a return voids what it takes back. */
  async #takePayment(entry: Entry): Promise<void> {
    const { books, epicor, airbase } = this.world;
    const { content } = entry;
    const bills = content.appliedTo.flatMap((id) => airbase.tenant.entries.get(id) ?? []);
    const invoices = bills.flatMap((bill) => invoicesFor(books, bill));
    const open = invoices.every((row) => row['Posted'] === true && row['PayHold'] !== true);
    if (bills.length === 0 || !bills.every(isTaken) || invoices.length < bills.length || !open) return;
    if (content.total.startsWith('-')) {
      const allocation = books.company
        .rows('APTran')
        .all.find((row) => row['InvoiceNum'] === invoices[0]?.['InvoiceNum']);
      const head = books.company.rows('CheckHed').find(allocation?.['HeadNum'] ?? 0);
      if (head === undefined) return;
      epicor.state.change(books.company, 'CheckHed', head, { Voided: true }, 'integration');
      await this.#done(entry, `${COMPANY}|void ${text(head, 'HeadNum')}`);
      return;
    }
    const HeadNum = this.recordPayment(content, invoices, bills);
    await this.#done(entry, `${COMPANY}|payment ${HeadNum}`);
  }

  /** Types a payment into Epicor; gives its number. */
  recordPayment(content: EntryContent, invoices: readonly Row[], bills: readonly Entry[]): number {
    const { company } = this.world.books;
    const HeadNum = company.nextHead;
    company.nextHead += 1;
    this.#insert('CheckHed', { HeadNum, Posted: true, CheckDate: content.date, Voided: false });
    for (const [index, invoice] of invoices.entries()) {
      const part = bills.length > 1 ? amount(invoice, 'DocInvoiceAmt') : rounded(content.total);
      const { VendorNum = 0, InvoiceNum = '' } = invoice;
      const key = { HeadNum, APTranNo: index + 1, VendorNum, InvoiceNum, Voided: false };
      this.#insert('APTran', { ...key, DocTranAmt: part, TranDate: content.date });
    }
    return HeadNum;
  }

  #enterJournal(
    { id, content }: Entry,
    date: string,
    lines: readonly JournalFound['lines'][number][],
  ): number {
    const { company } = this.world.books;
    const JournalNum = company.nextJournal;
    company.nextJournal += 1;
    const key = { ...KEY, JournalNum, FiscalYear: Number(date.slice(0, 4)) };
    const common = { GroupID: `ML${JournalNum}`, JEDate: date, CurrencyCode: content.currency };
    this.#insert('GLJrnGrp', { GroupID: common.GroupID, JEDate: date, ActiveUserID: '' });
    const debits = lines.map((line) => line.amount).filter((each) => !each.startsWith('-'));
    const [TotDebit, TotCredit] = [sum(debits), sum(debits)];
    this.#insert('GLJrnHed', { ...key, ...common, CommentText: id, Posted: false, TotDebit, TotCredit });
    for (const [index, { account, amount: DocTransAmt }] of lines.entries()) {
      const row = { ...key, JournalLine: index + 1, COACode: 'MAIN', GLAccount: account, DocTransAmt };
      this.#insert('GLJrnDtlMnl', { ...row, ...common });
    }
    return JournalNum;
  }

  async #done(entry: Entry, reference: string, mistakes: Mistakes = {}): Promise<void> {
    if (mistakes.silent === true) return;
    const body = { status: 'sync_complete', erp_reference_id: reference, error_message: null };
    const sent = mistakes.noReference === true ? { status: 'sync_complete', error_message: null } : body;
    const { status, json } = await this.mark(entry, sent);
    if (status !== 200) throw new Error(`mark: ${status} ${JSON.stringify(json)}`);
  }

  #isTwinTaken({ entry, seed }: ExpectedEntry): boolean {
    if (seed.twin === undefined) return false;
    return this.world.books.entries.some(
      (each) => each.seed.twin === seed.twin && each.entry !== entry && isTaken(each.entry),
    );
  }

  #insert(table: string, row: object): void {
    const { company } = this.world.books;
    this.world.epicor.state.insert(company, table, row as Row, 'integration');
  }
}

function reversed(journals: readonly JournalFound[]): JournalFound['lines'][number][] {
  return journals.flatMap(({ lines }) =>
    lines.map(({ account, amount: part }) => ({ account, amount: negated(part) })),
  );
}
