import { eitherOf, type Fault, type FaultPlan, type Passing, randomFaults } from '../../sandbox/faults/plan';
import { Random } from '../../sandbox/random';
import type { EpicorBillWorld } from '../../sandbox/worlds/epicor-kinetic-bill';
import type { Kill, Round } from './seed-plan';
import { isWrite } from './write-calls';

/** What was done to a world beside the faults that its proxies count. */
export interface Mischief {
  expiredSessions: number;
  touchedRows: number;
}

/**
 * Lets both systems follow a round's plan from now on.
 * @param draw seed of the faults
 * @param kill ends the runtime; called at most once
 */
export function makeMischief(world: EpicorBillWorld, round: Round, draw: number, kill: () => void): Mischief {
  const done: Mischief = { expiredSessions: 0, touchedRows: 0 };
  const { proxies } = world;
  if (!proxies) throw new Error('a world without proxies has no faults');
  const killing = killOf(round.kill, kill);
  let seen = 0;
  const act = (): void => {
    seen += 1;
    if (round.expireSessionsAt.includes(seen)) {
      world.bill.access.expireSessions();
      world.epicor.signIn.expireTokens();
      done.expiredSessions += 1;
    }
    if (round.touchRowsAt.includes(seen)) {
      world.clerk.touchInvoices(3);
      done.touchedRows += 3;
    }
  };
  const planFor = (system: 'epicor' | 'bill', seed: number): FaultPlan => {
    const faults = eitherOf(stormOf(round, system), randomFaults(new Random(seed), round[system]));
    return (passing) => {
      act();
      return killing(passing) ?? faults(passing);
    };
  };
  proxies.epicor.follow(planFor('epicor', draw));
  proxies.bill.follow(planFor('bill', draw + 1));
  return done;
}

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

function stormOf({ storm }: Round, system: 'epicor' | 'bill'): FaultPlan {
  let seen = 0;
  return () => {
    if (storm?.system !== system) return undefined;
    seen += 1;
    if (seen < storm.fromRequest || seen >= storm.fromRequest + storm.requests) return undefined;
    const { retryAfterSeconds } = storm;
    return { kind: 'too-many', ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }) };
  };
}
