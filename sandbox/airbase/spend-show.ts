import type { Wire, WireObject } from '../http/exact-json';
import type { Money } from '../money';
import type { Entry, EntryLine } from './records';
import type { AirbaseTenant } from './tenant';
import { amountText, instantText } from './wire-style';

/** What stands behind entries, as the surface for spend shows it. */
export class SpendShow {
  constructor(private readonly tenant: AirbaseTenant) {}

  show(entry: Entry): WireObject {
    const common = {
      id: entry.spendId,
      currency: entry.content.currency,
      sync_status: entry.status,
      updated_at: instantText(entry.updatedAt),
    };
    const shown = { bill: this.#bill, reimbursement: this.#report, card: this.#card, payment: this.#payment };
    const { kind } = entry.content;
    return kind === 'other' ? common : { ...common, ...shown[kind].call(this, entry) };
  }

  #bill(entry: Entry): WireObject {
    const { content } = entry;
    return {
      number: entry.spendNumber,
      invoice_number: content.invoiceNumber,
      invoice_date: content.date,
      due_date: content.dueDate ?? null,
      vendor: this.#payee(entry),
      subsidiary: this.#subsidiary(entry),
      total_amount: this.#amount(content.total),
      approval_status: entry.approval,
      payment_status: this.#paymentStatus(entry),
      purchase_order: this.#order(content.order),
      payment_terms: content.terms ?? null,
      lines: this.#lines(content.lines, (line) => ({
        quantity: '1',
        unit_price: this.#amount(line.amount),
        po_line_number: line.orderLine ?? null,
        tax_amount: '0',
      })),
      attachments: [],
      created_at: instantText(entry.updatedAt),
      approved_at: entry.approval === 'approved' ? instantText(entry.statusSince) : null,
    };
  }

  #report(entry: Entry): WireObject {
    const { content } = entry;
    return {
      report_number: entry.spendNumber,
      employee: this.#payee(entry),
      total_amount: this.#amount(content.total),
      approval_status: entry.approval,
      payment_status: this.#paymentStatus(entry),
      lines: this.#lines(content.lines, () => ({
        merchant: content.lines[0]?.description ?? null,
        expense_date: content.date,
        receipt_url: null,
      })),
      submitted_at: instantText(entry.updatedAt),
      approved_at: entry.approval === 'approved' ? instantText(entry.statusSince) : null,
    };
  }

  #card(entry: Entry): WireObject {
    const { content } = entry;
    const type = content.type.startsWith('physical') ? 'physical' : 'virtual';
    return {
      card: { id: `card-${type}`, last_four: '4242', type },
      merchant_name: content.lines[0]?.description ?? '',
      vendor: this.#payee(entry),
      transaction_date: content.date,
      settlement_date: content.settled ? content.date : null,
      status: content.settled ? 'settled' : 'pending',
      transaction_amount: this.#amount(content.total),
      settlement_amount: content.settled ? this.#amount(content.inBase) : null,
      lines: this.#lines(content.lines, () => ({})),
      tags: [],
      receipt_url: null,
    };
  }

  #payment(entry: Entry): WireObject {
    const { content } = entry;
    const sources = content.appliedTo.flatMap((id) => this.tenant.entries.get(id)?.spendId ?? []);
    return {
      bill_ids: sources,
      vendor: this.#payee(entry),
      amount: this.#amount(content.total),
      method: 'ach',
      status: 'paid',
      payment_date: content.date,
      check_number: null,
      reference: entry.spendNumber,
    };
  }

  #lines(lines: readonly EntryLine[], more: (line: EntryLine) => WireObject): Wire {
    return lines.map(
      (line, index): WireObject => ({
        line_number: index + 1,
        description: line.description,
        amount: this.#amount(line.amount),
        account: line.account === null ? null : { erp_reference_id: line.account },
        tags: line.tags.map(
          (tag): WireObject => ({ type_label: tag.label, erp_reference_id: tag.reference }),
        ),
        ...more(line),
      }),
    );
  }

  #payee({ content }: Entry): Wire {
    const record = this.tenant.masters.vendors.get(content.payee ?? '');
    if (record === undefined) return null;
    return { id: record.id, name: record.data['name'] ?? '', erp_reference_id: record.reference };
  }

  #subsidiary({ content }: Entry): Wire {
    return content.subsidiary === null ? null : { erp_reference_id: content.subsidiary };
  }

  #order(number: string | undefined): Wire {
    if (number === undefined) return null;
    const pushed = [...this.tenant.orders.values()].find((order) => order.data['po_number'] === number);
    return { id: pushed?.id ?? null, po_number: number, erp_reference_id: number };
  }

  #paymentStatus({ id }: Entry): string {
    const isPaid = [...this.tenant.entries.values()].some(
      ({ content }) => content.kind === 'payment' && content.appliedTo.includes(id),
    );
    return isPaid ? 'paid' : 'unpaid';
  }

  #amount(amount: Money): string {
    return amountText(amount, this.tenant.switches.amountStyle, 'spend');
  }
}
