import type { FieldDeclaration } from '../../runtime/connector/manifest';

/** Names of lists and resources, with their usual paths. A connection may name others. */
export const usualPaths = {
  ledgerEntries: '/v1/accounting/ledger_entries/',
  vendors: '/v1/accounting/vendors/',
  accounts: '/v1/accounting/accounts/',
  tags: '/v1/accounting/tags/',
  subsidiaries: '/v1/accounting/subsidiaries/',
  currencies: '/v1/accounting/currencies/',
  entitySync: '/v1/accounting/entity/sync/',
  bulkSuffix: 'bulk_upsert/',
  bills: '/v1/bills/',
  reimbursements: '/v1/reimbursements/',
  cardTransactions: '/v1/card_transactions/',
  purchaseOrders: '/v1/purchase_orders/',
  payments: '/v1/payments/',
  webhooks: '/v1/webhooks/',
} as const;

/** Names that paging goes by, with the usual ones. */
export const usualPaging = {
  page: 'page',
  size: 'page_size',
  items: 'data',
  next: 'pagination.next',
} as const;

const types = (name: string, label: string, what: string, usual: string): FieldDeclaration => ({
  name,
  type: 'text',
  label,
  help: `Types of ledger entries that are ${what}, separated by commas.`,
  default: usual,
});

const fields: readonly FieldDeclaration[] = [
  types('billTypes', 'Bills', 'bills of vendors', 'bill'),
  types('reimbursementTypes', 'Reimbursements', 'reimbursements of employees', 'reimbursement'),
  types(
    'cardTypes',
    'Card transactions',
    'card transactions',
    'virtual_card_expense,physical_card_expense,card_transaction',
  ),
  types(
    'cardRefundTypes',
    'Card refunds',
    'refunds and reversals of card transactions, beside those with a negative total',
    'virtual_card_refund,physical_card_refund,card_refund',
  ),
  types(
    'vendorCreditTypes',
    'Vendor credits',
    'credits of vendors, beside bills with a negative total',
    'vendor_credit',
  ),
  types('billPaymentTypes', 'Bill payments', 'payments of bills', 'bill_payment'),
  types(
    'reimbursementPaymentTypes',
    'Reimbursement payments',
    'payments of reimbursements',
    'reimbursement_payment',
  ),
  types('transferTypes', 'Transfers', 'movements between own accounts', 'transfer'),
  {
    name: 'statusReady',
    type: 'text',
    label: 'Status: ready',
    help: 'Status of a ledger entry that is approved and waits for the ERP.',
    default: 'sync_ready',
  },
  {
    name: 'statusDone',
    type: 'text',
    label: 'Status: done',
    help: 'Status of a ledger entry that stands in the ERP.',
    default: 'sync_complete',
  },
  {
    name: 'statusFailed',
    type: 'text',
    label: 'Status: failed',
    help: 'Status of a ledger entry that the ERP did not take.',
    default: 'sync_failed',
  },
  {
    name: 'tagTypeField',
    type: 'text',
    label: 'Field of a tag’s type',
    help: 'Name of the field that says what kind of dimension a tag is.',
    default: 'type_label',
    pattern: '[A-Za-z_][A-Za-z0-9_]*',
  },
  {
    name: 'orderPattern',
    type: 'text',
    label: 'Purchase order in notes',
    help: 'Regular expression whose first group is the number of the purchase order in the notes of a bill, for example PO[#: ]*(\\d+). Empty: notes are not searched.',
  },
  {
    name: 'pageSize',
    type: 'integer',
    label: 'Page size',
    help: 'Rows on a page. Airbase may give fewer.',
    default: 250,
    minimum: 1,
    maximum: 1000,
  },
  {
    name: 'paging',
    type: 'text',
    label: 'Names of paging',
    help: `Other names than the usual ones, as name=other separated by commas. Usual: ${pairs(usualPaging)}.`,
  },
  {
    name: 'paths',
    type: 'text',
    label: 'Paths',
    help: `Other paths than the usual ones, as name=path separated by commas. Usual: ${pairs(usualPaths)}.`,
  },
];

/**
 * What Airbase does not publish, or what differs by tenant. The defaults are the usual names; an entry of a type that
 * stands in none of these lists is of the kind `unknown`, and nothing should be posted for it.
 */
export const conventionFields: readonly FieldDeclaration[] = fields.map((field) => ({
  ...field,
  group: 'Conventions of the tenant',
}));

function pairs(usual: Readonly<Record<string, string>>): string {
  return Object.entries(usual)
    .map(([name, value]) => `${name}=${value}`)
    .join(', ');
}
