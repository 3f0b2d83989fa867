import { addBill } from '../bill/bills';
import { addClassification } from '../bill/classifications';
import type { Organization } from '../bill/organization';
import type { Bill } from '../bill/start';
import { addVendor } from '../bill/vendors';
import type { BillSeed } from '../data/bill-seed';
import type { FaultProxy } from '../faults/proxy';
import { exact } from '../http/exact-json';
import type { SimulatedSystem } from '../simulation';

/** Puts into an organization what it holds before the first sync. Gives the ids of its bills. */
export function fillOrganization(organization: Organization, seed: BillSeed): Set<string> {
  for (const { family, data, archived } of seed.classifications) {
    addClassification(organization, family, data).archived = archived;
  }
  const vendorIds = new Map(
    seed.vendors.map((data) => [String(data['name']), addVendor(organization, data).id]),
  );
  const bills = seed.bills.map((given) =>
    addBill(organization, {
      vendorId: vendorIds.get(given.vendor) ?? '',
      dueDate: given.date,
      invoice: { invoiceNumber: given.number, invoiceDate: given.date },
      billLineItems: [{ amount: exact(given.amount) }],
    }),
  );
  return new Set(bills.map((made) => made.id));
}

/** BILL as a part of a simulation. */
export function billSystem(bill: Bill, proxy: FaultProxy | undefined): SimulatedSystem {
  return {
    traffic: bill.traffic,
    proxy,
    expireSessions: () => bill.access.expireSessions(),
    get lagMs() {
      return Math.max(bill.switches.listLagMs, bill.switches.paymentLagMs);
    },
    disableSubscriptions: () => {
      for (const { subscriptions } of bill.deliveries.values()) {
        for (const subscription of subscriptions.values()) subscription.enabled = false;
      }
    },
  };
}

/** No more calls at the same time than the organization allows. Gives what is wrong. */
export function checkBillLimit({ access, switches }: Bill): string[] {
  return access.maxInFlight > switches.concurrentLimit
    ? [`${access.maxInFlight} calls were in flight at BILL at once, ${switches.concurrentLimit} are allowed`]
    : [];
}
