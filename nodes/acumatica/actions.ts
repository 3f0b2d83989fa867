import { SystemError } from '../../runtime/connector/errors';
import type { HttpAnswer } from '../../runtime/connector/system';
import { type Caller, type RecordKey, sendNow } from './api';
import { type AcumaticaConnection, entityUrl } from './connection';
import { errorCodes } from './error-table';
import { hasCode, operationFailed } from './troubles';
import { wrap } from './values';

/**
 * `finished`: Acumatica said so, or made no operation of it. `unknown`: no answer, no way to ask, or the wait is
 * over; what became of it shows in the record. Neither proves an effect.
 */
export type ActionOutcome = 'finished' | 'unknown';

/** Waits between questions for the state, milliseconds; the last one again and again. */
const pollWaits = [500, 1_000, 2_000];

/**
 * Runs an action of one record and waits for its end, in a session of its own use. 202 comes with the address of
 * the operation's state; 204 is the end already, whatever address comes with it.
 * @param waitMs how long to wait at most
 * @throws SystemError when Acumatica refuses the action, at once or at its end
 */
export function runAction(
  connection: AcumaticaConnection,
  { calls, signal }: Caller,
  { entity, keys }: RecordKey,
  action: string,
  waitMs: number,
  headers: Readonly<Record<string, string>> = {},
): Promise<ActionOutcome> {
  const name = kebab(action);
  const { gate, clock } = connection;
  const unknown = (): ActionOutcome => {
    gate.leftAtWork(clock.now().getTime());
    return 'unknown';
  };
  return gate.action(async () => {
    let answer: HttpAnswer;
    try {
      answer = await sendNow(connection, calls, {
        name,
        method: 'POST',
        url: entityUrl(connection, entity, action),
        headers,
        json: { entity: wrap({ ...keys }) },
        effect: 'once',
      });
    } catch (error) {
      if (error instanceof SystemError && error.recovery === 'ambiguous') return unknown();
      throw error;
    }
    if (answer.status !== 202) return 'finished';
    const state = stateAddress(connection, answer, entityUrl(connection, entity, action));
    if (state === undefined) return unknown();
    const end = await waitForEnd(connection, { calls, signal }, name, state, waitMs);
    return end === 'unknown' ? unknown() : end;
  }, signal);
}

async function waitForEnd(
  connection: AcumaticaConnection,
  { calls, signal }: Caller,
  action: string,
  url: string,
  waitMs: number,
): Promise<ActionOutcome> {
  let leftMs = waitMs;
  for (let poll = 0; leftMs > 0; poll++) {
    const wait = Math.min(pollWaits[Math.min(poll, pollWaits.length - 1)] as number, leftMs);
    leftMs -= wait;
    await connection.clock.wait(wait, signal);
    try {
      const { status } = await calls.call({ name: `${action}-state`, method: 'GET', url, effect: 'read' });
      if (status !== 202) return 'finished';
    } catch (error) {
      // Asked again and again it said the same: that is how an operation fails, and no fault on the way.
      if (hasCode(error, errorCodes.operationFailed)) throw operationFailed(error);
      if (saysNothing(error)) return 'unknown';
      throw error;
    }
  }
  return 'unknown';
}

/** The state is known in the session that began it, and not for ever: a missing one says nothing about the end. */
function saysNothing(error: unknown): boolean {
  return error instanceof SystemError && ['not-found', 'retry'].includes(error.recovery);
}

/** Relative to the host, or absolute. Another origin is not asked: the address of a proxy may be wrong. */
function stateAddress(
  { baseUrl }: AcumaticaConnection,
  { headers }: HttpAnswer,
  asked: string,
): string | undefined {
  const location = headers['location'];
  if (location === undefined || !URL.canParse(location, asked)) return undefined;
  const url = new URL(location, asked);
  return url.origin === new URL(baseUrl).origin ? url.href : undefined;
}

/** `ReleaseCheck` as `release-check`. */
function kebab(action: string): string {
  return action.replace(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase();
}
