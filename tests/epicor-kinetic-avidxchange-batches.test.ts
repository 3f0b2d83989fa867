import { afterEach, describe, expect, it } from 'vitest';
import { firstOf } from '../sandbox/faults/plan';
import type { EpicorAvidOptions } from '../sandbox/worlds/epicor-kinetic-avidxchange';
import { loading } from './faults/preloads';
import { AvidRun } from './support/avidxchange-run';

const RUN_MS = 180_000;
const INVOICES = 'invoices-to-avidxchange';
const SUBMISSION = /POST .*\/invoices\/batches/;

let run: AvidRun;

async function fresh(options: EpicorAvidOptions = {}): Promise<AvidRun> {
  run = await AvidRun.start(options);
  return run;
}

const submitted = () =>
  run.world.avid.traffic.log.filter(({ method, url }) => SUBMISSION.test(`${method} ${url}`));

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
});
