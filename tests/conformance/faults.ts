import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'vitest';
import type { JsonObject } from '../../runtime/connector/json';
import type { HttpAnswer } from '../../runtime/connector/system';
import type { Store } from '../../runtime/ledger/store';
import { calm, type Fault, firstOf } from '../../sandbox/faults/plan';
import { type Check, failed } from './check';
import { Desk } from './desk';
import type { Subject } from './subjects';
import { confirmed, effectCalls, onlyEffect } from './writing';

/** What becomes of documents when calls are cut, refused, spoiled, and the process killed. */
export function faultChecks(subject: Subject, store: () => Promise<Store>): Check[] {
  return Object.entries(subject.registered.manifest.operations).flatMap(([name, { effect }]) =>
    cases
      .filter(({ onlyPut = false }) => !onlyPut || effect === 'put')
      .map(
        ({ number, run }): Check => ({
          number,
          of: name,
          run: async () => run(await Desk.open(subject, name, await store())),
        }),
      ),
  );
}

interface FaultCase {
  readonly number: Check['number'];
  readonly onlyPut?: boolean;
  readonly run: (desk: Desk) => Promise<void>;
}

const cases: readonly FaultCase[] = [
  { number: 33, run: (desk) => survives(desk, { kind: 'drop-after' }) },
  { number: 34, run: (desk) => survives(desk, { kind: 'bad-gateway-after' }) },
  { number: 35, run: (desk) => survives(desk, { kind: 'drop-before' }) },
  { number: 36, run: survivesKills },
  { number: 37, run: survivesOthers },
  { number: 40, run: noticesSpoiled, onlyPut: true },
  { number: 41, run: trustsNoStatus },
  { number: 46, run: waitsAsTold },
];

/** The document once without a fault; how many calls it took, with an effect and in all. */
async function calmly(desk: Desk): Promise<{ readonly effects: number; readonly all: number }> {
  const document = desk.sample.document();
  confirmed(await desk.deliver({ calm: document }), 'calm');
  onlyEffect(desk, document);
  return { effects: effectCalls(desk, 'calm'), all: desk.calls.get('calm')?.length ?? 0 };
}

/** A document for each of so many calls, by key: `call-3` is for the third. */
function documentsFor(desk: Desk, calls: number, about = 'call'): Record<string, JsonObject> {
  return Object.fromEntries(
    Array.from({ length: calls }, (_, at) => [`${about}-${at + 1}`, desk.sample.document()]),
  );
}

function isFor(key: string, nth: number): boolean {
  return key.endsWith(`-${nth}`);
}

/** Lets the fault happen to one call with an effect of each document, the first, the second and so on. */
async function faultAtEach(desk: Desk, documents: Record<string, JsonObject>, fault: Fault) {
  const alone = oneAtATime();
  const struck = new Set<string>();
  desk.around = ({ key, nthEffect }, send) =>
    alone(async () => {
      const strike = nthEffect > 0 && isFor(key, nthEffect) && !struck.has(key);
      if (strike) struck.add(key);
      desk.stand.proxy.follow(strike ? firstOf(/./, [fault]) : calm);
      return send();
    });
  return desk.deliver(documents);
}

/** Calls of several documents one after the other, so that a fault meets the one it is meant for. */
function oneAtATime(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const run = last.then(work, work);
    last = run;
    return run;
  };
}

async function survives(desk: Desk, fault: Fault): Promise<void> {
  const { effects } = await calmly(desk);
  for (const documents of rounds(desk, documentsFor(desk, effects))) {
    const settled = await faultAtEach(desk, documents, fault);
    for (const [key, document] of Object.entries(documents)) {
      confirmed(settled, key);
      onlyEffect(desk, document);
    }
  }
}

/**
 * All at once; one after the other where calls are made for many documents, so that each meets its fault, and where
 * one that is stuck keeps the others from the system.
 */
function rounds(desk: Desk, documents: Record<string, JsonObject>): Record<string, JsonObject>[] {
  if (!desk.declared.batch && desk.line.connection.limit.inFlight > 1) return [documents];
  return Object.entries(documents).map(([key, document]) => ({ [key]: document }));
}

