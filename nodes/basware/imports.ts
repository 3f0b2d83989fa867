import { RecordOutcome } from '../../runtime/connector/errors';
import type { Json, JsonObject } from '../../runtime/connector/json';
import type { BaswareConnection } from './connection';
import { externalCodeOf } from './external-code';
import { asObject, objectsAt, textAt, withoutBlanks } from './members';

export type Options = Readonly<Record<string, Json>>;

/** A kind of master data that Basware imports. */
export interface ImportKind {
  /** Noun for people and for the names of calls: `vendor`. */
  readonly one: string;
  /** As request status names it: `Vendor`. */
  readonly entityType: (document: JsonObject, options: Options) => string;
  /** Address below `/v1`. */
  readonly path: (document: JsonObject, options: Options) => readonly string[];
  /** Member that holds the record's own code, or the text that stands for it. */
  readonly codeOf: (document: JsonObject) => string;
  /** Members of the record besides `externalCode`. @throws RecordOutcome when the document cannot be sent */
  readonly record: (document: JsonObject, basware: BaswareConnection, options: Options) => JsonObject;
  /** The same record with another text in it, which no other part of Basware depends on. */
  readonly touched: (record: JsonObject, options: Options) => JsonObject;
  /** Schema of one record, for numbers on the wire. */
  readonly schema: JsonObject;
}

/** The whole record as it is sent. A record replaces the one before: what is left out is cleared. */
export function recordOf(
  kind: ImportKind,
  document: JsonObject,
  basware: BaswareConnection,
  options: Options,
): JsonObject {
  return { externalCode: codeOf(document, kind), ...withoutBlanks(kind.record(document, basware, options)) };
}

/** The stable code of a document's record. */
export function codeOf(document: JsonObject, kind: ImportKind): string {
  return externalCodeOf(textAt(document, 'externalCode') ?? kind.codeOf(document));
}

/** What people and documents know the record by: its own code, after the list it is in, if it is in one. */
export function refOf(document: JsonObject, kind: ImportKind, options: Options): string {
  return [...kind.path(document, options).slice(1), kind.codeOf(document)].join('/');
}

/** Where a document's record lives: the same code may stand in several lists. */
export function placeOf(document: JsonObject, kind: ImportKind, options: Options): string {
  return placeIn(kind.path(document, options), codeOf(document, kind));
}

export function placeIn(path: readonly string[], code: string): string {
  return [...path, code].join('/');
}

/**
 * Names in the languages of the options. English (`en-US`) is always among them, and Basware takes none of fewer
 * than two characters: a shorter one goes with the code before it.
 * @throws RecordOutcome `schema-failed` when even that is too short
 */
export function namesOf(document: JsonObject, code: string, options: Options): Json[] {
  const given = textAt(document, 'name')?.trim() ?? '';
  const name = given.length >= 2 ? given : `${code} ${given}`.trim();
  if (name.length < 2) throw problem('name', 'Basware takes no name of fewer than two characters');
  const languages = new Set(['en-US', ...listOf(options['languages'])]);
  const named = new Map([...languages].map((language) => [language, name]));
  for (const { language, translation } of objectsAt(document, 'names')) {
    const text = typeof translation === 'string' ? translation.trim() : '';
    if (typeof language === 'string' && text.length >= 2) named.set(language, text);
  }
  return [...named].map(([language, translation]) => ({ language, translation }));
}

/** The companies the record is for: those of the document, else the connection's own. */
export function companiesOf(
  document: JsonObject,
  { companyCode }: BaswareConnection,
  flags: (company: JsonObject) => JsonObject,
): Json[] {
  const listed = objectsAt(document, 'companies');
  const companies = listed.length === 0 ? [{}] : listed;
  return companies.map((company) => ({
    companyCode: textAt(company, 'companyCode') ?? companyCode,
    ...flags(company),
  }));
}

/** A record that is not active is kept and hidden. */
export function isActive(document: JsonObject, company: JsonObject = {}): boolean {
  return (company['active'] ?? document['active']) !== false;
}

/** Changes the first name of a list of names, and nothing else. */
export function touchNames(record: JsonObject, member: string): JsonObject {
  const names = objectsAt(record, member).map((name, at) =>
    at === 0 ? { ...name, translation: touchText(textAt(name, 'translation') ?? '') } : name,
  );
  return { ...record, [member]: names };
}

/** Another text of at most the same length, but for very short ones. */
export function touchText(text: string): string {
  return text.length > 40 ? `${text.slice(0, -1)}${text.endsWith('.') ? '-' : '.'}` : `${text}.`;
}

/** Those of the named members that the document has. */
export function pick(document: JsonObject, ...names: readonly string[]): JsonObject {
  return Object.fromEntries(
    names
      .flatMap((group) => group.split(' '))
      .flatMap((name) => (name in document ? [[name, document[name] ?? null]] : [])),
  );
}

export function problem(field: string, message: string): RecordOutcome {
  return new RecordOutcome('park', 'schema-failed', { field, message: `${field}: ${message}` });
}

function listOf(value: Json | undefined): readonly string[] {
  const items = Array.isArray(value) ? value.map(String) : String(value ?? '').split(',');
  return items.map((item) => item.trim()).filter((item) => item !== '');
}

/**
 * Whether what Basware has says all that would be sent: numbers by their value, dates by their day, whatever
 * else Basware adds.
 */
export function says(stored: Json | undefined, sent: Json): boolean {
  if (Array.isArray(sent)) {
    return (
      Array.isArray(stored) &&
      stored.length === sent.length &&
      sent.every((item, at) => says(stored[at], item))
    );
  }
  const object = asObject(sent);
  if (object) return Object.entries(object).every(([name, value]) => says(asObject(stored)?.[name], value));
  if (stored === sent) return true;
  if (stored === null || stored === undefined || typeof stored === 'object') return false;
  return plain(String(stored)) === plain(String(sent));
}

function plain(text: string): string {
  if (/^\d{4}-\d{2}-\d{2}T00:00:00/.test(text)) return text.slice(0, 10);
  return /^-?\d+\.\d+$/.test(text) ? text.replace(/\.?0+$/, '') : text;
}
