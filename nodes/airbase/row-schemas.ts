import type { JsonObject } from '../../runtime/connector/json';
import { boolean, date, decimal, integer, listOf, object, text, texts } from './schema-parts';

/**
 * What is kept of each kind of row, with Airbase's own field names; fields that are worked out here are said so.
 * Left out on purpose: links to receipts, which are secrets for a while and change with every reading, and what
 * Airbase is known to answer unreliably.
 */

const account = object(texts('erp_reference_id name'));
const subsidiary = object(texts('erp_reference_id name'));
const tag = object(texts('erp_reference_id type_label name'));
const currency = object(texts('erp_reference_id iso_code'));
const money = object({ amount: decimal, currency });
const described = (schema: JsonObject, description: string): JsonObject => ({ ...schema, description });

const candidate = object({
  ...texts('erp_reference_id name airbase_id why'),
  score: described(integer, 'from 0 to 100'),
});
const candidates = described(
  listOf(candidate),
  'vendors of the ERP that could be this one, the likeliest first; only for one without erp_reference_id',
);
const vendor = object({ ...texts('airbase_id name erp_reference_id'), candidates });
const employee = object(texts('airbase_id name email erp_reference_id'));
const payee = object({ ...texts('airbase_id name email erp_reference_id'), candidates });

const amortization = { amortization_start_date: date, amortization_end_date: date };

const expenseLine = object({
  line_number: integer,
  account,
  amount: decimal,
  tags: listOf(tag),
  description: text,
  ...amortization,
});

const billLine = object({
  line_number: integer,
  description: text,
  quantity: decimal,
  unit_price: decimal,
  amount: decimal,
  account: object(texts('erp_reference_id')),
  tags: listOf(object(texts('erp_reference_id type_label'))),
  po_line_number: integer,
  tax_amount: decimal,
});

/** What the spend API knows more about a bill. */
const billDetail = described(
  object({
    ...texts('id number approval_status payment_status sync_status payment_terms'),
    invoice_date: date,
    due_date: date,
    purchase_order: object(texts('id po_number erp_reference_id')),
    lines: listOf(billLine),
  }),
  'the bill in the spend API, where the connection has it',
);

const derived = {
  belongs: described(text, 'worked out: here, elsewhere, or unknown when no subsidiary is named'),
  reversal: described(boolean, 'worked out: it takes back what another one did'),
  round: described(
    text,
    'worked out: names the time that the entry stands in the queue, from the second time on; for mark-synced',
  ),
  state: described(text, 'worked out, in the whole entry: ready, done, failed or other'),
  version: described(
    text,
    'worked out: names what the entry says; with it mark-synced marks nothing that was changed meanwhile',
  ),
};

const applied = {
  ...texts('airbase_id transaction_type'),
  kind: described(text, 'worked out from transaction_type'),
};
const paid = object({
  ...applied,
  amount: described(decimal, 'worked out: what went to it, where that is certain'),
  invoice_number: text,
});

export const ledgerEntryRow = object(
  {
    airbase_id: text,
    kind: described(
      text,
      'worked out from type: bill, reimbursement, card, bill-payment, reimbursement-payment, transfer or unknown',
    ),
    ...texts('type credit_mode invoice_number notes airbase_url'),
    ...derived,
    settled: described(boolean, 'worked out: it has a settlement amount, as card transactions get'),
    ...texts('status erp_reference_id erp_url error_message'),
    document_number: described(text, 'worked out: invoice_number, else AB- and the beginning of airbase_id'),
    spend_owner: object(texts('name email')),
    subsidiary,
    vendor,
    employee,
    payee: described(payee, 'worked out: the employee of a reimbursement, else the vendor'),
    bank_account: account,
    ap_account: account,
    applied_to: listOf(object(applied)),
    entry_date: date,
    payment_entry_date: date,
    currency,
    currency_code: described(text, 'worked out: the ISO code of currency'),
    total_amount: decimal,
    transaction_tags: listOf(tag),
    po_number: described(text, 'worked out: number of the purchase order'),
    is_amortized: boolean,
    amortization_account: account,
    ...amortization,
    expense_list: listOf(expenseLine),
    amounts: object({
      amount: money,
      transaction_amount: money,
      settlement_amount: money,
      subsidiary_amount: money,
    }),
    spend: billDetail,
  },
  ['airbase_id'],
);

export const paymentRow = object(
  {
    id: text,
    source: described(text, 'ledger or spend: where the connection reads payments'),
    kind: described(text, 'bill-payment or reimbursement-payment'),
    type: text,
    ...derived,
    status: described(
      text,
      'scheduled, processing, paid, failed or canceled; a payment among the ledger entries is paid',
    ),
    payment_date: date,
    amount: decimal,
    currency_code: text,
    reference: described(
      text,
      'worked out: number of the check, else the reference of the payment, else AB- and the beginning of its id',
    ),
    ...texts('method notes'),
    vendor,
    payee: described(vendor, 'the vendor, or the employee of a reimbursement'),
    subsidiary,
    bank_account: account,
    ap_account: account,
    applied_to: listOf(paid),
  },
  ['id'],
);

export const vendorRow = object(
  {
    ...texts('airbase_id name email erp_reference_id erp_parent_reference_id'),
    belongs: derived.belongs,
    is_active: boolean,
    subsidiary_reference_ids: listOf(object(texts('airbase_id erp_reference_id'))),
    candidates,
  },
  ['airbase_id'],
);
