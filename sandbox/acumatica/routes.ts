import type { IncomingHttpHeaders } from 'node:http';
import { parseExact, type Wire, type WireObject } from '../http/exact-json';
import { ACTIONS } from './actions';
import { text } from './entity-store';
import { ENTITY_TYPES, type EntityType } from './entity-types';
import type { Operations } from './operations';
import { actionTarget, type PutRequest, put } from './put';
import { queryOptions } from './query-options';
import { readList, readOne, recordOf } from './read';
import { badRequest, noRights, noSuchAddress, operationFailed } from './refusal';
import type { Session } from './sessions';
import { type Endpoint, Shower } from './show';
import type { AcumaticaSwitches } from './switches';

export interface EntityRequest {
  readonly method: string;
  readonly endpoint: Endpoint;
  /** Path segments behind the endpoint, decoded. */
  readonly path: readonly string[];
  readonly search: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly url: string;
  readonly host: string;
  readonly session: Session;
}

export interface EntityAnswer {
  readonly status: number;
  readonly body?: Wire;
  readonly headers?: Readonly<Record<string, string>>;
  /** For counting: `GET Bill`, `PUT Check`, `POST Check/ReleaseCheck`. */
  readonly route: string;
}

const UNRELEASED = ['On Hold', 'Balanced', 'Pending Approval', 'Pending Print', 'Rejected'];

/** The entities of one endpoint: lists, records, the one verb that writes, actions. */
export class Routes {
  constructor(
    private readonly operations: Operations,
    private readonly switches: AcumaticaSwitches,
  ) {}

  /** Whether a call only asks how an action is, which a session with one under way allows. */
  isStatus(method: string, path: readonly string[]): boolean {
    return method === 'GET' && path.length === 4 && path[2] === 'status';
  }

  answer(request: EntityRequest): EntityAnswer {
    const { method, path, endpoint, session, url } = request;
    const [name = '', ...rest] = path;
    if (!this.isStatus(method, path)) this.operations.needIdle(session);
    if (name === 'swagger.json' && method === 'GET') {
      return { status: 200, body: describe(endpoint), route: 'GET swagger.json' };
    }
    if (name === 'CompaniesStructure' && method === 'PUT') return this.#companies(request);
    const type = ENTITY_TYPES.get(name);
    if (type === undefined) throw noSuchAddress(url);
    this.#needRights(method, type);
    if (this.isStatus(method, path)) {
      const status = this.operations.status(session, rest[2] ?? '');
      const headers = status === 202 ? { location: `${this.#root(request)}${pathOf(url)}` } : {};
      return { status, headers, route: `GET ${name}/${rest[0]}/status` };
    }
    if (method === 'POST' && rest.length === 1) return this.#act(request, type, rest[0] ?? '');
    if (method === 'PUT' && rest.length === 0) {
      const stored = put(this.#put(request, type));
      const shown = new Shower(session.tenant, endpoint).entity(stored, 1, queryOptions(request.search));
      return { status: 200, body: shown, route: `PUT ${name}` };
    }
    if (method === 'GET') return this.#read(request, type, rest);
    if (method === 'DELETE' && rest.length > 0) return this.#remove(request, type, rest);
    throw noSuchAddress(url);
  }

  #read(
    { session, endpoint, search }: EntityRequest,
    type: EntityType,
    keys: readonly string[],
  ): EntityAnswer {
    const { tenant } = session;
    if (keys.length === 0) {
      const rows = readList(tenant, endpoint, type, queryOptions(search));
      return { status: 200, body: rows, route: `GET ${type.name}` };
    }
    if (keys[0] === '$adHocSchema') {
      const names = tenant.customFields[type.name] ?? [];
      const draft = tenant.draft(type.name, {}, '');
      const shape = { select: undefined, expand: new Set<string>(), custom: names };
      const body = new Shower(tenant, endpoint).entity(draft, 1, shape);
      return { status: 200, body, route: `GET ${type.name}/$adHocSchema` };
    }
    const body = readOne(tenant, endpoint, type, keys, queryOptions(search));
    return { status: 200, body, route: `GET ${type.name}(key)` };
  }

