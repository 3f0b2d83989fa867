import { releaseBill, reverseBill, showAsPayment } from '../acumatica/bills';
import { releaseCheck } from '../acumatica/check-release';
import { storedCheck } from '../acumatica/checks';
import { amount, rowsOf, type StoredEntity, text, type Values } from '../acumatica/entity-store';
import type { Tenant } from '../acumatica/tenant';
import { sum } from '../money';

const CLERK = 'clerk';

/** Someone at the company who changes things in Acumatica while others read it. */
export class AcumaticaClerk {
  constructor(readonly tenant: Tenant) {}

  bill(number: string, type = 'Bill'): StoredEntity {
    const bill = this.tenant.rows('Bill').find(type, number);
    if (bill === undefined) throw new Error(`no ${type} ${number}`);
    return bill;
  }

  /** The first document with a vendor's number. */
  billOf(vendor: string, reference: string): StoredEntity {
    const bill = this.tenant
      .rows('Bill')
      .all.find((each) => text(each, 'Vendor') === vendor && text(each, 'VendorRef') === reference);
    if (bill === undefined) throw new Error(`no bill ${reference} of ${vendor}`);
    return bill;
  }

  changeVendor(id: string, changes: Values): void {
    const vendor = this.tenant.rows('Vendor').find(id);
    if (vendor === undefined) throw new Error(`no vendor ${id}`);
    this.tenant.change(vendor, changes);
  }

  /** Releases a bill that waits, whatever it waits for. */
  release(bill: StoredEntity): void {
    this.tenant.change(bill, { Status: 'Balanced', Hold: false });
    releaseBill(this.tenant, bill);
  }

  /** Takes a released bill back as accounting does: an adjustment over the whole, released and applied. */
  reverse(bill: StoredEntity): StoredEntity {
    const { tenant } = this;
    const adjustment = reverseBill(tenant, bill, CLERK);
    tenant.change(adjustment, { Status: 'Balanced', Hold: false, Date: tenant.today() });
    releaseBill(tenant, adjustment);
    const payment = tenant.rows('Check').find('Debit Adj.', text(adjustment, 'ReferenceNbr'));
    if (payment === undefined) throw new Error('the adjustment is no payment');
    this.#apply(payment, bill, amount(bill, 'Balance'));
    return adjustment;
  }

  /** Reverses a bill and enters it again under the vendor's number, its first line more by `more`. */
  replace(bill: StoredEntity, more: string): StoredEntity {
    this.reverse(bill);
    const copy = this.#copyOf(bill);
    const first = rowsOf(copy, 'Details')[0];
    if (first === undefined) throw new Error('the bill has no line');
    const raised = sum([amount(first, 'Amount'), more]);
    Object.assign(first.values, { Amount: raised, ExtendedCost: raised, UnitCost: raised });
    const whole = sum([amount(bill, 'Amount'), more]);
    Object.assign(copy.values, { Amount: whole, Balance: whole });
    return this.tenant.insert(copy);
  }

  /** Moves the first line of a released bill to another account. */
  reclassify(bill: StoredEntity, account: string): void {
    const first = rowsOf(bill, 'Details')[0];
    if (first === undefined) throw new Error('the bill has no line');
    first.values = { ...first.values, Account: account, Description: `Account ${account}` };
    this.tenant.change(bill, {});
  }

  /** Pays a part of a bill by wire, released at once. */
  payByHand(bill: StoredEntity, part: string): StoredEntity {
    const { Vendor = null, CurrencyID = null } = bill.values;
    const number = this.tenant.nextNumber('Check Payment');
    const payment = this.tenant.insert(
      this.tenant.draft(
        'Check',
        {
          Type: 'Payment',
          ReferenceNbr: number,
          Status: 'Balanced',
          Hold: false,
          Vendor,
          PaymentMethod: 'WIRE',
          CashAccount: '10200',
          PaymentRef: `WIRE-${number}`,
          ApplicationDate: this.tenant.today(),
          PaymentAmount: part,
          UnappliedBalance: '0',
          CurrencyID,
        },
        CLERK,
      ),
    );
    this.#apply(payment, bill, part);
    return payment;
  }

  /** Touches `count` released bills without changing what matters, as a mass update does. */
  touchBills(count: number): void {
    const released = this.tenant.rows('Bill').all.filter((bill) => text(bill, 'Status') === 'Open');
    for (const bill of released.slice(0, count)) this.tenant.change(bill, {});
  }

  /**
   * A new released bill like a given one, under another number of the vendor. With a stamp it looks as if its
   * transaction had begun then, in milliseconds, and committed only now.
   */
  copyBill(bill: StoredEntity, reference: string, stamp?: number): StoredEntity {
    const copy = this.#copyOf(bill);
    copy.values['VendorRef'] = reference;
    const stored = this.tenant.insert(copy);
    if (text(stored, 'Type') === 'Debit Adj.') showAsPayment(this.tenant, stored);
    if (stamp !== undefined) stored.values['LastModifiedDateTime'] = stamp;
    return stored;
  }

  /** Closes the financial periods up to a date, `YYYY-MM-DD`. */
  closePeriodsThrough(date: string): void {
    this.tenant.closedThrough = date;
  }

  #copyOf(bill: StoredEntity): StoredEntity {
    const type = text(bill, 'Type');
    const values: Values = { ...bill.values, Status: 'Open', Balance: amount(bill, 'Amount') };
    const copy = this.tenant.draft('Bill', values, CLERK);
    values['ReferenceNbr'] = this.tenant.nextNumber(`Bill ${type}`);
    for (const list of ['Details', 'TaxDetails']) {
      copy.details[list] = rowsOf(bill, list).map((row) => this.tenant.row({ ...row.values }));
    }
    return copy;
  }

  #apply(payment: StoredEntity, bill: StoredEntity, part: string): void {
    payment.details['Details'] = [
      this.tenant.row({
        DocType: text(bill, 'Type'),
        ReferenceNbr: text(bill, 'ReferenceNbr'),
        DocLineNbr: 0,
        AmountPaid: part,
        Balance: amount(bill, 'Balance'),
      }),
    ];
    storedCheck(this.tenant, payment);
    releaseCheck(this.tenant, payment);
  }
}
