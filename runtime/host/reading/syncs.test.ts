import { describe, expect, it } from 'vitest';
import { inOrder, type SyncSettings, Syncs } from './syncs';

const settings = (name: string, after: readonly string[] = []): SyncSettings => ({
  name,
  source: 's',
  target: 't',
  stream: 'bills',
  after,
  orderKey: '',
  window: undefined,
  holdMs: 60_000,
  missingReason: undefined,
});
const read = {
  readNow: async () => ({ pages: 0, rows: 0, landed: 0 }),
  nextReadAt: undefined,
  lastReadAt: undefined,
  fault: undefined,
};

describe('live syncs', () => {
  it('H3: clash while two nodes read one sync, and no longer when one is gone', () => {
    const syncs = new Syncs();
    syncs.define(settings('bills'));
    syncs.addRead('bills', read);
    syncs.refuseClash('bills');
    const remove = syncs.addRead('bills', { ...read });
    expect(() => syncs.refuseClash('bills')).toThrow(/2 enabled read nodes of "bills"; none of them runs/);
    expect(syncs.get('bills')?.read).toBeUndefined();
    remove();
    syncs.refuseClash('bills');
    expect(syncs.get('bills')?.read).toBe(read);
  });

  it('H3: clash when two settings have one name', () => {
    const syncs = new Syncs();
    syncs.define(settings('bills'));
    syncs.define(settings('bills'));
    expect(() => syncs.refuseClash('bills')).toThrow(/2 settings of the name "bills"/);
  });

  it('come in the order in which they depend on each other', () => {
    const syncs = new Syncs();
    syncs.define(settings('payments', ['bills']));
    syncs.define(settings('bills', ['vendors', 'accounts']));
    syncs.define(settings('accounts'));
    syncs.define(settings('vendors'));
    expect(['accounts', 'bills', 'payments', 'unknown'].map((name) => syncs.priorityOf(name))).toEqual([
      0, 1, 2, 0,
    ]);
    expect(syncs.all().map((sync) => sync.settings.name)).toEqual([
      'vendors',
      'accounts',
      'bills',
      'payments',
    ]);
  });
});

describe('the order of dependency', () => {
  const order = (items: [string, string[]][]) =>
    inOrder(
      items,
      ([name]) => name,
      ([, after]) => after,
    ).map(([name]) => name);

  it('heeds what is not there as little as a circle', () => {
    expect(
      order([
        ['a', ['gone']],
        ['b', ['c']],
        ['c', ['b']],
        ['d', ['a']],
      ]),
    ).toEqual(['a', 'c', 'b', 'd']);
  });
});
