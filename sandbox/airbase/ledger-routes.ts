import type { WireObject } from '../http/exact-json';
import type { EntryShow } from './entry-show';
import { type AirbaseAnswer, type AirbaseCall, type AirbaseRoute, objectOf, ok } from './handler';
import { inOrder, pageOf } from './pages';
import type { Entry, EntryStatus, Mark } from './records';
import { type Faults, notFound, refuseMembers } from './refusal';
import type { AirbaseTenant } from './tenant';

const MARKABLE = ['status', 'erp_reference_id', 'erp_url', 'error_message'];
const LONGEST_MESSAGE = 500;

/** The queue of entries: lists by status, one by its id, and the marks of the ERP side. */
export class LedgerRoutes {
  constructor(
    private readonly tenant: AirbaseTenant,
    private readonly shown: EntryShow,
  ) {}

  routes(): AirbaseRoute[] {
    return [
      {
        path: '/v1/accounting/ledger_entries/',
        run: { get: (call) => this.#list(call) },
        readOnly: true,
      },
      {
        path: '/v1/accounting/ledger_entries/:id/',
        run: { get: (call) => this.#get(call), patch: (call) => this.#mark(call) },
        readOnly: true,
      },
    ];
  }

  #list(call: AirbaseCall): AirbaseAnswer {
    const { tenant } = this;
    const wanted = this.#statusOf(call.query.get('status') || 'sync_ready');
    const [from, to] = [call.query.get('entry_date_from') ?? '', call.query.get('entry_date_to') ?? '9999'];
    const rows = [...tenant.entries.values()].filter(
      (entry) =>
        tenant.listedStatus(entry) === wanted && entry.content.date >= from && entry.content.date <= to,
    );
    const ordered = inOrder(rows, tenant.switches.unstableOrder, tenant.changes);
    const { body, shown } = pageOf(call, ordered, tenant.switches, (entry) =>
      this.shown.show(entry, call.origin, tenant.listedStatus(entry)),
    );
    for (const entry of shown) entry.listedVersion = entry.versions.length;
    return ok(body);
  }

  #get(call: AirbaseCall): AirbaseAnswer {
    const entry = this.#entry(call);
    if (entry.status === 'not_ready' && this.tenant.switches.unreadyById === 'not-found') throw notFound();
    return ok(this.shown.show(entry, call.origin));
  }

  #mark(call: AirbaseCall): AirbaseAnswer {
    const entry = this.#entry(call);
    const body = objectOf(call);
    const faults = this.#faults(entry, body);
    if (Object.keys(faults).length > 0) throw refuseMembers(faults);
    const status = this.#statusOf(String(body['status'])) as Mark['status'];
    const [reference, message] = [body['erp_reference_id'], body['error_message']];
    entry.marks.push({
      at: this.tenant.clock.now(),
      status,
      reference: typeof reference === 'string' ? reference : '',
      message: typeof message === 'string' ? message : '',
      version: entry.versions.length,
      listed: entry.listedVersion,
    });
    entry.errorMessage = typeof message === 'string' ? message : null;
    if (this.tenant.switches.markReference === 'stored') {
      if (typeof reference === 'string') entry.reference = reference;
      if (typeof body['erp_url'] === 'string') entry.url = body['erp_url'];
    }
    this.tenant.move(entry, status);
    if (this.tenant.switches.markAnswer === 'entry') return ok(this.shown.show(entry, call.origin));
    return ok({ airbase_id: entry.id, status: String(body['status']) });
  }

  #faults(entry: Entry, body: WireObject): Faults {
    const faults: Faults = {};
    const strange = Object.keys(body).filter((name) => !MARKABLE.includes(name));
    for (const name of strange) faults[name] = ['This field is read-only.'];
    if (strange.length > 0) this.tenant.trespasses.push(`PATCH of ${strange.join(', ')} of an entry`);
    const status = this.#statusOf(String(body['status']));
    if (status === undefined) faults['status'] = [`"${String(body['status'])}" is not a valid choice.`];
    else if (status !== 'sync_complete' && status !== 'sync_failed') {
      faults['status'] = ['This status cannot be set.'];
    } else if (entry.status === 'not_ready') faults['status'] = ['The entry is not ready to be synced.'];
    else if (entry.status === 'sync_complete' && status === 'sync_failed') {
      faults['status'] = ['The entry is synced already.'];
      this.tenant.trespasses.push('PATCH of a synced entry to failed');
    }
    const message = body['error_message'];
    if (typeof message === 'string' && message.length > LONGEST_MESSAGE) {
      faults['error_message'] = [`Ensure this field has no more than ${LONGEST_MESSAGE} characters.`];
    }
    return faults;
  }

  #entry(call: AirbaseCall): Entry {
    const entry = this.tenant.entries.get(call.params['id'] ?? '');
    if (entry === undefined) throw notFound();
    return entry;
  }

  /** The status that the tenant's word for it means. */
  #statusOf(word: string): EntryStatus | undefined {
    if (word === this.tenant.switches.failedStatus) return 'sync_failed';
    return (['not_ready', 'sync_ready', 'sync_complete'] as const).find((status) => status === word);
  }
}
