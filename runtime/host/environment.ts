import { resolve } from 'node:path';
import { ConfigurationError } from '../connector/errors';

/** The host's own settings, read once from the environment. Durations in seconds where the name says so. */
export interface HostEnvironment {
  readonly databaseUrl: string | undefined;
  /** Absolute. */
  readonly dataFolder: string;
  /** Key of the credentials at rest, or undefined when none was given and none is required. */
  readonly credentialSecret: string | undefined;
  /** Where webhooks reach this runtime from outside, without a slash at the end. */
  readonly publicUrl: string | undefined;
  readonly host: string;
  readonly port: number;
  readonly pollSeconds: number;
  readonly onceWaitSeconds: number;
  /** How long payloads are kept that a newer version has replaced, days; 0: for ever. */
  readonly retentionDays: number;
  readonly adminPassword: string | undefined;
}

const SHORTEST_SECRET = 32;

/** Variables that no flow may read, beside those that the systems declare. */
export const HOST_SECRETS = ['DATABASE_URL', 'ML_CREDENTIAL_SECRET', 'ML_ADMIN_PASSWORD'] as const;

/**
 * Reads and checks the host's variables. Nothing is removed from the environment here.
 * @throws ConfigurationError naming the variable
 */
export function readEnvironment(
  variables: NodeJS.ProcessEnv,
  root: string,
  dataFolder?: string,
): HostEnvironment {
  return {
    databaseUrl: databaseUrl(variables),
    dataFolder: resolve(root, dataFolder?.trim() || written(variables, 'ML_DATA_DIR') || '.data'),
    credentialSecret: credentialSecret(variables),
    publicUrl: publicUrl(variables),
    host: written(variables, 'ML_HOST') ?? '127.0.0.1',
    port: wholeNumber(variables, 'PORT', 1880, 0, 65_535),
    pollSeconds: wholeNumber(variables, 'ML_POLL_SECONDS', 300, 1, 7 * 86_400),
    onceWaitSeconds: wholeNumber(variables, 'ML_ONCE_WAIT', 300, 0, 7 * 86_400),
    retentionDays: wholeNumber(variables, 'ML_RETENTION_DAYS', 0, 0, 36_500),
    adminPassword: variables['ML_ADMIN_PASSWORD'] || undefined,
  };
}

/** Undefined for what is empty or blank, as lines of env files and charts often are. */
function written(variables: NodeJS.ProcessEnv, name: string): string | undefined {
  return variables[name]?.trim() || undefined;
}

function databaseUrl(variables: NodeJS.ProcessEnv): string | undefined {
  const text = written(variables, 'DATABASE_URL');
  if (!text) return undefined;
  if (/^postgres(ql)?:\/\//.test(text) && URL.canParse(text)) return text;
  throw new ConfigurationError(
    'DATABASE_URL_INVALID',
    'DATABASE_URL is not the address of a PostgreSQL database.',
    'environment, DATABASE_URL',
    'Write postgresql://user:password@host:5432/database, or unset it to use the embedded store.',
  );
}

function credentialSecret(variables: NodeJS.ProcessEnv): string | undefined {
  const secret = variables['ML_CREDENTIAL_SECRET'];
  if (secret && secret.length >= SHORTEST_SECRET) return secret;
  if (!secret && variables['NODE_ENV'] !== 'production') return undefined;
  throw new ConfigurationError(
    secret ? 'CREDENTIAL_SECRET_SHORT' : 'CREDENTIAL_SECRET_MISSING',
    secret
      ? `ML_CREDENTIAL_SECRET has ${secret.length} characters; ${SHORTEST_SECRET} are needed.`
      : 'ML_CREDENTIAL_SECRET is not set, and production does not start without it.',
    'environment, ML_CREDENTIAL_SECRET',
    'Set it to at least 32 random characters, keep a copy apart from the data, and use the same one on every start.',
  );
}

function publicUrl(variables: NodeJS.ProcessEnv): string | undefined {
  const text = written(variables, 'ML_PUBLIC_URL');
  if (!text) return undefined;
  if (/^https?:\/\//.test(text) && URL.canParse(text)) return text.replace(/\/+$/, '');
  throw new ConfigurationError(
    'PUBLIC_URL_INVALID',
    'ML_PUBLIC_URL is not an http or https address.',
    'environment, ML_PUBLIC_URL',
    'Write the address under which the systems reach this runtime, for example https://ap.example.com.',
  );
}

function wholeNumber(
  variables: NodeJS.ProcessEnv,
  name: string,
  otherwise: number,
  minimum: number,
  maximum: number,
): number {
  const text = written(variables, name);
  if (!text) return otherwise;
  const value = Number(text);
  if (Number.isInteger(value) && value >= minimum && value <= maximum) return value;
  throw new ConfigurationError(
    'VARIABLE_NOT_A_NUMBER',
    `${name} is not a whole number from ${minimum} to ${maximum}: ${JSON.stringify(text)}.`,
    `environment, ${name}`,
    `Correct it, or unset it to use ${otherwise}.`,
  );
}
