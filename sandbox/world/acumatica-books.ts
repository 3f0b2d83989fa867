import { amount, rowsOf, type StoredEntity, text } from '../acumatica/entity-store';
import type { Tenant } from '../acumatica/tenant';
import type { Organization } from '../bill/organization';
import { billKey, numberAtBill } from '../data/acumatica-expected';
import { minus, negated } from '../money';
import { type Copy, plainName } from './bill-copies';

/** What happened to a bill after it was sent. */
export interface AcumaticaChange {
  /** `<Type>|<ReferenceNbr>`. */
  readonly key: string;
  readonly kind: 'reversed' | 'replaced' | 'reclassified' | 'paid-by-hand' | 'touched';
}

/** The two systems' own state, which is all that an oracle looks at. */
export interface AcumaticaBooks {
  readonly tenant: Tenant;
  readonly organization: Organization;
  /** What was paid in Acumatica before anything was synced, by key. */
  readonly paidBefore: ReadonlyMap<string, string>;
  /** Bills, by id, that were entered in BILL by hand. */
  readonly billsBefore: ReadonlySet<string>;
  /** Names of BILL's vendors before anything was synced, each with its count. */
  readonly vendorsBefore: ReadonlyMap<string, number>;
  /** User that the integration signs in to Acumatica with. */
  readonly integrationUser: string;
  /** Changes made after the first sync. */
  readonly changes: AcumaticaChange[];
}

export function keyOf(document: StoredEntity): string {
  return billKey(document.values);
}

/** The document's amount with the sign that its copy in BILL has. */
export function signedAmount(document: StoredEntity): string {
  const whole = amount(document, 'Amount');
  return text(document, 'Type') === 'Debit Adj.' ? negated(whole) : whole;
}

/** Vendor's name and number, as the copy in BILL is found. */
export function copyKey({ tenant }: AcumaticaBooks, document: StoredEntity): string {
  const vendor = tenant.rows('Vendor').find(text(document, 'Vendor'));
  return `${plainName(vendor?.values['VendorName'])}|${numberAtBill(document.values)}`;
}

/** The copy of a document: of several under one number the one with its amount. */
export function copyOf(
  books: AcumaticaBooks,
  copies: ReadonlyMap<string, readonly Copy[]>,
  document: StoredEntity,
): Copy | undefined {
  const found = copies.get(copyKey(books, document)) ?? [];
  const whole = signedAmount(document);
  const alike = found.filter((copy) => copy.amount.startsWith('-') === whole.startsWith('-'));
  return alike.find((copy) => minus(copy.amount, whole, 3) === '0.000') ?? alike[0];
}

/** What a document has been paid so far. */
export function paidOf(document: StoredEntity): string {
  return minus(amount(document, 'Amount'), amount(document, 'Balance'), 3);
}

/** What every document has been paid so far in Acumatica, by key. */
export function paidSoFarIn(tenant: Tenant): Map<string, string> {
  return new Map(tenant.rows('Bill').all.map((document) => [keyOf(document), paidOf(document)]));
}

/** Everything that the integration could have changed in either system. */
export function writableInAcumatica({ organization, tenant }: AcumaticaBooks): unknown {
  const shown = ({ values, note, details, custom }: StoredEntity) => ({
    values,
    note,
    custom,
    lists: Object.keys(details).map((list) => details[list]?.map((row) => row.values)),
  });
  return [
    organization.vendors.all,
    organization.bills.all,
    organization.credits.all,
    organization.payments.all,
    [...organization.classifications.values()].map((family) => family.all),
    ...['Vendor', 'Bill', 'Check'].map((entity) => tenant.rows(entity).all.map(shown)),
  ];
}

/** How many documents at both systems can be a record of a sync. */
export function documentsInAcumatica({ organization, tenant }: AcumaticaBooks): number {
  const entities = ['Account', 'Subaccount', 'Vendor', 'Bill'];
  return entities.reduce(
    (total, entity) => total + tenant.rows(entity).all.length,
    organization.payments.all.length,
  );
}

/** Whether a bill can still be changed by the clerk without touching money: released, nothing paid, in no payment. */
export function isUntouched({ tenant }: AcumaticaBooks, bill: StoredEntity): boolean {
  const held = [...tenant.unreleased].some((check) =>
    rowsOf(check, 'Details').some(
      (row) =>
        text(row, 'DocType') === text(bill, 'Type') &&
        text(row, 'ReferenceNbr') === text(bill, 'ReferenceNbr'),
    ),
  );
  return text(bill, 'Status') === 'Open' && amount(bill, 'Balance') === amount(bill, 'Amount') && !held;
}
