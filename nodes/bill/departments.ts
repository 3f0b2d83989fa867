import type { Json, JsonObject } from '../../runtime/connector/json';
import type { Calls } from '../../runtime/connector/system';
import type { Endpoints } from './endpoints';
import { readAll } from './list-reader';
import { textAt } from './members';

export interface Department {
  readonly id: string;
  readonly shortName: string;
  readonly name: string;
  readonly archived: boolean;
}

export type DepartmentMatch =
  | { readonly found: 'one'; readonly department: Department }
  | { readonly found: 'several'; readonly departments: readonly Department[] }
  /** Departments that fit and are archived. */
  | { readonly found: 'none'; readonly archived: readonly Department[] };

/** Reads all departments, archived ones included. */
export async function readDepartments(
  calls: Calls,
  endpoints: Endpoints,
  signal: AbortSignal,
): Promise<readonly Department[]> {
  const url = `${endpoints.connect}/classifications/departments`;
  return readAll(calls, { name: 'list-departments', url }, departmentOf, signal);
}

/**
 * Finds the department that one of the codes names. The first code that any live department has decides: as short
 * name or as name, first exactly, then without regard to case and outer spaces. The description counts only after
 * all codes.
 */
export function matchDepartment(
  departments: readonly Department[],
  codes: readonly string[],
  description: string | undefined,
): DepartmentMatch {
  const fits = [
    ...codes.flatMap((code) => [
      (department: Department) => department.shortName === code,
      (department: Department) => department.name === code,
      (department: Department) => loosely(department.shortName) === loosely(code),
      (department: Department) => loosely(department.name) === loosely(code),
    ]),
    ...(description === undefined || description.trim() === ''
      ? []
      : [(department: Department) => loosely(department.name) === loosely(description)]),
  ];
  const archived = new Set<Department>();
  for (const fit of fits) {
    const matching = departments.filter(fit);
    const live = matching.filter((department) => !department.archived);
    if (live.length > 1) return { found: 'several', departments: live };
    if (live[0]) return { found: 'one', department: live[0] };
    for (const department of matching) archived.add(department);
  }
  return { found: 'none', archived: [...archived] };
}

/** The members of a department that a person needs to tell it from others. */
export function describeDepartment({ id, shortName, name, archived }: Department): Record<string, Json> {
  return { id, shortName, name, ...(archived ? { unusable: 'archived' } : {}) };
}

function departmentOf(row: JsonObject): Department | undefined {
  const id = textAt(row, 'id');
  if (id === undefined) return undefined;
  return {
    id,
    shortName: textAt(row, 'shortName') ?? '',
    name: textAt(row, 'name') ?? '',
    archived: row['archived'] === true,
  };
}

function loosely(text: string): string {
  return text.trim().normalize('NFKC').toLowerCase();
}
