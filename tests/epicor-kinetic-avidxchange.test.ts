import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { firstOf } from '../sandbox/faults/plan';
import { type EpicorAvidOptions, SECRETS } from '../sandbox/worlds/epicor-kinetic-avidxchange';
import { loading } from './faults/preloads';
import { AvidRun } from './support/avidxchange-run';
import type { Ended } from './support/command';

const RUN_MS = 180_000;
const INVOICES = 'invoices-to-avidxchange';
const SUBMISSION = /POST .*\/invoices\/batches/;

/** A batch holds 50 invoices, and more than that are approved. */
let run: AvidRun;

function fresh(options: EpicorAvidOptions = {}): Promise<AvidRun> {
  return AvidRun.start(options).then((started) => {
    run = started;
    return started;
  });
}

interface Counts {
  readonly read: number;
  readonly landed: number;
  readonly confirmed: number;
  readonly parked: Readonly<Record<string, number>>;
}

function countsOf(ended: Ended, sync: string): Counts {
  return (ended.summary as { syncs: Record<string, Counts> }).syncs[sync] as Counts;
}

const submitted = () =>
  run.world.avid.traffic.log.filter(({ method, url }) => SUBMISSION.test(`${method} ${url}`));

describe('Epicor Kinetic ↔ AvidXchange, from outside', () => {
  let first: Ended;
  beforeAll(async () => {
    await fresh();
    first = await run.well();
  }, RUN_MS);
  afterAll(() => run.stop());

  it('C5 C7 D13: parks with the reasons that the data call for, and never sends what is parked', async () => {
    expect(Object.keys(countsOf(first, INVOICES).parked)).toEqual(
      expect.arrayContaining([
        'amounts-differ',
        'currency-mismatch',
        'gl-account-unmapped',
        'image-refused',
        'near-duplicate',
        'number-in-use',
        'partly-paid',
        'vendor-not-linked',
      ]),
    );
    const outcomes = await run.outcomes(INVOICES);
    for (const [key, { state }] of outcomes) {
      if (state.startsWith('parked')) expect([key, run.copies(key.split('|')[1] ?? '')]).toEqual([key, []]);
    }
    const missing = [...outcomes.values()].find(({ state }) => state === 'parked:gl-account-unmapped');
    expect(missing?.detail).toMatchObject({ key: expect.stringMatching(/\|/) });
  });

  it('B13: takes each item of a batch by itself, and never sends again what was taken', () => {
    const mixed = run.batches().filter(({ results }) => results.some(({ outcome }) => outcome === 'error'));
    expect(mixed.length).toBeGreaterThan(0);
    expect(mixed.flatMap(({ invoices }) => invoices).length).toBeGreaterThan(0);
    expect(run.world.avid.site.sentAgain).toEqual([]);
  });

  it('A1 C5 H1: sends masters before what points at them, and finds nothing to do when it runs again', async () => {
    const kinds = run.world.avid.site.batches.map(({ kind }) => kind);
    expect(kinds.lastIndexOf('vendors')).toBeLessThan(kinds.indexOf('invoices'));
    expect(kinds.lastIndexOf('enterpriseCodes')).toBeLessThan(kinds.indexOf('invoices'));
    expect(kinds.lastIndexOf('purchaseOrders')).toBeLessThan(kinds.indexOf('invoices'));
    run.world.people.finish();
    await run.well();
    expect(run.world.checkPromises()).toEqual([]);
    const before = JSON.stringify(run.world.writable());
    await run.well();
    expect(JSON.stringify(run.world.writable())).toBe(before);
  });

  it('C6 I3: lets no secret into its output or its data folder, and no bank account out', async () => {
    const bad = await run.ping({ AVIDXCHANGE_USER_TOKEN: `${SECRETS.avidUserToken}-wrong` });
    const texts = [first, bad].flatMap(({ stdout, stderr }) => [stdout, stderr]);
    for (const file of await readdir(run.folder, { recursive: true, withFileTypes: true })) {
      if (file.isFile()) texts.push(await readFile(join(file.parentPath, file.name), 'latin1'));
    }
    const canaries = [
      ...Object.values(SECRETS),
      Buffer.from(`integration:${SECRETS.epicorPassword}`).toString('base64'),
    ];
    expect(canaries.filter((canary) => texts.some((text) => text.includes(canary)))).toEqual([]);
    expect(run.world.avid.leaked).toEqual([]);
  });

  it(
    'G5: tells apart what can be wrong with either system',
    async () => {
      for (const [variables, words] of [
        [{ AVIDXCHANGE_USER_TOKEN: 'wrong' }, /refuses the sign-in.*keys/s],
        [{ AVIDXCHANGE_ACCOUNTING_SYSTEM: 'NONE' }, /accounting system/i],
        [{ AVIDXCHANGE_BASE_URL: `${run.world.avid.url}/nowhere` }, /AVIDXCHANGE_BASE_URL/],
        [{ EPICOR_API_KEY: 'wrong' }, /API key/i],
        [{ EPICOR_COMPANY: 'NONE' }, /company/i],
      ] as const) {
        const { status, stdout, stderr } = await run.ping(variables);
        expect([status, stdout + stderr]).toEqual([3, expect.stringMatching(words)]);
      }
      expect((await run.ping()).status).toBe(0);
    },
    RUN_MS,
  );
});

