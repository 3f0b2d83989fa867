import { ConfigurationError } from './errors';
import { parseField } from './field-types';
import type { Json } from './json';
import type { ConnectionDeclaration, FieldDeclaration } from './manifest';
import type { Secrets } from './secrets';
import type { ConnectionSettings } from './system';

const reference = /^\$\{([A-Za-z_][A-Za-z0-9_]*)\}$/;

/** What a person saved in a node: fields by name, and the secret ones apart. */
export interface RawFields {
  readonly config: Readonly<Record<string, unknown>>;
  readonly credentials?: Readonly<Record<string, unknown>>;
}

interface FieldProblem {
  readonly code: 'SETTING_MISSING' | 'SETTING_INVALID' | 'SETTING_NOT_ALLOWED';
  readonly text: string;
}

/**
 * Resolves the fields of a connection: `${NAME}` from the secrets, defaults, types, ranges, what the chosen
 * auth mode needs.
 * @param where name of the connection, for the error
 * @throws ConfigurationError that lists every problem; its code is `SETTING_MISSING` when something is not set
 */
export function resolveSettings(
  declaration: ConnectionDeclaration,
  raw: RawFields,
  secrets: Secrets,
  where: string,
): ConnectionSettings {
  return resolveFields(declaration.fields, raw, secrets, where) as ConnectionSettings;
}

/**
 * The same for any declared list of fields, for example the options of a read or write node: integers and
 * booleans become values, a list becomes an array of texts, decimals and dates stay text. An empty field
 * without a default is absent.
 * @throws ConfigurationError that lists every problem
 */
export function resolveFields(
  fields: readonly FieldDeclaration[],
  raw: RawFields,
  secrets: Secrets,
  where: string,
): Record<string, Json> {
  const problems: FieldProblem[] = [];
  const resolved: Record<string, Json> = {};
  const unset: FieldDeclaration[] = [];
  for (const field of fields) {
    const outcome = resolveOne(field, fields, raw, secrets);
    if (outcome === undefined) unset.push(field);
    else if ('problem' in outcome) problems.push(outcome.problem);
    else resolved[field.name] = outcome.value;
  }
  for (const field of unset.filter((candidate) => isNeeded(candidate, resolved['auth']))) {
    problems.push({ code: 'SETTING_MISSING', text: `${missingName(field, raw)} is not set` });
  }
  if (problems.length === 0) return resolved;
  const missing = problems.find((problem) => problem.code === 'SETTING_MISSING');
  throw new ConfigurationError(
    (missing ?? (problems[0] as FieldProblem)).code,
    problems.map((problem) => problem.text).join('; '),
    where,
    missing
      ? 'Set the named variable, or fill in the field, and start again.'
      : 'Correct the named fields and start again.',
  );
}

/** Every environment variable that the fields declare. */
export function environmentNames(fields: readonly FieldDeclaration[]): string[] {
  return fields.flatMap((field) => (field.environment === undefined ? [] : [field.environment]));
}

function resolveOne(
  field: FieldDeclaration,
  fields: readonly FieldDeclaration[],
  raw: RawFields,
  secrets: Secrets,
): { readonly value: Json } | { readonly problem: FieldProblem } | undefined {
  const written = rawValue(field, raw);
  const name = referredName(written);
  const refusal = name === undefined ? undefined : whyNotAllowed(name, field, fields);
  if (refusal !== undefined) return { problem: { code: 'SETTING_NOT_ALLOWED', text: refusal } };
  const value = name === undefined ? written : secrets.get(name)?.trim();
  if (value === undefined || value === null || value === '') {
    return field.default === undefined ? undefined : { value: field.default };
  }
  const parsed = parseField(field, value);
  if ('value' in parsed) return parsed;
  return { problem: { code: 'SETTING_INVALID', text: `${name ?? field.label} ${parsed.problem}` } };
}

function referredName(written: unknown): string | undefined {
  return typeof written === 'string' ? reference.exec(written)?.[1] : undefined;
}

function rawValue(field: FieldDeclaration, raw: RawFields): unknown {
  const value = raw.credentials?.[field.name];
  const given = value === undefined || value === '' ? raw.config[field.name] : value;
  return typeof given === 'string' ? given.trim() : given;
}

/** Nobody may read another variable through a field, nor a secret through a field that is shown. */
function whyNotAllowed(
  name: string,
  field: FieldDeclaration,
  fields: readonly FieldDeclaration[],
): string | undefined {
  const owner = fields.find((candidate) => candidate.environment === name);
  if (!owner) return `${field.label}: \${${name}} is not a variable of this system`;
  if (owner.type === 'secret' && field.type !== 'secret') {
    return `${field.label}: \${${name}} is a secret and this field is not`;
  }
  return undefined;
}

/** What identifies the caller in the chosen way to sign in: the variables of those fields, or their labels. */
export function credentialNames(
  { fields }: ConnectionDeclaration,
  settings: ConnectionSettings,
): readonly string[] {
  return fields
    .filter((field) => isNeeded(field, settings['auth']) && (field.type === 'secret' || field.requiredFor))
    .map(({ environment, label }) => environment ?? label);
}

function isNeeded(field: FieldDeclaration, auth: Json | undefined): boolean {
  if (field.requiredFor) return field.requiredFor.includes(String(auth));
  return field.required === true;
}

/** The variable when the field refers to one, else the field's label. */
function missingName(field: FieldDeclaration, raw: RawFields): string {
  const name = referredName(rawValue(field, raw));
  if (name !== undefined) return name;
  return field.environment === undefined ? field.label : `${field.label} (${field.environment})`;
}
