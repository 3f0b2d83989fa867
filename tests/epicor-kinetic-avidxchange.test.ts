import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { SECRETS } from '../sandbox/worlds/epicor-kinetic-avidxchange';
import { AvidRun } from './support/avidxchange-run';
import type { Ended } from './support/command';

const RUN_MS = 180_000;
const INVOICES = 'invoices-to-avidxchange';

let run: AvidRun;

interface Counts {
  readonly read: number;
  readonly landed: number;
  readonly confirmed: number;
  readonly parked: Readonly<Record<string, number>>;
}

function countsOf(ended: Ended, sync: string): Counts {
  return (ended.summary as { syncs: Record<string, Counts> }).syncs[sync] as Counts;
}

describe('Epicor Kinetic ↔ AvidXchange, from outside', () => {
  let first: Ended;
  beforeAll(async () => {
    run = await AvidRun.start();
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

describe('rows of another company', () => {
  afterEach(() => run.stop());

  it(
    'are refused, and nothing is sent',
    async () => {
      run = await AvidRun.start({ faults: true });
      const { world } = run;
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

describe('a vendor on payment hold', () => {
  afterEach(() => run.stop());

  it(
    'C4: has its invoices held back, and sent when the hold is lifted',
    async () => {
      run = await AvidRun.start({ size: 5 });
      const { company, epicor } = { ...run.world.books, ...run.world };
      const vendor = company.rows('Vendor').all.find((row) => row['VendorNum'] === 101) ?? expect.fail();
      const hold = (PayHold: boolean) => epicor.state.change(company, 'Vendor', vendor, { PayHold }, 'clerk');
      hold(true);
      await run.well();
      expect((await run.outcomes(INVOICES)).get('101|AX-2001')?.state).toBe('parked:vendor-inactive');
      expect(run.copies('AX-2001')).toEqual([]);
      hold(false);
      await run.well();
      expect(run.copies('AX-2001')).toHaveLength(1);
    },
    RUN_MS,
  );
});
