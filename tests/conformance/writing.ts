import { expect } from 'vitest';
import type { JsonObject } from '../../runtime/connector/json';
import type { OperationDeclaration } from '../../runtime/connector/manifest';
import { validator } from '../../runtime/connector/schema';
import type { Store } from '../../runtime/ledger/store';
import { type Check, failed } from './check';
import { Desk, type Settled } from './desk';
import type { Subject } from './subjects';

/** What documents become at the system when nothing goes wrong on the way. */
export function writingChecks(subject: Subject, store: () => Promise<Store>): Check[] {
  return Object.entries(subject.registered.manifest.operations).flatMap(([name, declared]) =>
    cases
      .filter(({ applies = () => true }) => applies(declared))
      .map(
        ({ number, run }): Check => ({
          number,
          of: name,
          run: async () => run(await Desk.open(subject, name, await store())),
        }),
      ),
  );
}

export interface WritingCase {
  readonly number: Check['number'];
  readonly applies?: (declared: OperationDeclaration) => boolean;
  readonly run: (desk: Desk) => Promise<void>;
}

const isPut = ({ effect }: OperationDeclaration) => effect === 'put';

const cases: readonly WritingCase[] = [
  { number: 31, run: createsAndChanges },
  { number: 32, run: deliversTwice },
  { number: 38, run: meetsHandwork, applies: isPut },
  { number: 39, run: refusesOneOfMany, applies: ({ batch }) => batch !== undefined },
  { number: 42, run: takesUnusual },
  { number: 44, run: keepsOrder },
  { number: 52, run: changesNothingAgain },
];

/** The effects of a document, of which there must be exactly one. */
export function onlyEffect(desk: Desk, document: JsonObject): string {
  const effects = desk.sample.effects(document);
  if (effects.length !== 1) failed(`${effects.length} effects instead of one: ${effects.join(', ')}`);
  return effects[0] ?? '';
}

/** The record came to a good end. */
export function confirmed(settled: ReadonlyMap<string, Settled>, key: string): void {
  const { state, reason, detail } = settled.get(key) ?? failed(`there is no record ${key}`);
  if (state !== 'confirmed') failed(`${key} is ${state}, ${reason}: ${JSON.stringify(detail)}`);
}

export function effectCalls(desk: Desk, key: string): number {
  return (desk.calls.get(key) ?? []).filter(({ nthEffect }) => nthEffect > 0).length;
}

async function createsAndChanges(desk: Desk): Promise<void> {
  const { sample, declared, line, name } = desk;
  const document = sample.document();
  confirmed(await desk.deliver({ one: document }), 'one');
  const first = onlyEffect(desk, document);
  const before = effectCalls(desk, 'one');
  confirmed(await desk.replay(), 'one');
  if (sample.onlyLinks) expect(before, 'calls with an effect of what only links').toBe(0);
  expect(effectCalls(desk, 'one'), 'calls with an effect for what was there already').toBe(before);
  expect(onlyEffect(desk, document)).toBe(first);
  const changed = sample.changed?.(document);
  if (!changed) return;
  const settled = await desk.deliver({ one: changed });
  if (line.connection.client.operations[name]?.update || declared.batch?.updates) {
    confirmed(settled, 'one');
    expect(onlyEffect(desk, changed)).not.toBe(first);
  } else {
    expect(settled.get('one')).toMatchObject({ state: 'parked', reason: 'changed-after-sent' });
    expect(onlyEffect(desk, document)).toBe(first);
  }
}

/** As when a flow is copied: another record of the ledger with the same document. */
async function deliversTwice(desk: Desk): Promise<void> {
  const document = desk.sample.document();
  await desk.deliver({ one: document });
  const first = onlyEffect(desk, document);
  await desk.deliver({ other: document });
  expect(onlyEffect(desk, document)).toBe(first);
  // A batch of master data may be imported again: it states what is, and is not looked up before.
  if (!desk.declared.batch) {
    expect(effectCalls(desk, 'other'), 'calls with an effect for what was there already').toBe(0);
  }
}

