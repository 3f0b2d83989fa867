import { compared, minus, rounded, sum } from '../money';
import { amount, rowsOf, type StoredEntity, type StoredRow, text } from './entity-store';
import type { Write } from './put';
import type { Tenant } from './tenant';

const EDITABLE = ['On Hold', 'Balanced', 'Pending Approval', 'Pending Print', 'Rejected'];

/** Checks a payment and works out what the server derives. */
export function prepareCheck(write: Write): void {
  const { tenant, before, draft, errors, businessDate } = write;
  const { values } = draft;
  values['Type'] ??= 'Payment';
  const type = text(draft, 'Type');
  if (before === undefined && !['Payment', 'Prepayment'].includes(type)) {
    errors.set('Type', `A document of the type '${type}' cannot be entered here.`);
    return;
  }
  if (type === 'Debit Adj.') {
    prepareAdjustment(write);
    return;
  }
  if (before !== undefined && !EDITABLE.includes(text(before, 'Status'))) {
    errors.set('', 'The document is released and cannot be changed.');
    return;
  }
  prepareVendor(write);
  prepareAccount(write);
  values['ApplicationDate'] ??= businessDate;
  const refused = tenant.refusedDate(String(values['ApplicationDate']));
  if (refused !== undefined) errors.set('ApplicationDate', refused);
  setHold(write);
  prepareApplications(write);
  const scale = tenant.scale(text(draft, 'CurrencyID'));
  values['PaymentAmount'] = rounded(amount(draft, 'PaymentAmount'), scale);
  const open = minus(amount(draft, 'PaymentAmount'), appliedIn(draft), scale);
  values['UnappliedBalance'] = open;
  if (values['Hold'] === true) return;
  if (compared(open, '0') < 0) errors.set('PaymentAmount', 'The document is out of the balance.');
  prepareReference(write);
}

function prepareVendor({ tenant, draft, errors }: Write): void {
  const vendor = tenant.rows('Vendor').find(text(draft, 'Vendor'));
  if (vendor === undefined) {
    errors.set('Vendor', "'Vendor' cannot be found in the system.");
    return;
  }
  if (!['Active', 'One-Time'].includes(text(vendor, 'Status'))) {
    errors.set('Vendor', `The vendor status is '${text(vendor, 'Status')}'.`);
  }
  draft.values['PaymentMethod'] ??= vendor.values['PaymentMethod'] ?? null;
  draft.values['CashAccount'] ??= vendor.values['CashAccount'] ?? null;
}

/** The method must allow the cash account, and the account decides the currency. */
function prepareAccount({ tenant, draft, given, errors }: Write): void {
  const method = tenant.rows('PaymentMethod').find(text(draft, 'PaymentMethod'));
  if (method === undefined || method.values['UseInAP'] !== true) {
    errors.set('PaymentMethod', "'Payment Method' cannot be found in the system.");
    return;
  }
  const allowed = rowsOf(method, 'AllowedCashAccounts').filter((row) => row.values['UseInAP'] === true);
  draft.values['CashAccount'] ??=
    allowed.find((row) => row.values['APDefault'])?.values['CashAccount'] ?? null;
  const account = text(draft, 'CashAccount');
  if (!allowed.some((row) => text(row, 'CashAccount') === account)) {
    errors.set('CashAccount', "'Cash Account' cannot be found in the system.");
    return;
  }
  const ledgerAccount = tenant.rows('Account').find(account);
  const currency = text(ledgerAccount ?? draft, 'CurrencyID') || tenant.baseCurrency;
  const asked = given.values['CurrencyID'];
  if (typeof asked === 'string' && asked !== currency) {
    errors.set('CurrencyID', `The currency of the cash account is ${currency}.`);
  }
  draft.values['CurrencyID'] = currency;
}

function setHold({ tenant, before, draft, given }: Write): void {
  const { values } = draft;
  const asked = given.values['Hold'];
  const hold =
    typeof asked === 'boolean' ? asked : before === undefined ? tenant.switches.holdOnEntry : undefined;
  if (hold === undefined) return;
  values['Hold'] = hold;
  const { approvalOfChecks, printingMethods } = tenant.switches;
  const prints = printingMethods.includes(text(draft, 'PaymentMethod'));
  const free = approvalOfChecks ? 'Pending Approval' : prints ? 'Pending Print' : 'Balanced';
  values['Status'] = hold ? 'On Hold' : free;
}

function prepareReference({ tenant, draft, errors }: Write): void {
  const reference = text(draft, 'PaymentRef');
  if (reference === '') {
    errors.set('PaymentRef', "'Payment Ref.' cannot be empty.");
    return;
  }
  const method = text(draft, 'PaymentMethod');
  if (!tenant.switches.uniqueRefMethods.includes(method)) return;
  const other = tenant
    .rows('Check')
    .all.find(
      (check) =>
        check.id !== draft.id &&
        text(check, 'PaymentMethod') === method &&
        text(check, 'CashAccount') === text(draft, 'CashAccount') &&
        text(check, 'PaymentRef') === reference &&
        text(check, 'Status') !== 'Voided' &&
        text(check, 'Type') !== 'Voided Payment',
    );
  if (other !== undefined)
    errors.set(
      'PaymentRef',
      `Payment Ref. '${reference}' is already used by ${text(other, 'ReferenceNbr')}.`,
    );
}

