import { compared } from '../money';
import type { Dataset } from './dataset';
import { calculateTaxes } from './invoice-charges';
import { addHead, checkHead, ENTERED_ON_HEAD, removeInvoice, statedTotal } from './invoice-head';
import { only, PART_SAVERS } from './invoice-parts';
import {
  INVOICE_TREE,
  needUnposted,
  openInvoice,
  removeBranch,
  storedInvoice,
  totalInvoice,
} from './invoice-tree';
import type { CallContext } from './method';
import { needFresh } from './payment-group';
import { businessError, noSuchRecord } from './refusal';
import { differing, needComplete } from './row-changes';
import { tableOf } from './schema';
import { amount, text } from './state';
import type { Row } from './table-rows';

export interface SaveWish {
  /** Group for heads that name none. */
  readonly groupId?: string;
  /** Only rows of this table are saved. */
  readonly onlyTable?: string;
  /** Accounts of rows that are added are lost. */
  readonly blankAccounts?: boolean;
  /** What becomes of a row: what its `RowMod` says, or by whether it is stored already, whatever version was sent. */
  readonly decide: 'row-mod' | 'existence';
}

const HEADER_DISTRIBUTIONS = ['APIHAPInvExp', 'APIHAPInvExpTGLC'];

/** Saves the marked rows of a dataset as one transaction. Gives the invoices that are there afterwards. */
export function saveInvoices(call: CallContext, ds: Dataset, wish: SaveWish): Row[] {
  return call.state.atomically(() => new InvoiceSave(call, ds, wish).run());
}

/** One save, while it runs. */
class InvoiceSave {
  /** Invoices whose parts changed. */
  readonly #changed = new Set<Row>();
  readonly #seen = new Set<Row>();
  /** Keys of lines and distributions that get rows below them in this save. */
  readonly #withParts: ReadonlySet<string>;

  constructor(
    private readonly call: CallContext,
    private readonly ds: Dataset,
    private readonly wish: SaveWish,
  ) {
    const lines = this.#added('APInvExp').map((row) => partKey(row, 'APInvDtl'));
    const distributions = this.#added('APInvExpTGLC').map((row) => partKey(row, 'APInvExp'));
    this.#withParts = new Set([...lines, ...distributions]);
  }

  run(): Row[] {
    for (const table of HEADER_DISTRIBUTIONS) {
      if (this.ds.rows(table).some((row) => text(row, 'RowMod') !== ''))
        throw businessError('Distributions of a head follow from its charges.', table);
    }
    for (const table of INVOICE_TREE) {
      if (this.#saves(table)) for (const sent of this.ds.rows(table)) this.#row(table, sent);
    }
    for (const head of this.#changed) {
      if (storedInvoice(this.call, head) !== head) continue;
      calculateTaxes(this.call, head);
      totalInvoice(this.call, head);
    }
    return [...this.#seen].filter((head) => storedInvoice(this.call, head) === head);
  }

  #saves(table: string): boolean {
    return this.wish.onlyTable === undefined || this.wish.onlyTable === table;
  }

  #added(table: string): Row[] {
    if (!this.#saves(table)) return [];
    return this.ds.rows(table).filter((row) => this.wish.decide === 'existence' || row['RowMod'] === 'A');
  }

  #row(table: string, sent: Row): void {
    const mod = text(sent, 'RowMod');
    const byExistence = this.wish.decide === 'existence';
    if (mod === '' && !byExistence) {
      const head = storedInvoice(this.call, sent);
      if (table === 'APInvHed' && head !== undefined) this.#seen.add(head);
      return;
    }
    const company = text(sent, 'Company');
    if (company !== '' && company !== this.call.company.code)
      throw businessError('Company is not valid.', table, 'Company');
    const stored = this.#stored(table, sent);
    const adds = byExistence ? stored === undefined && mod !== 'D' : mod === 'A';
    if (adds) {
      this.#add(table, sent);
      return;
    }
    if (stored === undefined) throw noSuchRecord();
    if (mod === 'D') this.#remove(table, stored);
    else this.#change(table, stored, sent);
  }

