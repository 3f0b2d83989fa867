import { postJournals } from '../epicor-kinetic/journal-posting';
import { journalObstacle, journalsOf } from '../epicor-kinetic/journal-tree';
import type { CallContext } from '../epicor-kinetic/method';
import { type CompanyState, type EpicorState, text } from '../epicor-kinetic/state';
import type { Row } from '../epicor-kinetic/table-rows';

const CLERK = 'clerk';

/** Someone in accounting who posts the journals that were entered, and lets invoices on hold be paid. */
export class LedgerClerk {
  readonly #call: CallContext;

  constructor(
    private readonly state: EpicorState,
    private readonly company: CompanyState,
  ) {
    this.#call = { state, company, user: CLERK };
  }

  /** Posts every group that nobody works in and that is right as a whole. Gives how many. */
  postEntered(): number {
    const ready = this.company.rows('GLJrnGrp').all.filter((group) => this.#isReady(group));
    for (const group of ready) postJournals(this.#call, group);
    return ready.length;
  }

  /** Takes the payment hold off an invoice. */
  release(invoice: Row): void {
    if (invoice['PayHold'] === true) {
      this.state.change(this.company, 'APInvHed', invoice, { PayHold: false }, CLERK);
    }
  }

  #isReady(group: Row): boolean {
    if (text(group, 'ActiveUserID') !== '') return false;
    const journals = journalsOf(this.#call, text(group, 'GroupID'));
    return journals.length > 0 && journals.every((head) => journalObstacle(this.#call, head) === undefined);
  }
}
