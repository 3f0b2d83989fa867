import { setTimeout as sleep } from 'node:timers/promises';
import express, { type Request, type Response } from 'express';
import { parseExact, type Wire } from '../http/exact-json';
import type { Traffic } from '../http/traffic';
import type { Access } from './access';
import type { AvidAnswer, AvidCall, AvidRoute } from './handler';
import { AvidRefusal, exception, invalidRequest, noSuchResource } from './refusal';
import type { AvidSite } from './site';

interface Parts {
  readonly site: AvidSite;
  readonly access: Access;
  readonly traffic: Traffic;
  /** What must never arrive in a body, and where it is noted when it does. */
  readonly forbidden: readonly RegExp[];
  readonly leaked: string[];
}

/** The web server in front of the routes: requests are counted, read, admitted, answered. */
export function avidServer(parts: Parts, routes: readonly AvidRoute[]): express.Express {
  const { site, access, traffic } = parts;
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use((request, response, next) => {
    response.setHeader('Date', new Date(site.clock.now()).toUTCString());
    traffic.watch(request, response, site.clock.now());
    site.runDue();
    next();
  });
  const signIns = [
    [
      '/v1/authorizations',
      (request: Request, form: URLSearchParams) => access.authorize(request.headers, form),
    ],
    ['/token', (request: Request, form: URLSearchParams) => access.issue(request.headers, form)],
  ] as const;
  for (const [path, answer] of signIns) {
    app.post(path, (request, response) => {
      traffic.count(`POST ${path}`);
      traffic.signIns += 1;
      return counted(parts, request, response, (raw) => {
        return { status: 200, body: answer(request, new URLSearchParams(raw.toString('utf8'))) };
      });
    });
  }
  for (const route of routes) {
    app[route.method](route.path, (request, response) => {
      traffic.count(`${route.method.toUpperCase()} ${route.path}`);
      return counted(parts, request, response, (raw) => {
        access.admit(request.headers);
        return route.run(callOf(request, raw));
      });
    });
  }
  app.use((_request, response) => sendRefusal(parts, response, noSuchResource()));
  return app;
}

function callOf(request: Request, raw: Buffer): AvidCall {
  const contentType = request.get('content-type') ?? '';
  return {
    params: request.params as Record<string, string>,
    query: new URL(request.originalUrl, 'http://avid').searchParams,
    url: request.originalUrl,
    origin: `http://${request.headers.host}`,
    contentType,
    raw,
    body: () => jsonOf(raw, contentType),
  };
}

/** Runs a call while it counts as being in flight: until it is answered, or its connection is gone. */
async function counted(
  parts: Parts,
  request: Request,
  response: Response,
  run: (raw: Buffer) => AvidAnswer | Promise<AvidAnswer>,
): Promise<void> {
  const { site, access } = parts;
  let leave: (() => void) | undefined;
  try {
    leave = access.enter(request.headers);
    response.once('close', leave);
    const raw = await bodyOf(parts, request);
    if (site.switches.latencyMs > 0) await sleep(site.switches.latencyMs);
    const answer = await run(raw);
    // Out before the answer leaves: the caller may use the free slot as soon as it has read it.
    leave();
    send(response, answer);
  } catch (error) {
    leave?.();
    sendRefusal(parts, response, error instanceof AvidRefusal ? error : unexpected(error));
  }
}

/** The whole body. What is too large is read to its end all the same, so that the caller can hear the refusal. */
async function bodyOf({ site, forbidden, leaked }: Parts, request: Request): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request) {
    size += (part as Buffer).length;
    if (size <= site.switches.bodyLimit) parts.push(part as Buffer);
    else parts.length = 0;
  }
  if (size > site.switches.bodyLimit) {
    throw exception(413, 'PayloadTooLarge', `The body is larger than ${site.switches.bodyLimit} bytes.`);
  }
  const raw = Buffer.concat(parts);
  for (const pattern of forbidden) {
    const found = pattern.exec(raw.toString('latin1'));
    if (found !== null) leaked.push(found[0]);
  }
  return raw;
}

function jsonOf(raw: Buffer, contentType: string): Wire | undefined {
  if (raw.length === 0) return undefined;
  if (!contentType.startsWith('application/json')) {
    throw exception(415, 'UnsupportedMediaType', 'Content-Type must be application/json.');
  }
  try {
    return parseExact(raw.toString('utf8'));
  } catch {
    throw invalidRequest('The JSON of the body is not valid.');
  }
}

function unexpected(error: unknown): AvidRefusal {
  return exception(500, 'InternalError', error instanceof Error ? error.message : 'Internal error');
}

function send(response: Response, answer: AvidAnswer): void {
  if (response.destroyed) return;
  if (answer.file !== undefined) {
    response.status(answer.status).set('content-type', answer.file.type).send(answer.file.bytes);
    return;
  }
  response.status(answer.status).type('application/json').send(JSON.stringify(answer.body));
}

function sendRefusal({ site }: Parts, response: Response, refusal: AvidRefusal): void {
  if (response.headersSent || response.destroyed) return;
  const { retryAfter } = site.switches;
  if (refusal.status === 429 && retryAfter !== undefined) response.set('retry-after', String(retryAfter));
  response.status(refusal.status).type('application/json').send(JSON.stringify(refusal.body));
}
