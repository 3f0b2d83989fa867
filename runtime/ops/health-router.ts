import express, { type Router } from 'express';

/** What keeps this runtime from working, in words without secrets; empty when nothing does. */
export type Ailments = () => Promise<readonly string[]>;

/**
 * `/live`: the process answers. `/ready`: the store answers and the flows run. A connection that is offline does
 * not make the runtime unready: it waits and goes on by itself, and a restart would not help.
 */
export function healthRouter(ailments: Ailments): Router {
  const router = express.Router();
  router.get('/live', (_request, response) => {
    response.json({ status: 'live' });
  });
  router.get('/ready', async (_request, response) => {
    const causes = await ailments().catch(() => ['the store does not answer']);
    response.status(causes.length === 0 ? 200 : 503).json({
      status: causes.length === 0 ? 'ready' : 'not ready',
      causes,
    });
  });
  return router;
}
