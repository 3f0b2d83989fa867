import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Entry } from '../sandbox/airbase/records';
import { isTaken } from '../sandbox/world/airbase-books';
import { SECRETS } from '../sandbox/worlds/epicor-kinetic-airbase';
import { loading } from './faults/preloads';
import { isWrite } from './faults/write-calls';
import { type AirbaseRun, startAirbaseRun } from './support/airbase-run';
import type { Ended } from './support/command';

const RUN_MS = 300_000;
const SPEND = 'spend-to-epicor-kinetic';

interface Counts {
  readonly confirmed: number;
  readonly unknown: number;
  readonly ignored: Readonly<Record<string, number>>;
  readonly parked: Readonly<Record<string, number>>;
}

function countsOf(ended: Ended, sync: string): Counts {
  return (ended.summary as { syncs: Record<string, Counts> }).syncs[sync] as Counts;
}

let product: AirbaseRun;

async function runWell(variables: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const ended = await product.once(variables);
  expect([ended.status, ended.stderr]).toEqual([0, expect.any(String)]);
  return ended;
}

const writes = () =>
  Object.values(product.world.systems).flatMap(({ traffic }) =>
    traffic.log.filter((each) => isWrite(each)).map(({ method, url }) => `${method} ${url}`),
  );

const markedAs = ({ marks }: Entry) => marks.map(({ status }) => status);

describe('Epicor Kinetic ↔ Airbase, from outside', () => {
  let first: Ended;

  beforeAll(async () => {
    product = await startAirbaseRun();
    first = await runWell();
    // What Airbase has paid already can be recorded once people let it be paid.
    product.world.people.work();
    await runWell();
  }, RUN_MS);
  afterAll(() => product.stop());

  it('brings master data over, enters all spend that can be entered, and marks it', () => {
    expect(product.world.checkPromises()).toEqual([]);
    expect(countsOf(first, SPEND).confirmed).toBeGreaterThan(40);
    expect(countsOf(first, SPEND).unknown).toBe(0);
  });

  it('C7 D1 D3 D8: parks with the reasons that the data call for, and refuses nothing that only waits', () => {
    const { parked, ignored } = countsOf(first, SPEND);
    expect(Object.keys(parked)).toEqual(
      expect.arrayContaining([
        'amounts-differ',
        'gl-account-unmapped',
        'number-in-use',
        'number-too-long',
        'type-unknown',
        'vendor-inactive',
        'vendor-not-linked',
      ]),
    );
    expect(Object.keys(ignored)).toEqual(expect.arrayContaining(['not-ours', 'not-settled']));
    const marks = product.world.books.entries.flatMap(({ entry }) => markedAs(entry));
    expect(marks.filter((status) => status !== 'sync_complete')).toEqual([]);
  });

  it('I3: lets no secret into its output or its data folder', async () => {
    const bad = await product.command(['ping', 'epicor-kinetic-airbase'], {
      AIRBASE_TOKEN: `${SECRETS.airbaseToken}-wrong`,
    });
    const texts = [first, bad].flatMap(({ stdout, stderr }) => [stdout, stderr]);
    for (const file of await readdir(product.folder, { recursive: true, withFileTypes: true })) {
      if (file.isFile()) texts.push(await readFile(join(file.parentPath, file.name), 'latin1'));
    }
    const canaries = [
      ...Object.values(SECRETS).flatMap((secret) => [secret, Buffer.from(secret).toString('latin1')]),
      Buffer.from(`integration:${SECRETS.epicorPassword}`).toString('base64'),
    ];
    expect(canaries.filter((canary) => texts.some((text) => text.includes(canary)))).toEqual([]);
  });

  it(
    'D16: books a card transaction that is coded anew after posting by a reversal and a new journal',
    async () => {
      const { people } = product.world;
      const posted = product.entry('over three accounts, a third each');
      const card = product.entry('two lines on one account, one of nothing');
      for (const each of [posted, card]) people.recode(each);
      await runWell();
      expect([posted, card].map((each) => product.standing(each))).toEqual([3, 3]);
      expect(product.world.checkPromises()).toEqual([]);
    },
    RUN_MS,
  );

  it(
    'E1 E5: records what Airbase paid, once people let the invoice be paid, and marks the payment',
    async () => {
      const { people, books } = product.world;
      people.finish();
      await runWell();
      people.finish();
      await runWell();
      await runWell();
      const payments = books.entries.filter(({ entry }) => entry.content.kind === 'payment');
      expect(payments.filter(({ entry }) => isTaken(entry)).length).toBeGreaterThan(20);
      expect(product.world.checkPromises()).toEqual([]);
    },
    RUN_MS,
  );

  it(
    'C5 C7: goes on by itself with what waited, once people have put the master data right',
    async () => {
      const { people } = product.world;
      const waited = ['a supplier born in Airbase', 'inactive supplier', 'inactive account'];
      expect(waited.map((title) => isTaken(product.entry(title).entry))).toEqual([false, false, false]);
      for (const what of ['supplier', 'inactive-supplier', 'account'] as const) people.repair(what);
      await runWell();
      expect(waited.map((title) => isTaken(product.entry(title).entry))).toEqual([true, true, true]);
      expect(product.world.checkPromises()).toEqual([]);
    },
    RUN_MS,
  );

  it(
    'C10: changes nothing in either system when it runs again',
    async () => {
      product.world.people.finish();
      await runWell();
      product.world.people.finish();
      await runWell();
      const before = product.world.writable();
      await runWell();
      expect(product.world.writable()).toEqual(before);
    },
    RUN_MS,
  );
});

