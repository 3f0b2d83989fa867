import type { FaultKind } from '../../sandbox/faults/plan';
import { Random } from '../../sandbox/random';
import type { EpicorBillOptions } from '../../sandbox/worlds/epicor-kinetic-bill';

/** Everything that is drawn from a seed: the world, and what goes wrong in it. */
export interface SeedPlan {
  readonly seed: number;
  readonly world: EpicorBillOptions;
  readonly rounds: readonly Round[];
}

/** One start of the runtime while things go wrong. */
export interface Round {
  /** Chances per request, for each system. */
  readonly epicor: Chances;
  readonly bill: Chances;
  /** On a server: two runtimes at once, of which one is killed. */
  readonly twins: boolean;
  readonly kill: Kill | undefined;
  /** Here and below: requests, counted over both systems from the start of the round. */
  readonly expireSessionsAt: readonly number[];
  readonly touchRowsAt: readonly number[];
  /** A stretch of refusals for too high a rate at one system. */
  readonly storm: Storm | undefined;
  /** What the payer does before the next round. */
  readonly payer: 'rests' | 'approves' | 'moves' | 'settles';
}

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
  readonly system: 'epicor' | 'bill';
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

/** The same seed gives the same plan. */
export function planOf(seed: number): SeedPlan {
  const random = new Random(seed);
  const rounds = random.whole(1, 4);
  return {
    seed,
    world: worldOf(seed, random),
    rounds: Array.from({ length: rounds }, () => roundOf(random)),
  };
}

/** Systems as harsh as the documentation allows: lists that lag, no help against doubles, other sign-ins. */
function worldOf(seed: number, random: Random): EpicorBillOptions {
  return {
    seed,
    size: random.whole(40, 90),
    faults: {},
    pace: {
      epicorLatencyMs: random.pick([0, 0, 3]),
      billLatencyMs: random.pick([0, 2, 8]),
      postingMs: random.pick([0, 20, 80]),
    },
    epicorAuth: random.pick(['basic', 'basic', 'token', 'oauth']),
    epicorSwitches: {
      unstableOrder: random.chance(0.3),
      nextLink: random.chance(0.3),
      rowLimit: random.pick([20, 50, 100]),
      changeDatePrecision: random.pick(['day', 'second']),
      dateStyle: random.pick(['plain', 'z', 'offset']),
      decimalStyle: random.pick(['stored', 'five']),
      groupAfterPosting: random.pick(['delete', 'keep']),
      staleRowStatus: random.pick([409, 500]),
      emptyUnauthorized: random.chance(0.3),
    },
    billSwitches: {
      knowsAllowDuplicate: random.chance(0.4),
      invoiceNumberFilter: random.pick(['invoice.invoiceNumber', 'invoiceNumber']),
      paging: random.pick(['keyset', 'offset']),
      listLagMs: random.pick([0, 0, 100, 400]),
      paymentLagMs: random.pick([0, 0, 300]),
      throttleStatus: random.pick([429, 422]),
      unauthorizedBody: random.pick(['array', 'empty', 'object', 'html']),
      thinVendorRows: random.chance(0.3),
      retryAfter: perhaps(random, () => 1),
    },
  };
}

function roundOf(random: Random): Round {
  const reach = random.pick([30, 120, 400]);
  return {
    epicor: chancesOf(random),
    bill: chancesOf(random),
    twins: random.chance(0.3),
    kill: random.chance(0.85) ? killOf(random, reach) : undefined,
    expireSessionsAt: random.chance(0.5) ? several(random, 2, reach) : [],
    touchRowsAt: random.chance(0.5) ? several(random, 4, reach) : [],
    storm: random.chance(0.3)
      ? {
          system: random.pick(['epicor', 'bill']),
          fromRequest: random.whole(1, reach),
          requests: random.whole(3, 12),
          retryAfterSeconds: perhaps(random, () => 1),
        }
      : undefined,
    payer: random.pick(['rests', 'approves', 'moves', 'settles']),
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

function perhaps<T>(random: Random, draw: () => T): T | undefined {
  return random.chance(0.5) ? draw() : undefined;
}

function several(random: Random, most: number, reach: number): number[] {
  return Array.from({ length: random.whole(1, most) }, () => random.whole(1, reach));
}
