import type { Entry, EntryContent, EntryLine, MasterRecord } from '../../../sandbox/airbase/records';
import type { Airbase } from '../../../sandbox/airbase/start';
import type { RowWish, StreamSample } from '../bench';
import { failed } from '../check';

/** Key and name of the subsidiary of the connection. */
export const SUBSIDIARY = ['EPIC06', 'Main Co'] as const;

let made = 0;

export function serial(): number {
  made += 1;
  return made;
}

/** A vendor as the ERP loaded it, or one that was made in Airbase. */
export function makeVendor({ tenant }: Airbase, reference = `V${serial()}`): MasterRecord {
  const subsidiary = tenant.byReference('subsidiaries', SUBSIDIARY[0])?.id ?? '';
  return tenant.addMaster('vendors', {
    reference,
    subsidiaries: [subsidiary],
    createdInAirbase: reference === '',
    data: { name: `Acme Steel ${serial()}`, email: 'ap@acme.example', erp_parent_reference_id: 'PARENT' },
  });
}

function linesOf(amount: string): EntryLine[] {
  const tags = [{ label: 'Department', reference: 'D10' }];
  return [{ account: '6100', amount, tags, description: `Belts ${serial()}`, orderLine: 1 }];
}

/** An entry of the queue, approved and ready, with all that an entry can have. */
export function makeEntry(
  airbase: Airbase,
  kind: EntryContent['kind'],
  change: Partial<EntryContent> = {},
): Entry {
  const amount = change.total ?? '100.10';
  const types = { bill: 'bill', card: 'virtual_card_expense', payment: 'bill_payment' } as const;
  return airbase.spend.submit(
    {
      kind,
      type: kind in types ? types[kind as keyof typeof types] : 'reimbursement',
      subsidiary: SUBSIDIARY[0],
      payee: makeVendor(airbase).id,
      invoiceNumber: kind === 'bill' ? `INV-${serial()}` : null,
      apAccount: '2000',
      bankAccount: '1000',
      appliedTo: [],
      date: '2026-01-05',
      currency: 'USD',
      total: amount,
      inBase: amount,
      settled: kind === 'card',
      lines: linesOf(amount),
      notes: 'see PO 4711',
      order: '4711',
      ...change,
    },
    'approved',
  );
}

/** Entries of several kinds, which together have all that an entry can have. */
function makeAny(airbase: Airbase, at: number, change: Partial<EntryContent>): Entry {
  if (at % 3 === 1) return makeEntry(airbase, 'reimbursement', change);
  if (at % 3 === 2) {
    const bill = makeEntry(airbase, 'bill', change);
    airbase.tenant.move(bill, 'not_ready');
    return makeEntry(airbase, 'card', { ...change, ...bornVendor(airbase), appliedTo: [bill.id] });
  }
  const whole = {
    tags: [{ label: 'Class', reference: 'C1' }],
    amortized: { account: '1400', from: '2026-01-01', to: '2026-12-31' },
    ...termsOf(airbase),
  };
  return again(makeEntry(airbase, 'bill', { ...whole, ...change }));
}

/** What only the spend API knows of a bill. */
function termsOf(airbase: Airbase): Partial<EntryContent> {
  const order = airbase.tenant.orders.get(makeOrder(airbase, {}));
  return { dueDate: '2026-02-05', terms: 'N30', order: String(order?.data['po_number']) };
}

/** A vendor of Airbase's own, beside one of the ERP that it could be. */
function bornVendor(airbase: Airbase): Partial<EntryContent> {
  const known = makeVendor(airbase);
  const born = makeVendor(airbase, '');
  born.data = { ...born.data, name: `${String(known.data['name'])} Inc` };
  return { payee: born.id };
}

/** It was marked once, and people have put it into the queue again. */
function again(entry: Entry): Entry {
  return Object.assign(entry, {
    reference: 'EPIC06|1|OLD',
    url: 'https://erp.example/1',
    errorMessage: 'no',
  });
}