  #stored(table: string, sent: Row): Row | undefined {
    const declared = tableOf(this.call.state.schema, table);
    const store = this.call.company.rows(table);
    const found = store.find(...declared.key.map((name) => sent[name] ?? ''));
    // An account row without an id of its own is the one of its distribution and book.
    const nameless = !/[1-9a-f]/.test(text(sent, 'SysRowID'));
    if (found !== undefined || table !== 'APInvExpTGLC' || !nameless) return found;
    const book = text(sent, 'BookID') || 'MAIN';
    return store.all.find(
      (row) =>
        row['RecordType'] === 'A' &&
        text(row, 'BookID') === book &&
        partKey(row, 'APInvExp') === partKey(sent, 'APInvExp'),
    );
  }

  #add(table: string, sent: Row): void {
    if (table === 'APInvHed') {
      const head = addHead(this.call, sent, this.wish.groupId ?? '');
      this.#seen.add(head);
      this.#changed.add(head);
      return;
    }
    PART_SAVERS[table]?.add(this.call, this.#headOf(sent, table), sent, {
      hasParts: this.#withParts.has(partKey(sent, table)),
      blank: this.wish.blankAccounts === true,
      bare: this.wish.decide === 'existence',
    });
  }

  #change(table: string, stored: Row, sent: Row): void {
    const declared = tableOf(this.call.state.schema, table);
    if (this.wish.decide === 'row-mod') {
      if (this.call.state.switches.sparseRows === 'refuse') needComplete(sent, declared);
      if (Number(sent['SysRevID'] ?? 0) !== 0) needFresh(this.call, sent, stored, table);
    }
    const changes = differing(stored, sent, declared);
    if (table === 'APInvHed') this.#changeHead(stored, sent, changes);
    else PART_SAVERS[table]?.change(this.call, this.#headOf(stored, table), stored, sent, changes);
  }

  #changeHead(stored: Row, sent: Row, changes: Row): void {
    const { call } = this;
    this.#seen.add(stored);
    const free = call.state.switches.postedPayHold === 'changeable' ? ['PayHold'] : [];
    const own = Object.keys(changes).filter((name) => !name.endsWith('_c') && !free.includes(name));
    const total = statedTotal(sent, stored, stored);
    if (own.length > 0 || total !== undefined) needUnposted(call, stored, 'APInvHed');
    if (changes['DebitMemo'] !== undefined)
      throw businessError('An invoice cannot become a debit memo.', 'APInvHed', 'DebitMemo');
    const columns = { ...only(changes, ENTERED_ON_HEAD), ...total };
    if (Object.keys(columns).length === 0) return;
    if (Object.keys(columns).some((name) => !name.endsWith('_c'))) {
      checkHead(call, { ...stored, ...columns });
      this.#changed.add(stored);
    }
    call.state.change(call.company, 'APInvHed', stored, columns, call.user);
  }

  #remove(table: string, stored: Row): void {
    const head = this.#headOf(stored, table);
    if (table === 'APInvHed') removeInvoice(this.call, head);
    else removeBranch(this.call, table, stored);
  }

  /** The invoice of a row. Files may also be attached to a posted one; everything else needs it open. */
  #headOf(row: Row, table: string): Row {
    const attached = table === 'APInvHedAttch';
    const head = attached ? storedInvoice(this.call, row) : openInvoice(this.call, row, table);
    if (head === undefined) throw noSuchRecord();
    this.#seen.add(head);
    if (!attached) this.#changed.add(head);
    return head;
  }
}

/** The key of the line or distribution that a row is or belongs to. */
function partKey(row: Row, table: string): string {
  const key = `${table}|${text(row, 'VendorNum')}|${text(row, 'InvoiceNum').toLowerCase()}|${text(row, 'InvoiceLine')}`;
  return table === 'APInvExp' ? `${key}|${text(row, 'InvExpSeq')}` : key;
}

/** An invoice that looks like one being added: same vendor, date and total under another number. */
export function lookalikeOf(call: CallContext, sent: Row): Row | undefined {
  return call.company
    .rows('APInvHed')
    .all.find(
      (row) =>
        row['VendorNum'] === sent['VendorNum'] &&
        text(row, 'InvoiceNum') !== text(sent, 'InvoiceNum') &&
        text(row, 'InvoiceDate') === text(sent, 'InvoiceDate') &&
        compared(amount(row, 'ScrDocInvoiceVendorAmt'), amount(sent, 'ScrDocInvoiceVendorAmt')) === 0,
    );
}
