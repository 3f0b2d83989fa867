import type { Wire, WireObject } from '../http/exact-json';
import type { Money } from '../money';
import type { Entry, EntryContent, EntryTag, MasterKind, MasterRecord } from './records';
import type { AirbaseTenant } from './tenant';
import { amountText, timeText, withAliases } from './wire-style';

/** Entries of the queue as callers see them. */
export class EntryShow {
  constructor(
    private readonly tenant: AirbaseTenant,
    private readonly baseCurrency: string,
  ) {}

  show(entry: Entry, origin: string, status = entry.status): WireObject {
    const { content, id } = entry;
    const { switches } = this.tenant;
    const isCompanyLevel = content.subsidiary === null;
    const hasOwner = content.kind !== 'other' && content.kind !== 'payment';
    const isPaidOut = content.kind === 'reimbursement' || content.kind === 'payment';
    const amount = (value: Money, what: string) => amountText(value, switches.amountStyle, `${id}${what}`);
    const date = (value: string, what: string) => timeText(value, switches.timeStyle, `${id}${what}`);
    return withAliases(
      {
        airbase_id: id,
        erp_reference_id: entry.reference,
        erp_url: entry.url,
        airbase_url: `${origin}/app/${content.kind}/${entry.spendId}`,
        type: content.type,
        status: status === 'sync_failed' ? switches.failedStatus : status,
        error_message: entry.errorMessage,
        spend_owner: hasOwner ? { name: 'Ann Lee', email: 'ann.lee@company.example' } : null,
        subsidiary: this.#reference('subsidiaries', content.subsidiary),
        credit_mode: 'corporate_credit',
        vendor: this.#payee(content, 'vendor'),
        employee: this.#payee(content, 'employee'),
        invoice_number: content.invoiceNumber,
        bank_account: this.#reference('accounts', content.bankAccount),
        ap_account: this.#reference('accounts', content.apAccount),
        applied_to: content.appliedTo.length === 0 ? null : content.appliedTo.map((to) => this.#applied(to)),
        receipt_link:
          content.kind === 'card' ? `${origin}/receipts/${entry.spendId}?signature=expires` : null,
        entry_date: date(content.date, 'entry'),
        payment_entry_date: isPaidOut ? date(content.date, 'payment') : null,
        currency: this.#currency(content.currency),
        total_amount: amount(content.total, 'total'),
        transaction_tags: (content.tags ?? []).map((tag) => this.#tag(tag)),
        notes: content.notes,
        is_amortized: content.amortized !== undefined,
        amortization_account: this.#reference('accounts', content.amortized?.account ?? null),
        ...this.#amortization(content, id),
        expense_list: content.lines.map(
          (line, index): WireObject => ({
            line_number: index + 1,
            receipt_link: null,
            account: this.#reference('accounts', line.account),
            amount: amount(line.amount, String(index)),
            tags: line.tags.map((tag) => this.#tag(tag)),
            description: line.description,
            ...this.#amortization(content, id),
          }),
        ),
        amounts: {
          amount: this.#money(content.total, content.currency, `${id}a`),
          transaction_amount: this.#money(content.total, content.currency, `${id}t`),
          settlement_amount: content.settled
            ? this.#money(content.inBase, this.baseCurrency, `${id}s`)
            : null,
          subsidiary_amount: isCompanyLevel ? null : this.#money(content.inBase, this.baseCurrency, `${id}b`),
        },
      },
      switches.aliases,
    );
  }

  #amortization({ amortized }: EntryContent, id: string): WireObject {
    const date = (value: string | undefined) =>
      value === undefined ? null : timeText(value, this.tenant.switches.timeStyle, id);
    return {
      amortization_start_date: date(amortized?.from),
      amortization_end_date: date(amortized?.to),
    };
  }

  #payee({ payee, kind }: EntryContent, as: 'vendor' | 'employee'): Wire {
    const { employeeIn, aliases } = this.tenant.switches;
    const record = this.tenant.masters.vendors.get(payee ?? '');
    if (record === undefined) return null;
    const isEmployee = kind === 'reimbursement' || record.data['is_employee'] === true;
    if (as === 'employee' && (!isEmployee || employeeIn === 'vendor')) return null;
    if (as === 'vendor' && isEmployee && employeeIn === 'employee') return null;
    const common = {
      airbase_id: record.id,
      name: record.data['name'] ?? '',
      erp_reference_id: record.reference,
    };
    if (as === 'employee') return { ...common, email: record.data['email'] ?? null };
    return withAliases({ ...common, created_in_airbase: record.createdInAirbase }, aliases);
  }

  #applied(id: string): Wire {
    const type = this.tenant.entries.get(id)?.content.type ?? 'bill';
    return withAliases({ airbase_id: id, transaction_type: type }, this.tenant.switches.aliases);
  }

  #reference(kind: MasterKind, reference: string | null): Wire {
    if (reference === null) return null;
    const name = this.tenant.byReference(kind, reference)?.data['name'] ?? reference;
    return { erp_reference_id: reference, name };
  }

  #tag({ label, reference }: EntryTag): Wire {
    const fits = (record: MasterRecord) =>
      record.reference === reference &&
      String(record.data['type_label']).toLowerCase() === label.toLowerCase();
    const name = [...this.tenant.masters.tags.values()].find(fits)?.data['name'] ?? reference;
    return { erp_reference_id: reference, type_label: label, name };
  }

  #currency(iso: string): Wire {
    const records = [...this.tenant.masters.currencies.values()].filter(
      (record) => record.data['iso_code'] === iso,
    );
    const linked = records.find((record) => record.reference !== '');
    return { erp_reference_id: linked?.reference ?? '', iso_code: iso };
  }

  #money(value: Money, currency: string, salt: string): Wire {
    const amount = amountText(value, this.tenant.switches.amountStyle, salt);
    return { amount, currency: this.#currency(currency) };
  }
}
