import { createCipheriv, createDecipheriv, randomBytes, scryptSync } from 'node:crypto';
import { ConfigurationError } from '../connector/errors';
import type { Vault } from './vault';

export interface VaultKey {
  /** Stands before every text sealed with it: letters, digits, `-` and `_`. */
  readonly id: string;
  /** A passphrase or random text, at least twelve characters. */
  readonly secret: string;
}

export interface EncryptionVault extends Vault {
  /** Whether a text was sealed with another than the current key, and should be sealed again. */
  isOutdated(sealed: string): boolean;
}

const ALGORITHM = 'aes-256-gcm';
const FORMAT = 'v1';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;
const LEAST_SECRET = 12;

/**
 * Encrypts columns: AES-256-GCM, each text under a nonce of its own, as `v1.<key id>.<base64url of nonce, tag,
 * ciphertext>`. The first key seals, every key opens: to rotate, put a new key in front and keep the old ones.
 * Throws a `ConfigurationError` with the code `VAULT_KEY` when the keys cannot work; `open` throws one with the code
 * `VAULT_KEY_UNKNOWN` or `VAULT_DAMAGED`.
 */
export function createVault({ keys }: { readonly keys: readonly VaultKey[] }): EncryptionVault {
  refuseUnusable(keys);
  const derived = new Map(keys.map((key) => [key.id, derive(key)]));
  const [current] = derived;
  if (!current) throw unusable('There is no key to encrypt with.');
  const [currentId, currentKey] = current;
  return {
    seal: (plain) => `${FORMAT}.${currentId}.${encrypt(currentKey, currentId, plain)}`,
    open: (sealed) => {
      const { id, body } = parse(sealed);
      const key = derived.get(id);
      if (!key) throw unknownKey(id);
      return decrypt(key, id, body);
    },
    isOutdated: (sealed) => parse(sealed).id !== currentId,
  };
}

/** A secret may be a passphrase: the derivation is slow on purpose, and done once. */
function derive({ id, secret }: VaultKey): Buffer {
  return scryptSync(secret, `ml-connector/vault/${id}`, KEY_BYTES);
}

/** The key id is authenticated too: a text cannot be moved under another key's name. */
function additional(id: string): Buffer {
  return Buffer.from(`${FORMAT}.${id}`);
}

function encrypt(key: Buffer, id: string, plain: string): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES }).setAAD(additional(id));
  const text = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), text]).toString('base64url');
}

function decrypt(key: Buffer, id: string, body: string): string {
  const bytes = Buffer.from(body, 'base64url');
  if (bytes.length < NONCE_BYTES + TAG_BYTES) throw damaged(id);
  const nonce = bytes.subarray(0, NONCE_BYTES);
  const tag = bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES);
  const decipher = createDecipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES })
    .setAAD(additional(id))
    .setAuthTag(tag);
  try {
    const text = [decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()];
    return Buffer.concat(text).toString('utf8');
  } catch {
    throw damaged(id);
  }
}

function parse(sealed: string): { readonly id: string; readonly body: string } {
  const [format, id, body, ...rest] = sealed.split('.');
  if (format !== FORMAT || !id || body === undefined || rest.length > 0) throw damaged('unknown');
  return { id, body };
}

function refuseUnusable(keys: readonly VaultKey[]): void {
  for (const { id, secret } of keys) {
    if (!/^[\w-]{1,40}$/.test(id)) throw unusable(`"${id}" cannot be the name of an encryption key.`);
    if (secret.length < LEAST_SECRET) {
      throw unusable(`The encryption key "${id}" is shorter than ${LEAST_SECRET} characters.`);
    }
  }
  const ids = keys.map(({ id }) => id);
  if (new Set(ids).size < ids.length) throw unusable('Two encryption keys have the same name.');
}

function unusable(message: string): ConfigurationError {
  return new ConfigurationError(
    'VAULT_KEY',
    message,
    'encryption keys',
    'Set ML_CREDENTIAL_SECRET to a long random text, for example from `openssl rand -base64 32`.',
  );
}

function unknownKey(id: string): ConfigurationError {
  return new ConfigurationError(
    'VAULT_KEY_UNKNOWN',
    `Data in the ledger is encrypted with the key "${id}", which is not among the configured ones.`,
    'encryption keys',
    'Add the key it was encrypted with beside the current one.',
  );
}

function damaged(id: string): ConfigurationError {
  return new ConfigurationError(
    'VAULT_DAMAGED',
    `Encrypted data in the ledger cannot be opened with the key "${id}": the secret is another one, or the data was changed.`,
    'encryption keys',
    'Check ML_CREDENTIAL_SECRET: it must be the one the data was written with. If it is, restore the data from a backup.',
  );
}
