import { isObject, numberText, type Wire, type WireObject } from '../http/exact-json';
import { type BillError, BillRefusal } from './refusal';

/** Collects what is wrong with a body; all problems are answered together. */
interface Problems {
  readonly found: BillError[];
  readonly unknown: 'refuse' | 'ignore';
}

/** A rule for one value of a body. */
export interface Field {
  readonly required: boolean;
  readonly check: (value: Wire, path: string, problems: Problems) => void;
}

function problem(problems: Problems, code: string, path: string, reason: string): void {
  problems.found.push({ code, category: 'REQUEST', message: `${path}: ${reason}` });
}

function wrongType(problems: Problems, path: string, type: string): void {
  problem(problems, 'BDC_1129', path, `Cannot construct instance of ${type} from the given value`);
}

export interface TextRule {
  readonly min?: number;
  readonly max?: number;
  readonly values?: readonly string[];
  readonly pattern?: RegExp;
}

/** Text, with its length, its values or its form. */
export function text(rule: TextRule = {}): Field {
  return {
    required: false,
    check: (value, path, problems) => {
      if (typeof value !== 'string') return wrongType(problems, path, 'java.lang.String');
      if (value.trim() === '' && (rule.min ?? 0) > 0)
        return problem(problems, 'BDC_1143', path, 'must not be blank');
      if (rule.max !== undefined && [...value].length > rule.max) {
        return problem(problems, 'BDC_1143', path, `maximum length is ${rule.max}`);
      }
      if (rule.values !== undefined && !rule.values.includes(value)) {
        return problem(problems, 'BDC_1143', path, `must be one of ${rule.values.join(', ')}`);
      }
      if (rule.pattern !== undefined && !rule.pattern.test(value))
        problem(problems, 'BDC_1143', path, 'is not valid');
    },
  };
}

/** A calendar date, `YYYY-MM-DD`. */
export function date(): Field {
  return {
    required: false,
    check: (value, path, problems) => {
      const valid = typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value);
      if (!valid || Number.isNaN(Date.parse(`${value}T00:00:00Z`))) {
        problem(problems, 'BDC_1129', path, 'must be a date of the form yyyy-MM-dd');
      }
    },
  };
}

/** A JSON number; text is refused. */
export function number(): Field {
  return {
    required: false,
    check: (value, path, problems) => {
      const given = numberText(value);
      if (given === undefined || /[eE]/.test(given)) wrongType(problems, path, 'java.math.BigDecimal');
    },
  };
}

export function flag(): Field {
  return {
    required: false,
    check: (value, path, problems) => {
      if (typeof value !== 'boolean') wrongType(problems, path, 'boolean');
    },
  };
}

/** Anything: members that the simulation stores without looking. */
export function anything(): Field {
  return { required: false, check: () => undefined };
}

export function object(fields: Readonly<Record<string, Field>>): Field {
  return { required: false, check: (value, path, problems) => checkObject(value, fields, path, problems) };
}

export function list(item: Field, min = 0): Field {
  return {
    required: false,
    check: (value, path, problems) => {
      if (!Array.isArray(value)) return wrongType(problems, path, 'java.util.ArrayList');
      if (value.length < min) problem(problems, 'BDC_1108', path, 'must not be empty');
      value.forEach((each, index) => {
        if (each === null) problem(problems, 'BDC_1108', `${path}[${index}]`, 'must not be null');
        else item.check(each, `${path}[${index}]`, problems);
      });
    },
  };
}

export function required(field: Field): Field {
  return { ...field, required: true };
}

function checkObject(
  value: Wire,
  fields: Readonly<Record<string, Field>>,
  path: string,
  problems: Problems,
): void {
  if (!isObject(value)) {
    wrongType(problems, path === '' ? 'body' : path, 'an object');
    return;
  }
  const at = (name: string) => (path === '' ? name : `${path}.${name}`);
  for (const [name, field] of Object.entries(fields)) {
    const member = value[name];
    if (member === undefined || member === null) {
      if (field.required) problem(problems, 'BDC_1108', at(name), 'must not be null');
    } else {
      field.check(member, at(name), problems);
    }
  }
  if (problems.unknown === 'ignore') return;
  for (const name of Object.keys(value)) {
    if (!Object.hasOwn(fields, name)) problem(problems, 'BDC_1124', at(name), `Unrecognized field "${name}"`);
  }
}

export interface BodyRules {
  readonly unknownMembers: 'refuse' | 'ignore';
  readonly fieldErrorCodes: boolean;
}

/** The body as an object that satisfies the fields. Throws one 400 naming every problem. */
export function checkBody(
  body: Wire | undefined,
  fields: Readonly<Record<string, Field>>,
  rules: BodyRules,
): WireObject {
  const problems: Problems = { found: [], unknown: rules.unknownMembers };
  checkObject(body ?? null, fields, '', problems);
  if (problems.found.length > 0) {
    const errors = rules.fieldErrorCodes
      ? problems.found
      : problems.found.map(({ code: _code, ...rest }) => rest);
    throw new BillRefusal(400, errors);
  }
  return known(body as WireObject, fields);
}

function known(body: WireObject, fields: Readonly<Record<string, Field>>): WireObject {
  return Object.fromEntries(
    Object.entries(body).filter(([name, value]) => Object.hasOwn(fields, name) && value !== null),
  );
}

/** The same fields with none required, for partial changes. */
export function partial(fields: Readonly<Record<string, Field>>): Record<string, Field> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, field]) => [name, { ...field, required: false }]),
  );
}
