import { expect, it } from 'vitest';
import type { SubscriptionReport } from '../../connector/system';
import type { LiveConnection } from './connections';
import { SubscriptionKeeping } from './subscription-keeping';
import type { WebhookStore } from './webhook-store';

/** Waits between two looks at a subscription that is well. */
async function waitOf(pollMs: number): Promise<number | undefined> {
  const waits: number[] = [];
  const keep = async () => ({ secrets: [] }) as unknown as SubscriptionReport;
  const live = {
    name: 'bill',
    webhookName: 'default',
    module: { manifest: { system: 'bill', webhook: {} } },
    use: (work: (within: object) => unknown) => work({ client: { webhook: { keep } }, calls: () => ({}) }),
  } as unknown as LiveConnection;
  const keeping = new SubscriptionKeeping({
    live,
    store: { loadState: async () => ({}), saveState: async () => {} } as unknown as WebhookStore,
    url: 'https://here.example/hooks/bill/default',
    options: {},
    pollMs,
    clock: {
      now: () => new Date(0),
      wait: async (ms) => {
        waits.push(ms);
        keeping.close();
      },
    },
    onReport: () => {},
    onFailure: (error) => expect.fail(String(error)),
  });
  await keeping.run();
  return waits[0];
}

it('looks after a subscription with every poll, and at least every ten minutes (F4)', async () => {
  expect([await waitOf(300_000), await waitOf(3_600_000), await waitOf(1_000)]).toEqual([
    300_000, 600_000, 5_000,
  ]);
});

it('knows the key that another runtime has put in the place of its own, and asks for it now and then only (F6)', async () => {
  let now = 0;
  let stored: readonly string[] = ['old'];
  let looks = 0;
  const loadState = async () => {
    looks += 1;
    return { secrets: stored };
  };
  const keeping = new SubscriptionKeeping({
    live: { name: 'bill' } as unknown as LiveConnection,
    store: { loadState } as unknown as WebhookStore,
    url: undefined,
    options: {},
    pollMs: 300_000,
    clock: { now: () => new Date(now), wait: async () => {} },
    onReport: () => {},
    onFailure: () => {},
  });
  expect(await keeping.secrets()).toEqual(['old']);
  expect(await keeping.newerSecrets()).toBeUndefined();
  stored = ['new', 'old'];
  now = 999;
  expect([await keeping.newerSecrets(), looks]).toEqual([undefined, 2]);
  now = 1_000;
  expect(await keeping.newerSecrets()).toEqual(['new', 'old']);
  expect(await keeping.secrets()).toEqual(['new', 'old']);
});
