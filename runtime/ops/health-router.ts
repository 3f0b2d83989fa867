import { setTimeout as sleep } from 'node:timers/promises';
import express, { type Router } from 'express';

/** What keeps this runtime from working, in words without secrets; empty when nothing does. */
export type Ailments = () => Promise<readonly string[]>;

const NO_ANSWER = ['the store does not answer'];
/** Who asks gives up after some seconds, and would not learn why. */
const LONGEST_MS = 4_000;

/**
 * `/live`: the process answers. `/ready`: the store answers and the flows run. A connection that is offline does
 * not make the runtime unready: it waits and goes on by itself, and a restart would not help.
 */
export function healthRouter(ailments: Ailments, longestMs = LONGEST_MS): Router {
  const router = express.Router();
  router.get('/live', (_request, response) => {
    response.json({ status: 'live' });
  });
  router.get('/ready', async (_request, response) => {
    const causes = await inTime(ailments, longestMs);
    response.status(causes.length === 0 ? 200 : 503).json({
      status: causes.length === 0 ? 'ready' : 'not ready',
      causes,
    });
  });
  return router;
}

async function inTime(ailments: Ailments, longestMs: number): Promise<readonly string[]> {
  const ended = new AbortController();
  const late = sleep(longestMs, NO_ANSWER, { signal: ended.signal }).catch(() => NO_ANSWER);
  try {
    return await Promise.race([ailments().catch(() => NO_ANSWER), late]);
  } finally {
    ended.abort();
  }
}
