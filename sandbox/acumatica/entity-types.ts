export type FieldType = 'text' | 'bool' | 'decimal' | 'int' | 'date' | 'instant';

export interface Field {
  readonly name: string;
  readonly type: FieldType;
  /** Worked out by the server; what a caller sends for it is ignored. */
  readonly derived: boolean;
  readonly max: number | undefined;
  /** First endpoint version that has it. */
  readonly since: string | undefined;
  /** The labels of a drop-down. */
  readonly labels: readonly string[] | undefined;
}

export type Fields = ReadonlyMap<string, Field>;

export interface EntityType {
  readonly name: string;
  /** Number of the form behind it, as rights and file names show it. */
  readonly screen: string;
  readonly graph: string;
  readonly keys: readonly string[];
  readonly fields: Fields;
  /** Lists of rows, by name. */
  readonly details: ReadonlyMap<string, { readonly view: string; readonly fields: Fields }>;
  /** Entities inside it, by path such as `MainContact/Address`. */
  readonly linked: ReadonlyMap<string, Fields>;
  readonly actions: readonly string[];
  /** The integration's role may write it. */
  readonly writable: boolean;
}

const DECLARED = /^(\w+)(?::(\w+))?(?:\/(\d+))?(-)?(?:@([\d.]+))?$/;

/** Fields from words such as `Amount:decimal`, `VendorRef/40` (longest), `Balance:decimal-` (derived), `LCType@24.200.001` (since). */
function fields(words: string, labels: Readonly<Record<string, readonly string[]>> = {}): Fields {
  const declared = words.split(/\s+/).map((word): [string, Field] => {
    const [, name = '', type = 'text', max, derived, since] = DECLARED.exec(word) ?? [];
    if (name === '') throw new Error(`not a field: ${word}`);
    return [
      name,
      {
        name,
        type: type as FieldType,
        derived: derived !== undefined,
        max: max === undefined ? undefined : Number(max),
        since,
        labels: labels[name],
      },
    ];
  });
  return new Map(declared.sort(([a], [b]) => (a < b ? -1 : 1)));
}

interface Declared {
  readonly screen: string;
  readonly graph: string;
  readonly keys: readonly string[];
  readonly fields: Fields;
  readonly details?: Readonly<Record<string, readonly [view: string, fields: Fields]>>;
  readonly linked?: Readonly<Record<string, Fields>>;
  readonly actions?: readonly string[];
  readonly writable?: boolean;
}

function entity(name: string, declared: Declared): [string, EntityType] {
  const details = Object.entries(declared.details ?? {}).map(
    ([list, [view, rows]]) => [list, { view, fields: rows }] as const,
  );
  return [
    name,
    {
      name,
      screen: declared.screen,
      graph: declared.graph,
      keys: declared.keys,
      fields: declared.fields,
      details: new Map(details),
      linked: new Map(Object.entries(declared.linked ?? {})),
      actions: declared.actions ?? [],
      writable: declared.writable ?? false,
    },
  ];
}

const CONTACT = fields(
  'Email Phone1 Phone2 Fax WebSite Attention FirstName LastName CompanyName DisplayName',
);
const ADDRESS = fields('AddressLine1 AddressLine2 City State PostalCode Country Validated:bool-');

export const BILL_TYPES = ['Bill', 'Credit Adj.', 'Debit Adj.', 'Prepayment'];
const CHECK_TYPES = ['Payment', 'Debit Adj.', 'Prepayment', 'Refund', 'Voided Payment', 'Voided Refund'];
const VENDOR_STATUSES = ['Active', 'On Hold', 'Hold Payments', 'Inactive', 'One-Time'];

