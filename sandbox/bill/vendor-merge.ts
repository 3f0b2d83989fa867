import type { Collection } from './collection';
import type { Organization } from './organization';
import type { Stored, VendorRecord } from './records';

/** A person decides that two vendors are one: what the first had now belongs to the second, and the first is archived. */
export function mergeVendors(organization: Organization, from: VendorRecord, into: VendorRecord): void {
  const moveAll = <T extends Stored & { vendorId: string }>(collection: Collection<T>) => {
    for (const row of [...collection.inGroup(from.id)]) {
      collection.move(row, () => {
        row.vendorId = into.id;
      });
      organization.touch(collection, row);
    }
  };
  moveAll(organization.bills);
  moveAll(organization.credits);
  moveAll(organization.payments);
  from.archived = true;
  organization.touch(organization.vendors, from);
}
