import { expect, it } from 'vitest';
import type { Store } from '../ledger/store';
import { FreshStatistics } from './fresh-statistics';

const settle = () => new Promise((resolve) => setImmediate(resolve));

it('statistics follow a growing ledger, more and more rarely', async () => {
  const asked: string[] = [];
  const query = async (sql: string) => {
    asked.push(sql);
    return { rows: [], affected: 0 };
  };
  const statistics = new FreshStatistics({ query } as Pick<Store, 'query'>, () => {});
  for (let page = 0; page < 200; page += 1) {
    statistics.count('bills', 'read', 100);
    statistics.count('bills', 'landed', 100);
    await settle();
  }
  expect(asked.length).toBeGreaterThan(8);
  expect(asked.length).toBeLessThan(20);
  expect(new Set(asked)).toEqual(new Set(['analyze record, record_version, intent, link']));
});

it('statistics that cannot be made are told, and tried again later', async () => {
  const faults: unknown[] = [];
  const query = () => Promise.reject(new Error('away'));
  const statistics = new FreshStatistics({ query } as Pick<Store, 'query'>, (error) => faults.push(error));
  for (const _ of [1, 2]) {
    statistics.count('bills', 'landed', 1_000);
    await settle();
  }
  expect(faults).toHaveLength(2);
});
