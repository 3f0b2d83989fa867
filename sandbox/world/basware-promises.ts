import type { DocumentContent, DocumentRecord } from '../basware/document-record';
import { accountOf } from '../data/basware-coding';
import { amount, text } from '../epicor-kinetic/state';
import type { Row } from '../epicor-kinetic/table-rows';
import { numberText } from '../http/exact-json';
import { compared, isZero, minus, rounded, scaleOf, sum } from '../money';
import { type BaswareBooks, type Expected, imprint, invoicesFor, isTransferred } from './basware-books';
import { invoiceKey } from './payables-clerk';

const TOLERANCE = '0.01';

function nameOf({ content, invoiceId }: DocumentRecord): string {
  return `${content.supplierCode} ${content.invoiceNumber} (${content.title}, ${invoiceId})`;
}

/** Every document became what it had to, in both systems alike. Gives what is wrong. */
export function checkDocuments(books: BaswareBooks): string[] {
  return books.documents.flatMap((expected) => {
    const { document } = expected;
    return oneDocument(books, expected).map((message) => `${nameOf(document)}: ${message}`);
  });
}

function oneDocument(books: BaswareBooks, { document, seed, disputed, corrected }: Expected): string[] {
  if (document.content.companyCode !== books.companyCode) {
    return document.transferResponses.length === 0 ? [] : ['answered, although it is another company’s'];
  }
  const arrived = invoicesFor(books, document).filter((row) => isOurs(books, row));
  const told = isTransferred(document);
  const wrong: string[] = [];
  const may = corrected || seed.accepts.includes('confirmed');
  const must = !disputed && (corrected || (seed.accepts.length === 1 && may)) && document.status !== 'New';
  if (must && !told) wrong.push(`is ${document.status}, not transferred`);
  if (must && document.transferResponses.some((response) => !response.success) && !corrected) {
    wrong.push('was refused, although nothing is wrong with it');
  }
  if (!may && told) wrong.push('is transferred, although it must wait');
  if (!may && !disputed && seed.twin === undefined && arrived.length > 0) {
    wrong.push('stands in Epicor, although it must wait');
  }
  if (told) {
    const [invoice] = invoicesFor(books, document);
    if (invoice === undefined) wrong.push('is transferred and does not stand in Epicor');
    else wrong.push(...differences(books, invoice, document.content));
    const voucher = document.voucherNumber1 ?? '';
    if (voucher === '') wrong.push('was transferred without a voucher number');
  } else if (seed.twin === undefined && !disputed && arrived.length > 0) {
    wrong.push(`stands in Epicor and is ${document.status} in Basware`);
  }
  return wrong;
}

/** An invoice that was not there before. */
function isOurs(books: BaswareBooks, invoice: Row): boolean {
  return !books.invoicesBefore.has(invoiceKey(invoice));
}

/** How an invoice in Epicor differs from its document. */
function differences(books: BaswareBooks, invoice: Row, content: DocumentContent): string[] {
  const wrong: string[] = [];
  const differs = (what: string, there: string, here: string) =>
    wrong.push(`${what} is ${there} in Epicor and ${here} in Basware`);
  const scale = scaleOf(content.currency);
  const gross = rounded(content.gross, scale);
  if (compared(amount(invoice, 'DocInvoiceAmt'), gross) !== 0) {
    differs('the total', amount(invoice, 'DocInvoiceAmt'), gross);
  }
  if (text(invoice, 'CurrencyCode') !== content.currency) {
    differs('the currency', text(invoice, 'CurrencyCode'), content.currency);
  }
  if (text(invoice, 'InvoiceDate') !== content.invoiceDate) {
    differs('the date', text(invoice, 'InvoiceDate'), content.invoiceDate);
  }
  if ((invoice['DebitMemo'] === true) !== content.gross.startsWith('-'))
    wrong.push('the kind of document differs');
  if (!isOurs(books, invoice)) return wrong;
  if (text(invoice, 'DueDate') !== content.dueDate) {
    differs('the due date', text(invoice, 'DueDate'), content.dueDate);
  }
  if (content.voucherDate !== undefined && text(invoice, 'ApplyDate') !== content.voucherDate) {
    differs('the booking date', text(invoice, 'ApplyDate'), content.voucherDate);
  }
  if (invoice['PayHold'] === true && content.paymentBlock !== true)
    wrong.push('the payment block stands in Epicor only');
  return [...wrong, ...codingDifferences(books, invoice, content)];
}

