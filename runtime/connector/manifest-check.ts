import type { FieldDeclaration, OperationDeclaration, StreamDeclaration, SystemManifest } from './manifest';
import { REASONS } from './reasons';
import { validator } from './schema';
import { asSchema, type Schema } from './schema-fields';

const kebabCase = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const codeCase = /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/;
const telling = /pass(word|wd|phrase)|secret|token(?!.?(url|endpoint))|(api|dev|private|gateway).?key/i;
/** Keywords that conforming and encoding do not follow: a decimal behind them would stay as it came. */
const unfollowed = ['$ref', 'allOf', 'anyOf', 'oneOf', 'patternProperties', 'if'];

/**
 * What is wrong with a manifest, one line each; empty when it is right. Quick enough for every start; whether its
 * schemas compile is `checkSchemas`, which the build asks.
 */
export function checkManifest(manifest: SystemManifest): string[] {
  const { system, connection, streams, operations, errors, webhook } = manifest;
  return [
    ...(kebabCase.test(system) ? [] : [`the system's name ${system} is not kebab-case`]),
    ...(Number.isSafeInteger(manifest.version) && manifest.version > 0
      ? []
      : ['the version is not 1 or higher']),
    ...(/^#[0-9a-f]{6}$/i.test(manifest.color) ? [] : ['the color is not #rrggbb']),
    ...checkConnection(manifest),
    ...Object.entries(streams).flatMap(([name, stream]) => checkStream(name, stream)),
    ...Object.entries(operations).flatMap(([name, operation]) => [
      ...(kebabCase.test(name) ? [] : [`operation ${name}: its name is not kebab-case`]),
      ...(operation.businessKey === '' ? [`operation ${name}: says no business key`] : []),
      ...checkSchema(`operation ${name}`, operation.document),
      ...checkDeclared(`operation ${name}: material field`, operation.material ?? [], operation.document),
      ...checkFields(`operation ${name}`, operation.options),
      ...checkBatch(`operation ${name}: its batch`, operation),
    ]),
    ...errors.flatMap((rule) => [
      ...(codeCase.test(rule.code) ? [] : [`error ${rule.code}: the code is not UPPER_SNAKE_CASE`]),
      ...(rule.text === '' || rule.remedy === '' ? [`error ${rule.code}: text or remedy is empty`] : []),
      ...(Object.keys(rule.when).length === 0 ? [`error ${rule.code}: matches everything`] : []),
      ...(rule.reason === undefined || rule.reason in REASONS
        ? []
        : [`error ${rule.code}: ${rule.reason} is not in the table of reasons`]),
    ]),
    ...Object.entries(webhook?.wakes ?? {}).flatMap(([event, stream]) =>
      stream in streams ? [] : [`webhook event ${event}: wakes the unknown stream ${stream}`],
    ),
    ...checkFields('webhook', webhook?.options ?? []),
    ...(connection.limits.inFlight >= 1 ? [] : ['the limit allows no call']),
  ];
}

/** What is wrong with the JSON Schemas of a manifest, one line each. Compiles them all: a second of work for a large one. */
export function checkSchemas({ streams, operations }: SystemManifest): string[] {
  const schemas = [
    ...Object.entries(streams).map(([name, { row }]) => [`stream ${name}`, row] as const),
    ...Object.entries(operations).map(([name, { document }]) => [`operation ${name}`, document] as const),
  ];
  return schemas.flatMap(([at, schema]) => {
    try {
      validator(schema);
      return [];
    } catch (error) {
      return [`${at}: ${error instanceof Error ? error.message : String(error)}`];
    }
  });
}

function checkConnection({ connection }: SystemManifest): string[] {
  const { fields, hosts, limits, timeouts } = connection;
  const byName = new Map(fields.map((field) => [field.name, field]));
  const known = (names: readonly string[], what: string) =>
    names.flatMap((name) => (byName.has(name) ? [] : [`${what} ${name} is not a field of the connection`]));
  const variables = fields.flatMap((field) => field.environment ?? []);
  return [
    ...checkFields('connection', fields),
    ...known(hosts, 'host'),
    ...known(limits.per, 'limit per'),
    ...known(limits.field === undefined ? [] : [limits.field], 'limit field'),
    ...(hosts.length === 0 ? ['no field is declared to hold the address'] : []),
    ...hosts.flatMap((name) => (byName.get(name)?.type === 'url' ? [] : [`host ${name} is not of type url`])),
    ...(timeouts.readMs > 0 && timeouts.writeMs > 0 ? [] : ['a timeout is not positive']),
    ...fields.flatMap((field) => (field.type === 'list' ? [`connection field ${field.name} is a list`] : [])),
    ...variables.flatMap((name, at) =>
      variables.indexOf(name) === at ? [] : [`the variable ${name} is declared twice`],
    ),
    ...fields.flatMap((field) =>
      (field.requiredFor?.length ?? 0) > 0 && byName.get('auth')?.type !== 'choice'
        ? [`connection field ${field.name} depends on a choice "auth" that is not declared`]
        : [],
    ),
  ];
}

function checkStream(name: string, stream: StreamDeclaration): string[] {
  const at = `stream ${name}`;
  const tally = stream.tally;
  return [
    ...(kebabCase.test(name) ? [] : [`${at}: its name is not kebab-case`]),
    ...(stream.key.length > 0 ? [] : [`${at}: has no key`]),
    ...checkSchema(at, stream.row),
    ...checkDeclared(`${at}: key`, stream.key, stream.row),
    ...checkDeclared(`${at}: tally field`, tally ? Object.values(tally) : [], stream.row),
    ...(tally && propertyOf(stream.row, tally.amount)?.['format'] !== 'decimal'
      ? [`${at}: the tally's amount is not declared decimal`]
      : []),
    ...checkFields(at, stream.options),
  ];
}

function checkBatch(at: string, { batch, options }: OperationDeclaration): string[] {
  if (!batch) return [];
  const { size, field, maxWeight, gatherMs } = batch;
  return [
    ...(Number.isSafeInteger(size) && size >= 1 ? [] : [`${at} has no size of 1 or more`]),
    ...(maxWeight === undefined || maxWeight > 0 ? [] : [`${at} allows no weight`]),
    ...(gatherMs === undefined || gatherMs >= 0 ? [] : [`${at} gathers for a negative time`]),
    ...(field === undefined || options.some(({ name, type }) => name === field && type === 'integer')
      ? []
      : [`${at} takes its size from ${field}, which is no option of type integer`]),
  ];
}

function checkFields(at: string, fields: readonly FieldDeclaration[]): string[] {
  const names = fields.map((field) => field.name);
  return fields.flatMap((field, index) => [
    ...(names.indexOf(field.name) === index ? [] : [`${at}: the field ${field.name} is declared twice`]),
    ...(field.label === '' || field.help === ''
      ? [`${at}: the field ${field.name} has no label or help`]
      : []),
    ...(telling.test(field.name) && ['text', 'url'].includes(field.type)
      ? [`${at}: the field ${field.name} looks like a secret and is not marked so`]
      : []),
    ...(field.type === 'secret' && field.default !== undefined
      ? [`${at}: the secret field ${field.name} has a default`]
      : []),
    ...(field.type === 'choice' && !field.choices?.length
      ? [`${at}: the field ${field.name} has no choices`]
      : []),
    ...(field.type === 'choice' &&
    field.default !== undefined &&
    !field.choices?.some(({ value }) => value === field.default)
      ? [`${at}: the default of ${field.name} is not one of its choices`]
      : []),
  ]);
}

function checkSchema(at: string, schema: Schema): string[] {
  const text = JSON.stringify(schema);
  return [
    ...(schema['type'] === 'object' ? [] : [`${at}: its schema is not of type object`]),
    ...unfollowed
      .filter((keyword) => text.includes(`"${keyword}":`))
      .map((keyword) => `${at}: its schema uses ${keyword}, which decimals are not followed through`),
  ];
}

/** Names may be paths into nested objects: `invoice.invoiceNumber`. */
function checkDeclared(what: string, names: readonly string[], schema: Schema): string[] {
  return names.flatMap((name) => (propertyOf(schema, name) ? [] : [`${what} ${name} is not in the schema`]));
}

function propertyOf(schema: Schema, path: string): Schema | undefined {
  return path
    .split('.')
    .reduce<Schema | undefined>((at, name) => asSchema(asSchema(at?.['properties'])?.[name]), schema);
}
