import { afterEach, describe, expect, it } from 'vitest';
import { loading } from './faults/preloads';
import { AvidRun } from './support/avidxchange-run';

const RUN_MS = 180_000;
const SUBMISSION = /POST .*\/invoices\/batches/;

let run: AvidRun;

describe('an invoice', () => {
  afterEach(() => run.stop());

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
      run = await AvidRun.start({ size: 2, faults: true });
      const { world } = run;
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
