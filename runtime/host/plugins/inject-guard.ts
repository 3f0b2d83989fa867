import type { RequestHandler } from 'express';

/** Of Node-RED, as far as the guard needs it. */
export interface InjectGuardParts {
  /** Type of the node with this id, or undefined. */
  readonly typeOf: (id: string) => string | undefined;
  readonly audit: (
    event: { readonly event: string; readonly [fact: string]: unknown },
    request: unknown,
  ) => void;
}

/**
 * Stands before Node-RED's own `POST /inject/:id`, which would hand any message to any node: only inject nodes
 * may be pressed, and only with what the flow's author put into them. Every press is written to the audit log.
 */
export function injectGuard({ typeOf, audit }: InjectGuardParts): RequestHandler {
  return (request, response, next) => {
    const id = String(request.params['id']);
    const type = typeOf(id);
    audit({ event: 'inject', id, allowed: type === 'inject' }, request);
    if (type !== 'inject') {
      response.status(type === undefined ? 404 : 403).json({
        code: 'INJECT_REFUSED',
        message: 'Only inject nodes can be pressed.',
        remedy: 'Wire an inject node to the node you want to start.',
      });
      return;
    }
    // Node-RED takes the message of a press from here instead of from the node.
    request.body = {};
    next();
  };
}
