import { odataError } from './refusal';

/** The query options of one level, as text; `$expand` may hold the same options in parentheses. */
export interface ODataOptions {
  readonly filter: string | undefined;
  readonly select: readonly string[] | undefined;
  readonly orderby: string | undefined;
  readonly top: number | undefined;
  readonly skip: number;
  readonly count: boolean;
  readonly expand: readonly Expand[];
}

export interface Expand {
  readonly nav: string;
  readonly options: ODataOptions;
}

const KNOWN = new Set(['$filter', '$select', '$orderby', '$top', '$skip', '$count', '$expand']);

/** Reads the options of a query. Names are case sensitive; an unknown one that begins with `$` is refused. */
export function readOptions(query: ReadonlyMap<string, string>): ODataOptions {
  for (const name of query.keys()) {
    if (name.startsWith('$') && !KNOWN.has(name)) {
      throw odataError(`The query parameter '${name}' is not supported.`);
    }
  }
  const count = query.get('$count') ?? 'false';
  if (count !== 'true' && count !== 'false')
    throw odataError(`Invalid value '${count}' for $count query option found.`);
  const select = query.get('$select');
  const expand = query.get('$expand');
  return {
    filter: query.get('$filter'),
    select: select === undefined || select === '*' ? undefined : select.split(',').map((name) => name.trim()),
    orderby: query.get('$orderby'),
    top: wholeNumber(query.get('$top'), '$top'),
    skip: wholeNumber(query.get('$skip'), '$skip') ?? 0,
    count: count === 'true',
    expand: expand === undefined ? [] : splitOutside(expand, ',').map(readExpand),
  };
}

function wholeNumber(text: string | undefined, name: string): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,9}$/.test(text)) throw odataError(`Invalid value '${text}' for ${name} query option found.`);
  return Number(text);
}

function readExpand(item: string): Expand {
  const found = /^\s*(\w+)\s*(?:\((.*)\))?\s*$/s.exec(item);
  if (found?.[1] === undefined) throw odataError(`Syntax error in $expand '${item}'.`);
  const nested = new Map<string, string>();
  for (const option of found[2] === undefined ? [] : splitOutside(found[2], ';')) {
    const equals = option.indexOf('=');
    if (equals < 0) throw odataError(`Syntax error in $expand '${item}'.`);
    nested.set(option.slice(0, equals).trim(), option.slice(equals + 1));
  }
  return { nav: found[1], options: readOptions(nested) };
}

/** Splits at a separator that stands neither in parentheses nor in quotes. */
function splitOutside(text: string, separator: string): string[] {
  const parts: string[] = [];
  let [depth, quoted, start] = [0, false, 0];
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (char === "'") quoted = !quoted;
    if (quoted) continue;
    if (char === '(') depth += 1;
    if (char === ')') depth -= 1;
    if (char === separator && depth === 0) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  parts.push(text.slice(start));
  return parts;
}
