import type { Clock } from '../../runtime/connector/clock';
import type { ConnectionSettings } from '../../runtime/connector/system';
import { type FieldNames, parseFieldNames, parsePairs } from './field-names';
import { listed } from './members';
import { Turnstile } from './turnstile';

/** Names of parameters and members, each a convention that a person can change. */
type ConventionName =
  | `${'page' | 'size' | 'modifiedFrom' | 'modifiedTo' | 'closedFrom' | 'closedTo'}Parameter`
  | `${'batch' | 'guid' | 'invoice' | 'vendor' | 'order' | 'payment' | 'group' | 'accountingSystem'}Parameter`
  | 'itemsName'
  | 'signInMember'
  | 'pagingName';

export type PathName =
  | 'accountingSystemsPath'
  | 'vendorsPath'
  | 'vendorBatchesPath'
  | 'codesPath'
  | 'codeBatchesPath'
  | 'purchaseOrdersPath'
  | 'purchaseOrderBatchesPath'
  | 'invoicesPath'
  | 'invoiceBatchesPath'
  | 'closedBatchesPath'
  | 'imagesPath'
  | 'paymentsPath'
  | 'signInPath';

/** One accounting system in AvidXchange, and how to speak for it. */
export interface AvidConnection {
  /** Without a trailing slash and without the version. */
  readonly baseUrl: string;
  readonly auth: 'tokens' | 'session' | 'partner';
  /** The fields of the connection by name; secrets are plain in here. Empty text where nothing is set. */
  readonly field: (name: string) => string;
  readonly name: (name: ConventionName) => string;
  readonly fieldNames: FieldNames;
  /** As the person wrote it: a name or a number. Company of every row. */
  readonly accountingSystem: string;
  readonly glGroup: string;
  /** Code groups that are named differently over there. */
  readonly codeGroups: ReadonlyMap<string, string>;
  /** By lower-case description: check, ach, virtual-card, e-payment. */
  readonly methods: ReadonlyMap<string, string>;
  readonly statuses: {
    readonly settled: readonly string[];
    readonly void: readonly string[];
    readonly approved: readonly string[];
    readonly rejected: readonly string[];
  };
  readonly vendorJoiner: string;
  readonly clock: Clock;
  /** Lets few batches at a time hold images in memory. */
  readonly imageBatches: Turnstile;
  /** Number of the accounting system, once it was asked for. */
  systemId: Promise<string> | undefined;
}

/** How many batches may hold their images in memory at once. */
const batchesWithImages = 2;

export function openAvidXchange(settings: ConnectionSettings, clock: Clock): AvidConnection {
  const field = (name: string) => String(settings[name] ?? '').trim();
  const { version, auth } = { version: field('version'), auth: settings['auth'] };
  const base = field('baseUrl').replace(/\/+$/, '');
  const withoutVersion = base.endsWith(`/${version}`) ? base.slice(0, -version.length - 1) : base;
  const lower = ([name, method]: readonly [string, string]) => [name.toLowerCase(), method] as const;
  return {
    baseUrl: withoutVersion,
    auth: auth === 'session' || auth === 'partner' ? auth : 'tokens',
    field,
    name: field,
    fieldNames: parseFieldNames(field('fieldNames')),
    accountingSystem: field('accountingSystem'),
    glGroup: field('glGroup'),
    codeGroups: parsePairs(field('codeGroups')),
    methods: new Map([...parsePairs(field('methodNames'))].map(lower)),
    statuses: {
      settled: listed(field('settledStatuses')),
      void: listed(field('voidStatuses')),
      approved: listed(field('approvedStatuses')),
      rejected: listed(field('rejectedStatuses')),
    },
    vendorJoiner: field('vendorJoiner'),
    clock,
    imageBatches: new Turnstile(batchesWithImages),
    systemId: undefined,
  };
}

/**
 * Address of a path that is declared as a convention, with anything behind it.
 * @param more parts to follow, each escaped; what stands for `{id}` goes before
 */
export function urlOf(avid: AvidConnection, path: PathName, ...more: readonly string[]): string {
  const declared = avid.field(path);
  const [id, ...rest] = declared.includes('{id}') ? more : ['', ...more];
  const filled = declared.replace('{id}', encodeURIComponent(id ?? ''));
  return [avid.baseUrl, avid.field('version'), filled, ...rest.map(encodeURIComponent)].join('/');
}

/**
 * An address that AvidXchange gave: absolute, or relative to the host. What stands behind a gateway does not know the
 * path that the gateway put before it.
 */
export function linkUrl(avid: AvidConnection, href: string): string | undefined {
  if (!URL.canParse(href, avid.baseUrl)) return undefined;
  const { pathname } = new URL(avid.baseUrl);
  const isBare = pathname !== '/' && href.startsWith(`/${avid.field('version')}/`);
  return isBare ? `${avid.baseUrl}${href}` : new URL(href, avid.baseUrl).href;
}
