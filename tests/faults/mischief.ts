import { eitherOf, type Fault, type FaultPlan, type Passing, randomFaults } from '../../sandbox/faults/plan';
import { Random } from '../../sandbox/random';
import type { Simulation } from '../../sandbox/simulation';
import { forgeEvents } from './forged-events';
import type { Deed, Kill, Round } from './seed-plan';
import { isWrite } from './write-calls';

/** What goes wrong around a round, beside what its plan says. */
export interface Surroundings {
  /** Seed of the faults. */
  readonly draw: number;
  /** Where the runtime listens for the systems; absent when it does not. */
  readonly address: string | undefined;
  /** Ends the runtime; called at most once. */
  kill(): void;
  /** A deed was done. */
  onDeed(deed: Deed): void;
}

/** How many documents a mass update touches. */
const TOUCHED = 3;

/** Lets both systems follow a round's plan from now on. */
export function makeMischief(world: Simulation, round: Round, around: Surroundings): void {
  const random = new Random(around.draw);
  const killing = killOf(round.kill, around.kill);
  let seen = 0;
  const act = (): void => {
    seen += 1;
    for (const { deed } of round.deeds.filter(({ at }) => at === seen)) {
      DOING[deed](world, random, around.address);
      around.onDeed(deed);
    }
  };
  for (const [place, { proxy }] of Object.values(world.systems).entries()) {
    if (!proxy) throw new Error('a world without proxies has no faults');
    const faults = eitherOf(
      stormOf(round, place),
      randomFaults(new Random(around.draw + place), round.chances[place] ?? {}),
    );
    proxy.follow((passing) => {
      act();
      return killing(passing) ?? faults(passing);
    });
  }
}

const DOING: Record<Deed, (world: Simulation, random: Random, address: string | undefined) => void> = {
  'expire-sessions': (world) => {
    for (const system of Object.values(world.systems)) system.expireSessions();
  },
  'touch-rows': (world) => world.people.touch(TOUCHED),
  'people-work': (world) => world.people.work(),
  'correct-documents': (world, random) => world.people.correct(random),
  'disable-subscriptions': (world) => {
    for (const system of Object.values(world.systems)) system.disableSubscriptions?.();
  },
  'forge-event': (world, random, address) => {
    if (address) forgeEvents(address, Object.keys(world.systems), random);
  },
};

/** Counts over both systems, so both get the same one. */
function killOf(plan: Kill | undefined, kill: () => void): (passing: Passing) => Fault | undefined {
  let counted = 0;
  return (passing) => {
    if (!plan || (plan.among === 'writes' && !isWrite(passing))) return undefined;
    counted += 1;
    if (counted !== plan.nth) return undefined;
    setTimeout(kill, plan.afterMs);
    return plan.answerWithheld ? { kind: 'hang-after' } : undefined;
  };
}

function stormOf({ storm }: Round, place: number): FaultPlan {
  let seen = 0;
  return () => {
    if (storm?.system !== place) return undefined;
    seen += 1;
    if (seen < storm.fromRequest || seen >= storm.fromRequest + storm.requests) return undefined;
    const { retryAfterSeconds } = storm;
    return { kind: 'too-many', ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }) };
  };
}