/** A released debit adjustment takes applications, and nothing else. */
function prepareAdjustment(write: Write): void {
  const { tenant, before, draft, errors } = write;
  const changed = Object.keys(draft.values).filter((name) => draft.values[name] !== before?.values[name]);
  if (text(draft, 'Status') !== 'Open' || changed.length > 0) {
    errors.set('', 'The document is released and cannot be changed.');
    return;
  }
  prepareApplications(write);
  const document = tenant.rows('Bill').find('Debit Adj.', text(draft, 'ReferenceNbr'));
  const balance = document === undefined ? '0' : amount(document, 'Balance');
  const open = minus(balance, appliedIn(draft), tenant.scale(text(draft, 'CurrencyID')));
  if (compared(open, '0') < 0) errors.set('UnappliedBalance', 'The document is out of the balance.');
  draft.values['UnappliedBalance'] = open;
}

function prepareApplications(write: Write): void {
  const { draft, errors, tenant } = write;
  const taken = new Map<string, string>();
  rowsOf(draft, 'Details').forEach((row, index) => {
    const wrong = prepareApplication(write, row, taken);
    if (wrong !== undefined) errors.set(`Details[${index}].${wrong.field}`, wrong.message);
  });
  draft.values['UnappliedBalance'] ??= '0';
  for (const row of rowsOf(draft, 'Details')) {
    row.values['AmountPaid'] = rounded(amount(row, 'AmountPaid'), tenant.scale(text(draft, 'CurrencyID')));
  }
}

/** Checks one application. `taken` adds up what the same payment takes off each document. */
function prepareApplication(
  { tenant, draft }: Write,
  row: StoredRow,
  taken: Map<string, string>,
): { field: string; message: string } | undefined {
  row.values['DocType'] ??= 'Bill';
  row.values['DocLineNbr'] ??= 0;
  row.values['CashDiscountBalance'] ??= '0';
  const document = tenant.rows('Bill').find(text(row, 'DocType'), text(row, 'ReferenceNbr'));
  const foreign = document === undefined || text(document, 'Vendor') !== text(draft, 'Vendor');
  const self = text(draft, 'Type') === 'Debit Adj.' && text(row, 'DocType') === 'Debit Adj.';
  if (foreign || self || text(document, 'Status') !== 'Open') {
    return { field: 'ReferenceNbr', message: "'Reference Nbr.' cannot be found in the system." };
  }
  if (text(document, 'CurrencyID') !== text(draft, 'CurrencyID')) {
    return { field: 'ReferenceNbr', message: 'The document is in another currency.' };
  }
  const other = [...tenant.unreleased].find(
    (check) => check.id !== draft.id && rowsOf(check, 'Details').some((each) => isSame(each, row)),
  );
  if (other !== undefined) {
    const number = text(other, 'ReferenceNbr');
    return {
      field: 'ReferenceNbr',
      message: `The document is applied to the unreleased payment ${number}.`,
    };
  }
  const key = `${text(row, 'DocType')} ${text(row, 'ReferenceNbr')}`;
  if (taken.has(key) && tenant.switches.duplicateApplication === 'refuse') {
    return { field: 'ReferenceNbr', message: 'The document is already in the list.' };
  }
  row.values['AmountPaid'] ??= amount(document, 'Balance');
  const total = sum([taken.get(key) ?? '0', amount(row, 'AmountPaid')], 3);
  taken.set(key, total);
  if (compared(amount(row, 'AmountPaid'), '0') <= 0) {
    return { field: 'AmountPaid', message: 'The amount must be greater than 0.' };
  }
  if (compared(total, amount(document, 'Balance')) > 0) {
    return { field: 'AmountPaid', message: 'The amount exceeds the balance of the document.' };
  }
  row.values['Balance'] = minus(amount(document, 'Balance'), total, tenant.scale(text(draft, 'CurrencyID')));
  return undefined;
}

function isSame(a: StoredRow, b: StoredRow): boolean {
  return text(a, 'DocType') === text(b, 'DocType') && text(a, 'ReferenceNbr') === text(b, 'ReferenceNbr');
}

/** What a payment's applications take, debit adjustments off. */
export function appliedIn(check: StoredEntity): string {
  return sum(
    rowsOf(check, 'Details').map((row) => {
      const part = amount(row, 'AmountPaid');
      return text(row, 'DocType') === 'Debit Adj.' ? minus('0', part, 3) : part;
    }),
    3,
  );
}

/** After a payment was stored: it holds its documents until its release, and they show it. */
export function storedCheck(tenant: Tenant, check: StoredEntity): void {
  if (EDITABLE.includes(text(check, 'Status')) || rowsOf(check, 'Details').length > 0)
    tenant.unreleased.add(check);
  else tenant.unreleased.delete(check);
  showApplications(tenant, check);
  if (tenant.switches.paymentBumpsBill !== 'entry') return;
  for (const row of rowsOf(check, 'Details')) {
    const document = tenant.rows('Bill').find(text(row, 'DocType'), text(row, 'ReferenceNbr'));
    if (document !== undefined) tenant.change(document, {});
  }
}

/** Shows a payment among the applications of every document that it takes something off. */
export function showApplications(tenant: Tenant, check: StoredEntity): void {
  const [type, number] = [text(check, 'Type'), text(check, 'ReferenceNbr')];
  const rows = [...rowsOf(check, 'Details'), ...rowsOf(check, 'History')];
  for (const row of rows) {
    const document = tenant.rows('Bill').find(text(row, 'DocType'), text(row, 'ReferenceNbr'));
    if (document === undefined) continue;
    const others = rowsOf(document, 'Applications').filter(
      (each) => text(each, 'DocType') !== type || text(each, 'ReferenceNbr') !== number,
    );
    const own = rows.filter((each) => isSame(each, row));
    const application = tenant.row({
      DocType: type,
      ReferenceNbr: number,
      AmountPaid: sum(
        own.map((each) => amount(each, 'AmountPaid')),
        3,
      ),
      Balance: amount(document, 'Balance'),
      Status: text(check, 'Status'),
    });
    document.details['Applications'] = [...others, application];
  }
}
