import { addDays } from '../clock';
import { compared, sum, times } from '../money';
import { amount, rowsOf, type StoredEntity, text } from './entity-store';
import type { Write } from './put';
import { invalidStatus, operationFailed } from './refusal';
import type { Tenant } from './tenant';

const EDITABLE = ['On Hold', 'Balanced', 'Pending Approval', 'Rejected'];
const PAYABLE_VENDORS = ['Active', 'Hold Payments', 'One-Time'];

/** Checks a bill and works out what the server derives. */
export function prepareBill(write: Write): void {
  const { tenant, before, draft, given, errors, businessDate } = write;
  if (before !== undefined && !EDITABLE.includes(text(before, 'Status'))) {
    keepReleased(write, before);
    return;
  }
  const { values } = draft;
  values['Type'] ??= 'Bill';
  const vendor = tenant.rows('Vendor').find(text(draft, 'Vendor'));
  if (vendor === undefined) errors.set('Vendor', "'Vendor' cannot be found in the system.");
  else if (!PAYABLE_VENDORS.includes(text(vendor, 'Status')))
    errors.set('Vendor', `The vendor status is '${text(vendor, 'Status')}'.`);
  values['CurrencyID'] ??= vendor?.values['CurrencyID'] ?? tenant.baseCurrency;
  values['Terms'] ??= vendor?.values['Terms'] ?? '30D';
  values['LocationID'] ??= 'MAIN';
  values['BranchID'] ??= tenant.branches[0] ?? null;
  values['Date'] ??= businessDate;
  values['DueDate'] ??= addDays(String(values['Date']), 30);
  values['PostPeriod'] ??= tenant.period(String(values['Date']));
  const refused = tenant.refusedDate(String(values['Date']));
  if (refused !== undefined) errors.set('Date', refused);
  prepareLines(write);
  const total = totalOf(tenant, draft);
  values['TaxTotal'] ??= '0';
  setHold(write);
  const held = values['Hold'] === true;
  if (tenant.switches.requireControlTotal && !held && compared(amount(draft, 'Amount'), total) !== 0) {
    errors.set('Amount', 'The document is out of the balance.');
  }
  if (!tenant.switches.requireControlTotal || given.values['Amount'] === undefined) values['Amount'] = total;
  values['Balance'] = values['Amount'] ?? total;
  if (text(draft, 'Type') === 'Bill') checkReference(write);
}

/** After the release nothing may change but what is no part of the document. */
function keepReleased({ tenant, before, draft, errors }: Write, stored: StoredEntity): void {
  const changed = Object.keys(draft.values).filter((name) => draft.values[name] !== stored.values[name]);
  const rows = JSON.stringify(draft.details) !== JSON.stringify(stored.details);
  const note = draft.note !== stored.note && tenant.switches.noteOnReleased === 'refuse';
  if (before !== undefined && (changed.length > 0 || rows || note)) {
    errors.set('', 'The document is released and cannot be changed.');
  }
}

function prepareLines({ tenant, draft, errors }: Write): void {
  const scale = tenant.scale(text(draft, 'CurrencyID'));
  rowsOf(draft, 'Details').forEach((line, index) => {
    const { values } = line;
    values['Branch'] ??= draft.values['BranchID'] ?? null;
    values['Qty'] ??= '0';
    values['UnitCost'] ??= '0';
    const cost = times(amount(line, 'Qty'), amount(line, 'UnitCost'), scale);
    values['ExtendedCost'] ??= cost;
    values['Amount'] = values['ExtendedCost'];
    const account = tenant.rows('Account').find(text(line, 'Account'));
    if (account === undefined || account.values['Active'] !== true) {
      errors.set(`Details[${index}].Account`, "'Account' cannot be found in the system.");
    }
    values['Description'] = account?.values['Description'] ?? null;
    values['Subaccount'] ??= '000000';
    if (tenant.rows('Subaccount').find(text(line, 'Subaccount')) === undefined) {
      errors.set(`Details[${index}].Subaccount`, "'Subaccount' cannot be found in the system.");
    }
  });
}

