import { isObject, type Wire, type WireObject } from '../http/exact-json';
import { faultsOf, knownOnly } from './body-rules';
import { type BaswareAnswer, type BaswareCall, type BaswareRoute, noRows, ok } from './handler';
import { type Incoming, importLater } from './master-import';
import { type Pages, pageSizeOf } from './pages';
import { invalidBody, invalidParameter, notFound, type RowError, refuseRows } from './refusal';
import { openRequest } from './requests';
import { RESOURCES, type Resource } from './resources';
import type { LayerRecord, Tenant } from './tenant';
import { showWire, timeOf, timeText } from './wire-style';

/** The text that two equal records share, whatever the order of their members; unset members do not count. */
function canonical(value: Wire): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const members = Object.entries(value)
    .filter(([name, member]) => member !== null && name !== 'lastUpdated')
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join()}}`;
}

/** The import API: master data goes into the API layer at once, and from there into P2P. */
export class MasterData {
  constructor(
    private readonly tenant: Tenant,
    private readonly pages: Pages,
  ) {}

  routes(): BaswareRoute[] {
    const known = [...RESOURCES.values()].flatMap((resource): BaswareRoute[] => {
      const { path, scope } = resource;
      return [
        { method: 'get', path, scope: `${scope}.read`, run: (call) => this.#list(resource, call) },
        {
          method: 'get',
          path: `${path}/:id`,
          scope: `${scope}.read`,
          run: (call) => this.#get(resource, call),
        },
        { method: 'post', path, scope: `${scope}.write`, run: (call) => this.#post(resource, call) },
        {
          method: 'patch',
          path: `${path}/:id`,
          scope: `${scope}.write`,
          run: (call) => this.#patch(resource, call),
        },
        { method: 'delete', path, scope: `${scope}.delete`, run: (call) => this.#delete(resource, call) },
      ];
    });
    const noSuchList = (method: 'get' | 'post'): BaswareRoute => ({
      method,
      path: '/v1/lists/:key',
      scope: method === 'get' ? 'lists.read' : 'lists.write',
      run: (call) => {
        throw invalidParameter(`There is no list ${call.params['key']}.`);
      },
    });
    return [...known, noSuchList('get'), noSuchList('post')];
  }

  #list(resource: Resource, call: BaswareCall): BaswareAnswer {
    const { switches } = this.tenant;
    const table = this.tenant.layerOf(resource.path);
    const since = timeOf(call.query.get('lastupdated'));
    const order = call.query.get('orderexternalcode');
    if (resource.path === '/v1/matchingOrderLines' && order === undefined) {
      throw invalidParameter('orderExternalCode is required.');
    }
    const all = () => {
      const keys = [...table.values()]
        .filter((record) => since === undefined || record.lastUpdated > since)
        .filter((record) => order === undefined || record.data['orderExternalCode'] === order)
        .map((record) => record.externalCode);
      if (keys.length === 0) throw noRows(switches.emptyListBody);
      return switches.unstableOrder ? this.tenant.random.shuffled(keys) : keys;
    };
    const size = pageSizeOf(call, resource.usualPage, resource.page);
    const page = this.pages.page(resource.path, call, all, size);
    const rows = page.keys.flatMap((key) => this.#show(table.get(key)) ?? []);
    const wrapping = resource.path === '/v1/vendors' ? switches.vendorWrapping : switches.wrapping;
    const body = wrapping === 'bare' ? rows : { [resource.wrapper]: rows };
    return { status: 200, body, nextPage: page.next };
  }

  #get(resource: Resource, call: BaswareCall): BaswareAnswer {
    const shown = this.#show(this.tenant.layerOf(resource.path).get(call.params['id'] ?? ''));
    if (shown === undefined) throw notFound();
    return ok(shown);
  }

  #post(resource: Resource, call: BaswareCall): BaswareAnswer {
    if (!Array.isArray(call.body)) throw invalidBody('The body must be a list.');
    if (call.body.length === 0) throw invalidBody('The body must not be empty.');
    if (call.body.length > resource.batch) {
      throw invalidBody(`The body has ${call.body.length} records, at most ${resource.batch} are allowed.`);
    }
    const errors: RowError[] = [];
    const valid: WireObject[] = [];
    const seen = new Set<string>();
    for (const row of call.body) {
      const code = isObject(row) ? String(row['externalCode'] ?? '') : '';
      const faults = faultsOf(row, resource.rule, this.tenant.switches.unknownMembers);
      if (seen.has(code)) throw conflict(code);
      seen.add(code);
      if (faults.length === 0 && isObject(row)) valid.push(knownOnly(row, resource.rule));
      for (const message of faults) {
        errors.push({ externalCode: code, type: 'VALIDATION', code: 'SCHEMA_VALIDATION_ERROR', message });
      }
    }
    if (errors.length > 0 && this.tenant.switches.invalidRow === 'refuse-all') throw refuseRows(400, errors);
    if (valid.length > 0) this.#store(resource, call, 'POST', valid);
    if (errors.length > 0) throw refuseRows(400, errors);
    return ok(valid.map((row) => this.#echo(resource, row)));
  }

  #patch(resource: Resource, call: BaswareCall): BaswareAnswer {
    const id = call.params['id'] ?? '';
    const known = this.tenant.layerOf(resource.path).get(id);
    if (known === undefined) throw notFound();
    if (!isObject(call.body)) throw invalidBody('The body must be an object.');
    const given = Object.entries(call.body).filter(([, value]) => value !== null);
    const row = { ...known.data, ...Object.fromEntries(given) };
    if (row['externalCode'] !== id) {
      const message = 'The external code of the path is not the one of the body.';
      throw refuseRows(400, [
        { externalCode: id, type: 'VALIDATION', code: 'EXTERNAL_CODE_MISMATCH', message },
      ]);
    }
    const faults = faultsOf(row, resource.rule, this.tenant.switches.unknownMembers);
    if (faults.length > 0) throw invalidBody(faults.join('; '), id);
    this.#store(resource, call, 'PATCH', [row]);
    return ok(this.#echo(resource, row));
  }

  /** Takes away from the API layer only; P2P keeps what it has. */
  #delete(resource: Resource, call: BaswareCall): BaswareAnswer {
    const body = isObject(call.body) ? call.body : {};
    const table = this.tenant.layerOf(resource.path);
    const since = timeOf(typeof body['lastUpdated'] === 'string' ? body['lastUpdated'] : undefined);
    if (typeof body['externalCode'] === 'string') {
      if (!table.delete(body['externalCode'])) throw notFound();
    } else if (since === undefined) throw invalidBody('externalCode or lastUpdated is required.');
    else for (const [code, record] of table) if (record.lastUpdated > since) table.delete(code);
    const taskName = `Delete ${resource.entityType}`;
    return { status: since === undefined ? 200 : 202, body: { taskName, taskStatus: 'Completed' } };
  }

  #store(
    resource: Resource,
    call: BaswareCall,
    operationType: 'POST' | 'PATCH',
    rows: readonly WireObject[],
  ): void {
    const table = this.tenant.layerOf(resource.path);
    const request = openRequest(this.tenant, call, {
      entityType: resource.entityType,
      operationType,
      genericListKey: resource.path.startsWith('/v1/lists/')
        ? (resource.path.split('/').at(-1) ?? null)
        : null,
    });
    const incoming = rows.map((data): Incoming => {
      const externalCode = String(data['externalCode']);
      const item = { externalCode, parentExternalCode: null, status: 'InProgress' as const, errors: [] };
      request.items.push(item);
      const known = table.get(externalCode);
      if (known !== undefined && canonical(known.data) === canonical(data))
        return { item, record: undefined };
      const record: LayerRecord = { externalCode, data, lastUpdated: this.tenant.clock.now() };
      table.set(externalCode, record);
      return { item, record };
    });
    importLater(this.tenant, resource, request, incoming);
  }

  #echo(resource: Resource, row: WireObject): WireObject {
    return this.#show(this.tenant.layerOf(resource.path).get(String(row['externalCode']))) ?? row;
  }

  #show(record: LayerRecord | undefined): WireObject | undefined {
    if (record === undefined) return undefined;
    const { switches } = this.tenant;
    const lastUpdated = timeText(record.lastUpdated, switches.dateStyle);
    return showWire({ ...record.data, lastUpdated }, switches);
  }
}

function conflict(externalCode: string): Error {
  const message = 'The same external code is twice in the request.';
  return refuseRows(409, [{ externalCode, type: 'BUSINESS', code: 'CONFLICT_IN_POST', message }]);
}
