import { isObject, numberText, type Wire, type WireObject } from '../http/exact-json';

type Kind = 'text' | 'num' | 'int' | 'bool' | 'date' | 'list' | 'object';

interface Field {
  readonly name: string;
  readonly kind: Kind;
  readonly required: boolean;
  readonly least: number;
  readonly most: number;
  readonly rule: BodyRule | undefined;
}

/** What a body may hold. */
export interface BodyRule {
  readonly fields: ReadonlyMap<string, Field>;
}

const TIMES = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?$/;

/**
 * Reads a rule from a notation: names separated by blanks, `*` for required, `:` and what it is. A number is the
 * longest text, two numbers the shortest and the longest; `:list` and `:object` take their rule from `children`,
 * without one anything goes.
 */
export function bodyRule(notation: string, children: Readonly<Record<string, BodyRule>> = {}): BodyRule {
  const fields = notation
    .split(/\s+/)
    .filter((part) => part !== '')
    .map((part): Field => {
      const [label = '', what = '250'] = part.split(':');
      const name = label.replace('*', '');
      const lengths = /^(?:(\d+)-)?(\d+)$/.exec(what);
      return {
        name,
        kind: lengths === null ? (what as Kind) : 'text',
        required: label.endsWith('*'),
        least: Number(lengths?.[1] ?? 0),
        most: Number(lengths?.[2] ?? 0),
        rule: children[name],
      };
    });
  return { fields: new Map(fields.map((field) => [field.name, field])) };
}

/** Everything that is wrong with a body, each as one sentence. */
export function faultsOf(body: Wire, rule: BodyRule, unknownMembers: 'refuse' | 'ignore', at = ''): string[] {
  if (!isObject(body)) return [`${at === '' ? 'body' : at}: must be an object`];
  const faults: string[] = [];
  for (const field of rule.fields.values()) {
    const value = body[field.name];
    const path = at === '' ? field.name : `${at}.${field.name}`;
    if (value === undefined || value === null) {
      if (field.required) faults.push(`${path}: required`);
    } else faults.push(...faultsOfValue(value, field, path, unknownMembers));
  }
  if (unknownMembers === 'refuse') {
    for (const name of Object.keys(body)) {
      if (!rule.fields.has(name)) faults.push(`${at === '' ? name : `${at}.${name}`}: unknown property`);
    }
  }
  return faults;
}

function faultsOfValue(value: Wire, field: Field, path: string, unknown: 'refuse' | 'ignore'): string[] {
  const wrong = (is: boolean, message: string) => (is ? [] : [`${path}: ${message}`]);
  switch (field.kind) {
    case 'num':
      return wrong(numberText(value) !== undefined, 'must be a number');
    case 'int':
      return wrong(/^-?\d+$/.test(numberText(value) ?? ''), 'must be a whole number');
    case 'bool':
      return wrong(typeof value === 'boolean', 'must be true or false');
    case 'date':
      return wrong(typeof value === 'string' && TIMES.test(value), 'must be a date-time');
    case 'object':
      return field.rule === undefined
        ? wrong(isObject(value), 'must be an object')
        : faultsOf(value, field.rule, unknown, path);
    case 'list': {
      if (!Array.isArray(value)) return [`${path}: must be a list`];
      if (field.required && value.length === 0) return [`${path}: must not be empty`];
      const { rule } = field;
      if (rule === undefined) return [];
      return value.flatMap((item, index) => faultsOf(item, rule, unknown, `${path}[${index}]`));
    }
    default: {
      if (typeof value !== 'string') return [`${path}: must be text`];
      const length = [...value].length;
      if (field.required && length === 0) return [`${path}: required`];
      if (length < field.least) return [`${path}: shorter than ${field.least} characters`];
      return wrong(length <= field.most, `longer than ${field.most} characters`);
    }
  }
}

/** Members of a body that its rule knows. */
export function knownOnly(body: WireObject, rule: BodyRule): WireObject {
  return Object.fromEntries(Object.entries(body).filter(([name]) => rule.fields.has(name)));
}
