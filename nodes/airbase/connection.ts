import type { Clock } from '../../runtime/connector/clock';
import type { JsonObject } from '../../runtime/connector/json';
import { createRedactor, type Redactor } from '../../runtime/connector/redaction';
import type { Calls, ConnectionSettings, HttpAnswer, HttpRequest } from '../../runtime/connector/system';
import { type Conventions, conventionsOf, type PathName } from './conventions';
import { describeFailure } from './failures';
import { MasterBook } from './master-book';
import { Pace } from './pace';
import { Recent } from './recent';
import { SessionGate } from './session-gate';
import type { Subsidiary } from './subsidiaries';
import { Tokens } from './tokens';
import type { Signing } from './webhook';

/** One tenant of Airbase, and what was learned about it since the process started. */
export interface AirbaseConnection {
  /** Without a trailing slash and without `/v1`. */
  readonly baseUrl: string;
  readonly scheme: string;
  readonly tokens: Tokens;
  /** For words of Airbase that are read here. */
  readonly redactor: Redactor;
  /** As a person named it; undefined when nobody did. */
  readonly subsidiary: string | undefined;
  readonly spendApi: boolean;
  readonly paymentsFrom: 'ledger' | 'spend';
  readonly signing: Signing;
  readonly conventions: Conventions;
  readonly clock: Clock;
  readonly pace: Pace;
  readonly gate: SessionGate;
  readonly books: Readonly<Record<'vendors' | 'accounts' | 'tags', MasterBook>>;
  /** Undefined where Airbase does not list them. */
  readonly subsidiaries: Recent<readonly Subsidiary[] | undefined>;
  /** Undefined where Airbase does not list them. */
  readonly currencies: Recent<readonly JsonObject[] | undefined>;
  /** Bills of the spend API that wait for the ERP. */
  readonly waitingBills: Recent<readonly JsonObject[]>;
}

/** @throws ConfigurationError when a convention cannot be */
export function openAirbase(settings: ConnectionSettings, clock: Clock): AirbaseConnection {
  const field = (name: string) => String(settings[name] ?? '');
  const now = () => clock.now();
  const subsidiary = field('subsidiary').trim();
  return {
    baseUrl: field('baseUrl').trim().replace(/\/+$/, '').replace(/\/v1$/, '').replace(/\/+$/, ''),
    scheme: field('authScheme'),
    tokens: new Tokens(settings),
    redactor: createRedactor(
      ['token', 'tokenNext', 'webhookSecret'].map(field).filter((secret) => secret !== ''),
    ),
    subsidiary: subsidiary === '' ? undefined : subsidiary,
    spendApi: settings['spendApi'] === true,
    paymentsFrom: settings['paymentsFrom'] === 'spend' ? 'spend' : 'ledger',
    signing: signingOf(settings),
    conventions: conventionsOf(settings),
    clock,
    pace: new Pace(clock),
    gate: new SessionGate(),
    books: {
      vendors: new MasterBook('vendors', now),
      accounts: new MasterBook('accounts', now),
      tags: new MasterBook('tags', now),
    },
    subsidiaries: new Recent(now),
    currencies: new Recent(now),
    waitingBills: new Recent(now),
  };
}

function signingOf(settings: ConnectionSettings): Signing {
  const field = (name: string) => String(settings[name] ?? '');
  const encoding = field('signatureEncoding');
  const covers = field('signedContent');
  return {
    secret: field('webhookSecret'),
    proof: field('webhookProof') === 'shared-header' ? 'shared-header' : 'hmac',
    signatureHeader: field('signatureHeader').toLowerCase(),
    encoding: encoding === 'hex' || encoding === 'base64' ? encoding : 'auto',
    covers: covers === 'body' || covers === 'timestamp.body' ? covers : 'auto',
    timestampHeader: field('timestampHeader').toLowerCase(),
    toleranceMs: Number(settings['toleranceSeconds']) * 1000,
    requireTimestamp: settings['requireTimestamp'] === true,
  };
}

/** Address of a list, or of one row of it. Every path of Airbase ends with a slash. */
export function urlOf(airbase: AirbaseConnection, path: PathName, ...parts: readonly string[]): string {
  const rest = parts.map((part) => `${encodeURIComponent(part)}/`).join('');
  return `${airbase.baseUrl}${slashed(airbase.conventions.paths[path])}${rest}`;
}

/** Address that master data is loaded at. */
export function bulkUrlOf(airbase: AirbaseConnection, path: PathName): string {
  return urlOf(airbase, path) + slashed(airbase.conventions.paths.bulkSuffix).slice(1);
}

function slashed(path: string): string {
  return `/${path.replace(/^\/+|\/+$/g, '')}/`;
}

/** Makes a call, at the pace that Airbase's counter allows. @throws SystemError */
export async function ask(
  airbase: AirbaseConnection,
  calls: Calls,
  request: HttpRequest,
): Promise<HttpAnswer> {
  await airbase.pace.before();
  const answer = await calls.call(request);
  airbase.pace.note(answer.headers);
  return answer;
}

/** The words of a refusal that a caller reads by itself, without secrets that Airbase may repeat. */
export function wordsOf({ redactor }: AirbaseConnection, answer: HttpAnswer): string {
  return redactor.text(describeFailure(answer).message);
}

/** Statuses that say that a tenant or a token does not have what was asked for. */
const notThere = [403, 404, 405];

/**
 * Makes a call that a token may be forbidden: the caller accepts 403. Airbase says so too when the token was changed
 * while the call was on its way: the queue, which every token may read, is asked for, and then the call made again.
 * @throws SystemError when the token is refused altogether
 */
export async function askUnlessForbidden(
  airbase: AirbaseConnection,
  calls: Calls,
  request: HttpRequest,
): Promise<HttpAnswer> {
  const answer = await ask(airbase, calls, request);
  if (answer.status !== 403) return answer;
  await ask(airbase, calls, queueRequest(airbase));
  return ask(airbase, calls, request);
}

/**
 * Makes a call that not every tenant allows: undefined when this one does not.
 * @throws SystemError
 */
export async function askIfOffered(
  airbase: AirbaseConnection,
  calls: Calls,
  request: HttpRequest,
): Promise<HttpAnswer | undefined> {
  const accept = [...notThere, ...(request.accept ?? [])];
  const answer = await askUnlessForbidden(airbase, calls, { ...request, accept });
  return !notThere.includes(answer.status) || request.accept?.includes(answer.status) ? answer : undefined;
}

/** The least possible call: one row of the queue. */
export function queueRequest(airbase: AirbaseConnection): HttpRequest {
  const { page, size } = airbase.conventions.paging;
  return {
    name: 'check-token',
    method: 'GET',
    url: urlOf(airbase, 'ledgerEntries'),
    query: { [page]: '1', [size]: '1' },
    effect: 'read',
  };
}
