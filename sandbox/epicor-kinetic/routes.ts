import type { IncomingHttpHeaders } from 'node:http';
import { parseExact, type Wire, type WireObject } from '../http/exact-json';
import { type BaqDefinition, runBaq } from './baq';
import { parseEntityKey } from './entity-key';
import { deleteEntity, patchEntity, postEntity } from './entity-writes';
import { metadataOf } from './metadata';
import { MethodCall } from './method';
import { countSet, readSet } from './odata-read';
import { EpicorRefusal, noSuchRecord, noSuchRoute } from './refusal';
import type { EntitySet, Service } from './services';
import type { SignIn } from './sign-in';
import type { CompanyState, EpicorState } from './state';
import type { Row } from './table-rows';
import { encodeRow } from './wire-rows';

export interface EpicorRequest {
  readonly method: string;
  /** Path segments behind `/api/v2/odata/`, still encoded. */
  readonly segments: readonly string[];
  readonly query: ReadonlyMap<string, string>;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** Address of the company's root, for contexts and links. */
  readonly root: string;
}

export interface EpicorAnswer {
  readonly status: number;
  /** Absent: no body. */
  readonly body?: Wire;
  /** XML instead of a body. */
  readonly xml?: string;
  /** For counting: `GET Erp.BO.VendorSvc/Vendors`. */
  readonly route: string;
}

/** The API of the business services: company segment, service, then an entity set, a key, or a method. */
export class Routes {
  constructor(
    private readonly state: EpicorState,
    private readonly services: ReadonlyMap<string, Service>,
    private readonly signIn: SignIn,
    private readonly baqs: Readonly<Record<string, BaqDefinition>>,
  ) {}

  answer(request: EpicorRequest): EpicorAnswer {
    needCallSettings(request.headers['callsettings']);
    const named = this.#withCompany(request.segments);
    const serviceName = decodeURIComponent(named.rest[0] ?? '');
    const user = this.signIn.admit(request.headers, request.query.get('api-key'), named.code, serviceName);
    const company = this.#company(named.code);
    if (serviceName === '') return { status: 200, body: this.#serviceList(), route: 'GET services' };
    const target = decodeURIComponent(named.rest[1] ?? '');
    if (serviceName === 'BaqSvc') {
      if (named.rest[2] !== 'Data' || named.rest.length !== 3)
        throw noSuchRoute('The query resource does not exist.');
      const value = runBaq(this.state, company, target, this.baqs[target], request.query);
      return {
        status: 200,
        body: this.#envelope(request, `BaqSvc/${target}`, value),
        route: `GET BaqSvc/${target}`,
      };
    }
    const service = this.services.get(serviceName);
    if (service === undefined) throw noSuchRoute(`Service ${serviceName} does not exist.`);
    if (target === '$metadata') {
      return { status: 200, xml: metadataOf(service), route: `GET ${serviceName}/$metadata` };
    }
    if (this.state.switches.refuseEncodedSlash && named.rest.some((part) => /%2f|%23|%25/i.test(part))) {
      throw noSuchRoute('The resource cannot be found.');
    }
    const method = Object.hasOwn(service.methods, target) ? service.methods[target] : undefined;
    if (method !== undefined && named.rest.length === 2) {
      const route = `${request.method} ${serviceName}/${target}`;
      if (request.method !== 'POST' && !(request.method === 'GET' && method.readOnly)) {
        throw noSuchRoute(`The method ${target} does not answer ${request.method}.`);
      }
      const reply = method.run(new MethodCall(this.state, company, user, parameters(request)));
      return { status: 200, body: { ...reply }, route };
    }
    return this.#entity(
      request,
      company,
      user,
      serviceName,
      service,
      named.rest.slice(1).map(decodeURIComponent),
    );
  }

