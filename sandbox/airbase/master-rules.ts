import { isObject, type Wire, type WireObject } from '../http/exact-json';
import type { MasterKind, MasterRecord } from './records';
import type { Faults } from './refusal';
import type { AirbaseTenant } from './tenant';

interface Rule {
  /** Members that a new record needs. */
  readonly required: readonly string[];
  /** Text members beside those; `is_active` belongs to every record. */
  readonly optional: readonly string[];
}

const SUBSIDIARIES = 'subsidiary_reference_ids';
const RULES: Readonly<Record<MasterKind, Rule>> = {
  vendors: {
    required: ['name', 'erp_reference_id', SUBSIDIARIES],
    optional: ['email', 'erp_parent_reference_id'],
  },
  accounts: {
    required: ['name', 'erp_reference_id', 'account_number', 'type', 'category']
      .concat(SUBSIDIARIES)
      .concat('erp_currency_reference_id'),
    optional: [],
  },
  tags: { required: ['name', 'erp_reference_id', 'type_label', SUBSIDIARIES], optional: [] },
  subsidiaries: {
    required: ['name', 'erp_reference_id', 'iso_code', 'erp_currency_reference_id'],
    optional: [],
  },
  currencies: { required: ['erp_reference_id', 'iso_code'], optional: ['name'] },
};
const LESS_ESSENTIAL = ['account_number', 'category'];
const MAY_BE_BLANK = ['category', 'email', 'erp_parent_reference_id'];
const CHOICES: Readonly<Record<string, readonly string[]>> = {
  type: ['expense', 'asset', 'liability', 'equity', 'income', 'accounts_payable', 'bank', 'credit_card'],
  type_label: ['department', 'class', 'location', 'project'],
};

/** What is wrong with an entity that shall become a record, or change one. Empty: nothing. */
export function faultsOf(
  tenant: AirbaseTenant,
  kind: MasterKind,
  entity: WireObject,
  record: MasterRecord | undefined,
): Faults {
  const faults: Faults = {};
  const { required, optional } = RULES[kind];
  const essential = tenant.switches.accountFields === 'essential';
  for (const name of required) {
    const needed = record === undefined && !(essential && LESS_ESSENTIAL.includes(name));
    if (entity[name] === undefined && needed) faults[name] = ['This field is required.'];
  }
  for (const name of [...required, ...optional].filter((each) => each !== SUBSIDIARIES)) {
    const message = textFault(name, entity[name]);
    if (message !== undefined) faults[name] = [message];
  }
  if (entity['is_active'] !== undefined && typeof entity['is_active'] !== 'boolean') {
    faults['is_active'] = ['Must be a valid boolean.'];
  }
  if (entity[SUBSIDIARIES] !== undefined && subsidiaryIds(tenant, entity) === undefined) {
    faults[SUBSIDIARIES] = ['Entity not found'];
  }
  const currency = entity['erp_currency_reference_id'];
  if (typeof currency === 'string' && tenant.byReference('currencies', currency) === undefined) {
    faults['erp_currency_reference_id'] = ['Entity not found'];
  }
  if (tenant.switches.unknownMembers === 'refuse') {
    const known = [...required, ...optional, 'is_active', 'airbase_id'];
    for (const name of Object.keys(entity)) if (!known.includes(name)) faults[name] = ['Unexpected field.'];
  }
  return faults;
}

function textFault(name: string, value: Wire | undefined): string | undefined {
  if (value === undefined) return undefined;
  if (value === null) return MAY_BE_BLANK.includes(name) ? undefined : 'This field may not be null.';
  if (typeof value !== 'string') return 'Not a valid string.';
  if (value.trim() === '' && !MAY_BE_BLANK.includes(name)) return 'This field may not be blank.';
  const choices = CHOICES[name];
  if (choices !== undefined && !choices.includes(value.toLowerCase())) {
    return `"${value}" is not a valid choice.`;
  }
  return undefined;
}

/** Ids of the subsidiaries that an entity names; undefined when there are none, or one is not known. */
export function subsidiaryIds(tenant: AirbaseTenant, entity: WireObject): string[] | undefined {
  const named = entity[SUBSIDIARIES];
  if (!Array.isArray(named) || named.length === 0) return undefined;
  const ids: string[] = [];
  for (const each of named) {
    if (!isObject(each)) return undefined;
    const { airbase_id: id, erp_reference_id: reference } = each;
    if (tenant.switches.subsidiaryBy === 'airbase-id' && typeof id !== 'string') return undefined;
    const found = [...tenant.masters.subsidiaries.values()].find(
      (record) =>
        (typeof id === 'string' || typeof reference === 'string') &&
        (typeof id !== 'string' || record.id === id) &&
        (typeof reference !== 'string' || record.reference === reference),
    );
    if (found === undefined) return undefined;
    ids.push(found.id);
  }
  return ids;
}

/** Members of an entity that become the record's data. */
export function dataIn(kind: MasterKind, entity: WireObject): WireObject {
  const { required, optional } = RULES[kind];
  const names = [...required, ...optional].filter(
    (name) => ![SUBSIDIARIES, 'erp_reference_id'].includes(name),
  );
  return Object.fromEntries(
    names.flatMap((name) => (entity[name] === undefined ? [] : [[name, entity[name] ?? null]])),
  );
}
