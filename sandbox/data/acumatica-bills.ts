import type { EntityData, Values } from '../acumatica/entity-store';
import { addDays } from '../clock';
import { compared, minus, scaleOf, sum } from '../money';
import type { AcumaticaVendor } from './acumatica-vendors';

export interface AcumaticaLine {
  readonly description: string;
  readonly account: string;
  readonly subaccount: string;
  /** After discount, decimal text. */
  readonly amount: string;
  /** Before discount, where that differs. */
  readonly cost?: string;
  readonly order?: readonly [number: string, line: number];
}

/** A bill or adjustment as the generator thinks of it. */
export interface AcumaticaBill {
  readonly vendor: AcumaticaVendor;
  /** Empty: the vendor gave no number. */
  readonly reference: string;
  /** Why it is there. */
  readonly title: string;
  readonly lines: readonly AcumaticaLine[];
  readonly date: string;
  readonly type?: 'Bill' | 'Debit Adj.' | 'Credit Adj.' | 'Prepayment';
  readonly status?: string;
  readonly taxes?: readonly (readonly [id: string, amount: string])[];
  /** Held back from the total until the work is accepted. */
  readonly retained?: string;
  /** Paid in Acumatica before the first sync. */
  readonly paid?: string;
  /** A payment for it was entered and waits for its release. */
  readonly prepared?: boolean;
  readonly currency?: string;
  readonly note?: string;
  readonly description?: string;
}

/** The bills and the payments that were made for some of them, as they stand in Acumatica. */
export class AcumaticaBillRows {
  readonly bills: EntityData[] = [];
  readonly checks: EntityData[] = [];
  readonly #numbers = new Map<string, number>();

  /** `changed` is its stamp in milliseconds. */
  add(bill: AcumaticaBill, changed: number): void {
    const type = bill.type ?? 'Bill';
    const serial = (this.#numbers.get(type) ?? 0) + 1;
    this.#numbers.set(type, serial);
    const number = String(serial).padStart(6, '0');
    const currency = bill.currency ?? bill.vendor.currency;
    const scale = scaleOf(currency);
    const taxes = sum(
      (bill.taxes ?? []).map(([, amount]) => amount),
      scale,
    );
    const whole = sum([...bill.lines.map((line) => line.amount), taxes], scale);
    const amount = minus(whole, bill.retained ?? '0', scale);
    const status = bill.status ?? 'Open';
    const paid = status === 'Closed' ? amount : (bill.paid ?? '0');
    const values: Values = {
      Type: type,
      ReferenceNbr: number,
      Status: status,
      Hold: status === 'On Hold',
      ApprovedForPayment: false,
      Vendor: bill.vendor.id,
      LocationID: 'MAIN',
      VendorRef: bill.reference || null,
      Date: bill.date,
      DueDate: type === 'Debit Adj.' ? null : addDays(bill.date, 30),
      PostPeriod: `${bill.date.slice(5, 7)}${bill.date.slice(0, 4)}`,
      Description: bill.description ?? bill.title,
      Terms: type === 'Debit Adj.' ? null : '30D',
      CurrencyID: currency,
      BranchID: 'MAIN',
      CashAccount: '10200',
      Project: 'X',
      Amount: amount,
      Balance: minus(amount, paid, scale),
      TaxTotal: taxes,
      IsTaxValid: false,
      LastModifiedDateTime: changed,
    };
    this.bills.push({
      values,
      note: bill.note ?? '',
      details: {
        Details: bill.lines.map(lineValues),
        TaxDetails: (bill.taxes ?? []).map(([TaxID, TaxAmount]) => ({
          TaxID,
          TaxAmount,
          TaxableAmount: amount,
        })),
        Applications:
          compared(paid, '0') > 0 ? [applied(this.#pay(bill, type, number, paid, changed), paid)] : [],
      },
    });
    if (bill.prepared === true) this.#pay(bill, type, number, amount, changed, 'Balanced');
  }

  /** A payment by the clerk for one bill; gives its number. */
  #pay(
    bill: AcumaticaBill,
    type: string,
    number: string,
    amount: string,
    changed: number,
    status = 'Closed',
  ): string {
    const serial = String(this.checks.length + 1).padStart(6, '0');
    const row = { DocType: type, ReferenceNbr: number, AmountPaid: amount, Balance: '0' };
    this.checks.push({
      values: {
        Type: 'Payment',
        ReferenceNbr: serial,
        Status: status,
        Hold: false,
        Vendor: bill.vendor.id,
        PaymentMethod: 'WIRE',
        CashAccount: '10200',
        PaymentRef: `WIRE-${serial}`,
        ApplicationDate: bill.date,
        PaymentAmount: amount,
        UnappliedBalance: '0',
        CurrencyID: bill.currency ?? bill.vendor.currency,
        Description: 'Entered by hand',
        LastModifiedDateTime: changed,
      },
      details: status === 'Closed' ? { History: [row] } : { Details: [{ ...row, DocLineNbr: 0 }] },
    });
    return serial;
  }
}

function applied(number: string, amount: string): Values {
  return { DocType: 'Payment', ReferenceNbr: number, AmountPaid: amount, Balance: '0', Status: 'Closed' };
}

function lineValues({ description, account, subaccount, amount, cost, order }: AcumaticaLine): Values {
  return {
    Branch: 'MAIN',
    TransactionDescription: description,
    Qty: '1',
    UOM: 'EA',
    UnitCost: cost ?? amount,
    ExtendedCost: cost ?? amount,
    Amount: amount,
    Account: account,
    Description: `Account ${account}`,
    Subaccount: subaccount,
    Project: 'X',
    NonBillable: false,
    ...(order === undefined ? {} : { POOrderType: 'Normal', POOrderNbr: order[0], POLine: order[1] }),
  };
}
