import type { Random } from '../random';
import type { BillSwitches } from './switches';

/** What the documentation of BILL leaves open, drawn: lists that lag, no help against doubles, odd refusals. */
export function harshBillSwitches(random: Random): Partial<BillSwitches> {
  return {
    latencyMs: random.pick([0, 2, 8]),
    knowsAllowDuplicate: random.chance(0.4),
    invoiceNumberFilter: random.pick(['invoice.invoiceNumber', 'invoiceNumber']),
    paging: random.pick(['keyset', 'offset']),
    listLagMs: random.pick([0, 0, 100, 400]),
    paymentLagMs: random.pick([0, 0, 300]),
    throttleStatus: random.pick([429, 422]),
    retryAfter: random.pick([undefined, 1]),
    unauthorizedBody: random.pick(['array', 'empty', 'object', 'html']),
    thinVendorRows: random.chance(0.3),
    deliveryPace: 0.02,
    deliveredBody: random.pick(['minified', 'pretty', 'escaped']),
    heldBackMs: random.pick([0, 0, 300]),
    duplicateDeliveries: random.chance(0.4),
  };
}
