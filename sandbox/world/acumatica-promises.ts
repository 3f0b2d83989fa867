import { amount, rowsOf, type StoredEntity, text } from '../acumatica/entity-store';
import type { Sessions } from '../acumatica/sessions';
import { departmentOf, NO_SUBACCOUNT } from '../data/acumatica-accounts';
import { codeOf } from '../data/acumatica-expected';
import type { Expectation } from '../data/expected';
import { isObject, type Wire } from '../http/exact-json';
import { compared, isZero, minus, scaleOf, sum } from '../money';
import { type AcumaticaBooks, copyKey, copyOf, keyOf, paidOf, signedAmount } from './acumatica-books';
import { type Copy, copiesIn, paidTogether, plainName, settledByCopy } from './bill-copies';
import { namesOf } from './promises';

type Documents = readonly StoredEntity[];

function documentsOf({ tenant }: AcumaticaBooks): Documents {
  return tenant.rows('Bill').all;
}

/** No vendor was made twice. Gives what is wrong. */
export function checkVendorsOnce(books: AcumaticaBooks): string[] {
  const source = Map.groupBy(books.tenant.rows('Vendor').all, (row) => plainName(text(row, 'VendorName')));
  return [...namesOf(books.organization)].flatMap(([name, count]) => {
    const allowed = Math.max(source.get(name)?.length ?? 0, books.vendorsBefore.get(name) ?? 0);
    return count > allowed ? [`vendor ${name} stands ${count} times in BILL, ${allowed} are right`] : [];
  });
}

/** Each vendor and number at most once in BILL, and nothing that Acumatica does not know. Gives what is wrong. */
export function checkCopiesOnce(books: AcumaticaBooks): string[] {
  const known = new Set(documentsOf(books).map((document) => copyKey(books, document)));
  return [...copiesIn(books.organization)].flatMap(([key, copies]) => {
    // A bill and an adjustment may have one number.
    const kinds = [...Map.groupBy(copies, (copy) => copy.amount.startsWith('-')).values()];
    const doubled = kinds.filter((same) => same.length > 1);
    const wrong = doubled.map(
      (same) => `${key} stands ${same.length} times in BILL: ${same.map((copy) => copy.id).join(', ')}`,
    );
    const made = copies.filter((copy) => !books.billsBefore.has(copy.id));
    if (made.length > 0 && !known.has(key)) wrong.push(`${key} in BILL stands for nothing in Acumatica`);
    return wrong;
  });
}

/**
 * What had to arrive has arrived with its amount and its coding, and nothing else has. What was taken back in Acumatica
 * after it was sent is live in BILL no more, unless money has begun to move for it. Gives what is wrong.
 */
export function checkDocumentsArrived(books: AcumaticaBooks, expected: readonly Expectation[]): string[] {
  const copies = copiesIn(books.organization);
  const accepts = new Map(expected.map((each) => [each.key, each.accepts]));
  const changes = new Map(
    books.changes.filter((each) => each.kind !== 'touched').map((each) => [each.key, each.kind]),
  );
  const moving = new Set(paidTogether(books.organization).flat());
  const sums = new Map<string, { source: string[]; target: string[] }>();
  const wrong: string[] = [];
  for (const document of documentsOf(books)) {
    const key = keyOf(document);
    const copy = copyOf(books, copies, document);
    const isMoving = copy !== undefined && moving.has(copy.id);
    const change = changes.get(key);
    if (change === 'reversed' || change === 'replaced') {
      if (copy !== undefined && !isMoving && isCopyOf(copy, document)) {
        wrong.push(`${key} was reversed and is still to be paid`);
      }
      continue;
    }
    // Whether its copy is taken back or waits for a person is for the company to say.
    if (change === 'paid-by-hand') continue;
    const outcomes = accepts.get(key) ?? ['confirmed', 'parked:number-in-use'];
    const byHand = copy !== undefined && books.billsBefore.has(copy.id);
    const mayArrive = outcomes.includes('confirmed');
    if (outcomes.length === 1 && mayArrive && copy === undefined) wrong.push(`${key} has not arrived`);
    if (!mayArrive && copy !== undefined && !byHand && isCopyOf(copy, document)) {
      wrong.push(`${key} has arrived, although it should be ${outcomes.join(' or ')}`);
    }
    if (copy === undefined || !mayArrive || (outcomes.length > 1 && !isCopyOf(copy, document))) continue;
    if (change !== undefined && isMoving) continue;
    const currency = text(document, 'CurrencyID');
    const both = sums.get(currency) ?? { source: [], target: [] };
    sums.set(currency, both);
    both.source.push(signedAmount(document));
    both.target.push(copy.amount);
    if (!isCopyOf(copy, document)) {
      wrong.push(`${key} is ${signedAmount(document)} in Acumatica and ${copy.amount} in BILL`);
    } else if (!byHand) wrong.push(...checkCoding(books, document, copy));
  }
  for (const [currency, { source, target }] of sums) {
    const [here, there] = [sum(source, scaleOf(currency)), sum(target, scaleOf(currency))];
    if (compared(here, there) !== 0)
      wrong.push(`sums differ in ${currency}: ${here} in Acumatica, ${there} in BILL`);
  }
  return wrong;
}

function isCopyOf(copy: Copy, document: StoredEntity): boolean {
  return compared(copy.amount, signedAmount(document)) === 0;
}