  #entity(
    request: EpicorRequest,
    company: CompanyState,
    user: string,
    serviceName: string,
    service: Service,
    path: readonly string[],
  ): EpicorAnswer {
    const [, setName = '', keyText] = /^(\w+)(?:\((.*)\))?$/s.exec(path[0] ?? '') ?? [];
    const set = service.sets.get(setName);
    if (set === undefined)
      throw noSuchRoute(`The resource ${setName || path[0]} does not exist on ${serviceName}.`);
    const route = `${request.method} ${serviceName}/${setName}`;
    if (keyText !== undefined) {
      const key = parseEntityKey(keyText, set.table, company.code);
      return this.#byKey(request, company, user, set, key, path.slice(1), route);
    }
    if (request.method === 'POST' && path.length === 1) {
      const body = postEntity({ state: this.state, company, user }, set.table, parseBody(request));
      return { status: 201, body, route };
    }
    if (request.method !== 'GET') throw noSuchRoute(`${setName} does not answer ${request.method}.`);
    if (this.state.switches.heavyServices.includes(serviceName)) {
      throw new EpicorRefusal(
        500,
        'System.Exception',
        'Sorry! Something went wrong. An unexpected internal problem occurred. Please contact your administrator and quote the Correlation ID.',
      );
    }
    if (path[1] === '$count') {
      const count = countSet(this.state, company, set.table, request.query.get('$filter'));
      return { status: 200, body: count, route: `${route}/$count` };
    }
    if (path.length > 1) throw noSuchRoute('The resource does not exist.');
    return { status: 200, body: this.#readSet(request, company, set, `${serviceName}/${setName}`), route };
  }

  #byKey(
    request: EpicorRequest,
    company: CompanyState,
    user: string,
    set: EntitySet,
    key: Row,
    rest: readonly string[],
    route: string,
  ): EpicorAnswer {
    const store = company.rows(set.table.name);
    const row = store.find(...set.table.key.map((name) => key[name] ?? ''));
    if (row === undefined) throw noSuchRecord();
    const call = { state: this.state, company, user };
    if (rest.length === 0 && (request.method === 'PATCH' || request.method === 'DELETE')) {
      if (request.method === 'PATCH') patchEntity(call, set.table, row, parseBody(request));
      else deleteEntity(call, set.table, row);
      return { status: 204, route: `${route}(key)` };
    }
    if (request.method !== 'GET') throw noSuchRoute(`The resource does not answer ${request.method}.`);
    if (rest.length === 0) {
      const shown = encodeRow(row, set.table.columns.values(), this.state.switches);
      return {
        status: 200,
        body: { '@odata.context': `${request.root}/$metadata`, ...shown },
        route: `${route}(key)`,
      };
    }
    const child = set.table.children.find((candidate) => candidate.set === rest[0]);
    if (child === undefined || rest.length > 1) throw noSuchRoute(`The resource ${rest[0]} does not exist.`);
    const siblings = new Set(company.rows(child.name).childrenOf(row));
    const within = (candidate: Row) => siblings.has(candidate);
    const body = this.#readSet(request, company, { table: child, within }, child.set);
    return { status: 200, body, route: `${route}(key)/${child.set}` };
  }

  #readSet(request: EpicorRequest, company: CompanyState, set: EntitySet, name: string): WireObject {
    const result = readSet(this.state, company, set.table, withoutKey(request.query), set.within);
    const body = this.#envelope(request, name, result.rows);
    if (result.total !== undefined) body['@odata.count'] = result.total;
    if (result.nextSkip !== undefined) {
      const query = new Map(withoutKey(request.query)).set('$skip', String(result.nextSkip));
      const text = [...query].map(([option, value]) => `${option}=${encodeURIComponent(value)}`).join('&');
      body['@odata.nextLink'] = `${request.root}/${name}?${text}`;
    }
    return body;
  }

  #envelope(request: EpicorRequest, name: string, value: WireObject[]): WireObject {
    return { '@odata.context': `${request.root}/${name}/$metadata#${name.split('/').at(-1)}`, value };
  }

  /** A path that names a service where the company belongs has lost its company segment. */
  #withCompany(segments: readonly string[]): { code: string; rest: readonly string[] } {
    const first = decodeURIComponent(segments[0] ?? '');
    if (first !== '' && !/^(Erp|Ice)\.|^BaqSvc$/.test(first)) return { code: first, rest: segments.slice(1) };
    if (this.state.switches.missingCompany === 'not-found') throw noSuchRoute('No company was given.');
    return { code: '', rest: segments };
  }

  #company(code: string): CompanyState {
    const named = this.state.companies.get(code);
    if (code !== '' && named === undefined) throw noSuchRoute(`Company ${code} does not exist.`);
    const others = [...this.state.companies.values()].filter((company) => company !== named);
    const company =
      named === undefined || this.state.switches.wrongTenantRows ? (others.at(-1) ?? named) : named;
    if (company === undefined) throw noSuchRoute('There is no company.');
    return company;
  }

  #serviceList(): WireObject {
    return { value: [...this.services.keys()].map((name) => ({ name, kind: 'Singleton', url: name })) };
  }
}

/** The header of call settings, where it is sent, must be JSON. The company in it does not override the path. */
function needCallSettings(header: string | string[] | undefined): void {
  if (header === undefined) return;
  try {
    JSON.parse(String(header));
  } catch {
    throw new EpicorRefusal(
      400,
      'Epicor.RESTApi.ErrorHandling.ApiException',
      'The CallSettings header is not valid JSON.',
    );
  }
}

function withoutKey(query: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  return new Map([...query].filter(([name]) => name !== 'api-key'));
}

function parseBody(request: EpicorRequest): Wire {
  if (!(request.headers['content-type'] ?? '').startsWith('application/json')) {
    throw new EpicorRefusal(
      400,
      'Microsoft.OData.ODataException',
      'A content type of application/json is required.',
    );
  }
  try {
    return parseExact(request.body);
  } catch {
    throw new EpicorRefusal(400, 'Microsoft.OData.ODataException', 'The request body is not valid JSON.');
  }
}

function parameters(request: EpicorRequest): WireObject {
  if (request.method === 'GET') return Object.fromEntries(withoutKey(request.query));
  const body = parseBody(request);
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new EpicorRefusal(
      400,
      'Microsoft.OData.ODataException',
      'The request body must be an object of parameters.',
    );
  }
  return body as WireObject;
}
