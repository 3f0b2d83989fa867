import { randomBytes, timingSafeEqual } from 'node:crypto';
import { hashSync } from 'bcryptjs';
import { ConfigurationError } from '../connector/errors';
import type { DataFolder } from './data-folder';

/** One line of `users.json`. `permissions` as Node-RED reads them, with our `ops.*` and `ml.*` among them. */
export interface User {
  readonly username: string;
  /** bcrypt hash. */
  readonly password: string;
  readonly permissions: string | readonly string[];
}

/** Node-RED's `adminAuth`. */
export interface AdminAuth {
  readonly type: 'credentials';
  users(name: string): Promise<User | null>;
  tokens(token: string): Promise<{ username: string; permissions: readonly string[] } | null>;
  readonly sessionExpiryTime: number;
}

const USERS_FILE = 'users.json';
const LOCAL_TOKEN_FILE = 'local-token';
const HASH_ROUNDS = 10;
const SHIFT_SECONDS = 12 * 3600;

/**
 * The login of editor and console. The first start makes the user `admin`; more users, with fewer rights, are
 * lines of `users.json` in the data folder, which is read at every login.
 * `onFirstPassword` is told the password that was made, once; it is kept nowhere.
 */
export function openLogin(
  folder: DataFolder,
  password: string | undefined,
  onFirstPassword: (password: string) => void,
): AdminAuth {
  if (folder.read(USERS_FILE) === undefined) {
    const first = password ?? randomBytes(12).toString('base64url');
    const admin: User = { username: 'admin', password: hashSync(first, HASH_ROUNDS), permissions: '*' };
    folder.write(USERS_FILE, `${JSON.stringify([admin], null, 2)}\n`);
    if (password === undefined) onFirstPassword(first);
  }
  readUsers(folder);
  const local = localToken(folder);
  return {
    type: 'credentials',
    users: async (name) => readUsers(folder).find(({ username }) => username === name) ?? null,
    tokens: async (token) =>
      sameText(token, local) ? { username: 'local command', permissions: ['ops.read'] } : null,
    sessionExpiryTime: SHIFT_SECONDS,
  };
}

/** What a command of the same user on the same machine may read the operations API with. */
export function localToken(folder: DataFolder): string {
  return folder.randomText(LOCAL_TOKEN_FILE).text;
}

function readUsers(folder: DataFolder): readonly User[] {
  const where = folder.file(USERS_FILE);
  let users: unknown;
  try {
    users = JSON.parse(folder.read(USERS_FILE) ?? '[]');
  } catch {
    users = undefined;
  }
  if (Array.isArray(users) && users.every(isUser)) return users;
  throw new ConfigurationError(
    'USERS_FILE_INVALID',
    `${where} is not a list of users with username, password (bcrypt) and permissions.`,
    where,
    'Correct it, or delete it: the next start makes the user admin again.',
  );
}

function isUser(value: unknown): value is User {
  const user = value as Partial<User> | null;
  return (
    typeof user?.username === 'string' &&
    /^\$2[aby]\$/.test(String(user.password)) &&
    (typeof user.permissions === 'string' ||
      (Array.isArray(user.permissions) && user.permissions.every((one) => typeof one === 'string')))
  );
}

function sameText(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
