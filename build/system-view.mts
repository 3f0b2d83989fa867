import type { DocumentField, SystemView } from '../nodes/pipeline/system-view.ts';
import type { Json, JsonObject } from '../runtime/connector/json.ts';
import type { SystemManifest } from '../runtime/connector/manifest.ts';

/** The part of a manifest that the editor needs, as plain data: no regular expressions, no error table. */
export function viewOf(manifest: SystemManifest): SystemView {
  return {
    system: manifest.system,
    title: manifest.title,
    connection: manifest.connection.fields,
    streams: mapValues(manifest.streams, ({ title, help, options, row }) => ({
      title,
      help,
      options,
      row: documentFields(row),
    })),
    operations: mapValues(manifest.operations, ({ title, help, options, document }) => ({
      title,
      help,
      options,
      document: documentFields(document),
    })),
    ...(manifest.webhook ? { webhook: manifest.webhook.options } : {}),
  };
}

/** Flattens a JSON Schema into its fields, inner ones with their path. */
export function documentFields(schema: JsonObject, prefix = '', required = true): DocumentField[] {
  if (isObject(schema['items'])) return documentFields(schema['items'], `${prefix}[]`, required);
  const properties = schema['properties'];
  if (!isObject(properties)) return [];
  const needed = Array.isArray(schema['required']) ? schema['required'] : [];
  return Object.entries(properties).flatMap(([name, part]) => {
    if (!isObject(part)) return [];
    const path = prefix === '' ? name : `${prefix}.${name}`;
    const field: DocumentField = {
      path,
      type: typeOf(part),
      required: required && needed.includes(name),
      note: noteOf(part),
    };
    return [field, ...documentFields(part, path, field.required)];
  });
}

function typeOf(schema: JsonObject): string {
  if (typeof schema['format'] === 'string') return schema['format'];
  const types = [schema['type']].flat().filter((type) => type !== 'null');
  const names: Record<string, string> = {
    string: 'text',
    integer: 'whole number',
    array: 'list',
    boolean: 'true or false',
  };
  return types.map((type) => names[String(type)] ?? String(type ?? 'any')).join(' or ');
}

function noteOf(schema: JsonObject): string {
  const notes = [
    typeof schema['description'] === 'string' ? schema['description'] : '',
    schema['maxLength'] === undefined ? '' : `at most ${schema['maxLength']} characters`,
    Array.isArray(schema['enum']) ? `one of ${schema['enum'].join(', ')}` : '',
    schema['minItems'] === undefined ? '' : `at least ${schema['minItems']}`,
  ];
  return notes.filter((note) => note !== '').join('; ');
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function mapValues<From, To>(
  values: Readonly<Record<string, From>>,
  change: (value: From) => To,
): Record<string, To> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value)]));
}
