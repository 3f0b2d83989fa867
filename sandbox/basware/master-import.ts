import { isObject, type Wire, type WireObject } from '../http/exact-json';
import { RESOURCES, type Resource } from './resources';
import type { LayerRecord, P2pRecord, RequestItem, RequestRecord, Tenant } from './tenant';

const VENDORS = '/v1/vendors';
const TERMS = '/v1/paymentTerms';
const TAXES = '/v1/taxCodes';
const ORDERS = '/v1/matchingOrders';
/** Versions of a record that follow each other faster than this: the older one is not taken over. */
const TOO_CLOSE_MS = 1_000;

/** One row of a request on its way into P2P. */
export interface Incoming {
  readonly item: RequestItem;
  /** Undefined: it equals what the API layer had, and is passed over. */
  readonly record: LayerRecord | undefined;
}

/** Takes over a request's rows in P2P, some time from now, and says in its status how that went. */
export function importLater(
  tenant: Tenant,
  resource: Resource,
  request: RequestRecord,
  rows: readonly Incoming[],
): void {
  const { importMs, failedImportMs } = tenant.switches;
  const failing = rows.some(
    ({ record }) => record !== undefined && obstaclesOf(tenant, resource, record).length > 0,
  );
  tenant.later(failing ? failedImportMs : importMs, () => {
    for (const { item, record } of rows) {
      if (record === undefined) item.status = 'NotProcessed';
      else takeOver(tenant, resource, item, record);
    }
    finish(tenant, request);
  });
}

/** Closes a request: its status follows from its rows. */
export function finish(tenant: Tenant, request: RequestRecord): void {
  const failed = request.items.some((item) => item.status === 'Error' || item.status === 'RecordExpired');
  request.status = failed ? 'Error' : 'Success';
  request.lastUpdated = tenant.clock.now();
  tenant.tell({
    taskType: 'RequestStatus',
    taskSubType: request.status,
    documentId: request.requestId,
  });
}

function takeOver(tenant: Tenant, resource: Resource, item: RequestItem, record: LayerRecord): void {
  const newest = tenant.layerOf(resource.path).get(record.externalCode);
  const overtaken =
    newest !== undefined && newest !== record && newest.lastUpdated - record.lastUpdated < TOO_CLOSE_MS;
  if (overtaken) {
    item.status = 'RecordExpired';
    item.errors = [
      { type: 'RecordExpired', message: 'A newer version of the record exists', category: 'Unknown' },
    ];
    return;
  }
  const obstacles = obstaclesOf(tenant, resource, record);
  if (obstacles.length > 0) {
    item.status = 'Error';
    item.errors = obstacles.map((message) => ({ type: 'Error', message, category: 'DataValidation' }));
    return;
  }
  item.status = 'Success';
  const table = tenant.p2pOf(resource.path);
  const imports = (table.get(record.externalCode)?.imports ?? 0) + 1;
  table.set(record.externalCode, { externalCode: record.externalCode, data: record.data, imports });
}

/** Why P2P does not take a record over: what it refers to is missing, or its code is taken. */
function obstaclesOf(tenant: Tenant, resource: Resource, { data, externalCode }: LayerRecord): string[] {
  const companies = companiesOf(data);
  const wrong = companies
    .filter((code) => !tenant.companies.has(code))
    .map(() => 'wrong or missing CompanyCode');
  const { code } = resource;
  if (code !== undefined) {
    const other = [...tenant.p2pOf(resource.path).values()].find(
      (each) =>
        each.externalCode !== externalCode &&
        each.data[code] === data[code] &&
        companiesOf(each.data).some((company) => companies.includes(company)),
    );
    if (other !== undefined) wrong.push(`${code} ${String(data[code])} already exists in the company`);
  }
  if (resource.path === VENDORS) wrong.push(...vendorObstacles(tenant, data));
  if (resource.path === '/v1/accounts' && typeof data['taxCode'] === 'string') {
    if (!hasActive(tenant, TAXES, data['taxCode'])) wrong.push(`tax code ${data['taxCode']} does not exist`);
  }
  if (resource.path === '/v1/matchingOrderLines') {
    const order = String(data['orderExternalCode']);
    if (!tenant.p2pOf(ORDERS).has(order)) wrong.push(`order ${order} does not exist`);
  }
  return wrong;
}

function vendorObstacles(tenant: Tenant, data: WireObject): string[] {
  const wrong: string[] = [];
  const terms = data['paymentTerms'];
  const term = isObject(terms) ? terms['paymentTermCode'] : undefined;
  if (typeof term === 'string' && !hasActive(tenant, TERMS, term)) {
    wrong.push(`payment term ${term} does not exist or is not active`);
  }
  const means = data['paymentMeans'];
  for (const each of Array.isArray(means) ? means.filter(isObject) : []) {
    const currency = each['currencyCode'];
    if (typeof currency === 'string' && !tenant.currencies.has(currency)) {
      wrong.push(`currency ${currency} does not exist or is not active`);
    }
  }
  return wrong;
}

/** Whether P2P has a live record with this code. */
export function hasActive(tenant: Tenant, path: string, code: string): boolean {
  const name = RESOURCES.get(path)?.code ?? '';
  return [...tenant.p2pOf(path).values()].some((record) => record.data[name] === code && isActive(record));
}

/** Whether a record can be used: active in some company, or, for vendors, not switched off. */
export function isActive(record: P2pRecord): boolean {
  const status = record.data['processingStatus'];
  if (isObject(status)) return status['active'] !== false;
  const companies = record.data['companies'];
  return !Array.isArray(companies) || companies.some((each) => isObject(each) && each['active'] !== false);
}

function companiesOf(data: WireObject): string[] {
  const own: Wire | undefined = data['companyCode'];
  if (typeof own === 'string') return [own];
  const companies = data['companies'];
  return (Array.isArray(companies) ? companies.filter(isObject) : []).map((each) =>
    String(each['companyCode']),
  );
}