/** The lines of an untaxed document say the same per account and department on both sides. */
function checkCoding({ organization }: AcumaticaBooks, document: StoredEntity, copy: Copy): string[] {
  if (!isZero(amount(document, 'TaxTotal'))) return [];
  const code = (family: string, classifications: Wire | undefined, name: string): string => {
    const id = isObject(classifications) ? classifications[name] : undefined;
    const entry = organization.family(family).get(String(id ?? ''));
    return entry === undefined ? '' : (codeOf(entry.data) ?? '');
  };
  const here = totals(
    rowsOf(document, 'Details').map((line) => {
      const subaccount = text(line, 'Subaccount');
      const department = subaccount === NO_SUBACCOUNT ? '' : departmentOf(subaccount);
      return [`${text(line, 'Account')}/${department}`, amount(line, 'Amount')];
    }),
  );
  const stored = organization.bills.get(copy.id) ?? organization.credits.get(copy.id);
  const there = totals(
    (stored?.lines ?? []).map((line) => {
      const account = code('chart-of-accounts', line.classifications, 'chartOfAccountId');
      return [`${account}/${code('departments', line.classifications, 'departmentId')}`, line.amount];
    }),
  );
  return here === there ? [] : [`${keyOf(document)} is coded ${here} in Acumatica and ${there} in BILL`];
}

function totals(parts: readonly (readonly [string, string])[]): string {
  const grouped = Map.groupBy(parts, ([place]) => place);
  return [...grouped]
    .map(
      ([place, each]) =>
        `${place} ${sum(
          each.map(([, part]) => part),
          3,
        )}`,
    )
    .filter((text) => !text.endsWith(' 0.000'))
    .sort()
    .join(', ');
}

/**
 * What was settled at BILL is what Acumatica has as paid, document by document. Documents that nobody can pay there
 * without a person (taken back, paid or held by a payment made by hand, in another currency) are paid no more than that.
 * Gives what is wrong.
 */
export function checkPaidOnce(books: AcumaticaBooks): string[] {
  const { organization, tenant, changes } = books;
  const copies = copiesIn(organization);
  const settled = settledByCopy(organization);
  const held = new Set(
    [...tenant.unreleased].flatMap((check) =>
      text(check, 'Type') === 'Payment' && check.by !== books.integrationUser
        ? rowsOf(check, 'Details').map((row) => `${text(row, 'DocType')}|${text(row, 'ReferenceNbr')}`)
        : [],
    ),
  );
  const reversed = new Set(
    changes.filter(({ kind }) => kind === 'reversed' || kind === 'replaced').map(({ key }) => key),
  );
  const byHand = new Set(changes.filter(({ kind }) => kind === 'paid-by-hand').map(({ key }) => key));
  const known = documentsOf(books).filter((document) => {
    const isReversal = text(document, 'Type') === 'Debit Adj.' && !books.paidBefore.has(keyOf(document));
    return !isReversal;
  });
  const excused = new Set(
    known
      .filter((document) => {
        const foreign = text(document, 'CurrencyID') !== tenant.baseCurrency;
        const key = keyOf(document);
        return foreign || [held, reversed, byHand].some((keys) => keys.has(key));
      })
      .flatMap((document) => (copies.get(copyKey(books, document)) ?? []).map(({ id }) => id)),
  );
  const groups = paidTogether(organization).filter((ids) => ids.some((id) => excused.has(id)));
  const withExcused = new Set([...excused, ...groups.flat()]);
  return known.flatMap((document) => {
    if (reversed.has(keyOf(document)) || byHand.has(keyOf(document))) return [];
    const copy = copyOf(books, copies, document);
    const mine = copy !== undefined && isCopyOf(copy, document) ? copy : undefined;
    const there = settled.get(mine?.id ?? '') ?? '0';
    const wanted = there.startsWith('-') ? there.slice(1) : there;
    const ours = minus(paidOf(document), books.paidBefore.get(keyOf(document)) ?? '0', 3);
    const sign = compared(ours, wanted);
    const fine = sign === 0 || (sign < 0 && mine !== undefined && withExcused.has(mine.id));
    return fine ? [] : [`${keyOf(document)}: ${wanted} settled at BILL, ${ours} released in Acumatica`];
  });
}

/** Payments of the integration: each once, released, and none with a document twice. Gives what is wrong. */
export function checkPaymentsWhole({ tenant, integrationUser }: AcumaticaBooks): string[] {
  const checks = tenant.rows('Check').all.filter((check) => check.by === integrationUser);
  const name = (check: StoredEntity) => `${text(check, 'Type')} ${text(check, 'ReferenceNbr')}`;
  const live = checks.filter(
    (check) => text(check, 'Type') === 'Payment' && text(check, 'Status') !== 'Voided',
  );
  const byReference = Map.groupBy(live, (check) => `${text(check, 'Vendor')} ${text(check, 'PaymentRef')}`);
  return [
    ...[...byReference]
      .filter(([, same]) => same.length > 1)
      .map(([reference, same]) => `payment ${reference} stands ${same.length} times in Acumatica`),
    ...checks
      .filter((check) => !['Open', 'Closed', 'Voided'].includes(text(check, 'Status')))
      .map((check) => `${name(check)} in Acumatica was entered and not released`),
    ...checks
      .filter((check) => {
        const rows = [...rowsOf(check, 'Details'), ...rowsOf(check, 'History')];
        return (
          new Set(rows.map((row) => `${text(row, 'DocType')} ${text(row, 'ReferenceNbr')}`)).size <
          rows.length
        );
      })
      .map((check) => `${name(check)} in Acumatica is applied to a document twice`),
  ];
}

/** The runtime has ended: it never called twice at once in a session, and no session that it used is open. Gives what is wrong. */
export function checkSessions(sessions: Sessions): string[] {
  const left = sessions.live().filter((session) => session.calls > 0);
  return [
    ...(sessions.maxInFlight > 1
      ? [`${sessions.maxInFlight} calls were in flight at once in one session of Acumatica`]
      : []),
    ...(left.length > 0 ? [`${left.length} sessions are left behind at Acumatica`] : []),
  ];
}