  #act(request: EntityRequest, type: EntityType, name: string): EntityAnswer {
    const { endpoint, session, url } = request;
    const action = type.actions.includes(name) ? ACTIONS[`${type.name}/${name}`] : undefined;
    if (action === undefined) throw noSuchAddress(url);
    const document = actionTarget(this.#put(request, type));
    session.tenant.countWrite(type.name);
    action.check(document);
    const run = () => action.run(session.tenant, document, session.user);
    const route = `POST ${type.name}/${name}`;
    const base = `${this.#root(request)}${endpoint.path}/${type.name}`;
    if (this.switches.actionAnswer !== '202') {
      run();
      const nowhere = {
        location: `${base}/${document.type.keys.map((key) => text(document, key)).join('')}`,
      };
      return { status: 204, headers: this.switches.actionAnswer === '204' ? {} : nowhere, route };
    }
    const id = this.operations.start(session, run);
    return { status: 202, headers: { location: `${base}/${name}/status/${id}` }, route };
  }

  #remove({ session }: EntityRequest, type: EntityType, keys: readonly string[]): EntityAnswer {
    if (!type.writable) throw noRights(type.screen);
    const entity = recordOf(session.tenant, type, keys);
    if (type.name === 'Vendor' || !UNRELEASED.includes(text(entity, 'Status'))) {
      throw operationFailed('The record cannot be deleted.');
    }
    session.tenant.remove(entity);
    return { status: 204, route: `DELETE ${type.name}` };
  }

  /** An inquiry: read with PUT. */
  #companies({ session }: EntityRequest): EntityAnswer {
    const { tenant } = session;
    const wrapped = (value: string) => ({ value });
    const results = tenant.branches.map((branch, index) => ({
      id: `00000000-0000-4000-a000-00000000000${index}`,
      rowNumber: index + 1,
      CompanyID: wrapped(tenant.name),
      BranchID: wrapped(branch),
      BranchName: wrapped(`Branch ${branch}`),
      BranchStatus: wrapped('Active'),
      BaseCurrencyID: wrapped(tenant.baseCurrency),
    }));
    return { status: 200, body: { rowNumber: 1, Results: results }, route: 'PUT CompaniesStructure' };
  }

  #put({ session, endpoint, headers, body, search }: EntityRequest, type: EntityType): PutRequest {
    const asked = String(headers['px-cbapibusinessdate'] ?? '').replaceAll('/', '-');
    return {
      tenant: session.tenant,
      endpoint,
      type,
      user: session.user,
      body: parsed(body, headers['content-type']),
      filter: queryOptions(search).filter,
      ifMatch: headers['if-match'],
      ifNoneMatch: headers['if-none-match'],
      businessDate: /^\d{4}-\d{2}-\d{2}$/.test(asked) ? asked : undefined,
    };
  }

  #needRights(method: string, type: EntityType): void {
    const { forbidden, subaccountsFeature } = this.switches;
    const isOff = type.name === 'Subaccount' && !subaccountsFeature;
    if (isOff || forbidden.includes(type.name) || forbidden.includes(`${method} ${type.name}`)) {
      throw noRights(type.screen);
    }
  }

  #root({ host }: EntityRequest): string {
    return this.switches.statusLinks === 'absolute' ? `http://${host}` : '';
  }
}

function pathOf(url: string): string {
  return url.split('?', 1)[0] ?? '';
}

function parsed(body: string, contentType: string | undefined): Wire | undefined {
  if (body === '') return undefined;
  if (!(contentType ?? '').startsWith('application/json')) {
    throw badRequest('The content type must be application/json.');
  }
  try {
    return parseExact(body);
  } catch {
    throw badRequest('The JSON of the body is not valid.');
  }
}

/** A short description of the endpoint, in the form of OpenAPI. */
function describe(endpoint: Endpoint): WireObject {
  const paths = Object.fromEntries(
    [...ENTITY_TYPES.keys()].map((name) => [`/${name}`, { get: {}, put: {} }]),
  );
  return { openapi: '3.0.1', info: { title: endpoint.path, version: endpoint.version }, paths };
}