async function meetsHandwork(desk: Desk): Promise<void> {
  const { sample, stand } = desk;
  if (sample.onlyLinks) return;
  const enterByHand = sample.enterByHand ?? failed('the bench does not say what is entered by hand');
  const same = sample.document();
  enterByHand(same, 'same');
  const before = onlyEffect(desk, same);
  const adopted = (await desk.deliver({ same })).get('same');
  expect(['confirmed', 'parked']).toContain(adopted?.state);
  expect(onlyEffect(desk, same)).toBe(before);
  const other = sample.document();
  enterByHand(other, 'other');
  const writable = stand.writable();
  expect((await desk.deliver({ other })).get('other')).toMatchObject({ state: 'parked' });
  expect(stand.writable(), 'what somebody entered').toEqual(writable);
}

async function refusesOneOfMany(desk: Desk): Promise<void> {
  const { sample } = desk;
  const refused = sample.refused?.() ?? failed('the bench has no document that the system refuses');
  const [one, three] = [sample.document(), sample.document()];
  const settled = await desk.deliver({ one, refused, three });
  confirmed(settled, 'one');
  confirmed(settled, 'three');
  expect(settled.get('refused')).toMatchObject({ state: 'parked' });
  for (const document of [one, three]) onlyEffect(desk, document);
}

async function takesUnusual(desk: Desk): Promise<void> {
  const { sample, declared } = desk;
  if (sample.onlyLinks) return;
  const check = validator(declared.document);
  const document = sample.unusual?.() ?? failed('the bench has no unusual document');
  expect(check(document)).toEqual([]);
  confirmed(await desk.deliver({ one: document }), 'one');
  const first = onlyEffect(desk, document);
  await desk.deliver({ again: document });
  expect(onlyEffect(desk, document)).toBe(first);
  for (const [name, limit] of limitsOf(declared.document)) {
    const long = { ...document, [name]: 'x'.repeat(limit + 1) };
    expect(
      check(long).map(({ field }) => field),
      `${name} over ${limit} characters`,
    ).toContain(name);
  }
}

/** Text fields with a length that the schema limits. */
function limitsOf(schema: JsonObject): [name: string, limit: number][] {
  return Object.entries(schema['properties'] as Record<string, JsonObject>).flatMap(([name, child]) =>
    typeof child['maxLength'] === 'number' ? [[name, child['maxLength']] as [string, number]] : [],
  );
}

async function keepsOrder(desk: Desk): Promise<void> {
  const { sample, declared, stand, line } = desk;
  stand.proxy.follow(() => ({ kind: 'delay', ms: 4 }));
  const documents = Object.fromEntries(
    Array.from({ length: 6 }, (_, at) => [`key-${at}`, sample.document()]),
  );
  await desk.land(documents);
  const change = sample.changed ?? ((document: JsonObject) => document);
  await desk.deliver(Object.fromEntries(Object.entries(documents).map(([key, each]) => [key, change(each)])));
  expect(desk.mostPerKey, 'attempts at one record at once').toBe(1);
  const { maxInFlight } = line.connection.counters;
  expect(maxInFlight).toBeLessThanOrEqual(line.connection.limit.inFlight);
  const atOnce = effectCalls(desk, 'key-0') > 0 && !declared.batch;
  if (atOnce && line.connection.limit.inFlight > 1) expect(maxInFlight).toBeGreaterThan(1);
  for (const document of Object.values(documents))
    expect(sample.effects(document).length).toBeLessThanOrEqual(1);
}

async function changesNothingAgain(desk: Desk): Promise<void> {
  const documents = Object.fromEntries(
    Array.from({ length: 3 }, (_, at) => [`key-${at}`, desk.sample.document()]),
  );
  await desk.deliver(documents);
  const before = desk.stand.writable();
  const made = Object.keys(documents).map((key) => effectCalls(desk, key));
  const settled = await desk.replay();
  for (const key of Object.keys(documents)) confirmed(settled, key);
  expect(desk.stand.writable()).toEqual(before);
  expect(Object.keys(documents).map((key) => effectCalls(desk, key))).toEqual(made);
}
