import type { Calls, HttpAnswer } from '../../runtime/connector/system';
import { type AirbaseConnection, ask, urlOf } from './connection';
import { isAboutSession } from './failures';

/** A session is announced and ended where the tenant has that; where it has not, loads go without. */
const noSessions = [400, 403, 404, 405, 409];

/**
 * Runs a load of master data within a session. A session that is open already, or that nobody needs any more, is as
 * good. A load that Airbase says was made outside of one is made again in another, once: somebody else may have ended
 * the session of the tenant meanwhile.
 * @throws SystemError whatever the load throws
 */
export function inSession(
  airbase: AirbaseConnection,
  calls: Calls,
  load: () => Promise<HttpAnswer>,
): Promise<HttpAnswer> {
  return airbase.gate.through(async () => {
    const answer = await once(airbase, calls, load);
    return isAboutSession(answer) ? once(airbase, calls, load) : answer;
  });
}

async function once(
  airbase: AirbaseConnection,
  calls: Calls,
  load: () => Promise<HttpAnswer>,
): Promise<HttpAnswer> {
  await say(airbase, calls, 'POST', 'START');
  let answer: HttpAnswer;
  try {
    answer = await load();
  } catch (error) {
    // What failed is the load; a session that stays open is taken over by the next one.
    await say(airbase, calls, 'PATCH', 'COMPLETE').catch(() => undefined);
    throw error;
  }
  await say(airbase, calls, 'PATCH', 'COMPLETE');
  return answer;
}

async function say(
  airbase: AirbaseConnection,
  calls: Calls,
  method: 'POST' | 'PATCH',
  action: 'START' | 'COMPLETE',
): Promise<void> {
  await ask(airbase, calls, {
    name: `${action.toLowerCase()}-entity-sync`,
    method,
    url: urlOf(airbase, 'entitySync'),
    json: { action },
    effect: 'idempotent',
    accept: noSessions,
  });
}