/** The entities that the endpoints serve. */
export const ENTITY_TYPES: ReadonlyMap<string, EntityType> = new Map([
  entity('Vendor', {
    screen: 'AP303000',
    graph: 'PX.Objects.AP.VendorMaint',
    keys: ['VendorID'],
    fields: fields(
      'VendorID/30 VendorName/255 LegalName/255 Status VendorClass AccountRef/50 ParentAccount CreatedDateTime:instant- LastModifiedDateTime:instant- Terms/10 CurrencyID/5 EnableCurrencyOverride:bool EnableRateOverride:bool CurrencyRateType APAccount APSubaccount CashAccount/10 PaymentMethod/10 PaymentBy PaymentLeadTimedays:int PaySeparately:bool TaxRegistrationID/50 TaxZone TaxCalculationMode F1099Vendor:bool F1099Box FATCA:bool ForeignEntity:bool VendorIsLaborUnion:bool VendorIsTaxAgency:bool LandedCostVendor:bool LocationName ReceivingBranch ShipVia ShippingTerms FOBPoint LeadTimedays:int Warehouse RemittanceAddressOverride:bool RemittanceContactOverride:bool',
      { Status: VENDOR_STATUSES, PaymentBy: ['Due Date', 'Discount Date'] },
    ),
    linked: {
      MainContact: CONTACT,
      'MainContact/Address': ADDRESS,
      RemittanceContact: CONTACT,
      'RemittanceContact/Address': ADDRESS,
    },
    details: {
      Contacts: ['ExtContacts', fields('ContactID:int- DisplayName- Email- Phone1-')],
      Attributes: ['Answers', fields('AttributeID- Value Required:bool-')],
      PaymentInstructions: [
        'PaymentDetails',
        fields('PaymentInstructionsID- PaymentMethod- LocationID- Description- Value'),
      ],
    },
    writable: true,
  }),
  entity('Bill', {
    screen: 'AP301000',
    graph: 'PX.Objects.AP.APInvoiceEntry',
    keys: ['Type', 'ReferenceNbr'],
    fields: fields(
      'Type ReferenceNbr/15- Status- Hold:bool ApprovedForPayment:bool Vendor/30 LocationID VendorRef/40 Date:date DueDate:date PostPeriod Description/512 Terms/10 CurrencyID/5 BranchID/30 CashAccount/10 Project Amount:decimal Balance:decimal- TaxTotal:decimal- IsTaxValid:bool@23.200.001 LastModifiedDateTime:instant-',
      { Type: BILL_TYPES },
    ),
    details: {
      Details: [
        'Transactions',
        fields(
          'Branch InventoryID TransactionDescription/512 Qty:decimal UOM/6 UnitCost:decimal ExtendedCost:decimal Amount:decimal- Account/10 Description- Subaccount/30 Project ProjectTask CostCode NonBillable:bool TaxCategory CalculateDiscountsOnImport:bool POOrderType POOrderNbr POLine:int POReceiptType POReceiptNbr POReceiptLine:int LCType@24.200.001 LCNbr@24.200.001 LCLineNbr:int@24.200.001',
        ),
      ],
      TaxDetails: ['Taxes', fields('TaxID TaxableAmount:decimal TaxAmount:decimal TaxRate:decimal')],
      Applications: [
        'Adjustments',
        fields('DocType- ReferenceNbr- AmountPaid:decimal- Balance:decimal- Status-'),
      ],
    },
    actions: ['ReleaseBill', 'ReverseBill'],
    writable: true,
  }),
  entity('Check', {
    screen: 'AP302000',
    graph: 'PX.Objects.AP.APPaymentEntry',
    keys: ['Type', 'ReferenceNbr'],
    fields: fields(
      'Type ReferenceNbr/15- Status- Hold:bool Vendor/30 PaymentMethod/10 CashAccount/10 PaymentRef/40 ApplicationDate:date PaymentAmount:decimal UnappliedBalance:decimal- CurrencyID/5 Description/512 LastModifiedDateTime:instant-',
      { Type: CHECK_TYPES },
    ),
    details: {
      Details: [
        'Adjustments',
        fields(
          'DocType ReferenceNbr DocLineNbr:int AmountPaid:decimal Balance:decimal- CashDiscountBalance:decimal-',
          { DocType: BILL_TYPES },
        ),
      ],
      History: [
        'Adjustments_History',
        fields(
          'DocType- ReferenceNbr- VendorRef- AmountPaid:decimal- Balance:decimal- CashDiscountTaken:decimal- CashDiscountBalance:decimal-',
        ),
      ],
    },
    actions: ['ReleaseCheck', 'VoidCheck'],
    writable: true,
  }),
  entity('PurchaseOrder', {
    screen: 'PO301000',
    graph: 'PX.Objects.PO.POOrderEntry',
    keys: ['Type', 'OrderNbr'],
    fields: fields(
      'Type OrderNbr Status- Hold:bool VendorID Location VendorRef Date:date PromisedOn:date Description Terms CurrencyID Branch ControlTotal:decimal LineTotal:decimal- TaxTotal:decimal- OrderTotal:decimal- LastModifiedDateTime:instant-',
    ),
    details: {
      Details: [
        'Transactions',
        fields(
          'LineNbr:int- LineType InventoryID LineDescription Description- OrderQty:decimal UOM UnitCost:decimal ExtendedCost:decimal Account Subaccount BranchID Completed:bool Cancelled:bool OrderType- OrderNbr-',
        ),
      ],
    },
  }),
  entity('Account', {
    screen: 'GL202500',
    graph: 'PX.Objects.GL.AccountMaint',
    keys: ['AccountCD'],
    fields: fields(
      'AccountCD/10 AccountID:int- Description Type AccountClass AccountGroup Active:bool CashAccount:bool CurrencyID PostOption RequireUnits:bool Secured:bool TaxCategory UseDefaultSubaccount:bool ConsolidationAccount ChartOfAccountsOrder:int- CreatedDateTime:instant- LastModifiedDateTime:instant-',
    ),
  }),
  entity('Subaccount', {
    screen: 'GL203000',
    graph: 'PX.Objects.GL.SubAccountMaint',
    keys: ['SubaccountCD'],
    fields: fields('SubaccountCD/30 SubaccountID:int- Description Active:bool Secured:bool'),
  }),
  entity('PaymentMethod', {
    screen: 'CA204000',
    graph: 'PX.Objects.CA.PaymentMethodMaint',
    keys: ['PaymentMethodID'],
    fields: fields('PaymentMethodID Description Active:bool MeansOfPayment UseInAP:bool UseInAR:bool'),
    details: {
      AllowedCashAccounts: [
        'CashAccounts',
        fields('CashAccount Branch UseInAP:bool APDefault:bool APLastRefNbr APSuggestNextNbr:bool'),
      ],
    },
  }),
  entity('Ledger', {
    screen: 'GL201500',
    graph: 'PX.Objects.GL.GeneralLedgerMaint',
    keys: ['LedgerID'],
    fields: fields('LedgerID Description Type CurrencyID'),
  }),
]);

/** The declared entity. Throws for a name that the simulation itself got wrong. */
export function entityType(name: string): EntityType {
  const type = ENTITY_TYPES.get(name);
  if (type === undefined) throw new Error(`no entity ${name} in the simulated Acumatica`);
  return type;
}

/** Whether an endpoint of a version has the field. Versions compare as text. */
export function isServed(field: Field, version: string): boolean {
  return field.since === undefined || field.since <= version;
}
