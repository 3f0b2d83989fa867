import { isObject, type Wire } from '../http/exact-json';
import { prepareBill } from './bills';
import { BodyReader, type Given, type GivenRow } from './body';
import { prepareCheck, storedCheck } from './checks';
import { rowsOf, type StoredEntity, type StoredRow, text } from './entity-store';
import type { EntityType } from './entity-types';
import { matching } from './read';
import { AcumaticaRefusal, httpError, missingRecord, noRights, operationFailed } from './refusal';
import { type Endpoint, Shower } from './show';
import type { Tenant } from './tenant';
import { prepareVendor } from './vendors';

/** A PUT on its way: what is stored, what it would become, and what is wrong with it. */
export interface Write {
  readonly tenant: Tenant;
  readonly user: string;
  /** `YYYY-MM-DD`. */
  readonly businessDate: string;
  readonly before: StoredEntity | undefined;
  readonly draft: StoredEntity;
  readonly given: Given;
  /** By place, such as `Vendor` or `Details[0].AmountPaid`. */
  readonly errors: Map<string, string>;
}

export interface PutRequest {
  readonly tenant: Tenant;
  readonly endpoint: Endpoint;
  readonly type: EntityType;
  readonly user: string;
  readonly body: Wire | undefined;
  readonly filter: string | undefined;
  readonly ifMatch: string | undefined;
  readonly ifNoneMatch: string | undefined;
  readonly businessDate: string | undefined;
}

const PREPARE: Readonly<Record<string, (write: Write) => void>> = {
  Vendor: prepareVendor,
  Bill: prepareBill,
  Check: prepareCheck,
};

/** Creates or updates: the one verb for both. Gives the record as stored. */
export function put(request: PutRequest): StoredEntity {
  const { tenant, endpoint, type, user } = request;
  const prepare = PREPARE[type.name];
  if (!type.writable || prepare === undefined) throw noRights(type.screen);
  const given = new BodyReader(endpoint, tenant.switches).entity(type, request.body);
  const before = target(request, given);
  if (request.ifNoneMatch === '*' && before !== undefined) throw httpError(412, 'The record already exists.');
  if (request.ifMatch === '*' && before === undefined) throw httpError(412, 'The record does not exist.');
  tenant.countWrite(type.name);
  const draft = before === undefined ? fresh(tenant, type, given, user) : copied(before);
  const businessDate = request.businessDate ?? tenant.today();
  const write: Write = { tenant, user, businessDate, before, draft, given, errors: new Map() };
  apply(write);
  prepare(write);
  if (write.errors.size > 0) throw invalid(tenant, endpoint, write);
  if (before !== undefined && same(before, draft)) return before;
  return store(write);
}

/** The record that the body means: by its keys, by its id, or by the filter of the query. */
function target({ tenant, endpoint, type, filter }: PutRequest, given: Given): StoredEntity | undefined {
  const store = tenant.rows(type.name);
  if (type.keys.every((key) => typeof given.keys[key] === 'string')) {
    const found = store.find(...type.keys.map((key) => String(given.keys[key])));
    const numbered = type.keys.includes('ReferenceNbr');
    if (found === undefined && numbered && tenant.switches.unknownNumber === 'refuse') {
      throw missingRecord(tenant.switches.missingStatus);
    }
    return found;
  }
  if (given.id !== undefined) return store.byId(given.id);
  if (filter === undefined) return undefined;
  const found = matching(tenant, endpoint, type, filter);
  if (found.length > 1) throw operationFailed('More than one entity satisfies the condition.');
  return found[0];
}

function fresh(tenant: Tenant, type: EntityType, given: Given, user: string): StoredEntity {
  const numbered = type.keys.includes('ReferenceNbr');
  return tenant.draft(type.name, numbered ? { ReferenceNbr: '<NEW>' } : { ...given.keys }, user);
}

function copied(entity: StoredEntity): StoredEntity {
  const { values, note, linked, details, custom } = entity;
  return { ...entity, ...structuredClone({ values, note, linked, details, custom }) };
}