describe.each(['America/Los_Angeles', 'Pacific/Kiritimati'])('a machine in %s', (zone) => {
  beforeAll(async () => {
    product = await startAirbaseRun({ size: 60 });
  });
  afterAll(() => product.stop());

  it(
    'D10: keeps every amount to the cent and every date to the day',
    async () => {
      await runWell({ TZ: zone });
      product.world.people.finish();
      await runWell({ TZ: zone });
      expect(product.world.checkPromises()).toEqual([]);
    },
    RUN_MS,
  );
});

describe('a runtime that is killed', () => {
  beforeAll(async () => {
    product = await startAirbaseRun({ faults: true });
    await runWell();
    // What Airbase has paid already can be recorded once people let it be paid.
    product.world.people.work();
    await runWell();
  }, RUN_MS);
  afterAll(() => product.stop());

  const moments = [
    ['before Epicor has the invoice', 'epicor-kinetic', /UpdateMaster/, 'hang'],
    ['before it knows that Epicor has it', 'epicor-kinetic', /UpdateMaster/, 'hang-after'],
    ['between the invoice and the mark', 'airbase', /PATCH .*ledger_entries/, 'hang'],
  ] as const;

  it.each(moments)(
    'B5: %s leaves one document and one mark',
    async (_when, system, pattern, fault) => {
      const { world } = product;
      const next = product.submitLike('a discount line');
      const proxy = world.systems[system]?.proxy;
      const short = loading(['short-waits']);
      const running = product.begin(short);
      let met = false;
      proxy?.follow(({ method, url }) => {
        if (met || !pattern.test(`${method} ${url}`)) return undefined;
        met = true;
        setTimeout(() => running.kill('SIGKILL'), 20);
        return { kind: fault };
      });
      await running.ended;
      proxy?.follow(() => undefined);
      expect(met).toBe(true);
      await runWell(short);
      expect(product.standing(next)).toBe(1);
      expect(markedAs(next.entry)).toEqual(['sync_complete']);
      expect(world.checkPromises()).toEqual([]);
    },
    RUN_MS,
  );
});

describe('a ping', () => {
  beforeAll(async () => {
    product = await startAirbaseRun();
  });
  afterAll(() => product.stop());

  it(
    'G5: tells apart what can be wrong with either system, and writes nothing',
    async () => {
      const ping = (variables: Record<string, string> = {}) =>
        product.command(['ping', 'epicor-kinetic-airbase', '--json'], variables);
      expect((await ping()).status).toBe(0);
      for (const [variables, words] of [
        [{ AIRBASE_TOKEN: 'wrong', AIRBASE_TOKEN_NEXT: '' }, /AIRBASE_TOKEN/],
        [{ AIRBASE_SUBSIDIARY: 'NOWHERE' }, /AIRBASE_SUBSIDIARY/],
        [{ EPICOR_API_KEY: 'wrong' }, /API key/i],
        [{ EPICOR_PASSWORD: 'wrong' }, /password/i],
        [{ EPICOR_COMPANY: 'NONE' }, /company/i],
      ] as const) {
        const { status, stdout, stderr } = await ping(variables);
        expect([status, stdout + stderr]).toEqual([3, expect.stringMatching(words)]);
      }
      expect(writes()).toEqual([]);
    },
    RUN_MS,
  );
});
