import type { Json } from '../../runtime/connector/json';
import type { FieldDeclaration } from '../../runtime/connector/manifest';
import type { DateLiteral } from './conditions';

export type FindBy = 'row-version' | 'date' | 'everything';
export type ReadMode = 'odata' | 'getRows' | 'baq';

/** The read node's fields of a stream, as chosen. */
export interface ReadOptions {
  readonly findBy: FindBy;
  readonly overlapVersions: bigint;
  readonly dateColumn: string | undefined;
  readonly overlapDays: number;
  readonly dateLiteral: DateLiteral;
  /** `YYYY-MM-DD` */
  readonly from: string | undefined;
  readonly pageSize: number;
  readonly readMode: ReadMode;
  readonly fallBack: boolean;
  readonly baqId: string | undefined;
  readonly baqColumns: Readonly<Record<string, string>>;
  readonly customColumns: readonly string[];
}

/**
 * Declares the read node's fields of a stream.
 * @param dateColumn the table's column for the date of the last change, when it has one
 * @param documentDate the business date that "not before" looks at, when the stream has one
 */
export function readOptionFields(dateColumn?: string, documentDate?: string): readonly FieldDeclaration[] {
  const from: FieldDeclaration = {
    name: 'from',
    type: 'date',
    label: 'Not before',
    help: `Documents whose ${documentDate} is before this day are left out, on every read. Empty: everything.`,
  };
  return [...(documentDate === undefined ? [] : [from]), ...findingFields(dateColumn), ...readingFields];
}

function findingFields(dateColumn: string | undefined): readonly FieldDeclaration[] {
  return [
    {
      name: 'findBy',
      type: 'choice',
      label: 'Find changes by',
      help: 'How changed rows are found. The row version sees every write of a row and needs no date column.',
      default: 'row-version',
      choices: [
        { value: 'row-version', label: 'row version (SysRevID)' },
        { value: 'date', label: 'date of the last change' },
        { value: 'everything', label: 'reading everything and comparing' },
      ],
    },
    {
      name: 'overlapVersions',
      type: 'integer',
      label: 'Overlap (row versions)',
      help: 'Every read begins this many row versions before the highest one seen, because a long transaction becomes visible late. What was seen before is recognized.',
      default: 10_000,
      minimum: 1,
    },
    {
      name: 'dateColumn',
      type: 'text',
      label: 'Date column',
      help: `Column with the date of the last change, for finding by date${dateColumn ? '' : '; this table has none of its own, name a custom or BAQ column'}.`,
      pattern: '^[A-Za-z][A-Za-z0-9_]*$',
      ...(dateColumn === undefined ? {} : { default: dateColumn }),
    },
    {
      name: 'overlapDays',
      type: 'integer',
      label: 'Overlap (days)',
      help: 'Finding by date begins this many days before the latest date seen: the column may hold no time, and another time zone.',
      default: 1,
      minimum: 1,
      maximum: 366,
    },
    {
      name: 'dateLiteral',
      type: 'choice',
      label: 'Dates in filters',
      help: 'How a date is written in a filter, where the server insists on one form.',
      default: 'utc',
      choices: [
        { value: 'utc', label: '2026-08-01T00:00:00Z' },
        { value: 'local', label: '2026-08-01T00:00:00' },
        { value: 'date', label: '2026-08-01' },
      ],
    },
  ];
}

const readingFields: readonly FieldDeclaration[] = [
  {
    name: 'pageSize',
    type: 'integer',
    label: 'Rows per call',
    help: "The server's own limit is usually 100.",
    default: 100,
    minimum: 1,
    maximum: 1000,
  },
  {
    name: 'readMode',
    type: 'choice',
    label: 'Read through',
    help: 'The entity set, the method GetRows for services that are too heavy for direct reads, or a BAQ of your own.',
    default: 'odata',
    choices: [
      { value: 'odata', label: 'OData' },
      { value: 'getRows', label: 'GetRows' },
      { value: 'baq', label: 'BAQ' },
    ],
  },
  {
    name: 'fallBack',
    type: 'boolean',
    label: 'GetRows when OData fails',
    help: 'Go on with GetRows when a direct read ends in an internal error.',
    default: true,
  },
  {
    name: 'baqId',
    type: 'text',
    label: 'BAQ',
    help: 'ID of a shared BAQ that shows the columns of this stream, Company and SysRevID among them.',
    pattern: '^[A-Za-z0-9_.-]+$',
  },
  {
    name: 'baqColumns',
    type: 'list',
    label: 'BAQ columns',
    help: 'Columns of the BAQ that are not called <Table>_<Column>, each as Field=BaqColumn, for example VendorNumVendorID=Vendor_VendorID.',
  },
  {
    name: 'customColumns',
    type: 'list',
    label: 'Custom columns',
    help: 'Columns ending in _c that come with every row. A change of such a column alone does not raise the row version.',
    pattern: '^[A-Za-z][A-Za-z0-9_]*_c$',
  },
];

/** Reads the fields; what is absent has its default. */
export function readOptionsOf(options: Readonly<Record<string, Json>>, dateColumn?: string): ReadOptions {
  const text = (name: string) =>
    typeof options[name] === 'string' && options[name] !== '' ? options[name] : undefined;
  const number = (name: string, fallback: number) => {
    const value = Number(options[name] ?? fallback);
    return Number.isSafeInteger(value) && value > 0 ? value : fallback;
  };
  const list = (name: string) =>
    Array.isArray(options[name]) ? options[name].map(String).filter(Boolean) : [];
  return {
    findBy: (text('findBy') ?? 'row-version') as FindBy,
    overlapVersions: BigInt(number('overlapVersions', 10_000)),
    dateColumn: text('dateColumn') ?? dateColumn,
    overlapDays: number('overlapDays', 1),
    dateLiteral: (text('dateLiteral') ?? 'utc') as DateLiteral,
    from: text('from'),
    pageSize: number('pageSize', 100),
    readMode: (text('readMode') ?? 'odata') as ReadMode,
    fallBack: options['fallBack'] !== false,
    baqId: text('baqId'),
    baqColumns: Object.fromEntries(list('baqColumns').map((pair) => splitPair(pair))),
    customColumns: list('customColumns'),
  };
}

function splitPair(pair: string): readonly [string, string] {
  const at = pair.indexOf('=');
  return at < 0 ? [pair.trim(), pair.trim()] : [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
}
