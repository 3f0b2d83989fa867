import { compare, subtract } from '../../../runtime/mapping/decimals';
import { type Caller, getByKeys } from '../api';
import type { AcumaticaConnection } from '../connection';
import { parked } from '../troubles';
import { decimalAt, textAt } from '../values';
import type { Allocation, Payment } from './payment-document';

/**
 * Makes sure that every bill and debit adjustment can take what the payment applies to it.
 * @throws RecordOutcome (park) `partly-paid` with the shortfall, `currency-mismatch`, `not-ours` for a document
 * that is not there, `rejected-by-target` for one that is not released or of another vendor
 */
export async function assertOpenBills(
  connection: AcumaticaConnection,
  caller: Caller,
  payment: Payment,
  allocations: readonly Allocation[],
): Promise<void> {
  for (const { type, referenceNbr, amount } of allocations) {
    const key = { entity: 'Bill', keys: { Type: type, ReferenceNbr: referenceNbr } };
    const bill = await getByKeys(connection, caller, 'find-bill', key);
    const name = `${type} ${referenceNbr}`;
    if (!bill) throw parked('not-ours', `There is no ${name} in tenant ${connection.tenant}.`);
    const vendor = textAt(bill, 'Vendor');
    if (vendor?.toUpperCase() !== payment.vendor.toUpperCase()) {
      throw parked('rejected-by-target', `${name} is of vendor ${vendor}, the payment of ${payment.vendor}.`);
    }
    const currency = textAt(bill, 'CurrencyID');
    if (currency !== undefined && currency.toUpperCase() !== payment.currency.toUpperCase()) {
      throw parked('currency-mismatch', `${name} is in ${currency}, the payment in ${payment.currency}.`);
    }
    const open = decimalAt(bill, 'Balance') ?? '0';
    const status = textAt(bill, 'Status') ?? 'unknown';
    if (!/^(open|closed)$/i.test(status)) {
      throw parked('rejected-by-target', `${name} is not released: its status is ${status}.`, { status });
    }
    if (compare(amount, open) > 0) {
      const shortfall = subtract(amount, open);
      const message = `${name} has ${open} open, the payment applies ${amount}.`;
      throw parked('partly-paid', message, { bill: referenceNbr, open, applied: amount, shortfall });
    }
  }
}
