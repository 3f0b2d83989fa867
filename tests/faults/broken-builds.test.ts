import { describe, expect, it } from 'vitest';
import { type EpicorBillOptions, startEpicorBillWorld } from '../../sandbox/worlds/epicor-kinetic-bill';
import { LONGEST_SEED_MS, told } from './play-seeds';
import { BROKEN_BUILDS, type BrokenBuild, type Preload } from './preloads';
import type { Round } from './seed-plan';
import { runSeed } from './seed-run';

const TEMPLATE = 'epicor-kinetic-bill';
const calmRound: Round = {
  chances: [],
  twins: false,
  kill: undefined,
  storm: undefined,
  deeds: [],
  between: 'nothing',
};

/** Nothing at the target helps against doubles, and new documents stay out of its lists for a moment. */
const HARSH: EpicorBillOptions = {
  size: 20,
  faults: {},
  pace: { billLatencyMs: 10, postingMs: 5 },
  billSwitches: { knowsAllowDuplicate: false, duplicateByDefault: 'allow' },
};

interface Provocation {
  readonly world: EpicorBillOptions;
  readonly rounds: readonly Round[];
  readonly waits: readonly Preload[];
  /** The promise that is broken then. */
  readonly breaks: RegExp;
}

const killAtWrite = (nth: number): Round => ({
  ...calmRound,
  kill: { among: 'writes', nth, answerWithheld: true, afterMs: 30 },
});

const droppingAnswers: Round = { ...calmRound, chances: [{}, { 'drop-after': 0.1 }] };

/** What it takes for each fault of a build to show. */
const PROVOCATIONS: Record<BrokenBuild, Provocation> = {
  'dedup-off': {
    world: HARSH,
    rounds: [],
    waits: ['short-waits'],
    breaks: /running again counts \d+ confirmed/,
  },
  'look-up-skipped': {
    world: HARSH,
    rounds: [droppingAnswers],
    waits: ['short-waits'],
    breaks: /stands \d+ times in BILL/,
  },
  'intent-after-call': {
    // Longer than a restart takes, shorter than what a call that was cut with its process is given to show.
    world: { ...HARSH, billSwitches: { ...HARSH.billSwitches, listLagMs: 12_000 } },
    rounds: [killAtWrite(30)],
    waits: [],
    breaks: /stands \d+ times in BILL/,
  },
  'limiter-off': {
    world: HARSH,
    rounds: [],
    waits: ['short-waits'],
    breaks: /were in flight at BILL at once/,
  },
};

const playOn = ({ world, rounds }: Pick<Provocation, 'world' | 'rounds'>, preloads: readonly Preload[]) =>
  runSeed(
    { seed: 7, start: () => startEpicorBillWorld(world), rounds, listens: false },
    { template: TEMPLATE, store: 'embedded', server: undefined, preloads },
  );

describe('a broken build is caught', () => {
  it.each(BROKEN_BUILDS)(
    '%s',
    async (build) => {
      const { waits, breaks, ...provocation } = PROVOCATIONS[build];
      expect((await playOn(provocation, [...waits, build])).broken.join('\n')).toMatch(breaks);
    },
    LONGEST_SEED_MS,
  );

  it(
    'and one that is whole holds under all that provokes them',
    async () => {
      const { world } = PROVOCATIONS['intent-after-call'];
      const rounds = [killAtWrite(30), droppingAnswers];
      expect(told(TEMPLATE, await playOn({ world, rounds }, []))).toBe('');
    },
    LONGEST_SEED_MS,
  );
});
