import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import express, { type Request, type Response } from 'express';
import { parseExact, type Wire } from '../http/exact-json';
import type { Traffic } from '../http/traffic';
import type { Access } from './access';
import type { AirbaseAnswer, AirbaseRoute, Verb } from './handler';
import { AirbaseRefusal, detail, notAllowed, notFound } from './refusal';
import type { AirbaseTenant } from './tenant';

const MOST_BYTES = 5 * 1024 * 1024;
const VERBS: readonly Verb[] = ['get', 'post', 'patch', 'delete'];
const BAD_GATEWAY =
  '<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head><body><h1>Bad gateway</h1><p>cloudflare</p></body></html>';

interface Parts {
  readonly tenant: AirbaseTenant;
  readonly access: Access;
  readonly traffic: Traffic;
}

/** The web server in front of the routes: requests are counted, admitted, answered. Paths end with a slash. */
export function airbaseServer(parts: Parts, routes: readonly AirbaseRoute[]): express.Express {
  const { tenant, traffic } = parts;
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.enable('strict routing');
  app.use((request, response, next) => {
    response.setHeader('Date', new Date(tenant.clock.now()).toUTCString());
    response.setHeader('Server', 'cloudflare');
    response.setHeader('X-Request-Id', randomUUID());
    response.setHeader('Cache-Control', 'max-age=0, no-cache, no-store, must-revalidate, private');
    traffic.watch(request, response, tenant.clock.now());
    next();
  });
  app.use(express.raw({ type: () => true, limit: '16mb' }));
  for (const route of routes) {
    app.all(route.path, (request, response) => {
      traffic.count(`${request.method} ${route.path}`);
      return answer(parts, route, request, response);
    });
  }
  app.use((request, response) => {
    if (/\/$/.test(request.path) || tenant.switches.missingSlash === 'not-found') {
      sendRefusal(response, notFound());
    } else if (request.method === 'GET') {
      const [path, search] = request.originalUrl.split('?');
      response.redirect(301, `${path}/${search === undefined ? '' : `?${search}`}`);
    } else sendRefusal(response, new AirbaseRefusal(500, '<h1>Server Error (500)</h1>'));
  });
  return app;
}

/** Answers a call while it counts as being in flight: until it is answered, or its connection is gone. */
async function answer(
  parts: Parts,
  route: AirbaseRoute,
  request: Request,
  response: Response,
): Promise<void> {
  const { tenant, access, traffic } = parts;
  let leave: (() => void) | undefined;
  try {
    const { gatewayErrorEvery, latencyMs } = tenant.switches;
    if (gatewayErrorEvery > 0 && traffic.total % gatewayErrorEvery === 0) {
      throw new AirbaseRefusal(502, BAD_GATEWAY);
    }
    const token = access.admit(request.get('authorization'));
    const entered = access.enter(token);
    leave = entered.leave;
    response.once('close', leave);
    response.set(entered.headers).set('X-Airbase-Auth-Token-Id', String(470 + access.tokens.indexOf(token)));
    response.set('Allow', [...Object.keys(route.run), 'head', 'options'].join(', ').toUpperCase());
    if (latencyMs > 0) await sleep(latencyMs);
    const given = await run(parts, route, request, token);
    // Out before the answer leaves: the caller may use the free slot as soon as it has read it.
    leave();
    send(response, given.status, given.body);
  } catch (error) {
    leave?.();
    sendRefusal(response, error instanceof AirbaseRefusal ? error : unexpected(error));
  }
}

function run(
  { tenant }: Parts,
  route: AirbaseRoute,
  request: Request,
  token: string,
): AirbaseAnswer | Promise<AirbaseAnswer> {
  const verb = VERBS.find((each) => each === request.method.toLowerCase());
  const handle = verb === undefined ? undefined : route.run[verb];
  if (handle === undefined) {
    if (route.readOnly === true) tenant.trespasses.push(`${request.method} ${request.path}`);
    throw notAllowed(request.method);
  }
  return handle({
    params: request.params as Record<string, string>,
    query: new URL(request.originalUrl, 'http://airbase').searchParams,
    origin: `http://${request.headers.host}`,
    url: request.originalUrl,
    body: bodyOf(request),
    token,
  });
}

function send(response: Response, status: number, body: Wire | undefined): void {
  if (response.destroyed) return;
  response.status(status);
  if (body === undefined) response.end();
  else response.type('application/json').send(JSON.stringify(body));
}

function sendRefusal(response: Response, { status, body, headers }: AirbaseRefusal): void {
  if (response.headersSent || response.destroyed) return;
  response.status(status).set(headers);
  if (typeof body === 'string') response.type('text/html').send(body);
  else response.type('application/json').send(JSON.stringify(body));
}

function unexpected(error: unknown): AirbaseRefusal {
  const message = error instanceof Error ? error.message : String(error);
  return new AirbaseRefusal(500, `<h1>Server Error (500)</h1><!-- ${message} -->`);
}

function bodyOf(request: Request): Wire | undefined {
  const raw: unknown = request.body;
  if (!Buffer.isBuffer(raw) || raw.length === 0) return undefined;
  if (raw.length > MOST_BYTES) throw detail(413, 'Request body is too large.');
  const type = request.get('content-type') ?? '';
  if (!type.startsWith('application/json')) {
    throw detail(415, `Unsupported media type "${type}" in request.`);
  }
  try {
    return parseExact(raw.toString('utf8'));
  } catch {
    throw detail(400, 'JSON parse error');
  }
}
