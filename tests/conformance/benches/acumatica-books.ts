import { releaseCheck } from '../../../sandbox/acumatica/check-release';
import { storedCheck } from '../../../sandbox/acumatica/checks';
import type { StoredEntity, Values } from '../../../sandbox/acumatica/entity-store';
import type { Tenant } from '../../../sandbox/acumatica/tenant';

const CLERK = 'clerk';
const VENDOR = 'VENDOR';

let made = 0;

export function serial(): number {
  made += 1;
  return made;
}

function insert(
  tenant: Tenant,
  entity: string,
  values: Values,
  more: Partial<StoredEntity> = {},
): StoredEntity {
  return tenant.insert({ ...tenant.draft(entity, values, CLERK), ...more });
}

export function addVendor(tenant: Tenant, id = `V${serial()}`): StoredEntity {
  const contact = {
    CompanyName: `Vendor ${id}`,
    DisplayName: 'Ann',
    Email: 'ap@vendor.example',
    Phone1: '555-0100',
  };
  const address = {
    AddressLine1: '1 Main Street',
    City: 'Dayton',
    State: 'OH',
    PostalCode: '45402',
    Country: 'US',
  };
  const vendor = insert(
    tenant,
    'Vendor',
    {
      VendorID: id,
      VendorName: `Vendor ${id}`,
      Status: 'Active',
      CurrencyID: 'USD',
      RemittanceAddressOverride: true,
    },
    {
      linked: {
        MainContact: contact,
        'MainContact/Address': address,
        RemittanceContact: contact,
        'RemittanceContact/Address': { ...address, AddressLine1: 'PO Box 7' },
      },
    },
  );
  return vendor;
}

/** The vendor of all documents, made when it is first needed. */
function needVendor(tenant: Tenant): string {
  if (tenant.rows('Vendor').find(VENDOR) === undefined) addVendor(tenant, VENDOR);
  return VENDOR;
}

export function addAccount(tenant: Tenant, code = String(60_000 + serial())): StoredEntity {
  return insert(tenant, 'Account', {
    AccountCD: code,
    Description: `Account ${code}`,
    Type: 'Expense',
    Active: true,
    CashAccount: false,
  });
}

export function addSubaccount(tenant: Tenant, code = String(100_000 + serial())): StoredEntity {
  return insert(tenant, 'Subaccount', { SubaccountCD: code, Description: 'Repairs', Active: true });
}

/** A released bill with a line, a tax and nothing paid. */
export function addBill(tenant: Tenant, amount = '120.50', date = '2026-03-02'): StoredEntity {
  const number = tenant.nextNumber('Bill Bill');
  return insert(
    tenant,
    'Bill',
    {
      Type: 'Bill',
      ReferenceNbr: number,
      Status: 'Open',
      Hold: false,
      Vendor: needVendor(tenant),
      VendorRef: `INV-${number}`,
      Date: date,
      DueDate: date,
      CurrencyID: 'USD',
      Amount: amount,
      Balance: amount,
      TaxTotal: '0',
    },
    {
      details: {
        Details: [
          tenant.row({ Account: '61000', Subaccount: '000000', Amount: amount, ExtendedCost: amount }),
        ],
        TaxDetails: [tenant.row({ TaxID: 'STATE', TaxAmount: '0', TaxableAmount: amount, TaxRate: '0' })],
        Applications: [
          tenant.row({
            DocType: 'Payment',
            ReferenceNbr: '900000',
            AmountPaid: '0',
            Balance: amount,
            Status: 'Voided',
          }),
        ],
      },
    },
  );
}

export interface Application {
  readonly bill: StoredEntity;
  readonly amount: string;
}

/** A payment as a clerk enters it, applied and released. */
export function addPayment(
  tenant: Tenant,
  reference: string,
  applications: readonly Application[],
  more: Values = {},
): StoredEntity {
  const payment = insert(
    tenant,
    'Check',
    {
      Type: 'Payment',
      ReferenceNbr: tenant.nextNumber('Check Payment'),
      Status: 'Balanced',
      Hold: false,
      Vendor: needVendor(tenant),
      PaymentMethod: 'BILLCOM',
      CashAccount: '10200',
      PaymentRef: reference,
      ApplicationDate: '2026-03-02',
      PaymentAmount: '0',
      UnappliedBalance: '0',
      CurrencyID: 'USD',
      ...more,
    },
    {
      details: {
        Details: applications.map(({ bill, amount }) =>
          tenant.row({
            DocType: bill.values['Type'] ?? null,
            ReferenceNbr: bill.values['ReferenceNbr'] ?? null,
            DocLineNbr: 0,
            AmountPaid: amount,
            Balance: '0',
          }),
        ),
      },
    },
  );
  storedCheck(tenant, payment);
  releaseCheck(tenant, payment);
  return payment;
}