/** Puts what the body gives over the draft: rows without an id are appended, however often they come. */
function apply({ tenant, draft, given, errors }: Write): void {
  for (const [name, value] of Object.entries(given.values)) {
    const field = draft.type.fields.get(name);
    if (field?.max !== undefined && [...String(value ?? '')].length > field.max) {
      errors.set(name, `The string is too long: ${name} holds ${field.max} characters.`);
    }
    if (field?.labels !== undefined && value !== null && !field.labels.includes(String(value))) {
      errors.set(name, `The list value '${value}' is not allowed for ${name}.`);
    }
    draft.values[name] = value;
  }
  for (const [path, values] of Object.entries(given.linked)) {
    draft.linked[path] = { ...draft.linked[path], ...values };
  }
  for (const [list, rows] of Object.entries(given.details)) {
    draft.details[list] = mergedRows(tenant, rowsOf(draft, list), rows);
  }
  if (given.note !== undefined) draft.note = given.note;
  for (const [name, value] of Object.entries(given.custom)) {
    if (tenant.customFields[draft.type.name]?.includes(name)) draft.custom[name] = value;
  }
}

function mergedRows(tenant: Tenant, stored: readonly StoredRow[], given: readonly GivenRow[]): StoredRow[] {
  let rows = [...stored];
  for (const row of given) {
    const at = rows.find((each) => each.id === row.id);
    if (at === undefined) {
      if (!row.remove) rows.push(tenant.row({ ...row.values }));
    } else if (row.remove) rows = rows.filter((each) => each !== at);
    else at.values = { ...at.values, ...row.values };
  }
  return rows;
}

function same(before: StoredEntity, draft: StoredEntity): boolean {
  const shape = ({ values, note, linked, details, custom }: StoredEntity) =>
    JSON.stringify([Object.entries(values).sort(), note, linked, details, custom]);
  return shape(before) === shape(draft);
}

function store(write: Write): StoredEntity {
  const { tenant, before, draft } = write;
  let stored = before;
  if (stored === undefined) {
    if (draft.values['ReferenceNbr'] === '<NEW>') {
      draft.values['ReferenceNbr'] = tenant.nextNumber(`${draft.type.name} ${text(draft, 'Type')}`);
    }
    stored = tenant.insert(draft);
  } else {
    const { note, linked, details, custom } = draft;
    Object.assign(stored, { note, linked, details, custom });
    tenant.change(stored, draft.values);
  }
  if (stored.type.name === 'Check') storedCheck(tenant, stored);
  return stored;
}

/** The entity with its errors, in the shape of the build. */
function invalid(tenant: Tenant, endpoint: Endpoint, { draft, errors }: Write): AcumaticaRefusal {
  const shown = new Shower(tenant, endpoint).withErrors(draft, errors);
  const summary = `${draft.type.name} raised at least one error: ${[...errors.values()].join(' ')}`;
  const exception = {
    exceptionMessage: summary,
    exceptionType: 'PX.Api.ContractBased.OutcomeEntityHasErrorsException',
  };
  switch (tenant.switches.validation) {
    case '422':
      return new AcumaticaRefusal(422, shown, {}, summary);
    case '422-exception':
      return new AcumaticaRefusal(422, { ...shown, ...exception }, {}, summary);
    case '500':
      return new AcumaticaRefusal(500, { message: 'An error has occurred.', ...exception }, {}, summary);
  }
}

/** The record that an action is for. Fields beyond its keys are an update of its own. */
export function actionTarget(request: PutRequest): StoredEntity {
  const { tenant, endpoint, type, body } = request;
  const entity = isObject(body) ? body['entity'] : undefined;
  const given = new BodyReader(endpoint, tenant.switches).entity(type, entity);
  const found = target({ ...request, body: entity, filter: undefined }, given);
  if (found === undefined) throw missingRecord(tenant.switches.missingStatus);
  const changes = Object.keys(given.values).some((name) => !type.keys.includes(name));
  if (changes || Object.keys(given.details).length > 0) put({ ...request, body: entity });
  return found;
}
