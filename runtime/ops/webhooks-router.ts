import express, { type ErrorRequestHandler, type Router } from 'express';
import type { WebhookDelivery, WebhookEvent } from '../connector/system';

/** Where one connection's deliveries go. */
export interface WebhookEndpoint {
  /** Undefined when no secret fits the signature: nothing is kept. */
  verify(delivery: WebhookDelivery): Promise<WebhookEvent | undefined>;
  /** Stores the event durably; false when it was stored before. */
  store(event: WebhookEvent, body: Uint8Array): Promise<boolean>;
  /** Wakes the read. Returns at once. */
  wake(event: WebhookEvent): void;
}

export interface WebhooksParts {
  readonly find: (system: string, connection: string) => WebhookEndpoint | undefined;
  readonly now: () => Date;
  /** False while there are no webhook nodes yet, or none at this moment: at the start and in a deploy. */
  readonly isReady: () => boolean;
  /** Told of deliveries that could not be taken for a reason of ours. */
  readonly onFault: (error: unknown) => void;
}

/** Deliveries are small; anything larger is not one. */
const LARGEST_BODY = '1mb';
const RETRY_AFTER_SECONDS = '10';

/**
 * `POST /<system>/<connection>`: verifies the raw bytes, stores the event once, answers, and only then wakes a
 * read. Unknown addresses and bad signatures get the same answer, so that nobody learns which connections exist.
 * What cannot be taken now is answered with 503, which senders repeat.
 */
export function webhooksRouter({ find, now, isReady, onFault }: WebhooksParts): Router {
  const router = express.Router();
  router.post(
    '/:system/:connection',
    (_request, response, next) => {
      if (isReady()) return next();
      response.set('Retry-After', RETRY_AFTER_SECONDS).status(503).json({ code: 'WEBHOOK_NOT_TAKEN' });
    },
    express.raw({ type: () => true, limit: LARGEST_BODY }),
    async (request, response) => {
      const endpoint = find(String(request.params['system']), String(request.params['connection']));
      const body: Uint8Array = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      const event = await endpoint?.verify({ headers: singleHeaders(request.headers), body, now: now() });
      if (!endpoint || !event) {
        response.status(401).json({ code: 'WEBHOOK_NOT_VERIFIED' });
        return;
      }
      const first = await endpoint.store(event, body);
      response
        .status(event.answer?.status ?? 200)
        .type('application/json')
        .send(event.answer?.body ?? '');
      if (first) endpoint.wake(event);
    },
  );
  // Strangers call here: they get a code, and nothing of where in our files something went wrong.
  router.use(((error: { readonly status?: unknown }, _request, response, next) => {
    if (response.headersSent) return next(error);
    if (typeof error.status === 'number' && error.status < 500) {
      response.status(error.status).json({ code: 'WEBHOOK_UNREADABLE' });
      return;
    }
    onFault(error);
    response.set('Retry-After', RETRY_AFTER_SECONDS).status(503).json({ code: 'WEBHOOK_NOT_TAKEN' });
  }) as ErrorRequestHandler);
  return router;
}

function singleHeaders(headers: NodeJS.Dict<string | string[]>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : (value ?? ''),
    ]),
  );
}
