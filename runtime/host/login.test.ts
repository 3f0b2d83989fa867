import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compareSync } from 'bcryptjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DataFolder } from './data-folder';
import { localToken, openLogin } from './login';

let path: string;
let folder: DataFolder;
beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), 'login-'));
  folder = new DataFolder(path);
});
afterEach(() => rmSync(path, { recursive: true, force: true }));

describe('the login', () => {
  it('makes a password at the first start, shows it once and keeps only its hash', async () => {
    const shown: string[] = [];
    const first = openLogin(folder, undefined, (password) => shown.push(password));
    openLogin(folder, undefined, (password) => shown.push(password));
    expect(shown).toHaveLength(1);
    const admin = await first.users('admin');
    expect(compareSync(String(shown[0]), String(admin?.password))).toBe(true);
    expect(folder.read('users.json')).not.toContain(shown[0]);
    expect(statSync(folder.file('users.json')).mode & 0o077).toBe(0);
  });

  it('takes the given password at the first start only', async () => {
    openLogin(folder, 'given-by-deployment', () => expect.unreachable());
    const again = openLogin(folder, 'another', () => expect.unreachable());
    const admin = await again.users('admin');
    expect(compareSync('given-by-deployment', String(admin?.password))).toBe(true);
  });

  it('lets a user added to the file in without a restart, with the rights of that line', async () => {
    const login = openLogin(folder, 'x', () => {});
    const ops = { username: 'ops', password: '$2b$10$hash', permissions: ['read', 'ops.read', 'ops.write'] };
    writeFileSync(folder.file('users.json'), JSON.stringify([ops]));
    expect(await login.users('ops')).toEqual(ops);
    expect(await login.users('admin')).toBeNull();
  });

  it('refuses to start on a users file it cannot read, naming the file', () => {
    writeFileSync(folder.file('users.json'), '[{"username":"admin","password":"plain","permissions":"*"}]');
    expect(() => openLogin(folder, undefined, () => {})).toThrow(/users\.json is not a list of users/);
  });

  it('lets the local command read operations and nothing else', async () => {
    const login = openLogin(folder, 'x', () => {});
    expect(await login.tokens(localToken(folder))).toMatchObject({ permissions: ['ops.read'] });
    expect(await login.tokens('guess')).toBeNull();
    expect(await login.tokens('')).toBeNull();
  });
});
