import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { credentialSecret } from './credential-secret';
import { DataFolder } from './data-folder';

const base = mkdtempSync(join(tmpdir(), 'data-folder-'));
afterAll(() => rmSync(base, { recursive: true, force: true }));

describe('the data folder', () => {
  it('is made with its parents, for its owner only', () => {
    const folder = new DataFolder(join(base, 'a', 'b'));
    expect(statSync(folder.path).mode & 0o077).toBe(0);
  });

  it('keeps a random text once made', () => {
    const folder = new DataFolder(join(base, 'text'));
    const first = folder.randomText('token');
    expect(first).toMatchObject({ made: true });
    expect(new DataFolder(folder.path).randomText('token')).toEqual({ text: first.text, made: false });
    expect(statSync(folder.file('token')).mode & 0o077).toBe(0);
  });

  it('replaces a file as a whole, and leaves no draft behind', () => {
    const folder = new DataFolder(join(base, 'file'));
    folder.write('users.json', 'one');
    folder.write('users.json', 'two');
    expect(folder.read('users.json')).toBe('two');
    expect(readdirSync(folder.path)).toEqual(['users.json']);
    expect(statSync(folder.file('users.json')).mode & 0o077).toBe(0);
  });

  it('says which folder cannot be written', () => {
    expect(() => new DataFolder('/dev/null/data')).toThrow(/Cannot write \/dev\/null\/data/);
  });
});

describe('the credential secret', () => {
  it('is made once outside production, with one warning that names the variable', () => {
    const folder = new DataFolder(join(base, 'secret'));
    const warnings: string[] = [];
    const first = credentialSecret({ credentialSecret: undefined }, folder, (text) => warnings.push(text));
    const second = credentialSecret({ credentialSecret: undefined }, folder, (text) => warnings.push(text));
    expect(first.length).toBeGreaterThanOrEqual(32);
    expect(second).toBe(first);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain('ML_CREDENTIAL_SECRET');
    expect(warnings[0]).not.toContain(first);
  });

  it('is the given one whatever the folder holds', () => {
    const folder = new DataFolder(join(base, 'given'));
    expect(credentialSecret({ credentialSecret: 'given' }, folder, () => {})).toBe('given');
    expect(folder.read('credential-secret')).toBeUndefined();
  });
});
