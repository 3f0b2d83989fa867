import type { WireObject } from '../http/exact-json';
import type { StoredEntity } from './entity-store';
import { type EntityType, isServed } from './entity-types';
import { parseFilter } from './filter';
import type { QueryOptions } from './query-options';
import { missingRecord, serverError } from './refusal';
import { type Endpoint, isExpandable, Shower } from './show';
import type { Tenant } from './tenant';

/** A list: one optimized query, in an order that nobody asked for. */
export function readList(
  tenant: Tenant,
  endpoint: Endpoint,
  type: EntityType,
  options: QueryOptions,
): WireObject[] {
  needKnown(type, endpoint, options);
  needOptimizable(tenant, type, options);
  const found = matching(tenant, endpoint, type, options.filter);
  const { listLagMs } = tenant.switches;
  const now = tenant.clock.now();
  const visible =
    listLagMs > 0 ? found.filter((row) => row.created === 0 || now - row.created >= listLagMs) : found;
  const ordered = inOrder(tenant, visible);
  const most = Math.min(
    options.top ?? Number.POSITIVE_INFINITY,
    tenant.switches.pageLimit ?? Number.POSITIVE_INFINITY,
  );
  const shower = new Shower(tenant, endpoint);
  return ordered
    .slice(options.skip, options.skip + most)
    .map((row, index) => shower.entity(row, options.skip + index + 1, options));
}

/** Every record of an entity that fits a filter, in the order of the keys. */
export function matching(
  tenant: Tenant,
  endpoint: Endpoint,
  type: EntityType,
  filter: string | undefined,
): StoredEntity[] {
  const rows = tenant.rows(type.name).ordered();
  if (filter === undefined || filter.trim() === '') return [...rows];
  return rows.filter(parseFilter(filter, type, endpoint.version, tenant));
}

/** One record by its keys or its id. */
export function readOne(
  tenant: Tenant,
  endpoint: Endpoint,
  type: EntityType,
  keys: readonly string[],
  options: QueryOptions,
): WireObject {
  needKnown(type, endpoint, options);
  const entity = recordOf(tenant, type, keys);
  return new Shower(tenant, endpoint).entity(entity, 1, options);
}

/** Throws what the server answers when it is not there. */
export function recordOf(tenant: Tenant, type: EntityType, keys: readonly string[]): StoredEntity {
  const store = tenant.rows(type.name);
  const only = keys.length === 1 ? keys[0] : undefined;
  const isId = only !== undefined && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(only);
  const found = isId ? store.byId(only) : store.find(...keys);
  if (found === undefined) throw missingRecord(tenant.switches.missingStatus);
  return found;
}

function needKnown(type: EntityType, endpoint: Endpoint, { expand, select }: QueryOptions): void {
  for (const path of expand) {
    if (!isExpandable(type, path)) {
      throw serverError(
        'PX.Api.ContractBased.ContractException',
        `The ${path} field is not in ${type.name}.`,
      );
    }
  }
  for (const path of select ?? []) {
    const slash = path.lastIndexOf('/');
    const parent = path.slice(0, Math.max(slash, 0));
    const fields =
      parent === '' ? type.fields : (type.details.get(parent)?.fields ?? type.linked.get(parent));
    const field = fields?.get(path.slice(slash + 1));
    if ((field === undefined || !isServed(field, endpoint.version)) && !isExpandable(type, path)) {
      throw serverError(
        'PX.Api.ContractBased.ContractException',
        `The ${path} field is not in ${type.name}.`,
      );
    }
  }
}

function needOptimizable(tenant: Tenant, type: EntityType, { expand }: QueryOptions): void {
  const culprits = [...expand].filter((path) => tenant.switches.delegates.includes(`${type.name}/${path}`));
  if (culprits.length === 0) return;
  const lines = culprits.flatMap((path) => {
    const list = type.details.get(path);
    return [...(list?.fields.keys() ?? [])].map(
      (field) => `${path}.${field}: View ${list?.view} has BQL delegate`,
    );
  });
  throw serverError(
    'PX.Api.ContractBased.OptimizedExport.CannotOptimizeException',
    `Optimization cannot be performed.The following fields cause the error:\r\n${lines.join('\r\n')}`,
  );
}

function inOrder(tenant: Tenant, rows: readonly StoredEntity[]): readonly StoredEntity[] {
  switch (tenant.switches.listOrder) {
    case 'key':
      return rows;
    case 'changed':
      return rows.toSorted((a, b) => stampOf(b) - stampOf(a));
    case 'unstable':
      return tenant.random.shuffled(rows);
  }
}

function stampOf(row: StoredEntity): number {
  return Number(row.values['LastModifiedDateTime'] ?? 0);
}
