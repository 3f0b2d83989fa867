import { describe, expect, inject, it } from 'vitest';
import type { WorldOptions } from '../../sandbox/world';
import { BROKEN_BUILDS, type BrokenBuild } from './preloads';
import { seedBase } from './seed-base';
import { planOf, type Round, type SeedPlan } from './seed-plan';
import { runSeed, type SeedResult } from './seed-run';
import type { StoreName } from './stores';

const TEMPLATE = 'epicor-kinetic-bill';
const LONGEST_SEED_MS = 300_000;
const BUDGET_MS = Number(process.env['ML_FAULT_SECONDS'] ?? 60) * 1000;

const serverOf = async (store: StoreName) =>
  store === 'server' ? (await fetch(inject('postgresDoor'))).text() : undefined;

const told = ({ seed, store, broken, passport }: SeedResult) =>
  broken.length === 0
    ? ''
    : `npm run faults -- --from ${seed} --seeds 1 --store ${store}\n${broken.join('\n')}\n${passport}`;

describe.each<StoreName>(['embedded', 'server'])('seeded faults and kills (%s)', (store) => {
  it(
    'H1: lose nothing and double nothing, whatever is dropped, repeated or killed',
    async () => {
      const until = performance.now() + BUDGET_MS / 2;
      const server = await serverOf(store);
      for (let seed = seedBase(); ; seed += 1) {
        const options = { template: TEMPLATE, store, server, preloads: ['short-waits'] as const };
        const result = await runSeed(planOf(seed), options);
        expect(told(result)).toBe('');
        const next = performance.now() + result.seconds * 1000;
        if (next > until) break;
      }
    },
    BUDGET_MS + LONGEST_SEED_MS,
  );
});

const calmRound: Round = {
  epicor: {},
  bill: {},
  twins: false,
  kill: undefined,
  expireSessionsAt: [],
  touchRowsAt: [],
  storm: undefined,
  payer: 'rests',
};

/** Nothing at the target helps against doubles, and new documents stay out of its lists for a moment. */
const HARSH: WorldOptions = {
  size: 45,
  faults: {},
  pace: { billLatencyMs: 10, postingMs: 5 },
  billSwitches: { knowsAllowDuplicate: false, duplicateByDefault: 'allow' },
};

/** What it takes for each fault of a build to show. */
const PROVOCATIONS: Record<BrokenBuild, Omit<SeedPlan, 'seed'>> = {
  'dedup-off': { world: HARSH, rounds: [] },
  'look-up-skipped': { world: HARSH, rounds: [{ ...calmRound, bill: { 'drop-after': 0.1 } }] },
  'intent-after-call': {
    world: { ...HARSH, billSwitches: { ...HARSH.billSwitches, listLagMs: 8_000 } },
    rounds: [
      { ...calmRound, kill: { among: 'writes', nth: 30, answerWithheld: true, afterMs: 30 } },
      { ...calmRound, kill: { among: 'writes', nth: 8, answerWithheld: true, afterMs: 30 } },
    ],
  },
  'limiter-off': { world: HARSH, rounds: [] },
};

describe('a broken build is caught', () => {
  it.each(BROKEN_BUILDS)(
    '%s',
    async (build) => {
      const plan = { seed: 7, ...PROVOCATIONS[build] };
      const options = { template: TEMPLATE, store: 'embedded', server: undefined } as const;
      const { broken } = await runSeed(plan, { ...options, preloads: ['short-waits', build] });
      expect(broken).not.toEqual([]);
    },
    LONGEST_SEED_MS,
  );
});
