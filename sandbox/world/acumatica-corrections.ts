import { amount, text } from '../acumatica/entity-store';
import type { Random } from '../random';
import { type AcumaticaBooks, copyOf, isUntouched, keyOf } from './acumatica-books';
import type { AcumaticaClerk } from './acumatica-clerk';
import { copiesIn, paidTogether } from './bill-copies';

const CHANGED = 3;

/** Takes back, replaces, reclassifies, pays or touches bills that stand in BILL with no money moving yet. */
export function correctSome(books: AcumaticaBooks, clerk: AcumaticaClerk, random: Random): void {
  const copies = copiesIn(books.organization);
  const moving = new Set(paidTogether(books.organization).flat());
  const changed = new Set(books.changes.map((change) => change.key));
  const sent = books.tenant.rows('Bill').all.filter((document) => {
    const copy = copyOf(books, copies, document);
    const free = copy !== undefined && !moving.has(copy.id) && !books.billsBefore.has(copy.id);
    const plain =
      text(document, 'Type') === 'Bill' && text(document, 'CurrencyID') === books.tenant.baseCurrency;
    return free && plain && !changed.has(keyOf(document)) && isUntouched(books, document);
  });
  for (const document of random.shuffled(sent).slice(0, CHANGED)) {
    const kind = random.pick(['reversed', 'replaced', 'reclassified', 'paid-by-hand', 'touched'] as const);
    if (kind === 'reversed') clerk.reverse(document);
    else if (kind === 'replaced') clerk.replace(document, '10.00');
    else if (kind === 'reclassified') clerk.reclassify(document, '62500');
    else if (kind === 'paid-by-hand') clerk.payByHand(document, amount(document, 'Balance'));
    else books.tenant.change(document, {});
    books.changes.push({ key: keyOf(document), kind });
  }
}
