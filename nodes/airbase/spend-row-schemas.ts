import { date, decimal, instant, integer, listOf, object, text, texts } from './schema-parts';

/** Rows of the spend API, with its own field names. */

const account = object(texts('erp_reference_id name'));
const tag = object(texts('erp_reference_id type_label name'));
const party = object(texts('id name email erp_reference_id'));
const currency = object(texts('erp_reference_id iso_code'));

const line = {
  line_number: integer,
  description: text,
  quantity: decimal,
  unit_price: decimal,
  amount: decimal,
  account,
};

export const billRow = object(
  {
    ...texts('id number invoice_number belongs approval_status payment_status sync_status payment_terms'),
    invoice_date: date,
    due_date: date,
    vendor: party,
    subsidiary: account,
    currency,
    currency_code: text,
    total_amount: decimal,
    purchase_order: object(texts('id po_number erp_reference_id')),
    lines: listOf(object({ ...line, tags: listOf(tag), po_line_number: integer, tax_amount: decimal })),
    attachments: listOf(object(texts('id name content_type'))),
    created_at: instant,
    approved_at: instant,
  },
  ['id'],
);

export const reimbursementRow = object(
  {
    ...texts('id report_number belongs approval_status payment_status sync_status'),
    employee: party,
    currency,
    currency_code: text,
    total_amount: decimal,
    lines: listOf(object({ ...line, tags: listOf(tag), merchant: text, expense_date: date })),
    submitted_at: instant,
    approved_at: instant,
  },
  ['id'],
);

export const cardTransactionRow = object(
  {
    ...texts('id merchant_name belongs status sync_status'),
    card: object(texts('id last_four type')),
    vendor: party,
    transaction_date: date,
    settlement_date: date,
    transaction_amount: decimal,
    settlement_amount: decimal,
    currency,
    currency_code: text,
    lines: listOf(object({ ...line, tags: listOf(tag) })),
    tags: listOf(tag),
  },
  ['id'],
);

export const purchaseOrderRow = object(
  {
    ...texts('id po_number erp_reference_id belongs status'),
    owner: object(texts('id name email')),
    vendor: party,
    currency,
    currency_code: text,
    approved_amount: decimal,
    balance: decimal,
    service_start_date: date,
    service_end_date: date,
    lines: listOf(object({ ...line, received_quantity: decimal })),
  },
  ['id'],
);