export function streamSamples(airbase: Airbase): Record<string, StreamSample> {
  const { tenant } = airbase;
  const entryOf = (key: string) =>
    [...tenant.entries.values()].find(({ id, spendId }) => id === key || spendId === key) ??
    failed(`no entry ${key}`);
  const change = (key: string) => airbase.spend.recode(entryOf(key), linesOf(entryOf(key).content.total));
  const wished = ({ amount, date }: RowWish) => ({
    ...(amount === undefined ? {} : { total: amount, inBase: amount }),
    ...(date === undefined ? {} : { date }),
  });
  const spend = (kind: EntryContent['kind']): StreamSample => ({
    add: (count, wish = {}) => {
      const last = Math.max(0, ...[...tenant.entries.values()].map(({ updatedAt }) => updatedAt));
      return Array.from({ length: count }, () => {
        const entry = makeEntry(airbase, kind, { ...termsOf(airbase), ...wished(wish) });
        if (wish.date !== undefined) entry.updatedAt = Date.parse(`${wish.date}T12:00:00Z`);
        if (wish.stamp === 'tied') entry.updatedAt = last;
        if (wish.stamp === 'late') entry.updatedAt = last - 60_000;
        return entry.spendId;
      });
    },
    change: (key) => {
      change(key);
      const entry = entryOf(key);
      entry.updatedAt = Math.max(...[...tenant.entries.values()].map(({ updatedAt }) => updatedAt)) + 1000;
    },
  });
  return {
    'ledger-entries': {
      add: (count, wish = {}) =>
        Array.from({ length: count }, (_, at) => makeAny(airbase, at, wished(wish)).id),
      change,
    },
    'spend-payments': {
      add: (count, wish = {}) =>
        Array.from({ length: count }, (_, at) => {
          const bill = makeEntry(airbase, 'bill', wished(wish));
          tenant.move(bill, 'sync_complete');
          const paid = {
            ...wished(wish),
            appliedTo: [bill.id],
            ...(at % 3 === 1 ? bornVendor(airbase) : {}),
          };
          return again(makeEntry(airbase, 'payment', paid)).id;
        }),
      change: (key) => {
        const entry = entryOf(key);
        entry.content = { ...entry.content, notes: `changed ${serial()}` };
        tenant.touched(entry);
      },
    },
    vendors: {
      add: (count) =>
        Array.from({ length: count }, (_, at) => makeVendor(airbase, at % 3 === 2 ? '' : undefined).id),
      change: (key) => {
        const vendor = tenant.masters.vendors.get(key);
        if (vendor) vendor.data = { ...vendor.data, name: `Changed ${serial()}` };
      },
      remove: (key) => {
        const vendor = tenant.masters.vendors.get(key);
        if (vendor) vendor.active = false;
      },
      isGone: (row) => row['is_active'] === false,
    },
    'purchase-orders': {
      add: (count, wish = {}) => Array.from({ length: count }, () => makeOrder(airbase, wish)),
      change: (key) => {
        const order = tenant.orders.get(key);
        if (order) order.data = { ...order.data, balance: `${serial()}.10` };
      },
    },
    bills: spend('bill'),
    reimbursements: spend('reimbursement'),
    'card-transactions': spend('card'),
  };
}

function makeOrder({ tenant }: Airbase, { amount = '100.10', date = '2026-01-05' }: RowWish): string {
  const id = tenant.newId();
  const number = `47${serial()}`;
  const line = { line_number: 1, description: 'Belts', quantity: '2.5', unit_price: '40.04', amount };
  const data = {
    id,
    po_number: number,
    erp_reference_id: number,
    owner: { id: 'u1', name: 'Ann Lee', email: 'ann@company.example' },
    vendor: { id: 'v1', name: 'Acme', email: 'ap@acme.example', erp_reference_id: 'V1' },
    currency: { iso_code: 'USD', erp_reference_id: 'USD' },
    approved_amount: amount,
    balance: amount,
    status: 'open',
    service_start_date: date,
    service_end_date: date,
    lines: [{ ...line, account: { erp_reference_id: '6100', name: 'Supplies' }, received_quantity: '1' }],
  };
  tenant.orders.set(id, { id, data });
  return id;
}