describe('a batch of invoices', () => {
  afterEach(() => run.stop());

  it.each(['drop-after', 'bad-gateway-after', 'truncate', 'hang-after'] as const)(
    'B1 B3: whose answer is lost (%s) is looked up by its id and not sent again',
    async (kind) => {
      const { world } = await fresh({ faults: true });
      const proxy = world.systems['avidxchange']?.proxy;
      proxy?.follow(firstOf(SUBMISSION, [{ kind }, { kind }]));
      await run.well(loading(['short-waits']));
      expect(proxy?.injected.get(kind)).toBe(2);
      expect(world.avid.site.sentAgain).toEqual([]);
      expect(world.checkPromises()).toEqual([]);
    },
    RUN_MS,
  );

  it(
    'that failed as a whole goes again under another id, and every invoice arrives once',
    async () => {
      const { world } = await fresh({ avidSwitches: { failEvery: 2 } });
      await run.well();
      expect(run.batches().filter(({ failed }) => failed).length).toBeGreaterThan(0);
      const outcomes = await run.outcomes(INVOICES);
      const confirmed = [...outcomes].filter(([, { state }]) => state === 'confirmed');
      expect(confirmed.length).toBeGreaterThan(40);
      for (const [key] of confirmed)
        expect(run.copies(key.slice(key.indexOf('|') + 1)).length).toBeGreaterThan(0);
      expect([...outcomes.values()].filter(({ state }) => state === 'landed')).toEqual([]);
      expect(world.checkPromises()).toEqual([]);
    },
    RUN_MS,
  );

  it(
    'B13: that fails because of one invoice, which is not named, brings all the others there and parks that one',
    async () => {
      const { world } = await fresh({ avidSwitches: { spoilingNumber: 'AX-2003' } });
      await run.well(loading(['short-waits']));
      const outcomes = await run.outcomes(INVOICES);
      const at = (number: string) => outcomes.get(`101|${number}`);
      expect(at('AX-2003')).toMatchObject({
        state: 'parked:attempts-exhausted',
        detail: { systemWords: expect.stringContaining('could not be processed') },
      });
      expect(at('AX-2004')?.state).toBe('confirmed');
      expect(run.copies('AX-2003')).toEqual([]);
      expect([...outcomes.values()].filter(({ state }) => state === 'landed')).toEqual([]);
      expect(world.checkPromises()).toEqual([]);
    },
    2 * RUN_MS,
  );

  it(
    'whose end never comes is waited for and not sent again, and done once AvidXchange is',
    async () => {
      const { world } = await fresh({ avidSwitches: { stuckEvery: 1 } });
      const short = { ML_ONCE_WAIT: '1' };
      const waiting = await run.once(short);
      expect([waiting.status, waiting.stderr]).toEqual([
        1,
        expect.stringContaining('AvidXchange has the batch'),
      ]);
      const sent = run.batches().length;
      await run.once(short);
      expect(run.batches()).toHaveLength(sent);
      world.avid.batches.release();
      await run.well();
      expect(run.batches()).toHaveLength(sent);
      expect(world.checkPromises()).toEqual([]);
    },
    RUN_MS,
  );

  it(
    'that is reopened brings no invoice there twice, and what was decided anew is read back',
    async () => {
      const { world } = await fresh({ avidSwitches: { openAfterMs: 0 } });
      await run.well();
      const { payer } = world.people;
      payer.decide(true);
      expect(payer.reopen()).toBe(true);
      await run.well();
      expect(world.checkPromises()).toEqual([]);
      world.people.finish();
      await run.well();
      expect(world.checkPromises()).toEqual([]);
      expect(submitted().length).toBe(run.batches().length);
    },
    RUN_MS,
  );

  it(
    'with an image that the source fails at holds up that invoice only',
    async () => {
      const { world } = await fresh({ faults: true });
      world.systems['epicor-kinetic']?.proxy?.follow(
        firstOf(/AttachmentSvc\/DownloadFile/, Array(6).fill({ kind: 'answer', status: 500, body: '' })),
      );
      await run.well(loading(['short-waits']));
      expect(world.checkPromises()).toEqual([]);
    },
    RUN_MS,
  );

  const moments = [
    ['while the images are fetched', 'epicor-kinetic', /AttachmentSvc\/DownloadFile/, 'hang'],
    ['before AvidXchange has the batch', 'avidxchange', SUBMISSION, 'hang'],
    ['before it knows that AvidXchange has it', 'avidxchange', SUBMISSION, 'hang-after'],
    ['while it asks what became of it', 'avidxchange', /GET .*invoices\/batches\//, 'hang'],
    ['while a payment is entered in Epicor', 'epicor-kinetic', /PaymentEntrySvc\/Update/, 'hang-after'],
    ['while a payment is posted in Epicor', 'epicor-kinetic', /SubmitToAgent/, 'hang-after'],
  ] as const;

  it.each(moments)(
    'B5: is there once, and its payment too, after a kill -9 %s',
    async (_when, system, pattern, kind) => {
      const { world } = await fresh({ faults: true });
      const short = loading(['short-waits']);
      if (/Payment|Submit/.test(pattern.source)) {
        await run.well(short);
        world.people.finish();
      }
      const proxy = world.systems[system]?.proxy;
      const running = run.begin(short);
      let met = false;
      proxy?.follow(({ method, url }) => {
        if (met || !pattern.test(`${method} ${url}`)) return undefined;
        met = true;
        setTimeout(() => running.kill('SIGKILL'), 20);
        return { kind };
      });
      await running.ended;
      proxy?.follow(() => undefined);
      expect(met).toBe(true);
      await run.well(short);
      world.people.finish();
      await run.well(short);
      expect(world.checkPromises()).toEqual([]);
    },
    RUN_MS,
  );
});

describe('rows of another company', () => {
  afterEach(() => run.stop());

  it(
    'are refused, and nothing is sent',
    async () => {
      const { world } = await fresh({ faults: true });
      const foreign = JSON.stringify({ value: [{ Company: 'EPIC07', VendorNum: 101, InvoiceNum: 'X7-1' }] });
      world.systems['epicor-kinetic']?.proxy?.follow(({ url }) =>
        /APInvoiceSvc\/APInvoices/.test(url) ? { kind: 'answer', status: 200, body: foreign } : undefined,
      );
      const ended = await run.once({ ML_ONCE_WAIT: '1' });
      expect(ended.status).not.toBe(0);
      expect(ended.stdout + ended.stderr).toMatch(/another company/);
      expect(run.batches()).toEqual([]);
      expect(world.avid.site.invoices.filter(({ number }) => number === 'X7-1')).toEqual([]);
    },
    RUN_MS,
  );
});
