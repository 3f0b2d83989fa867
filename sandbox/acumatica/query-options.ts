import { serverError } from './refusal';

export interface QueryOptions {
  readonly filter: string | undefined;
  /** Top-level fields wanted, and nested ones by expansion; undefined: all. */
  readonly select: ReadonlySet<string> | undefined;
  /** Expansions such as `Details` and `MainContact/Address`. */
  readonly expand: ReadonlySet<string>;
  /** Custom fields wanted, as `View.Field`. */
  readonly custom: readonly string[];
  readonly top: number | undefined;
  readonly skip: number;
}

/** Reads a query string as the server does: a plus is a blank, unknown options are ignored. */
export function queryOptions(search: string): QueryOptions {
  const query = new URLSearchParams(search);
  const list = (name: string) =>
    (query.get(name) ?? '')
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== '');
  const count = (name: string): number | undefined => {
    const given = query.get(name);
    if (given === null) return undefined;
    if (!/^\d{1,9}$/.test(given)) {
      throw serverError('Microsoft.Data.OData.ODataException', `Invalid value '${given}' for ${name}.`);
    }
    return Number(given);
  };
  const select = list('$select');
  return {
    filter: query.get('$filter') ?? undefined,
    select: select.length > 0 ? new Set(select) : undefined,
    expand: new Set(list('$expand')),
    custom: list('$custom'),
    top: count('$top'),
    skip: count('$skip') ?? 0,
  };
}
