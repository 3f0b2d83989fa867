import type { MovableClock } from '../clock';
import type { BaqDefinition } from '../epicor-kinetic/baq';
import { type Epicor, startEpicor } from '../epicor-kinetic/start';
import type { EpicorData } from '../epicor-kinetic/state';
import type { EpicorSwitches } from '../epicor-kinetic/switches';
import { behindProxy, type FaultProxy } from '../faults/proxy';
import type { Random } from '../random';
import type { SimulatedSystem } from '../simulation';

/** The company that the environment names, and another one in the same installation. */
export const COMPANY = 'EPIC06';
export const OTHER_COMPANY = 'EPIC07';
export const INTEGRATION_USER = 'integration';

/** Easy to find again wherever they should not be. */
export const EPICOR_SECRETS = {
  epicorPassword: 'canary-epicor-password-7Q2',
  epicorApiKey: 'canary-epicor-api-key-X41',
  epicorClientSecret: 'canary-epicor-client-secret-9LM',
} as const;

/** Sign-in to Epicor that an environment asks for. */
export type EpicorAuth = 'basic' | 'token' | 'oauth';

export interface EpicorSideOptions {
  readonly clock: MovableClock;
  readonly companies: EpicorData['companies'];
  /** Columns that the company adds to its tables. Default: none. */
  readonly customColumns?: EpicorData['customColumns'];
  readonly baqs?: Readonly<Record<string, BaqDefinition>>;
  readonly switches: Partial<EpicorSwitches> | undefined;
  /** Absent: a free one. */
  readonly port: number | undefined;
}

/** Starts the installation with its companies, for the integration's user and a clerk. */
export function startEpicorSide(options: EpicorSideOptions): Promise<Epicor> {
  const { clock, companies, customColumns = {}, baqs = {}, switches = {}, port = 0 } = options;
  return startEpicor({
    clock,
    data: { companies, customColumns },
    access: {
      users: { [INTEGRATION_USER]: EPICOR_SECRETS.epicorPassword, clerk: 'clerk' },
      apiKeys: [{ key: EPICOR_SECRETS.epicorApiKey }],
      clients: { [INTEGRATION_USER]: EPICOR_SECRETS.epicorClientSecret },
    },
    baqs,
    switches,
    port,
  });
}

/** Epicor as harnesses see it, behind its proxy where there is one. */
export function epicorSystem({ traffic, signIn }: Epicor, proxy: FaultProxy | undefined): SimulatedSystem {
  return { traffic, proxy, expireSessions: () => signIn.expireTokens(), lagMs: 0 };
}

/** Variables that point a runtime at the main company. */
export function epicorEnvironment(
  { url, tokenUrl }: Epicor,
  proxy: FaultProxy | undefined,
  auth: EpicorAuth = 'basic',
): Record<string, string> {
  return {
    EPICOR_BASE_URL: behindProxy(url, proxy),
    EPICOR_COMPANY: COMPANY,
    EPICOR_PLANT: 'MfgSys',
    EPICOR_API_KEY: EPICOR_SECRETS.epicorApiKey,
    EPICOR_AUTH: auth,
    EPICOR_USERNAME: INTEGRATION_USER,
    EPICOR_PASSWORD: EPICOR_SECRETS.epicorPassword,
    EPICOR_TOKEN_URL: behindProxy(tokenUrl, proxy),
    EPICOR_CLIENT_ID: INTEGRATION_USER,
    EPICOR_CLIENT_SECRET: EPICOR_SECRETS.epicorClientSecret,
    EPICOR_COA: 'MAIN',
  };
}

/** What payments need beside it. */
export const EPICOR_PAYMENT_FIELDS = { EPICOR_BANK_ACCOUNT: 'MAIN', EPICOR_PAYMENT_METHOD: '3' } as const;

export function drawnEpicorAuth(harsh: Random): EpicorAuth {
  return harsh.pick(['basic', 'basic', 'token', 'oauth']);
}
