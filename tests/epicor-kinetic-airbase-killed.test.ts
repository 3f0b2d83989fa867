import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { firstOf } from '../sandbox/faults/plan';
import { loading } from './faults/preloads';
import { type AirbaseRun, markedAs, RUN_MS, startAirbaseRun } from './support/airbase-run';

let product: AirbaseRun;

describe('a runtime that is killed', () => {
  beforeAll(async () => {
    product = await startAirbaseRun({ faults: true, size: 40 });
    await product.well();
  }, RUN_MS);
  afterAll(() => product.stop());

  const moments = [
    ['before it knows that Epicor has it', 'bill', 'epicor-kinetic', /UpdateMaster/, 'hang-after'],
    ['between the invoice and the mark', 'bill', 'airbase', /PATCH .*ledger_entries/, 'hang'],
    ['before it knows that Airbase has the mark', 'bill', 'airbase', /PATCH .*ledger_entries/, 'hang-after'],
    ['in the middle of a journal', 'card', 'epicor-kinetic', /GLJournalEntrySvc\/Update/, 'hang-after'],
    ['between the journal and the mark', 'card', 'airbase', /PATCH .*ledger_entries/, 'hang'],
  ] as const;

  it.each(moments)(
    'B5: %s (%s) leaves one document and one mark',
    async (_when, kind, system, pattern, fault) => {
      const { world } = product;
      const next = product.submitLike(kind === 'card' ? 'a merchant who is no vendor' : 'a discount line');
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
      await product.well(short);
      expect(product.standing(next)).toBe(1);
      expect(markedAs(next.entry)).toEqual(['sync_complete']);
      expect(world.checkPromises()).toEqual([]);
    },
    RUN_MS,
  );

  it(
    'B5: before Airbase heard of a refusal, loses neither the refusal nor the bill',
    async () => {
      const { world } = product;
      const next = product.submitLike('a discount line');
      const { 'epicor-kinetic': epicor, airbase } = world.systems;
      const refusal = { ErrorType: 'Ice.Common.BusinessObjectException', ErrorMessage: 'Not today.' };
      epicor?.proxy?.follow(
        firstOf(/UpdateMaster/, [{ kind: 'answer', status: 400, body: JSON.stringify(refusal) }]),
      );
      const running = product.begin();
      let met = false;
      airbase?.proxy?.follow(({ method, url }) => {
        if (!/PATCH .*ledger_entries/.test(`${method} ${url}`)) return undefined;
        met = true;
        setTimeout(() => running.kill('SIGKILL'), 20);
        return { kind: 'hang' };
      });
      await running.ended;
      airbase?.proxy?.follow(() => undefined);
      expect([met, markedAs(next.entry), product.standing(next)]).toEqual([true, [], 0]);
      await product.well();
      expect([markedAs(next.entry), product.standing(next)]).toEqual([['sync_complete'], 1]);
    },
    RUN_MS,
  );

  it(
    'tells Airbase what Epicor refused, in its words, and once',
    async () => {
      const { world } = product;
      const next = product.submitLike('a discount line');
      const words = 'Invoices of this kind need an approval in Epicor.';
      const refusal = { ErrorType: 'Ice.Common.BusinessObjectException', ErrorMessage: words };
      world.systems['epicor-kinetic']?.proxy?.follow(
        firstOf(/UpdateMaster/, [{ kind: 'answer', status: 400, body: JSON.stringify(refusal) }]),
      );
      await product.well();
      expect(next.entry.marks).toEqual([expect.objectContaining({ status: 'sync_failed', message: words })]);
      expect(product.standing(next)).toBe(0);
    },
    RUN_MS,
  );
});
