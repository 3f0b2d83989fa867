import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Connection } from '../../../runtime/connector/connection';
import { connectTo, operationContext } from '../../../tests/support/bill-connection';
import { SmallBill } from '../../../tests/support/small-bill';
import { ShortMemory } from '../short-memory';

let server: SmallBill;
let connection: Connection;

beforeEach(async () => {
  server = await new SmallBill().start();
  connection = connectTo(server);
});
afterEach(async () => {
  await connection.close();
  await server.stop();
});

function account(number: string, change = {}) {
  return server.add('accounts', '0ca', {
    name: `Account ${number}`,
    account: { type: 'EXPENSE', number },
    ...change,
  });
}

function lookUp(candidates: string[], options = {}, name?: string) {
  const operation = connection.client.operations['match-account'] ?? expect.fail();
  return operation.lookUp({ candidates, ...(name && { name }) }, operationContext(connection, options));
}

describe('matching an account', () => {
  it('links the account with exactly this number', async () => {
    account('6100-1');
    const right = account('6100');
    expect(await lookUp(['6100'])).toEqual({
      found: 'present',
      ref: right['id'],
      attributes: { number: '6100', name: 'Account 6100' },
    });
  });

  it('tries the candidates in their order, and case and spaces only after the exact number', async () => {
    const loose = account(' 6100-a ');
    const short = account('6100');
    expect(await lookUp(['6100-A', '6100'])).toMatchObject({ ref: loose['id'] });
    const exact = account('6100-A');
    expect(await lookUp(['9999', '6100'])).toMatchObject({ ref: short['id'] });
    const later = connectTo(server);
    const operation = later.client.operations['match-account'] ?? expect.fail();
    expect(await operation.lookUp({ candidates: ['6100-A', '6100'] }, operationContext(later))).toMatchObject(
      {
        ref: exact['id'],
      },
    );
    await later.close();
  });

  it('parks a number that is not there, naming it (C7)', async () => {
    expect(await lookUp(['6100-00', '6100'])).toMatchObject({
      found: 'conflict',
      reason: 'gl-account-unmapped',
      detail: { candidates: ['6100-00', '6100'], message: expect.stringContaining('6100-00 or 6100') },
    });
  });

  it('C8: keeps the entry that is linked while names and numbers change, and looks again when that entry is gone', async () => {
    const linked = account('6100');
    const asked = { candidates: ['6100'], name: 'Repairs' };
    const update = (change: object) => {
      const later = connectTo(server);
      const operation = later.client.operations['match-account'];
      const updated = operation?.update?.(
        String(linked['id']),
        { ...asked, ...change },
        asked,
        operationContext(later),
      );
      return Promise.resolve(updated).finally(() => later.close());
    };
    Object.assign(linked, { name: 'Upkeep', account: { type: 'EXPENSE', number: '6199' } });
    const other = account('6100');
    expect(await update({ name: 'Repairs & upkeep' })).toEqual({
      ref: linked['id'],
      attributes: { number: '6199', name: 'Upkeep' },
    });
    expect(await update({ candidates: ['6100-00', '6100'] })).toMatchObject({ ref: other['id'] });
    linked['archived'] = true;
    expect(await update({ name: 'Repairs & upkeep' })).toMatchObject({ ref: other['id'] });
  });

  it('parks several of one number with their names, and codes nothing with archived or heading accounts', async () => {
    account('6100');
    account('6100', { name: 'Twin' });
    account('6200', { archived: true });
    account('6300', { account: { type: 'NON_POSTING', number: '6300' } });
    expect(await lookUp(['6100'])).toMatchObject({
      found: 'conflict',
      detail: { accounts: [{ name: 'Account 6100' }, { name: 'Twin' }] },
    });
    expect(await lookUp(['6200'])).toMatchObject({ detail: { accounts: [{ unusable: 'archived' }] } });
    expect(await lookUp(['6300'])).toMatchObject({ detail: { accounts: [{ unusable: 'non-posting' }] } });
  });

  it('matches by name only when it is told to', async () => {
    const travel = account('T1', { name: 'Travel' });
    expect(await lookUp(['6100'], {}, 'travel')).toMatchObject({ found: 'conflict' });
    expect(await lookUp(['6100'], { matchName: true }, 'travel')).toMatchObject({ ref: travel['id'] });
  });

  it('reads the chart once for many accounts that ask at the same time', async () => {
    for (let n = 0; n < 150; n += 1) account(String(6000 + n));
    const asked = Array.from({ length: 150 }, (_, n) => lookUp([String(6000 + n)]));
    expect((await Promise.all(asked)).every((answer) => answer.found === 'present')).toBe(true);
    expect(server.seen('GET /v3/classifications/chart-of-accounts')).toHaveLength(2);
  });
});

describe('a short memory', () => {
  it('asks again when the answer is too old for the one who asks, and never keeps a failure', async () => {
    let now = 0;
    let fetched = 0;
    const memory = new ShortMemory<number>(() => new Date(now), 10);
    const fetch = async () => ++fetched;
    expect(await memory.get('a', 60_000, fetch)).toBe(1);
    now = 10_000;
    expect(await memory.get('a', 60_000, fetch)).toBe(1);
    expect(await memory.get('a', 5_000, fetch)).toBe(2);
    const failing = async () => Promise.reject(new Error('down'));
    await expect(memory.get('b', 60_000, failing)).rejects.toThrow('down');
    expect(await memory.get('b', 60_000, fetch)).toBe(3);
  });

  it('forgets the oldest beyond its capacity', async () => {
    const memory = new ShortMemory<string>(() => new Date(0), 2);
    const asked: string[] = [];
    const ask = (key: string) => memory.get(key, 1000, async () => String(asked.push(key)));
    for (const key of ['a', 'b', 'c', 'b', 'a']) await ask(key);
    expect(asked).toEqual(['a', 'b', 'c', 'a']);
  });
});
