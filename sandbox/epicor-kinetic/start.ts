import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Clock, MovableClock } from '../clock';
import { serve } from '../http/serve';
import { Traffic } from '../http/traffic';
import type { BaqDefinition } from './baq';
import { asWorded, EpicorRefusal, noSuchRoute } from './refusal';
import { Routes } from './routes';
import { buildServices } from './services';
import { type EpicorAccess, SignIn } from './sign-in';
import { type EpicorData, EpicorState } from './state';
import { EPICOR_DEFAULTS, type EpicorSwitches } from './switches';
import { identityProvider, tokenResource } from './token-services';

export interface EpicorOptions {
  readonly data: EpicorData;
  readonly access: EpicorAccess;
  readonly switches?: Partial<EpicorSwitches>;
  readonly clock?: Clock;
  readonly baqs?: Readonly<Record<string, BaqDefinition>>;
  /** 0 or absent: a free port. */
  readonly port?: number;
}

/** A running simulated Epicor Kinetic. */
export interface Epicor {
  /** Server and instance, without `/api`. */
  readonly url: string;
  /** Token address of its identity provider. */
  readonly tokenUrl: string;
  /** Its database, for drivers and oracles. */
  readonly state: EpicorState;
  /** What it leaves open; may be changed while it runs. */
  readonly switches: EpicorSwitches;
  readonly signIn: SignIn;
  readonly traffic: Traffic;
  stop(): Promise<void>;
}

const INSTANCE = 'KineticLive';

/** Starts a simulated Epicor Kinetic on the loopback address. */
export async function startEpicor(options: EpicorOptions): Promise<Epicor> {
  const clock = options.clock ?? new MovableClock();
  const switches: EpicorSwitches = { ...EPICOR_DEFAULTS, ...options.switches };
  const state = new EpicorState(options.data, switches, clock);
  const signIn = new SignIn(options.access, clock);
  const traffic = new Traffic();
  const routes = new Routes(state, buildServices(state), signIn, options.baqs ?? {});
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    response.setHeader('Date', new Date(clock.now()).toUTCString());
    traffic.watch(request, response, clock.now());
    const body = await bodyOf(request);
    if (switches.latencyMs > 0) await sleep(switches.latencyMs);
    state.runDue();
    respond(request, response, body);
  };
  const respond = (request: IncomingMessage, response: ServerResponse, body: string): void => {
    const url = request.url ?? '/';
    const [path = '/', search = ''] = url.split('?', 2);
    try {
      if (isTokenPath(path)) {
        if (request.method !== 'POST') throw noSuchRoute('The token service answers POST only.');
        traffic.signIns += 1;
        traffic.count(`POST ${path}`);
        const token =
          path === '/connect/token'
            ? identityProvider(signIn, body, switches.tokenLifeMs)
            : tokenResource(signIn, request.headers, body, switches.tokenLifeMs);
        response.writeHead(token.status, { 'content-type': token.type }).end(token.body);
        return;
      }
      const prefix = `/${INSTANCE}/api/v2/odata`;
      if (path !== prefix && !path.startsWith(`${prefix}/`))
        throw noSuchRoute('The resource cannot be found.');
      const segments = path
        .slice(prefix.length)
        .split('/')
        .filter((part) => part !== '');
      const answer = routes.answer({
        method: request.method ?? 'GET',
        segments,
        query: parseQuery(search),
        headers: request.headers,
        body,
        root: `http://${request.headers.host}${prefix}/${segments[0] ?? ''}`,
      });
      traffic.count(answer.route);
      if (answer.xml !== undefined) {
        response.writeHead(answer.status, { 'content-type': 'application/xml' }).end(answer.xml);
      } else if (answer.body === undefined) response.writeHead(answer.status).end();
      else sendJson(response, answer.status, answer.body);
    } catch (error) {
      const refusal = error instanceof EpicorRefusal ? asWorded(error, switches) : unexpected(error);
      traffic.count(`${request.method} refused`);
      if (refusal.status === 401 && switches.emptyUnauthorized) response.writeHead(401).end();
      else sendJson(response, refusal.status, refusal.body());
    }
  };
  const served = await serve((request, response) => {
    handle(request, response).catch(() => response.destroy());
  }, options.port);
  return {
    url: `${served.url}/${INSTANCE}`,
    tokenUrl: `${served.url}/connect/token`,
    state,
    switches,
    signIn,
    traffic,
    stop: () => served.close(),
  };
}

function isTokenPath(path: string): boolean {
  return (
    path === '/connect/token' ||
    path === `/${INSTANCE}/TokenResource.svc/` ||
    path === `/${INSTANCE}/TokenResource.svc`
  );
}

function unexpected(error: unknown): EpicorRefusal {
  if (error instanceof URIError) return noSuchRoute('The resource cannot be found.');
  return new EpicorRefusal(
    500,
    'System.Exception',
    error instanceof Error ? error.message : 'unexpected internal problem',
  );
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  response
    .writeHead(status, {
      'content-type': 'application/json; odata.metadata=minimal',
      'content-length': Buffer.byteLength(text),
    })
    .end(text);
}

/** Options of a query. A plus stays a plus, as front ends of this system treat it. */
function parseQuery(search: string): Map<string, string> {
  const query = new Map<string, string>();
  for (const pair of search.split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const name = equals < 0 ? pair : pair.slice(0, equals);
    query.set(decodeURIComponent(name), equals < 0 ? '' : decodeURIComponent(pair.slice(equals + 1)));
  }
  return query;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
}
