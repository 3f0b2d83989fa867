import express, { type Router } from 'express';
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

/** Deliveries are small; anything larger is not one. */
const LARGEST_BODY = '1mb';

/**
 * `POST /<system>/<connection>`: verifies the raw bytes, stores the event once, answers, and only then wakes a
 * read. Unknown addresses and bad signatures get the same answer, so that nobody learns which connections exist.
 */
export function webhooksRouter(
  find: (system: string, connection: string) => WebhookEndpoint | undefined,
  now: () => Date,
): Router {
  const router = express.Router();
  router.post(
    '/:system/:connection',
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
