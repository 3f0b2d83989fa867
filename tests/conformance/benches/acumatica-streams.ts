import { type StoredEntity, text, type Values } from '../../../sandbox/acumatica/entity-store';
import type { Tenant } from '../../../sandbox/acumatica/tenant';
import type { RowWish, StreamSample } from '../bench';
import { failed } from '../check';
import { addAccount, addBill, addPayment, addSubaccount, addVendor, serial } from './acumatica-books';

export function streamSamples(tenant: Tenant): Record<string, StreamSample> {
  const inactive = { remove: { Active: false }, isGone: (row: Row) => row['Active'] === false };
  return {
    vendors: streamOf(tenant, 'Vendor', {
      make: () => addVendor(tenant),
      change: { TaxRegistrationID: '31-1234567' },
      remove: { Status: 'Inactive' },
      isGone: (row) => row['Status'] === 'Inactive',
    }),
    bills: streamOf(tenant, 'Bill', {
      make: ({ amount, date }) => addBill(tenant, amount, date),
      change: { Description: 'Changed' },
      remove: { Status: 'Voided' },
      isGone: (row) => row['Status'] === 'Voided',
    }),
    'gl-accounts': streamOf(tenant, 'Account', {
      make: () => addAccount(tenant),
      change: { Description: 'Renamed' },
      ...inactive,
    }),
    subaccounts: streamOf(tenant, 'Subaccount', {
      make: () => addSubaccount(tenant),
      change: { Description: 'Renamed' },
      ...inactive,
    }),
    payments: streamOf(tenant, 'Check', {
      make: ({ amount = '120.50', date = '2026-03-02' }) => {
        const bill = addBill(tenant, amount);
        const applied = addPayment(tenant, `pay-${serial()}`, [{ bill, amount }], {
          PaymentAmount: amount,
          ApplicationDate: date,
        });
        // What is shown of one that is not released yet.
        applied.details['Details'] = [
          tenant.row({ DocType: 'Bill', ReferenceNbr: '900001', AmountPaid: '1', Balance: '0' }),
        ];
        return applied;
      },
      change: { Description: 'Changed' },
      remove: { Status: 'Voided' },
      isGone: (row) => row['Status'] === 'Voided',
    }),
  };
}

type Row = Readonly<Record<string, unknown>>;

interface Ways {
  readonly make: (wish: RowWish) => StoredEntity;
  readonly change: Values;
  readonly remove: Values;
  readonly isGone: (row: Row) => boolean;
}

function streamOf(tenant: Tenant, entity: string, { make, change, remove, isGone }: Ways): StreamSample {
  const rows = tenant.rows(entity);
  const keyOf = (row: StoredEntity) => row.type.keys.map((name) => text(row, name)).join('|');
  const rowOf = (key: string) => rows.find(...key.split('|')) ?? failed(`there is no ${key}`);
  const stamp = 'LastModifiedDateTime';
  return {
    add: (count, wish = {}) => {
      const newest = Math.max(0, ...rows.all.map((row) => Number(row.values[stamp] ?? 0)));
      return Array.from({ length: count }, () => {
        const row = make(wish);
        if (wish.stamp === 'tied') row.values[stamp] = newest;
        if (wish.stamp === 'late') row.values[stamp] = newest - 60_000;
        if (wish.stamp === 'none') failed('Acumatica stamps every record');
        return keyOf(row);
      });
    },
    change: (key) => tenant.change(rowOf(key), change),
    remove: (key) => tenant.change(rowOf(key), remove),
    isGone,
  };
}
