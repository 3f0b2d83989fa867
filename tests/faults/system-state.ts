import { createHash } from 'node:crypto';
import type { EpicorBillWorld } from '../../sandbox/worlds/epicor-kinetic-bill';

/** Tables of the company that an integration can write to. */
const TABLES = ['APInvHed', 'APInvDtl', 'CheckHed', 'APTran', 'APChkGrp', 'Vendor'] as const;

/** A hash of all that an integration could have changed in either system: equal means that nothing has. */
export function stateOf({ organization, books }: EpicorBillWorld): string {
  const rows = [
    organization.vendors.all,
    organization.bills.all,
    organization.credits.all,
    organization.payments.all,
    ...TABLES.map((table) => books.company.rows(table).all),
  ];
  const text = JSON.stringify(rows, (_name, value) =>
    value instanceof Map || value instanceof Set ? [...value] : value,
  );
  return createHash('sha256').update(text).digest('hex');
}

/** Documents at both systems that can be a record of a sync. */
export function recordsIn({ organization, books }: EpicorBillWorld): number {
  const { company } = books;
  const tables = ['GLAccount', 'Vendor', 'APInvHed'] as const;
  return tables.reduce(
    (sum, table) => sum + company.rows(table).all.length,
    organization.payments.all.length,
  );
}
