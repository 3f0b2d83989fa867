import type { EntityData } from '../acumatica/entity-store';
import type { TenantData } from '../acumatica/tenant';
import { addDays, dateOf } from '../clock';
import { Random } from '../random';
import { accountRows, billClassifications, subaccountRows } from './acumatica-accounts';
import { type AcumaticaBill, AcumaticaBillRows } from './acumatica-bills';
import { everydayBill, specialBills } from './acumatica-cases';
import { acumaticaVendorRow, makeAcumaticaVendors, SPECIAL_VENDORS } from './acumatica-vendors';
import type { BillSeed } from './bill-seed';

export interface AcumaticaWish {
  readonly seed: number;
  /** Bills wanted; the special ones are always there. */
  readonly size: number;
  /** Login name of the tenant. */
  readonly tenant: string;
  /** Milliseconds; all dates are near it. */
  readonly now: number;
}

export interface AcumaticaCompany {
  readonly acumatica: TenantData;
  readonly bill: BillSeed;
  readonly bills: readonly AcumaticaBill[];
}

/** Bills of the small set that a demonstration shows. */
export const ACUMATICA_DEMO_SIZE = 90;
/** Bills changed by one transaction share their stamp, so that pages end in the middle of a tie. */
const TIED = 7;

/** Makes a company: everything in its tenant, and what its BILL organization already holds. The same wish gives the same company. */
export function makeAcumaticaCompany(wish: AcumaticaWish): AcumaticaCompany {
  const random = new Random(wish.seed);
  const today = dateOf(wish.now);
  const vendors = makeAcumaticaVendors(random, Math.max(25, Math.ceil(wish.size / 40)));
  const world = { random, vendors, today };
  const bills = specialBills(world);
  const payable = vendors.slice(SPECIAL_VENDORS);
  for (let serial = bills.length; serial < wish.size; serial += 1) {
    bills.push(everydayBill(world, serial, payable));
  }
  const rows = new AcumaticaBillRows();
  const spread = Math.ceil(bills.length / TIED);
  random.shuffled(bills).forEach((bill, index) => {
    rows.add(bill, wish.now - 60_000 - (spread - Math.floor(index / TIED)) * 61_003);
  });
  const entered = addDays(today, -3);
  return {
    acumatica: {
      name: wish.tenant,
      baseCurrency: 'USD',
      branches: ['MAIN', 'EAST'],
      closedThrough: addDays(today, -120),
      customFields: { Bill: ['Document.UsrPaidBy'] },
      entities: {
        Account: accountRows(),
        Subaccount: subaccountRows(),
        PaymentMethod: paymentMethods(),
        Ledger: [
          {
            values: {
              LedgerID: 'ACTUAL',
              Description: `Books of ${wish.tenant}`,
              Type: 'Actual',
              CurrencyID: 'USD',
            },
          },
        ],
        Vendor: vendors.map((vendor) => acumaticaVendorRow(vendor, wish.now - 86_400_000)),
        PurchaseOrder: [purchaseOrder(entered)],
        Bill: rows.bills,
        Check: rows.checks,
      },
    },
    bill: {
      classifications: billClassifications(),
      vendors: vendors.flatMap((vendor) => vendor.inBill),
      bills: [
        { vendor: 'Tulsa Data Center Co', number: 'TD-500', amount: '1500.00', date: entered },
        { vendor: 'Tulsa Data Center Co', number: 'TD-501', amount: '1650.00', date: entered },
        { vendor: 'Tulsa Data Center Co', number: 'HAND-1', amount: '333.00', date: entered },
      ],
    },
    bills,
  };
}

function paymentMethods(): EntityData[] {
  const method = (id: string, description: string, accounts: readonly string[]): EntityData => ({
    values: {
      PaymentMethodID: id,
      Description: description,
      Active: true,
      MeansOfPayment: 'Cash/Check',
      UseInAP: true,
      UseInAR: false,
    },
    details: {
      AllowedCashAccounts: accounts.map((account, index) => ({
        CashAccount: account,
        Branch: 'MAIN',
        UseInAP: true,
        APDefault: index === 0,
        APSuggestNextNbr: false,
      })),
    },
  });
  const all = ['10200', '10250', '10260', '10270'];
  return [
    method('CHECK', 'Printed check', ['10200']),
    method('WIRE', 'Wire transfer', all),
    method('BILLCOM', 'Paid by BILL', all),
  ];
}

/** An order, which must never travel. */
function purchaseOrder(date: string): EntityData {
  const row = (LineNbr: number, cost: string) => ({
    LineNbr,
    LineType: 'Service',
    LineDescription: 'Software seats',
    OrderQty: '1',
    UnitCost: cost,
    ExtendedCost: cost,
    Account: '61000',
    Subaccount: '200010',
    OrderType: 'Normal',
    OrderNbr: '000001',
  });
  return {
    values: {
      Type: 'Normal',
      OrderNbr: '000001',
      Status: 'Open',
      Hold: false,
      VendorID: 'BRIGHTDESK',
      VendorRef: 'QUOTE-9',
      Date: date,
      CurrencyID: 'USD',
      Branch: 'MAIN',
      OrderTotal: '580.00',
      ControlTotal: '580.00',
    },
    details: { Details: [row(1, '500.00'), row(2, '80.00')] },
  };
}
