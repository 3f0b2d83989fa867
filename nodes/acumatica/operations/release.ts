import { SystemError } from '../../../runtime/connector/errors';
import type { OperationContext } from '../../../runtime/connector/system';
import { runAction } from '../actions';
import type { AcumaticaConnection } from '../connection';
import { asOutcome, parked, stillWorking } from '../troubles';
import { type Check, isReleased, readCheck, refOf } from './checks';

const defaultWaitSeconds = 120;
/** Looks at a payment whose release is over, ms: the list may lag behind. */
const looksAfterEnd = [0, 500, 1_000, 2_000, 4_000];
/**
 * The same when nobody said that it is over, ms. What is to be seen by then is seen; for longer the attempt is not
 * held, because a request that never arrived ends nothing, and a second one is refused while the first is at work.
 */
export const looksAfterSilence: readonly number[] = [0, 1_000, 2_000, 4_000, 8_000];

/** What keeps a payment from being released, and what a person does about it. */
const obstacles: Readonly<Record<string, string>> = {
  'On Hold': 'It is on hold. Take it off hold in Acumatica, then replay.',
  'Pending Approval': 'It awaits approval in Acumatica. Approve it there, then replay.',
  Rejected: 'Its approval was refused in Acumatica.',
  'Pending Print':
    'Its payment method prints checks, and Acumatica releases none before it is printed. Print it there and replay; for the next ones name a payment method that does not print (ACUMATICA_PAYMENT_METHOD).',
};

/**
 * Releases a payment, or the void of one, and gives it back released. That it is shows in its status only: the
 * end of the operation proves nothing.
 * @throws RecordOutcome (park) with Acumatica's words, or what its status says; SystemError `retry` when it is
 * still being released
 */
export async function release(
  connection: AcumaticaConnection,
  context: OperationContext,
  check: Check,
): Promise<Check> {
  if (isReleased(check)) return check;
  const obstacle = obstacles[check.status];
  if (obstacle !== undefined) throw refusedRelease(check, obstacle);
  const waitMs = waitMsOf(context);
  const key = { entity: 'Check', keys: { Type: check.type, ReferenceNbr: check.referenceNbr } };
  try {
    const outcome = await runAction(connection, context, key, 'ReleaseCheck', waitMs);
    const looks = outcome === 'finished' ? looksAfterEnd : looksAfterSilence;
    const released = await lookUntil(connection, context, check, looks, isReleased);
    if (released && isReleased(released)) return released;
    if (outcome === 'unknown') throw stillWorking('release-check', `${refOf(check)} is not released yet.`);
    const status = released?.status ?? 'gone';
    throw refusedRelease(check, obstacles[status] ?? `Acumatica ended the release, and it is ${status}.`);
  } catch (error) {
    if (!(error instanceof SystemError) || error.code === 'ACUMATICA_STILL_WORKING') throw error;
    // What was released before, by us or by a person, is refused a second time.
    const now = await readCheck(connection, context, check);
    if (now && isReleased(now)) return now;
    throw asOutcome(error);
  }
}

/** Looks at a payment until it is as it should be, or there is no look left; gives what it saw last. */
export async function lookUntil(
  connection: AcumaticaConnection,
  context: OperationContext,
  check: Pick<Check, 'type' | 'referenceNbr'>,
  waits: readonly number[],
  isRight: (check: Check) => boolean,
): Promise<Check | undefined> {
  let seen: Check | undefined;
  for (const wait of waits) {
    if (wait > 0) await connection.clock.wait(wait, context.signal);
    seen = await readCheck(connection, context, check);
    if (seen && isRight(seen)) return seen;
  }
  return seen;
}

export function waitMsOf({ options }: Pick<OperationContext, 'options'>): number {
  const seconds = Number(options['releaseWaitSeconds'] ?? defaultWaitSeconds);
  return (Number.isFinite(seconds) && seconds > 0 ? seconds : defaultWaitSeconds) * 1_000;
}

function refusedRelease(check: Check, why: string) {
  return parked('rejected-by-target', `Payment ${refOf(check)} was not released. ${why}`, {
    payment: refOf(check),
    status: check.status,
  });
}
