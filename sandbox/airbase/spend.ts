import { negated } from '../money';
import type { Approval, Entry, EntryContent, EntryLine, MasterRecord } from './records';
import type { AirbaseTenant } from './tenant';

const NEWS = { bill: 'bill_approved', reimbursement: 'reimbursement_approved' } as const;

/** What people do in Airbase: they hand in, approve, pay, take back, re-code. Cards settle by themselves. */
export class Spend {
  constructor(private readonly tenant: AirbaseTenant) {}

  /** Hands something in. Approved, it stands in the queue at once. */
  submit(content: EntryContent, approval: Approval = 'awaiting_approval'): Entry {
    const entry = this.tenant.addEntry(content, 'awaiting_approval', 'not_ready');
    if (approval === 'approved') this.approve(entry);
    else entry.approval = approval;
    return entry;
  }

  /** The last approver agrees. */
  approve(entry: Entry): void {
    entry.approval = 'approved';
    this.tenant.move(entry, 'sync_ready');
    const { kind } = entry.content;
    if (kind === 'bill' || kind === 'reimbursement') this.tenant.tell(NEWS[kind], entry);
    else if (kind === 'card' && entry.content.settled) this.tenant.tell('card_transaction_settled', entry);
    else if (kind === 'payment') this.tenant.tell('bill_paid', entry);
  }

  /** The bank books a card transaction. */
  settle(entry: Entry): void {
    this.#change(entry, { settled: true });
    this.tenant.tell('card_transaction_settled', entry);
  }

  /** Takes an entry back into approval. Gives false when it was taken over already. */
  withdraw(entry: Entry): boolean {
    if (entry.status !== 'sync_ready') return false;
    entry.approval = 'awaiting_approval';
    this.tenant.move(entry, 'not_ready');
    return true;
  }

  /** Refuses what waits for approval, for good. */
  deny(entry: Entry): void {
    entry.approval = 'denied';
    this.tenant.touched(entry);
  }

  /** Codes an entry anew. One that was taken over, or refused, stands in the queue again. */
  recode(entry: Entry, lines: readonly EntryLine[]): void {
    this.#change(entry, { lines });
    if (entry.status === 'sync_complete' || entry.status === 'sync_failed') this.retry(entry);
  }

  /** Puts an entry into the queue again. */
  retry(entry: Entry): void {
    if (this.tenant.switches.reopenedReference === 'cleared') entry.reference = null;
    entry.errorMessage = '';
    this.tenant.move(entry, 'sync_ready');
  }

  /** The merchant gives back a part of a card transaction, or all of it: an entry of its own, with other signs. */
  refund(entry: Entry, lines: readonly EntryLine[], date: string, total: string): Entry {
    const { content } = entry;
    return this.submit(
      {
        ...content,
        date,
        total: negated(total),
        inBase: negated(content.total === total ? content.inBase : total),
        settled: true,
        lines: lines.map((line) => ({ ...line, amount: negated(line.amount) })),
        appliedTo: this.tenant.switches.creditAppliedTo ? [entry.id] : [],
      },
      'approved',
    );
  }

  /** Somebody enters a supplier whom the ERP does not know. */
  createVendor(name: string, subsidiary: string): MasterRecord {
    return this.tenant.addMaster('vendors', {
      data: { name, email: 'new@vendor.example' },
      createdInAirbase: true,
      subsidiaries: [subsidiary],
    });
  }

  /** Somebody picks the ERP's supplier for one that was made in Airbase; what was refused for it comes again. */
  linkVendor(vendor: MasterRecord, reference: string): void {
    if (vendor.reference === '') vendor.reference = reference;
    for (const entry of this.tenant.entries.values()) {
      if (entry.content.payee === vendor.id && entry.status === 'sync_failed') this.retry(entry);
    }
    this.tenant.changes += 1;
  }

  #change(entry: Entry, changes: Partial<EntryContent>): void {
    entry.content = { ...entry.content, ...changes };
    entry.versions.push(entry.content);
    this.tenant.touched(entry);
  }
}
