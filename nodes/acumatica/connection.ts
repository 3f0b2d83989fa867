import type { Clock } from '../../runtime/connector/clock';
import type { SystemError } from '../../runtime/connector/errors';
import type { ConnectionSettings } from '../../runtime/connector/system';
import { SessionGate } from './session-gate';

/** `oauth-code`: a person signed in once, in a browser. */
export type AuthMode = 'oauth' | 'oauth-code' | 'cookie';
export type Grant = 'password' | 'client_credentials';

/** One tenant of one Acumatica instance. */
export interface AcumaticaConnection {
  /** The instance, without a trailing slash and without `/entity`. */
  readonly baseUrl: string;
  readonly endpoint: string;
  readonly version: string;
  readonly tenant: string;
  readonly auth: AuthMode;
  readonly grant: Grant;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scope: string;
  readonly username: string;
  readonly password: string;
  readonly authorizationCode: string;
  readonly redirectUri: string;
  readonly branch: string | undefined;
  readonly cashAccount: string | undefined;
  readonly paymentMethod: string | undefined;
  readonly webhookSecret: string | undefined;
  /** Lower case. */
  readonly webhookHeader: string | undefined;
  /** IANA name. */
  readonly timeZone: string | undefined;
  readonly idleMs: number;
  readonly clock: Clock;
  readonly gate: SessionGate;
  readonly seat: Seat;
}

/** The license seat that this process holds. */
export interface Seat {
  /** The session opened last; undefined when it was ended, or never opened. */
  held: HeldSession | undefined;
  /** Sign-ins in a row that found no free seat. */
  refusals: number;
  /** User or password were refused; until then, epoch ms, no sign-in is tried. */
  refused: { readonly error: SystemError; readonly until: number } | undefined;
}

export interface HeldSession {
  readonly token: string;
  readonly refreshToken: string | undefined;
  /** The token came by renewal or from another runtime, not by a sign-in of ours. */
  readonly renewed: boolean;
  /** Epoch ms. */
  readonly expiresAt?: number;
}

export function openAcumatica(settings: ConnectionSettings, clock: Clock): AcumaticaConnection {
  const text = (name: string) => String(settings[name] ?? '');
  const optional = (name: string) => text(name) || undefined;
  return {
    baseUrl: instanceOf(text('baseUrl')),
    endpoint: optional('endpoint') ?? 'Default',
    version: optional('version') ?? '24.200.001',
    tenant: text('tenant'),
    auth: (optional('auth') ?? 'oauth') as AuthMode,
    grant: (optional('grant') ?? 'password') as Grant,
    clientId: text('clientId'),
    clientSecret: text('clientSecret'),
    scope: optional('scope') ?? 'api offline_access',
    username: text('username'),
    password: text('password'),
    authorizationCode: text('authorizationCode'),
    redirectUri: text('redirectUri'),
    branch: optional('branch'),
    cashAccount: optional('cashAccount'),
    paymentMethod: optional('paymentMethod'),
    webhookSecret: optional('webhookSecret'),
    webhookHeader: optional('webhookHeader')?.toLowerCase(),
    timeZone: optional('timeZone'),
    idleMs: Number(settings['idleMinutes'] ?? 20) * 60_000,
    clock,
    gate: new SessionGate(),
    seat: { held: undefined, refusals: 0, refused: undefined },
  };
}

/** Address of an entity of the configured endpoint, of one record of it by its keys or id, or of an action. */
export function entityUrl(
  { baseUrl, endpoint, version }: AcumaticaConnection,
  ...parts: readonly string[]
): string {
  return [`${baseUrl}/entity`, ...[endpoint, version, ...parts].map(encodeURIComponent)].join('/');
}

/** People paste the address of a page or of the API; the instance is what stands before it. */
function instanceOf(address: string): string {
  return address.replace(/\/+((entity|identity|Main|Frames|Pages|ui)(\/.*)?)?$/i, '');
}