/** Whether somebody posted an invoice of ours with another coding than its document has. */
export function isPostedOtherwise(books: BaswareBooks, document: DocumentRecord): boolean {
  const [invoice] = invoicesFor(books, document);
  if (invoice?.['Posted'] !== true || !isOurs(books, invoice)) return false;
  return codingDifferences(books, invoice, document.content).length > 0;
}

/** What is on each account: rows of the main book only, an account row in each distribution. */
function codingDifferences(books: BaswareBooks, invoice: Row, content: DocumentContent): string[] {
  const wrong: string[] = [];
  const coded = new Map<string, string>();
  const add = (to: Map<string, string>, account: string, part: string) =>
    to.set(account, sum([to.get(account) ?? '0', part], 6));
  for (const line of books.company.rows('APInvDtl').childrenOf(invoice)) {
    const distributions = books.company.rows('APInvExp').childrenOf(line);
    if (distributions.length === 0) wrong.push(`line ${text(line, 'InvoiceLine')} has no distribution`);
    for (const distribution of distributions) {
      const rows = books.company.rows('APInvExpTGLC').childrenOf(distribution);
      const main = rows.find((row) => row['RecordType'] === 'A' && text(row, 'BookID') === 'MAIN');
      const account = main === undefined ? '' : text(main, 'GLAccount');
      if (account === '') wrong.push(`line ${text(line, 'InvoiceLine')} has no account`);
      add(coded, account, amount(distribution, 'DocExpAmt'));
    }
  }
  // Lines of an order that Epicor knows are booked as the order says.
  if (content.rows.some(({ order }) => order && hasOrderLine(books, order))) return wrong;
  for (const by of ['net', 'gross'] as const) {
    const wanted = new Map<string, string>();
    for (const row of content.rows) {
      add(wanted, accountOf(row), by === 'net' ? row.net : sum([row.net, row.tax ?? '0'], 6));
    }
    const off = [...new Set([...wanted.keys(), ...coded.keys()])].filter((account) =>
      isOff(coded.get(account) ?? '0', wanted.get(account) ?? '0', content),
    );
    const extra = sum(
      off.map((account) => minus(coded.get(account) ?? '0', wanted.get(account) ?? '0', 6)),
      6,
    );
    const isTaxApart = by === 'net' && off.length === 1 && compared(extra, content.tax) === 0;
    if (off.length === 0 || isTaxApart) return wrong;
    if (by === 'gross') {
      const shown = off.map((each) => `${each} ${coded.get(each) ?? '0'} for ${wanted.get(each) ?? '0'}`);
      wrong.push(`the coding differs: ${shown.join(', ')}`);
    }
  }
  return wrong;
}

function hasOrderLine(
  { company }: BaswareBooks,
  { number, line }: { number: string; line: string },
): boolean {
  return company.rows('PODetail').find(Number(number), Number(line)) !== undefined;
}

/** Whether an account has another amount; amounts finer than the currency may be off by the smallest unit. */
function isOff(there: string, wanted: string, content: DocumentContent): boolean {
  const gap = minus(there, wanted, 6).replace('-', '');
  const isFine = content.rows.some(
    (row) => compared(row.net, rounded(row.net, scaleOf(content.currency))) !== 0,
  );
  return isFine ? compared(gap, TOLERANCE) > 0 : !isZero(gap);
}

