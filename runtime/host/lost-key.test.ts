import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { takeSecrets } from '../connector/secrets';
import { recordIdOf } from '../ledger/identity';
import { passportOf } from '../ledger/passport';
import { IN_THIS_THREAD } from '../mapping/program';
import { DataFolder } from './data-folder';
import { readEnvironment } from './environment';
import { openRuntime } from './open-runtime';

let folder: string;
const warnings: string[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ml-connector-key-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function open(variables: Record<string, string> = {}) {
  return openRuntime({
    environment: readEnvironment(variables, folder),
    secrets: takeSecrets({}, []),
    log: { info: () => {}, warn: (text) => warnings.push(text), error: () => {} },
    programs: IN_THIS_THREAD,
  });
}

it('H4: refuses to start when the key is lost or another one, says what to do, and reads everything again with the right one', async () => {
  const before = await open();
  const data = { amount: '12.50', bank: 'DE02 1203 0000 0000 2020 51' };
  const record = { sync: 'bills', company: 'EPIC06', key: 'B1' };
  await before.delivery.land({ sync: 'bills', rows: [{ key: 'B1', company: 'EPIC06', data }] });
  await before.close();

  const file = new DataFolder(before.environment.dataFolder).file('credential-secret');
  const key = await readFile(file, 'utf8');
  await rm(file);
  const refusal = { code: 'VAULT_KEY_UNKNOWN', message: expect.not.stringContaining(key.trim()) };
  await expect(open()).rejects.toMatchObject(refusal);
  expect(warnings.at(-1)).toContain('ML_CREDENTIAL_SECRET');
  const another = { ML_CREDENTIAL_SECRET: 'another-key-that-nobody-else-has-in-use' };
  await expect(open(another)).rejects.toMatchObject(refusal);

  await writeFile(file, key);
  const after = await open();
  try {
    const passport = await passportOf(after.ledger, recordIdOf(record));
    expect(passport?.versions.map((version) => version.data)).toEqual([data]);
  } finally {
    await after.close();
  }
});
