import type { Json } from '../../runtime/connector/json';
import type { FieldDeclaration } from '../../runtime/connector/manifest';

/** The read node's fields of a stream, as chosen. */
export interface ReadOptions {
  readonly findBy: 'modified' | 'everything';
  readonly overlapMs: number;
  readonly pageSize: number;
  /** How often everything is read all the same, ms; undefined: never. */
  readonly fullEveryMs: number | undefined;
  /** `YYYY-MM-DD` */
  readonly from: string | undefined;
  readonly types: readonly string[];
  readonly optional: boolean;
}

export const findBy: FieldDeclaration = {
  name: 'findBy',
  type: 'choice',
  label: 'Find changes by',
  help: 'How changed records are found.',
  default: 'modified',
  choices: [
    { value: 'modified', label: 'LastModifiedDateTime' },
    { value: 'everything', label: 'reading everything and comparing' },
  ],
};

export const overlap: FieldDeclaration = {
  name: 'overlapMinutes',
  type: 'integer',
  label: 'Overlap (minutes)',
  help: 'Every read begins this long before the newest change seen, because a long transaction becomes visible late. What was seen before is recognized.',
  default: 10,
  minimum: 1,
  maximum: 10_080,
};

export const pageSize: FieldDeclaration = {
  name: 'pageSize',
  type: 'integer',
  label: 'Records per call',
  help: 'Larger pages need fewer of the calls per minute that the license allows.',
  default: 100,
  minimum: 2,
  maximum: 5_000,
};

export const from: FieldDeclaration = {
  name: 'from',
  type: 'date',
  label: 'Not before',
  help: 'Documents dated before this day are left out, on every read. Empty: everything.',
};

/** @param why what LastModifiedDateTime may not show */
export function fullEvery(why: string): FieldDeclaration {
  return {
    name: 'fullScanHours',
    type: 'integer',
    label: 'Read everything every (hours)',
    help: `${why} 0: never.`,
    default: 24,
    minimum: 0,
    maximum: 8_760,
  };
}

/** @param usual comma-separated types */
export function types(usual: string): FieldDeclaration {
  return {
    name: 'types',
    type: 'list',
    label: 'Types',
    help: 'Types of documents to read, as Acumatica shows them.',
    default: usual,
  };
}

export const optional: FieldDeclaration = {
  name: 'optional',
  type: 'boolean',
  label: 'May be switched off',
  help: 'Subaccounts are a feature: where it is off, Acumatica refuses to list them, and this reads none.',
  default: true,
};

/** Reads the fields; what is absent has its default. @param usualTypes comma-separated */
export function readOptionsOf(options: Readonly<Record<string, Json>>, usualTypes = ''): ReadOptions {
  const number = (name: string, fallback: number, least: number) => {
    const value = Number(options[name] ?? fallback);
    return Number.isSafeInteger(value) && value >= least ? value : fallback;
  };
  const list = (value: Json | undefined) =>
    Array.isArray(value) ? value.map(String) : String(value).split(',');
  const hours = number('fullScanHours', 24, 0);
  return {
    findBy: options['findBy'] === 'everything' ? 'everything' : 'modified',
    overlapMs: number('overlapMinutes', 10, 1) * 60_000,
    pageSize: number('pageSize', 100, 2),
    fullEveryMs: hours === 0 ? undefined : hours * 3_600_000,
    from: typeof options['from'] === 'string' && options['from'] !== '' ? options['from'] : undefined,
    types: list(options['types'] ?? usualTypes)
      .map((each) => each.trim())
      .filter(Boolean),
    optional: options['optional'] !== false,
  };
}