/** One record for each call: its process dies when the call was answered. */
async function survivesKills(desk: Desk): Promise<void> {
  const { all, effects } = await calmly(desk);
  let died = 0;
  for (const documents of rounds(desk, documentsFor(desk, all))) {
    died += await untilAllStuck(desk, documents);
    await desk.dieAndComeBack();
    const settled = await desk.rest();
    for (const [key, document] of Object.entries(documents)) {
      confirmed(settled, key);
      onlyEffect(desk, document);
    }
  }
  if (effects > 0) expect(died, 'records whose process died').toBeGreaterThan(0);
}

/** Waits until every record has had its call and hears no more of it, or had none to wait for. */
async function untilAllStuck(desk: Desk, documents: Record<string, JsonObject>): Promise<number> {
  const stuck = new Set<string>();
  desk.around = async ({ key, nth }, send) => {
    const answer = await send();
    if (!isFor(key, nth)) return answer;
    stuck.add(key);
    return new Promise<HttpAnswer>(() => {});
  };
  await desk.land(documents);
  for (let look = 0; look < 400; look += 1) {
    const states = await desk.states();
    const open = Object.keys(documents).filter(
      (key) => !stuck.has(key) && ['landed', 'working'].includes(states.get(key)?.state ?? ''),
    );
    if (open.length === 0) return stuck.size;
    await pause(15);
  }
  return failed('there are records that are neither stuck nor settled');
}

async function survivesOthers(desk: Desk): Promise<void> {
  const touch = desk.sample.touch ?? failed('the bench does not say what somebody else saves');
  const { effects } = await calmly(desk);
  const documents = documentsFor(desk, effects);
  const touched = new Set<string>();
  desk.around = async ({ key, nthEffect }, send) => {
    const document = documents[key];
    if (document && nthEffect > 0 && isFor(key, nthEffect) && !touched.has(key)) {
      touched.add(key);
      touch(document);
    }
    return send();
  };
  const settled = await desk.deliver(documents);
  for (const [key, document] of Object.entries(documents)) {
    confirmed(settled, key);
    onlyEffect(desk, document);
  }
}

/** The answer is lost, and what stands there is not what was sent: a look-up must not take it for the effect. */
async function noticesSpoiled(desk: Desk): Promise<void> {
  const { sample, stand } = desk;
  if (sample.onlyLinks) return;
  const spoil = sample.spoil ?? failed('the bench does not say what can be stored wrongly');
  const document = sample.document();
  let whole: string[] | undefined;
  desk.around = async ({ nthEffect }, send) => {
    if (nthEffect === 0 || whole) return send();
    stand.proxy.follow(firstOf(/./, [{ kind: 'drop-after' }]));
    try {
      return await send();
    } finally {
      stand.proxy.follow(calm);
      const before = sample.effects(document);
      if (before.length > 0 && spoil(document)) whole = before;
    }
  };
  const settled = await desk.deliver({ one: document });
  const before = whole ?? failed('nothing was stored that could be spoiled');
  const after = sample.effects(document);
  expect(after).toHaveLength(before.length);
  if (after.join() !== before.join()) expect(settled.get('one')).toMatchObject({ state: 'parked' });
}

async function trustsNoStatus(desk: Desk): Promise<void> {
  const { effects } = await calmly(desk);
  const documents = documentsFor(desk, effects);
  const body = desk.stand.hiddenError;
  const headers = { 'content-type': 'application/json' };
  const settled = await faultAtEach(desk, documents, { kind: 'answer', status: 200, headers, body });
  for (const [key, document] of Object.entries(documents)) {
    const state = settled.get(key)?.state;
    if (state === 'confirmed') onlyEffect(desk, document);
    else {
      expect(state, key).toBe('parked');
      expect(desk.sample.effects(document).length, key).toBeLessThanOrEqual(1);
    }
  }
}

async function waitsAsTold(desk: Desk): Promise<void> {
  const { effects } = await calmly(desk);
  for (const retryAfterSeconds of [7, undefined]) {
    const documents = documentsFor(desk, effects, retryAfterSeconds === undefined ? 'untold' : 'told');
    const waited = desk.line.waits.length;
    const fault: Fault =
      retryAfterSeconds === undefined ? { kind: 'too-many' } : { kind: 'too-many', retryAfterSeconds };
    const settled = await faultAtEach(desk, documents, fault);
    for (const [key, document] of Object.entries(documents)) {
      confirmed(settled, key);
      onlyEffect(desk, document);
    }
    const longest = Math.max(0, ...desk.line.waits.slice(waited));
    if (effects > 0) expect(longest).toBeGreaterThan(retryAfterSeconds === undefined ? 0 : 6_000);
  }
}
