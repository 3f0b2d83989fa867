import type { Clock } from '../../runtime/connector/clock';
import type { ConnectionSettings } from '../../runtime/connector/system';
import { cloudTokenUrl } from './connection-declaration';

export type AuthMode = 'basic' | 'token' | 'oauth';

/** One company of one Kinetic instance. */
export interface EpicorConnection {
  /** Server and instance, without a trailing slash and without `/api`. */
  readonly baseUrl: string;
  readonly company: string;
  readonly plant: string | undefined;
  readonly apiKey: string;
  readonly auth: AuthMode;
  readonly username: string;
  readonly password: string;
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scope: string;
  readonly groupPrefix: string;
  readonly bankAccount: string | undefined;
  readonly paymentMethod: string | undefined;
  readonly coa: string | undefined;
  /** Main book, where the connection names it. */
  readonly book: string | undefined;
  readonly journalCode: string | undefined;
  readonly referenceColumn: string;
  readonly invoiceColumn: string;
  readonly journalColumn: string;
  readonly clock: Clock;
  /** What this site has shown since the process started. */
  readonly learned: Learned;
}

export interface Learned {
  /** The company was there: what is not found from then on is not the address. */
  isReached: boolean;
  /** Payment entry shows posted payments. */
  showsPosted: boolean;
  /** Columns that the server does not have, by address of the entity set. */
  readonly missingColumns: Map<string, Set<string>>;
  /** GL accounts seen lately, by how documents name them. */
  readonly accounts: Map<string, SeenAccount>;
}

export interface SeenAccount {
  readonly account: GlAccount;
  /** Epoch ms after which it is looked up again. */
  readonly until: number;
}

/** A GL account as rows of a dataset name it. */
export interface GlAccount {
  readonly coa: string;
  /** Segments joined by a bar. */
  readonly account: string;
  readonly segments: readonly string[];
}

export function openEpicor(settings: ConnectionSettings, clock: Clock): EpicorConnection {
  const text = (name: string) => String(settings[name] ?? '');
  const optional = (name: string) => text(name) || undefined;
  const baseUrl = instanceOf(text('baseUrl'));
  const auth = (optional('auth') ?? 'basic') as AuthMode;
  return {
    baseUrl,
    company: text('company'),
    plant: optional('plant'),
    apiKey: text('apiKey'),
    auth,
    username: text('username'),
    password: text('password'),
    tokenUrl: tokenUrlOf(auth, baseUrl, optional('tokenUrl') ?? cloudTokenUrl),
    clientId: text('clientId'),
    clientSecret: text('clientSecret'),
    scope: optional('scope') ?? 'epicor_erp',
    groupPrefix: optional('groupPrefix') ?? 'ML',
    bankAccount: optional('bankAccount'),
    paymentMethod: optional('paymentMethod'),
    coa: optional('coa'),
    book: optional('book'),
    journalCode: optional('journalCode'),
    referenceColumn: optional('referenceColumn') ?? 'OwnReference',
    invoiceColumn: optional('invoiceColumn') ?? 'ExternalID',
    journalColumn: optional('journalColumn') ?? 'CommentText',
    clock,
    learned: { isReached: false, showsPosted: false, missingColumns: new Map(), accounts: new Map() },
  };
}

/** Address of a service of the company: an entity set, or a method. The company is never left out. */
export function serviceUrl(connection: EpicorConnection, service: string, member: string): string {
  const { baseUrl, company } = connection;
  return `${baseUrl}/api/v2/odata/${encodeURIComponent(company)}/${service}/${member}`;
}

/** Where TokenResource.svc of this instance is. */
export function tokenResourceUrl(baseUrl: string): string {
  return `${baseUrl}/TokenResource.svc/`;
}

/** People paste the address of the API or of its help page; the instance is what stands before it. */
function instanceOf(address: string): string {
  return address.replace(/\/+(api(\/.*)?|apps\/.*)?$/i, '');
}

/** One variable serves both ways of getting a token; the address of an identity provider is none of the service. */
function tokenUrlOf(auth: AuthMode, baseUrl: string, configured: string): string {
  if (auth !== 'token') return configured;
  if (!/TokenResource/i.test(configured)) return tokenResourceUrl(baseUrl);
  // The service answers at the address with the slash; without it some front ends redirect, which loses a POST.
  return configured.replace(/\/*$/, '/');
}

/** The columns that this entity set was found not to have. */
export function missingColumns({ learned }: EpicorConnection, url: string): Set<string> {
  const known = learned.missingColumns.get(url) ?? new Set<string>();
  learned.missingColumns.set(url, known);
  return known;
}
