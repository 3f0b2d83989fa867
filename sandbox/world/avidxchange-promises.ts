import type { InvoiceRecord } from '../avidxchange/records';
import { amount, text } from '../epicor-kinetic/state';
import type { Row } from '../epicor-kinetic/table-rows';
import { compared, sum } from '../money';
import {
  type AvidBooks,
  codingOf,
  copiesAt,
  elsewhereThan,
  imagesOf,
  imprintOf,
  orderLinesOf,
  vendorNumOf,
} from './avidxchange-books';
import { invoiceKey } from './payables-clerk';

/** Every invoice became what it had to, once, as it stands in Epicor. Gives what is wrong. */
export function checkInvoicesAt(books: AvidBooks): string[] {
  const copies = copiesAt(books);
  const accepts = new Map(books.expected.map((each) => [each.key, each.accepts]));
  const changed = new Set(books.changes.filter(({ kind }) => kind !== 'touched').map(({ key }) => key));
  const lost = lostWithTheirBatch(books);
  const wrong: string[] = [];
  for (const invoice of books.company.rows('APInvHed').all) {
    const key = invoiceKey(invoice);
    const all = copies.get(key) ?? [];
    copies.delete(key);
    const ours = all.filter((copy) => !books.byHand.has(copy));
    const isByHand = all.length > ours.length;
    const outcomes = accepts.get(key) ?? ['confirmed', 'parked:unknown'];
    const mayArrive = outcomes.includes('confirmed');
    const must = mayArrive && outcomes.length === 1 && !isByHand && !changed.has(key);
    const [copy] = ours;
    if (copy === undefined) {
      if (must && !lost.has(key)) wrong.push(`${key} has not arrived`);
      continue;
    }
    if (isByHand && books.avid.switches.duplicateInvoice === 'refuse') {
      wrong.push(`${key} stands beside the one that was captured by hand`);
    }
    if (ours.length > 1) wrong.push(`${key} stands ${ours.length} times at AvidXchange`);
    if (!mayArrive && !isByHand && !changed.has(key)) {
      wrong.push(`${key} has arrived, although it should be ${outcomes.join(' or ')}`);
    }
    if (!changed.has(key)) wrong.push(...differences(books, invoice, copy).map((what) => `${key}: ${what}`));
  }
  for (const [key, left] of copies) {
    if (left.some((copy) => !books.byHand.has(copy))) {
      wrong.push(`${key} at AvidXchange stands for nothing in Epicor`);
    }
  }
  return wrong;
}

/** Keys of invoices of batches that failed as a whole, or never end. */
function lostWithTheirBatch({ company, avid, systemId }: AvidBooks): Set<string> {
  const bad = avid.site.batches.filter(
    (batch) =>
      batch.accountingSystemId === systemId &&
      (batch.failed || batch.status === 'Processing' || batch.status === 'Received'),
  );
  return new Set(
    bad.flatMap(({ names }) =>
      names.map((name) => {
        const [code = '', ...number] = name.split('|');
        return `${vendorNumOf(company, code)}|${number.join('|')}`;
      }),
    ),
  );
}

/** How a copy differs from its invoice. */
function differences(books: AvidBooks, invoice: Row, copy: InvoiceRecord): string[] {
  const { company } = books;
  const wrong: string[] = [];
  const differs = (what: string, here: string, there: string) => {
    if (here !== there) wrong.push(`${what} is ${here} in Epicor and ${there} at AvidXchange`);
  };
  if (compared(copy.gross, amount(invoice, 'DocInvoiceAmt')) !== 0) {
    differs('the amount', amount(invoice, 'DocInvoiceAmt'), copy.gross);
  }
  differs('the date', text(invoice, 'InvoiceDate'), copy.invoiceDate);
  differs('the due date', text(invoice, 'DueDate'), copy.dueDate);
  const coding = codingOf(company, invoice);
  if (coding !== undefined) {
    const parts = copy.distributions.map(({ amount: part, codes }): readonly [string, string] => {
      const account = codes.find(({ group }) => group === 'GL Account' || group === 'Accounting Codes');
      return [account?.value ?? '', part];
    });
    differs('the coding', totals(coding), totals(parts));
  }
  const lines = orderLinesOf(company, invoice);
  const referred = copy.distributions
    .filter(({ order }) => order !== undefined && order !== '')
    .map(({ order, orderLine }) => `${order}/${orderLine ?? 0}`);
  differs('what it refers to', lines.join(', '), [...new Set(referred)].sort().join(', '));
  const head = text(invoice, 'REFPONum');
  const orders = new Set([...lines.map((each) => each.split('/')[0]), ...(head === '0' ? [] : [head])]);
  if (head !== '0' && head !== '' && copy.order !== head) differs('its order', head, copy.order ?? 'none');
  else if (copy.order !== undefined && copy.order !== '' && !orders.has(copy.order)) {
    differs('its order', 'another', copy.order);
  }
  const images = copy.images.map(({ sha256 }) => sha256).sort();
  const wanted = imagesOf(books, invoice);
  if (wanted.join() !== images.join()) {
    wrong.push(`${wanted.length} images in Epicor, ${images.length} at AvidXchange, or not the same ones`);
  }
  return wrong;
}

function totals(parts: readonly (readonly [string, string])[]): string {
  return [...Map.groupBy(parts, ([account]) => account)]
    .map(([account, each]) => `${account} ${sum(each.map(([, part]) => part))}`)
    .filter((shown) => !shown.endsWith(' 0.00'))
    .sort()
    .join(', ');
}

/** Nothing in Epicor was changed but by payments, and nothing of other companies was touched. Gives what is wrong. */
export function checkLeftAlone(books: AvidBooks): string[] {
  const { company, avid, systemId, changes } = books;
  const changed = new Set(changes.map(({ key }) => key));
  const wrong = company.rows('APInvHed').all.flatMap((invoice) => {
    const key = invoiceKey(invoice);
    const before = books.invoicesBefore.get(key);
    if (before === undefined) return [`invoice ${key} was made in Epicor`];
    return before === imprintOf(invoice) || changed.has(key) ? [] : [`invoice ${key} was changed in Epicor`];
  });
  const elsewhere = elsewhereThan(systemId, avid);
  if (elsewhere !== books.elsewhere) {
    wrong.push(`another accounting system was written to: ${books.elsewhere} before, ${elsewhere} now`);
  }
  return wrong;
}

/** What AvidXchange saw of the caller: calls at the same time, batches sent again, what must never arrive. Gives what is wrong. */
export function checkManners({ avid }: AvidBooks): string[] {
  const { access, switches, traffic, site, leaked, imageHost } = avid;
  const wrong: string[] = [];
  const { maxInFlight } = access;
  if (maxInFlight > switches.concurrentLimit) {
    wrong.push(
      `${maxInFlight} calls were in flight at AvidXchange at once, ${switches.concurrentLimit} are allowed`,
    );
  }
  for (const id of new Set(site.sentAgain)) wrong.push(`batch ${id} was sent again after it had arrived`);
  for (const found of new Set(leaked)) wrong.push(`${found} was sent to AvidXchange`);
  for (const name of new Set(imageHost.leaked)) wrong.push(`the header ${name} was sent to the images' host`);
  for (const method of ['PUT', 'PATCH', 'DELETE']) {
    const calls = traffic.callsTo(`${method} /v1/enterpriseCodes/:id`);
    if (calls > 0) wrong.push(`a code was to be changed by ${method}, which is not possible`);
  }
  return wrong;
}
