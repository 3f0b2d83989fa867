import { date, decimal, instant, integer, listOf, object, text, texts } from './schema-parts';

/** Rows of the spend API, with its own field names; `belongs` and `currency_code` are worked out. */

const vendor = object(texts('id name erp_reference_id'));
const tags = listOf(object(texts('erp_reference_id type_label')));
const line = {
  line_number: integer,
  description: text,
  amount: decimal,
  account: object(texts('erp_reference_id')),
};
const counted = { ...line, quantity: decimal, unit_price: decimal };

export const billRow = object(
  {
    ...texts('id number invoice_number belongs approval_status payment_status sync_status payment_terms'),
    invoice_date: date,
    due_date: date,
    vendor,
    subsidiary: object(texts('erp_reference_id')),
    currency_code: text,
    total_amount: decimal,
    purchase_order: object(texts('id po_number erp_reference_id')),
    lines: listOf(object({ ...counted, tags, po_line_number: integer, tax_amount: decimal })),
    created_at: instant,
    approved_at: instant,
  },
  ['id'],
);

export const reimbursementRow = object(
  {
    ...texts('id report_number belongs approval_status payment_status sync_status'),
    employee: vendor,
    currency_code: text,
    total_amount: decimal,
    lines: listOf(object({ ...line, tags, merchant: text, expense_date: date })),
    submitted_at: instant,
    approved_at: instant,
  },
  ['id'],
);

export const cardTransactionRow = object(
  {
    ...texts('id merchant_name belongs status sync_status'),
    card: object(texts('id last_four type')),
    vendor,
    transaction_date: date,
    settlement_date: date,
    transaction_amount: decimal,
    settlement_amount: decimal,
    currency_code: text,
    lines: listOf(object({ ...line, tags })),
  },
  ['id'],
);

export const purchaseOrderRow = object(
  {
    ...texts('id po_number erp_reference_id belongs status'),
    owner: object(texts('id name email')),
    vendor,
    currency_code: text,
    approved_amount: decimal,
    balance: decimal,
    service_start_date: date,
    service_end_date: date,
    lines: listOf(object({ ...counted, received_quantity: decimal })),
  },
  ['id'],
);
