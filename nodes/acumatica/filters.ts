/** Conditions of `$filter`, OData version 3. */

export function equals(field: string, text: string): string {
  return `${field} eq ${quoted(text)}`;
}

export function anyOf(field: string, texts: readonly string[]): string {
  const conditions = texts.map((text) => equals(field, text));
  return conditions.length === 1 ? (conditions[0] as string) : `(${conditions.join(' or ')})`;
}

/** @param instant with its offset: `2026-03-01T10:00:00.000-05:00` */
export function notBefore(field: string, instant: string): string {
  return `${field} ge datetimeoffset'${instant}'`;
}

export function all(conditions: readonly string[]): string {
  return conditions.join(' and ');
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
