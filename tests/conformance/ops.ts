import { expect, onTestFinished } from 'vitest';
import { systemClock } from '../../runtime/connector/clock';
import { openLeaseLimiter } from '../../runtime/connector/lease-limiter';
import { verifyChain } from '../../runtime/ledger/audit-chain';
import type { Store } from '../../runtime/ledger/store';
import { type Check, failed } from './check';
import { Desk } from './desk';
import { connect, standOf, streamOf } from './line';
import { keysOf, readPages } from './pages';
import type { Subject } from './subjects';

/** Limits over several processes, first reads that land, and the audit. */
export function opsChecks(subject: Subject, store: () => Promise<Store>): Check[] {
  const { streams, operations } = subject.registered.manifest;
  return [
    ...Object.keys(streams).map(
      (name): Check => ({ number: 16, of: name, run: async () => landsOnce(subject, name, await store()) }),
    ),
    { number: 45, of: '', run: async () => keepsLimit(subject, await store()) },
    ...Object.keys(operations).map(
      (name): Check => ({ number: 50, of: name, run: async () => auditsAll(subject, name, await store()) }),
    ),
  ];
}

/** Three processes with a limiter each, on one database, all of them as busy as they can be. */
async function keepsLimit(subject: Subject, store: Store): Promise<void> {
  const stand = await standOf(subject);
  const lines = await Promise.all(
    Array.from({ length: 3 }, async () => {
      const limiter = await openLeaseLimiter({ store, clock: systemClock });
      onTestFinished(() => limiter.close());
      return connect(subject, stand, { limiter, clock: systemClock });
    }),
  );
  const limit = lines[0]?.connection.limit.inFlight ?? failed('no connection');
  stand.proxy.follow(() => ({ kind: 'delay', ms: 5 }));
  const [name = failed('no stream')] = Object.keys(subject.registered.manifest.streams);
  await Promise.all(lines.flatMap((line) => Array.from({ length: limit + 2 }, () => readPages(line, name))));
  expect(stand.proxy.traffic.maxInFlight).toBeLessThanOrEqual(limit);
  expect(stand.proxy.traffic.maxInFlight).toBe(limit);
}

async function landsOnce(subject: Subject, name: string, store: Store): Promise<void> {
  const [operation = failed('no operation')] = Object.keys(subject.registered.manifest.operations);
  const desk = await Desk.open(subject, operation, store);
  const { sample } = streamOf(subject, desk.stand, name);
  desk.stand.limitPages(3);
  const added = sample.add(7);
  const sync = `${desk.sync}-${name}`;
  const land = async (cursor: Parameters<typeof readPages>[2]) => {
    const pages = await readPages(desk.line, name, cursor);
    let landed = 0;
    for (const { rows } of pages) landed += (await desk.runtime.delivery.land({ sync, rows })).landed;
    return { pages, landed };
  };
  const first = await land({});
  expect(first.landed).toBe(added.length);
  expect([...new Set(keysOf(first.pages))].sort()).toEqual([...added].sort());
  const cursor = first.pages.at(-1)?.cursor;
  expect((await land({ cursor })).landed, 'landed by a second read').toBe(0);
  expect((await land({ full: true })).landed, 'landed by a full read').toBe(0);
  sample.change(added[2] ?? '');
  expect((await land({ cursor })).landed, 'landed after one change').toBe(1);
}

async function auditsAll(subject: Subject, name: string, store: Store): Promise<void> {
  const desk = await Desk.open(subject, name, store);
  const { sample, stand, line } = desk;
  await line.connection.ping();
  stand.proxy.follow(({ number }) => (number % 4 === 0 ? { kind: 'drop-after' } : undefined));
  const documents = { one: sample.document(), two: sample.document() };
  await desk.land(documents);
  await desk.rest();
  stand.proxy.follow(() => undefined);
  const sent = line.audit.filter(({ detail }) => detail['phase'] !== 'unsent');
  expect(sent.length, 'calls in the audit').toBe(stand.proxy.seen);
  const bound = line.audit.filter(({ recordId }) => recordId !== undefined).length;
  const called = [...desk.calls.values()].flat().length;
  expect(bound, 'calls bound to their record').toBeGreaterThanOrEqual(called);
  const verdict = await verifyChain(store);
  expect(verdict.why).toBeUndefined();
  expect(verdict.ok).toBe(true);
}
