import type { Express, RequestHandler, Router } from 'express';
import { apiRouter, type Operations } from '../../ops/api-router';
import { consoleRouter } from '../../ops/console-router';
import { healthRouter } from '../../ops/health-router';
import { openMetrics } from '../../ops/metrics';
import { webhooksRouter } from '../../ops/webhooks-router';
import type { Runtime } from '../runtime';

/** What needs no sign-in, or carries its own proof: webhooks and health. No body may have been read before. */
export function mountOpen(routes: Router, runtime: Runtime, flowsRun: () => boolean): void {
  routes.use(
    '/hooks',
    webhooksRouter({
      find: (system, name) => runtime.webhooks.find(system, name),
      now: () => runtime.clock.now(),
      isReady: flowsRun,
      onFault: (error) => runtime.log.error(`webhook: ${error instanceof Error ? error.message : error}`),
    }),
  );
  routes.use(
    '/health',
    healthRouter(async () => {
      await runtime.store.query('select 1');
      return flowsRun() ? [] : ['the flows do not run'];
    }),
  );
}

/** The operations console, its API and the metrics that are made from it. */
export function mountOperations(
  app: Express,
  operations: Operations,
  guard: (permission: string) => RequestHandler,
): void {
  const metrics = openMetrics(operations.overview);
  app.get('/metrics', (_request, response) => {
    metrics.text().then(
      (text) => response.type(metrics.contentType).send(text),
      () => response.status(503).type('text/plain').send('the store does not answer\n'),
    );
  });
  app.use('/ops/api', apiRouter(operations, guard));
  app.use('/ops', consoleRouter());
}
