import type { FaultKind } from '../../sandbox/faults/plan';
import { Random } from '../../sandbox/random';
import type { Simulation } from '../../sandbox/simulation';
import { startSimulation } from '../../sandbox/simulations';

/** Everything that is drawn from a seed: the world, and what goes wrong in it. */
export interface SeedPlan {
  readonly seed: number;
  start(): Promise<Simulation>;
  readonly rounds: readonly Round[];
  /** The runtime can be reached from outside: the systems push to it. */
  readonly listens: boolean;
}

/** One start of the runtime while things go wrong. Requests are counted over both systems, from its start. */
export interface Round {
  /** Chances per request, for each system in the order of the world. */
  readonly chances: readonly Chances[];
  /** On a server: two runtimes at once, of which one is killed. */
  readonly twins: boolean;
  readonly kill: Kill | undefined;
  /** A stretch of refusals for too high a rate at one system. */
  readonly storm: Storm | undefined;
  /** What else happens, and at which request. */
  readonly deeds: readonly { readonly deed: Deed; readonly at: number }[];
  /** What people do before the next round. */
  readonly between: 'nothing' | 'work' | 'finish' | 'correct' | 'work-and-correct';
}

/** Things that happen beside single calls. */
export type Deed =
  | 'expire-sessions'
  | 'touch-rows'
  | 'people-work'
  | 'correct-documents'
  | 'disable-subscriptions'
  | 'forge-event';

/** `kill -9` of the whole process tree. */
export interface Kill {
  /** Which requests are counted: all, or those that may change something. */
  readonly among: 'requests' | 'writes';
  readonly nth: number;
  /** The system handles that request, and its answer never reaches the runtime. */
  readonly answerWithheld: boolean;
  /** Milliseconds from the request to the kill. */
  readonly afterMs: number;
}

export type Chances = Partial<Record<FaultKind, number>>;

export interface Storm {
  /** Place of the system in the world's order. */
  readonly system: number;
  readonly fromRequest: number;
  readonly requests: number;
  readonly retryAfterSeconds: number | undefined;
}

const KINDS: readonly FaultKind[] = [
  'drop-before',
  'drop-after',
  'bad-gateway-before',
  'bad-gateway-after',
  'too-many',
  'delay',
  'truncate',
  'answer',
];
/** Every one of these costs the caller its whole time-out. */
const HANGING: readonly FaultKind[] = ['hang', 'hang-after'];

const SYSTEMS = 2;
const DEEDS: readonly Deed[] = [
  'expire-sessions',
  'expire-sessions',
  'touch-rows',
  'people-work',
  'correct-documents',
  'disable-subscriptions',
  'forge-event',
];

/** The same seed gives the same plan. */
export function planOf(template: string, seed: number): SeedPlan {
  const random = new Random(seed);
  const rounds = Array.from({ length: random.whole(1, 4) }, () => roundOf(random));
  const size = random.whole(40, 90);
  return {
    seed,
    start: () => startSimulation(template, { seed, size, faults: true, harsh: new Random(seed ^ 0x5eed) }),
    rounds,
    listens: random.chance(0.5),
  };
}

function roundOf(random: Random): Round {
  const reach = random.pick([30, 120, 400]);
  return {
    chances: Array.from({ length: SYSTEMS }, () => chancesOf(random)),
    twins: random.chance(0.3),
    kill: random.chance(0.85) ? killOf(random, reach) : undefined,
    storm: random.chance(0.3)
      ? {
          system: random.whole(0, SYSTEMS - 1),
          fromRequest: random.whole(1, reach),
          requests: random.whole(3, 12),
          retryAfterSeconds: random.pick([undefined, 1]),
        }
      : undefined,
    deeds: Array.from({ length: random.whole(0, 4) }, () => ({
      deed: random.pick(DEEDS),
      at: random.whole(1, reach),
    })),
    between: random.pick(['nothing', 'work', 'work', 'finish', 'correct', 'work-and-correct']),
  };
}

function killOf(random: Random, reach: number): Kill {
  const answerWithheld = random.chance(0.4);
  const among = random.pick(['requests', 'writes'] as const);
  return {
    among,
    nth: random.whole(1, among === 'writes' ? random.pick([5, 25, 60]) : reach),
    answerWithheld,
    afterMs: answerWithheld ? 30 : random.pick([0, 0, 1, 3, 10, 40]),
  };
}

/** A few kinds at a time, so that what follows from each can be told apart. */
function chancesOf(random: Random): Chances {
  const chances: Chances = {};
  for (const kind of random.shuffled(KINDS).slice(0, random.whole(0, 4))) {
    chances[kind] = random.whole(5, 40) / 1000;
  }
  if (random.chance(0.3)) chances[random.pick(HANGING)] = random.whole(1, 8) / 1000;
  return chances;
}
