import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import express, { type Request, type Response } from 'express';
import { parseExact, type Wire } from '../http/exact-json';
import type { Traffic } from '../http/traffic';
import type { Access } from './access';
import type { BaswareAnswer, BaswareCall, BaswareRoute } from './handler';
import { BaswareRefusal, gatewayRefusal, invalidBody, notFound, refuseRows } from './refusal';
import type { Storage } from './storage';
import type { Tenant } from './tenant';

const MOST_BYTES = 6 * 1024 * 1024;
/** Bodies above this leave through the storage when only large ones do. */
const LARGE_BYTES = 4_096;
const PAGE_TOKEN = 'x-amz-meta-continuationtoken';

interface Parts {
  readonly tenant: Tenant;
  readonly access: Access;
  readonly storage: Storage;
  readonly traffic: Traffic;
}

/** The web server in front of the routes: requests are counted, admitted, answered, some through the storage. */
export function baswareServer(parts: Parts, routes: readonly BaswareRoute[]): express.Express {
  const { tenant, access, traffic } = parts;
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use((request, response, next) => {
    response.setHeader('Date', new Date(tenant.clock.now()).toUTCString());
    response.setHeader('x-amzn-RequestId', randomUUID());
    traffic.watch(request, response, tenant.clock.now());
    tenant.runDue();
    next();
  });
  app.use(express.raw({ type: () => true, limit: '16mb' }));
  app.post('/v1/tokens', (request, response) => {
    traffic.count('POST /v1/tokens');
    traffic.signIns += 1;
    return counted(parts, request, response, () => {
      const form = new URLSearchParams(rawOf(request).toString('utf8'));
      return { status: 200, body: access.issue(request.get('authorization'), form) };
    });
  });
  for (const route of routes) {
    app[route.method](route.path, (request, response) => {
      traffic.count(`${route.method.toUpperCase()} ${route.path}`);
      return counted(parts, request, response, () => {
        const caller = access.admit(request.get('authorization'), route.scope);
        return route.run(callOf(request, response, caller));
      });
    });
  }
  app.use((_request, response) => sendRefusal(parts, response, notFound('no such route')));
  return app;
}

function callOf(request: Request, response: Response, caller: string): BaswareCall {
  const query = new URL(request.originalUrl, 'http://basware').searchParams;
  return {
    params: request.params as Record<string, string>,
    query: new Map([...query].map(([name, value]) => [name.toLowerCase(), value])),
    body: bodyOf(request),
    pageToken: request.get(PAGE_TOKEN),
    requestId: String(response.getHeader('x-amzn-RequestId')),
    caller,
  };
}

/** Runs a call while it counts as being in flight: until it is answered, or its connection is gone. */
async function counted(
  parts: Parts,
  request: Request,
  response: Response,
  run: () => BaswareAnswer | Promise<BaswareAnswer>,
): Promise<void> {
  const { tenant, access } = parts;
  let leave: (() => void) | undefined;
  try {
    leave = access.enter(request.get('authorization'));
    response.once('close', leave);
    if (tenant.switches.latencyMs > 0) await sleep(tenant.switches.latencyMs);
    const answer = await run();
    // Out before the answer leaves: the caller may use the free slot as soon as it has read it.
    leave();
    send(parts, response, answer);
  } catch (error) {
    leave?.();
    sendRefusal(parts, response, error instanceof BaswareRefusal ? error : unexpected(error));
  }
}

function send({ tenant, storage }: Parts, response: Response, answer: BaswareAnswer): void {
  if (response.destroyed) return;
  const { redirects, tokenOn } = tenant.switches;
  const next: Record<string, string> = answer.nextPage === undefined ? {} : { [PAGE_TOKEN]: answer.nextPage };
  const bytes =
    answer.file?.bytes ?? Buffer.from(answer.body === undefined ? '' : JSON.stringify(answer.body));
  const type = answer.file?.type ?? 'application/json; charset=utf-8';
  const away =
    answer.file !== undefined ||
    (answer.download === true &&
      (redirects === 'always' || (redirects === 'large' && bytes.length > LARGE_BYTES)));
  if (!away) {
    response.status(answer.status).set(next);
    if (bytes.length === 0) response.end();
    else response.set('content-type', type).send(bytes);
    return;
  }
  const link = storage.put(bytes, { 'content-type': type, ...(tokenOn === 'redirect' ? {} : next) });
  if (tokenOn !== 'final') response.set(next);
  response.status(302).set('location', link).end();
}

function sendRefusal({ tenant }: Parts, response: Response, refusal: BaswareRefusal): void {
  if (response.headersSent || response.destroyed) return;
  const { retryAfter } = tenant.switches;
  if (refusal.status === 429 && retryAfter !== undefined) response.set('retry-after', String(retryAfter));
  const body = refusal.body?.(String(response.getHeader('x-amzn-RequestId')));
  response.status(refusal.status);
  if (body === undefined) response.end();
  else if (typeof body === 'string') response.type('text/plain').send(body);
  else response.type('application/json').send(JSON.stringify(body));
}

function unexpected(error: unknown): BaswareRefusal {
  const message = error instanceof Error ? error.message : 'Internal server error';
  return refuseRows(500, [{ type: 'TECHNICAL', code: 'UNEXPECTED_ERROR', message }]);
}

function rawOf(request: Request): Buffer {
  const raw: unknown = request.body;
  return Buffer.isBuffer(raw) ? raw : Buffer.alloc(0);
}

function bodyOf(request: Request): Wire | undefined {
  const raw = rawOf(request);
  if (raw.length === 0) return undefined;
  if (raw.length > MOST_BYTES) throw gatewayRefusal(413, 'Request Entity Too Large');
  if (!/^(application|text)\/([a-z-]+\+)?json/.test(request.get('content-type') ?? '')) {
    throw gatewayRefusal(415, 'Unsupported Media Type');
  }
  try {
    return parseExact(raw.toString('utf8'));
  } catch {
    throw invalidBody('The JSON of the body is not valid.');
  }
}
