import { isObject, type Wire, type WireObject } from '../http/exact-json';
import { type AirbaseAnswer, type AirbaseCall, type AirbaseRoute, objectOf, ok, type Verb } from './handler';
import { dataIn, faultsOf, subsidiaryIds } from './master-rules';
import { inOrder, pageOf } from './pages';
import type { MasterKind, MasterRecord } from './records';
import { AirbaseRefusal, detail, type Faults, notFound, refuseMembers } from './refusal';
import type { SyncSession } from './sync-session';
import type { AirbaseTenant } from './tenant';
import { withAliases } from './wire-style';

const KINDS = ['vendors', 'accounts', 'tags', 'subsidiaries', 'currencies'] as const;
const IN_BULK: readonly MasterKind[] = ['vendors', 'accounts', 'tags'];
const TAKEN = (kind: MasterKind) => [`${kind} with this erp reference id already exists.`];

/** Master data, which the ERP side loads: one by one, or up to a hundred at once. */
export class MasterRoutes {
  constructor(
    private readonly tenant: AirbaseTenant,
    private readonly session: SyncSession,
  ) {}

  routes(): AirbaseRoute[] {
    return KINDS.flatMap((kind): AirbaseRoute[] => {
      const path = `/v1/accounting/${kind}/`;
      const listed = this.tenant.switches.masterLists === 'all' || !['accounts', 'tags'].includes(kind);
      const all: AirbaseRoute['run'] = { post: (call) => this.#create(kind, call) };
      const each: Partial<Record<Verb, (call: AirbaseCall) => AirbaseAnswer>> = {
        get: (call) => ok(this.#show(this.#record(kind, call))),
        patch: (call) => this.#change(kind, call),
      };
      if (listed) all.get = (call) => this.#list(kind, call);
      else delete each.get;
      const routes: AirbaseRoute[] = [{ path, run: all }];
      if (IN_BULK.includes(kind)) {
        routes.push({ path: `${path}bulk_upsert/`, run: { post: (call) => this.#bulk(kind, call) } });
      }
      return [...routes, { path: `${path}:id/`, run: each }];
    });
  }

  #list(kind: MasterKind, call: AirbaseCall): AirbaseAnswer {
    const { masters, switches, changes } = this.tenant;
    const wanted = call.query.get('erp_reference_id');
    const rows = [...masters[kind].values()].filter(
      (record) => wanted === null || record.reference === wanted,
    );
    return ok(
      pageOf(call, inOrder(rows, switches.unstableOrder, changes), switches, (row) => this.#show(row)).body,
    );
  }

  #create(kind: MasterKind, call: AirbaseCall): AirbaseAnswer {
    this.#admit(kind);
    const entity = objectOf(call);
    const faults = faultsOf(this.tenant, kind, entity, undefined);
    const reference = String(entity['erp_reference_id']);
    if (this.tenant.byReference(kind, reference) !== undefined) faults['erp_reference_id'] = TAKEN(kind);
    if (Object.keys(faults).length > 0) throw refuseMembers(faults);
    return { status: 201, body: this.#show(this.#write(kind, entity, undefined)) };
  }

  #change(kind: MasterKind, call: AirbaseCall): AirbaseAnswer {
    if (kind === 'accounts') this.#needFeed();
    const record = this.#record(kind, call);
    const entity = objectOf(call);
    const faults = faultsOf(this.tenant, kind, entity, record);
    if (entity['erp_reference_id'] !== undefined) {
      const mayLink = record.reference === '' && this.tenant.switches.linkByPatch === 'allow';
      if (!mayLink) faults['erp_reference_id'] = ['This field cannot be changed.'];
      else Object.assign(faults, this.#takenBy(kind, entity, record));
    }
    if (Object.keys(faults).length > 0) throw refuseMembers(faults);
    return ok(this.#show(this.#write(kind, entity, record)));
  }

  /** All or nothing. */
  #bulk(kind: MasterKind, call: AirbaseCall): AirbaseAnswer {
    this.#admit(kind);
    const { entities } = objectOf(call);
    if (!Array.isArray(entities)) throw refuseMembers({ entities: ['This field is required.'] });
    const { bulkLimit } = this.tenant.switches;
    if (entities.length > bulkLimit) {
      throw refuseMembers({ entities: [`Ensure this field has no more than ${bulkLimit} elements.`] });
    }
    const seen = new Set<string>();
    const planned = entities.map((entity) => this.#plan(kind, entity, seen));
    const wrong = planned.flatMap(({ faults }, index) =>
      Object.keys(faults).length === 0 ? [] : [this.#wrong(index, faults)],
    );
    if (wrong.length > 0) throw new AirbaseRefusal(400, { validation_errors: wrong });
    const created: Wire[] = [];
    const updated: Wire[] = [];
    for (const { entity, record } of planned) {
      const written = this.#write(kind, entity, record);
      (record === undefined ? created : updated).push(this.#echo(written));
    }
    const { bulkAnswer } = this.tenant.switches;
    if (bulkAnswer === 'split') return ok({ created: created.reverse(), updated: updated.reverse() });
    return ok({ [bulkAnswer]: [...updated, ...created] });
  }

  #plan(kind: MasterKind, given: Wire, seen: Set<string>) {
    const entity = isObject(given) ? given : {};
    const id = entity['airbase_id'];
    const reference = String(entity['erp_reference_id'] ?? '');
    const byReference = this.tenant.byReference(kind, reference);
    const known = typeof id === 'string' ? this.tenant.masters[kind].get(id) : undefined;
    const byKey = this.tenant.switches.bulkMatch === 'reference' ? byReference : undefined;
    const record = typeof id === 'string' ? known : byKey;
    const faults = faultsOf(this.tenant, kind, entity, record);
    if (typeof id === 'string' && known === undefined) faults['airbase_id'] = ['Entity not found'];
    if (record === undefined && byReference !== undefined) faults['erp_reference_id'] = TAKEN(kind);
    if (record !== undefined) Object.assign(faults, this.#takenBy(kind, entity, record));
    const name = record?.id ?? reference;
    if (seen.has(name)) faults['erp_reference_id'] = ['Duplicate entity in this request.'];
    seen.add(name);
    return { entity, record, faults };
  }

  /** The reference of a record stays, and belongs to one record. */
  #takenBy(kind: MasterKind, entity: WireObject, record: MasterRecord): Faults {
    const reference = entity['erp_reference_id'];
    if (typeof reference !== 'string' || reference === record.reference) return {};
    if (record.reference !== '') return { erp_reference_id: ['This field cannot be changed.'] };
    return this.tenant.byReference(kind, reference) === undefined ? {} : { erp_reference_id: TAKEN(kind) };
  }

  #wrong(index: number, faults: Faults): WireObject {
    const { validationShape } = this.tenant.switches;
    if (validationShape === 'fields') return { index, ...faults };
    if (validationShape === 'errors') return { index, errors: faults };
    const message = Object.entries(faults).map(([name, messages]) => `${name}: ${messages.join(' ')}`);
    return { index, message: message.join('; ') };
  }

  #write(kind: MasterKind, entity: WireObject, record: MasterRecord | undefined): MasterRecord {
    const written = record ?? this.tenant.addMaster(kind, { data: {} });
    const reference = entity['erp_reference_id'];
    if (typeof reference === 'string') written.reference = reference;
    if (typeof entity['is_active'] === 'boolean') written.active = entity['is_active'];
    written.subsidiaries = subsidiaryIds(this.tenant, entity) ?? written.subsidiaries;
    written.data = { ...written.data, ...dataIn(kind, entity) };
    written.writes += 1;
    this.tenant.changes += 1;
    return written;
  }

  #record(kind: MasterKind, call: AirbaseCall): MasterRecord {
    const record = this.tenant.masters[kind].get(call.params['id'] ?? '');
    if (record === undefined) throw notFound();
    return record;
  }

  #admit(kind: MasterKind): void {
    if (kind === 'accounts') this.#needFeed();
    this.session.need();
  }

  #needFeed(): void {
    if (!this.tenant.switches.accountFeed) {
      throw detail(403, 'You do not have permission to perform this action.');
    }
  }

  #echo(record: MasterRecord): Wire {
    if (this.tenant.switches.bulkEcho === 'whole') return this.#show(record);
    return { airbase_id: record.id, erp_reference_id: record.reference };
  }

  #show(record: MasterRecord): WireObject {
    const { data, kind } = record;
    const subsidiaries = record.subsidiaries.map(
      (id): WireObject => ({
        airbase_id: id,
        erp_reference_id: this.tenant.masters.subsidiaries.get(id)?.reference ?? '',
      }),
    );
    const row: WireObject = {
      airbase_id: record.id,
      erp_reference_id: record.reference,
      ...data,
      is_active: record.active,
    };
    if (kind === 'vendors') {
      row['email'] ??= null;
      row['erp_parent_reference_id'] ??= null;
    }
    if (kind !== 'subsidiaries' && kind !== 'currencies') row['subsidiary_reference_ids'] = subsidiaries;
    delete row['is_employee'];
    return withAliases(row, this.tenant.switches.aliases);
  }
}