/** Nothing stands in Epicor twice, nothing that was there was changed, and nothing is there that nobody sent. */
export function checkNothingElse(books: BaswareBooks): string[] {
  const wrong: string[] = [];
  const known = new Set(books.documents.flatMap((each) => invoicesFor(books, each.document)));
  const references = new Map<string, number>();
  for (const invoice of books.company.rows('APInvHed').all) {
    const key = invoiceKey(invoice);
    const before = books.invoicesBefore.get(key);
    if (before !== undefined) {
      if (before !== imprint(invoice)) wrong.push(`invoice ${key} was there before and has been changed`);
      continue;
    }
    if (!known.has(invoice)) wrong.push(`invoice ${key} in Epicor belongs to no document`);
    const reference = text(invoice, 'ExternalID');
    if (reference !== '') references.set(reference, (references.get(reference) ?? 0) + 1);
  }
  for (const [reference, count] of references) {
    if (count > 1) wrong.push(`document ${reference} stands ${count} times in Epicor`);
  }
  for (const [twin, pair] of Map.groupBy(books.documents, (each) => each.seed.twin ?? '')) {
    const told = pair.filter((each) => isTransferred(each.document)).length;
    if (twin !== '' && told !== 1) wrong.push(`${twin} was scanned twice and transferred ${told} times`);
  }
  return wrong;
}

/** What Epicor has paid of each document since the start is what Basware was told last. */
export function checkPaid(books: BaswareBooks): string[] {
  return books.documents.flatMap(({ document }) => {
    if (!isTransferred(document)) return [];
    const [invoice] = invoicesFor(books, document);
    if (invoice === undefined || !isOurs(books, invoice)) return [];
    const wrong: string[] = [];
    const paid = minus(amount(invoice, 'DocInvoiceAmt'), amount(invoice, 'DocInvoiceBal'), 3);
    const said = document.paymentResponses.map(({ body }) => ({
      total: numberText(body['paidTotal']) ?? '0',
      // Named for its own sake, as the payment that stands for another of the same amount is.
      isReversal: typeof body['paymentReversalDocument'] === 'string',
    }));
    const last = said.at(-1)?.total ?? '0';
    if (compared(last, paid) !== 0) wrong.push(`${paid} paid in Epicor, Basware was told ${last}`);
    said.forEach(({ total, isReversal }, index) => {
      const before = said[index - 1];
      if (before === undefined || isReversal || before.isReversal || compared(total, before.total) !== 0)
        return;
      wrong.push(`Basware was told twice in a row that ${total} is paid`);
    });
    const moves = books.company
      .rows('APTran')
      .all.filter(
        (row) => row['VendorNum'] === invoice['VendorNum'] && row['InvoiceNum'] === invoice['InvoiceNum'],
      );
    if (said.length > moves.length) {
      wrong.push(`${said.length} payment responses for ${moves.length} payments and voids`);
    }
    return wrong.map((message) => `${nameOf(document)}: ${message}`);
  });
}

/** What Basware saw of the caller: calls at the same time, credentials at the wrong host, answers nobody asked for. */
export function checkManners({ basware, documents }: BaswareBooks): string[] {
  const wrong: string[] = [];
  const { maxInFlight } = basware.access;
  const limit = basware.switches.concurrentLimit;
  if (maxInFlight > limit)
    wrong.push(`${maxInFlight} calls were in flight at Basware at once, ${limit} are allowed`);
  for (const name of new Set(basware.storage.leaked))
    wrong.push(`the header ${name} was sent to the storage`);
  const calm = new Set(
    documents.filter((each) => !each.disputed && !each.corrected).map((each) => each.document.invoiceId),
  );
  for (const id of new Set(basware.responses.refused)) {
    if (calm.has(id)) wrong.push(`document ${id} was answered when it was not waiting for an answer`);
  }
  return wrong;
}