/** Lines and taxes together. */
export function totalOf(tenant: Tenant, bill: StoredEntity): string {
  const lines = rowsOf(bill, 'Details').map((line) => amount(line, 'Amount'));
  const taxes = rowsOf(bill, 'TaxDetails').map((tax) => amount(tax, 'TaxAmount'));
  return sum([...lines, ...taxes], tenant.scale(text(bill, 'CurrencyID')));
}

function setHold({ tenant, before, draft, given }: Write): void {
  const { values } = draft;
  const asked = given.values['Hold'];
  const hold =
    typeof asked === 'boolean' ? asked : before === undefined ? tenant.switches.holdOnEntry : undefined;
  if (hold === undefined) return;
  values['Hold'] = hold;
  values['Status'] = hold ? 'On Hold' : tenant.switches.approvalOfBills ? 'Pending Approval' : 'Balanced';
}

function checkReference({ tenant, draft, errors }: Write): void {
  const reference = text(draft, 'VendorRef');
  if (reference === '') {
    if (tenant.switches.requireVendorRef) errors.set('VendorRef', "'Vendor Ref.' cannot be empty.");
    return;
  }
  if (tenant.switches.duplicateVendorRef === 'allow') return;
  const other = tenant
    .rows('Bill')
    .all.find(
      (bill) =>
        bill.id !== draft.id &&
        text(bill, 'Type') === 'Bill' &&
        text(bill, 'Vendor') === text(draft, 'Vendor') &&
        text(bill, 'VendorRef') === reference &&
        text(bill, 'Status') !== 'Voided',
    );
  if (other === undefined) return;
  const number = text(other, 'ReferenceNbr');
  errors.set('VendorRef', `Vendor Ref. '${reference}' is already used by Bill ${number} of this vendor.`);
}

/** Makes a balanced bill payable. */
export function releaseBill(tenant: Tenant, bill: StoredEntity): void {
  needBalanced(bill);
  const refused = tenant.refusedDate(text(bill, 'Date'));
  if (refused !== undefined) throw operationFailed(refused);
  tenant.change(bill, { Status: 'Open', Hold: false, Balance: amount(bill, 'Amount') });
  if (text(bill, 'Type') === 'Debit Adj.') showAsPayment(tenant, bill);
}

export function needBalanced(document: StoredEntity): void {
  if (!['Balanced', 'Printed'].includes(text(document, 'Status'))) throw invalidStatus();
}

/** Makes the adjustment that takes a released bill back: on hold, not released, not applied. */
export function reverseBill(tenant: Tenant, bill: StoredEntity, by: string): StoredEntity {
  if (!['Open', 'Closed'].includes(text(bill, 'Status')) || text(bill, 'Type') !== 'Bill')
    throw invalidStatus();
  const { LastModifiedDateTime: _stamp, ...values } = bill.values;
  const draft = tenant.draft('Bill', { ...values, Type: 'Debit Adj.', Status: 'On Hold', Hold: true }, by);
  draft.values['ReferenceNbr'] = tenant.nextNumber('Bill Debit Adj.');
  draft.values['Balance'] = amount(bill, 'Amount');
  for (const list of ['Details', 'TaxDetails']) {
    draft.details[list] = rowsOf(bill, list).map((row) => tenant.row({ ...row.values }));
  }
  return tenant.insert(draft);
}

/** A released debit adjustment can be applied like a payment: it stands among the checks under its own number. */
export function showAsPayment(tenant: Tenant, adjustment: StoredEntity): void {
  const number = text(adjustment, 'ReferenceNbr');
  if (tenant.rows('Check').find('Debit Adj.', number) !== undefined) return;
  const { Vendor = null, CurrencyID = null, Description = null, Date: date = null } = adjustment.values;
  const balance = amount(adjustment, 'Balance');
  tenant.insert(
    tenant.draft(
      'Check',
      {
        Type: 'Debit Adj.',
        ReferenceNbr: number,
        Status: compared(balance, '0') === 0 ? 'Closed' : 'Open',
        Hold: false,
        Vendor,
        CurrencyID,
        Description,
        ApplicationDate: date,
        PaymentAmount: amount(adjustment, 'Amount'),
        UnappliedBalance: balance,
      },
      'clerk',
    ),
  );
}
