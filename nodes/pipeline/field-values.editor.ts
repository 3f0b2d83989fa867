import type { FieldDeclaration } from '../../runtime/connector/manifest';
import type { Validity } from './red.editor';

/** What a person filled in, by field name. Numbers and lists stay text: the runtime reads them. */
export type FieldValues = Record<string, string | boolean>;

const REFERENCE = /^\$\{[A-Za-z_][A-Za-z0-9_]*\}$/;

/** Checks one value against its declaration, as far as it can be known before the start. */
export function checkField(field: FieldDeclaration, value: unknown, auth?: unknown): Validity {
  const text = typeof value === 'string' ? value.trim() : String(value ?? '');
  if (REFERENCE.test(text)) return true;
  if (text === '') return isNeeded(field, auth) ? `${field.label} is not filled in` : true;
  const problem = problemOf(field, text);
  return problem === undefined ? true : `${field.label} ${problem}`;
}

function isNeeded(field: FieldDeclaration, auth: unknown): boolean {
  if (field.default !== undefined) return false;
  if (field.requiredFor) return typeof auth === 'string' && field.requiredFor.includes(auth);
  return field.required === true;
}

function problemOf(field: FieldDeclaration, text: string): string | undefined {
  switch (field.type) {
    case 'integer':
      return /^-?\d+$/.test(text) ? rangeProblem(field, Number(text)) : 'must be a whole number';
    case 'decimal':
      return /^-?\d+(\.\d+)?$/.test(text) ? undefined : 'must be a decimal number such as 12.50';
    case 'date':
      return /^\d{4}-\d{2}-\d{2}$/.test(text) ? undefined : 'must be a date, YYYY-MM-DD';
    case 'url':
      return /^https?:\/\/[^\s?#]+$/.test(text)
        ? undefined
        : 'must be an address that begins with https:// or http://';
    case 'choice':
      return field.choices?.some((choice) => choice.value === text)
        ? undefined
        : 'must be one of the choices';
    case 'text':
      return textProblem(field, text);
    default:
      return undefined;
  }
}

function rangeProblem({ minimum, maximum }: FieldDeclaration, value: number): string | undefined {
  if (minimum !== undefined && value < minimum) return `must be at least ${minimum}`;
  if (maximum !== undefined && value > maximum) return `must be at most ${maximum}`;
  return undefined;
}

function textProblem({ maxLength, pattern }: FieldDeclaration, text: string): string | undefined {
  if (maxLength !== undefined && text.length > maxLength) return `must have at most ${maxLength} characters`;
  if (pattern !== undefined && !new RegExp(`^(?:${pattern})$`, 'u').test(text))
    return `must match ${pattern}`;
  return undefined;
}

/** Shows values in the rows of a section; what is not set shows the declared default, or nothing. */
export function fillSection(
  section: JQuery,
  fields: readonly FieldDeclaration[],
  values: Readonly<FieldValues>,
): void {
  for (const field of fields) {
    const input = inputOf(section, field);
    const value = values[field.name];
    if (input.is(':checkbox')) input.prop('checked', value ?? field.default ?? false);
    else input.val(String(value ?? (input.is('select') ? (field.default ?? '') : '')));
    const mark = () => {
      const validity = checkField(field, readInput(input));
      input.toggleClass('input-error', validity !== true).attr('title', validity === true ? '' : validity);
    };
    input.on('change keyup', mark);
    mark();
  }
}

/** Reads the rows of a section. What equals the declared default is left out, so that a better default reaches it. */
export function readSection(section: JQuery, fields: readonly FieldDeclaration[]): FieldValues {
  const values: FieldValues = {};
  for (const field of fields) {
    const value = readInput(inputOf(section, field));
    if (value === '' || String(value) === String(field.default ?? (field.type === 'boolean' ? false : '')))
      continue;
    values[field.name] = value;
  }
  return values;
}

/** The first problem of saved values, for a node's mark on the canvas. */
export function checkValues(fields: readonly FieldDeclaration[], values: unknown): Validity {
  const given = (values ?? {}) as FieldValues;
  for (const field of fields) {
    const validity = checkField(field, given[field.name]);
    if (validity !== true) return validity;
  }
  return true;
}

function inputOf(section: JQuery, field: FieldDeclaration): JQuery {
  return section.find(`[data-ml-field="${field.name}"]`).find('input, select').first();
}

function readInput(input: JQuery): string | boolean {
  return input.is(':checkbox') ? input.prop('checked') === true : String(input.val() ?? '').trim();
}
