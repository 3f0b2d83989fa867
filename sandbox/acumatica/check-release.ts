import { compared, isZero, minus, negated, sum } from '../money';
import { needBalanced } from './bills';
import { appliedIn, showApplications } from './checks';
import { amount, rowsOf, type StoredEntity, type StoredRow, text } from './entity-store';
import { invalidStatus, operationFailed } from './refusal';
import type { Tenant } from './tenant';

/** Releases a payment, a voided payment, or the applications of a debit adjustment. Throws what fails; nothing is half done then. */
export function releaseCheck(tenant: Tenant, check: StoredEntity): void {
  const type = text(check, 'Type');
  if (type === 'Debit Adj.') {
    if (text(check, 'Status') !== 'Open' || rowsOf(check, 'Details').length === 0) throw invalidStatus();
  } else needBalanced(check);
  const refused = tenant.refusedDate(text(check, 'ApplicationDate'));
  if (refused !== undefined && type !== 'Debit Adj.') throw operationFailed(refused);
  if (type === 'Voided Payment') releaseVoid(tenant, check);
  else releaseApplications(tenant, check);
}

function releaseApplications(tenant: Tenant, check: StoredEntity): void {
  const rows = rowsOf(check, 'Details');
  needRoom(tenant, rows);
  const history = rows.map((row) => {
    const document = documentOf(tenant, row);
    moveBalance(tenant, document, negated(amount(row, 'AmountPaid')));
    return historyRow(tenant, row, document, amount(row, 'AmountPaid'));
  });
  const applied = appliedIn(check);
  check.details['Details'] = [];
  check.details['History'] = [...rowsOf(check, 'History'), ...history];
  tenant.unreleased.delete(check);
  if (text(check, 'Type') === 'Debit Adj.') {
    const own = tenant.rows('Bill').find('Debit Adj.', text(check, 'ReferenceNbr'));
    if (own !== undefined) moveBalance(tenant, own, negated(applied));
  } else {
    const open = minus(amount(check, 'PaymentAmount'), applied, 3);
    tenant.change(check, { Status: isZero(open) ? 'Closed' : 'Open', UnappliedBalance: open });
  }
  showApplications(tenant, check);
}

/** What the documents still have open may be less than when the payment was entered. */
function needRoom(tenant: Tenant, rows: readonly StoredRow[]): void {
  for (const [document, parts] of Map.groupBy(rows, (row) => documentOf(tenant, row))) {
    const part = sum(
      parts.map((row) => amount(row, 'AmountPaid')),
      3,
    );
    if (text(document, 'Status') !== 'Open' || compared(part, amount(document, 'Balance')) > 0) {
      throw operationFailed(`The balance of ${text(document, 'ReferenceNbr')} has changed.`);
    }
  }
}

/** Makes the document that takes a released payment back; it waits for its own release. */
export function voidCheck(tenant: Tenant, check: StoredEntity, by: string): StoredEntity {
  const released = ['Open', 'Closed'].includes(text(check, 'Status'));
  if (text(check, 'Type') !== 'Payment' || !released) throw invalidStatus();
  const number = text(check, 'ReferenceNbr');
  if (tenant.rows('Check').find('Voided Payment', number) !== undefined) throw invalidStatus();
  const { LastModifiedDateTime: _stamp, ...values } = check.values;
  const draft = tenant.draft(
    'Check',
    {
      ...values,
      Type: 'Voided Payment',
      Status: 'Balanced',
      Hold: false,
      PaymentAmount: negated(amount(check, 'PaymentAmount')),
      UnappliedBalance: '0',
    },
    by,
  );
  return tenant.insert(draft);
}

function releaseVoid(tenant: Tenant, voided: StoredEntity): void {
  const original = tenant.rows('Check').find('Payment', text(voided, 'ReferenceNbr'));
  if (original === undefined) throw operationFailed('The original document cannot be found.');
  const rows = rowsOf(original, 'History');
  voided.details['History'] = rows.map((row) => {
    const document = documentOf(tenant, row);
    const part = amount(row, 'AmountPaid');
    moveBalance(tenant, document, part);
    return historyRow(tenant, row, document, negated(part));
  });
  tenant.change(original, { Status: 'Voided', UnappliedBalance: '0' });
  tenant.change(voided, { Status: 'Closed' });
  showApplications(tenant, original);
  showApplications(tenant, voided);
}

function documentOf(tenant: Tenant, row: StoredRow): StoredEntity {
  const document = tenant.rows('Bill').find(text(row, 'DocType'), text(row, 'ReferenceNbr'));
  if (document === undefined) throw operationFailed(`${text(row, 'ReferenceNbr')} cannot be found.`);
  return document;
}

function historyRow(tenant: Tenant, row: StoredRow, document: StoredEntity, paid: string): StoredRow {
  return tenant.row({
    DocType: text(row, 'DocType'),
    ReferenceNbr: text(row, 'ReferenceNbr'),
    VendorRef: document.values['VendorRef'] ?? null,
    AmountPaid: paid,
    Balance: amount(document, 'Balance'),
    CashDiscountTaken: '0',
    CashDiscountBalance: '0',
  });
}

/** Moves the open amount of a document by `by`, and its status with it. */
export function moveBalance(tenant: Tenant, document: StoredEntity, by: string): void {
  const balance = sum([amount(document, 'Balance'), by], tenant.scale(text(document, 'CurrencyID')));
  const status = isZero(balance) ? 'Closed' : 'Open';
  const stamp = tenant.switches.paymentBumpsBill !== 'never';
  tenant.change(document, { Balance: balance, Status: status }, { stamp });
  if (text(document, 'Type') !== 'Debit Adj.') return;
  const own = tenant.rows('Check').find('Debit Adj.', text(document, 'ReferenceNbr'));
  if (own !== undefined) tenant.change(own, { UnappliedBalance: balance, Status: status });
}
