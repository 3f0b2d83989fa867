import { setTimeout as sleep } from 'node:timers/promises';
import express, { type Request, type Response } from 'express';
import { type Clock, MovableClock } from '../clock';
import { isObject, parseExact, type Wire, type WireObject } from '../http/exact-json';
import { serve } from '../http/serve';
import { Traffic } from '../http/traffic';
import { Access, type BillAccess } from './access';
import { BILL_ROUTES } from './bills';
import { CLASSIFICATION_ROUTES } from './classifications';
import { CREDIT_ROUTES } from './credits';
import type { BillAnswer, BillCall, BillRoute } from './handler';
import { Organization } from './organization';
import { PAYMENT_ROUTES } from './payments';
import { BillRefusal, noSuchRoute, refuse } from './refusal';
import { login, sessionRoutes } from './sessions';
import { Subscriptions, subscriptionRoutes } from './subscriptions';
import { BILL_DEFAULTS, type BillSwitches } from './switches';
import { VENDOR_ROUTES } from './vendors';
import { Delivery } from './webhook-delivery';

export interface BillOptions {
  /** Ids of the organizations to begin with, empty. */
  readonly organizations: readonly string[];
  readonly access: BillAccess;
  readonly switches?: Partial<BillSwitches>;
  readonly clock?: Clock;
  /** Seed of the ids. */
  readonly seed?: number;
  /** 0 or absent: a free port. */
  readonly port?: number;
}

/** A running simulated BILL. */
export interface Bill {
  /** The gateway: `/connect` and `/connect-events` follow. */
  readonly url: string;
  readonly organizations: ReadonlyMap<string, Organization>;
  /** Deliveries of webhooks by organization. */
  readonly deliveries: ReadonlyMap<string, Delivery>;
  readonly access: Access;
  /** What it leaves open; may be changed while it runs. */
  readonly switches: BillSwitches;
  readonly traffic: Traffic;
  stop(): Promise<void>;
}

/** What a handler of the web server needs of the simulation. */
interface Simulation {
  readonly access: Access;
  readonly switches: BillSwitches;
  readonly traffic: Traffic;
  readonly clock: Clock;
}

/** Starts a simulated BILL on the loopback address. */
export async function startBill(options: BillOptions): Promise<Bill> {
  const clock = options.clock ?? new MovableClock();
  const switches: BillSwitches = { ...BILL_DEFAULTS, ...options.switches };
  const organizations = new Map(
    options.organizations.map((id, index) => [
      id,
      new Organization(id, switches, clock, (options.seed ?? 1) * 1_000 + index),
    ]),
  );
  const deliveries = new Map(
    [...organizations].map(([id, organization]) => [id, new Delivery(organization)]),
  );
  const subscriptions = new Map(
    [...organizations].map(([id, organization]) => {
      const delivery = deliveries.get(id) ?? new Delivery(organization);
      return [id, new Subscriptions(organization, delivery)];
    }),
  );
  const subscriptionsOf = (call: BillCall): Subscriptions => {
    const found = subscriptions.get(call.organization.id);
    if (found === undefined) throw noSuchRoute();
    return found;
  };
  const access = new Access(options.access, organizations, switches, clock);
  const traffic = new Traffic();
  const simulation: Simulation = { access, switches, traffic, clock };
  const connect = [
    ...sessionRoutes(access),
    ...VENDOR_ROUTES,
    ...PAYMENT_ROUTES,
    ...BILL_ROUTES,
    ...CREDIT_ROUTES,
    ...CLASSIFICATION_ROUTES,
  ];
  const app = express();
  app.disable('x-powered-by');
  app.use((request, response, next) => {
    response.setHeader('Date', new Date(clock.now()).toUTCString());
    traffic.watch(request, response, clock.now());
    next();
  });
  app.use(express.raw({ type: () => true, limit: '8mb' }));
  app.use('/connect', router(simulation, connect, true));
  app.use('/connect-events', router(simulation, subscriptionRoutes(subscriptionsOf), false));
  app.use((_request, response) => sendRefusal(simulation, response, noSuchRoute()));
  const served = await serve(app, options.port);
  return {
    url: served.url,
    organizations,
    deliveries,
    access,
    switches,
    traffic,
    stop: async () => {
      await Promise.all([...deliveries.values()].map((delivery) => delivery.stop()));
      await served.close();
    },
  };
}

function router(simulation: Simulation, routes: readonly BillRoute[], withSignIn: boolean): express.Router {
  const made = express.Router({ caseSensitive: true, strict: true });
  if (withSignIn) {
    made.get('/v3/health', (_request, response) => {
      simulation.traffic.count('GET /v3/health');
      send(response, {
        status: 200,
        body: { appId: 'bill', appEnv: 'SANDBOX', appVersion: '1', bdcRegion: 'us' },
      });
    });
    made.post('/v3/login', (request, response) => signIn(simulation, request, response));
  }
  for (const route of routes) {
    made[route.method](route.path, (request, response) => handle(simulation, route, request, response));
  }
  return made;
}

async function signIn(simulation: Simulation, request: Request, response: Response): Promise<void> {
  const { access, traffic } = simulation;
  traffic.count('POST /v3/login');
  traffic.signIns += 1;
  await counted(simulation, response, () => {
    const body = bodyOf(request);
    const given: WireObject = isObject(body) ? body : {};
    const devKey = String(given['devKey'] ?? '');
    const leave = access.enter(devKey, String(given['organizationId'] ?? ''));
    return {
      leave,
      run: () => {
        access.countHourly(devKey, true);
        return login(access, given);
      },
    };
  });
}

async function handle(
  simulation: Simulation,
  route: BillRoute,
  request: Request,
  response: Response,
): Promise<void> {
  const { access, traffic } = simulation;
  traffic.count(`${route.method.toUpperCase()} ${route.path}`);
  await counted(simulation, response, () => {
    const devKey = request.get('devKey');
    const sessionId = request.get('sessionId');
    const leave = access.enter(devKey ?? '', access.organizationOf(sessionId));
    return {
      leave,
      run: () => {
        const session = access.admit(devKey, sessionId);
        access.countHourly(session.devKey, false);
        needAllowed(simulation.switches, route.path);
        const params = request.params as Record<string, string>;
        return route.run({
          organization: session.organization,
          session,
          id: params['id'] ?? '',
          params,
          query: new URL(request.originalUrl, 'http://bill').searchParams,
          body: bodyOf(request),
          headers: request.headers,
        });
      },
    };
  });
}

function needAllowed({ forbiddenPaths }: BillSwitches, path: string): void {
  if (forbiddenPaths.some((forbidden) => path === forbidden || path.startsWith(`${forbidden}/`))) {
    throw refuse(403, 'BDC_1145', 'User does not have permission for this operation.');
  }
}

interface Entered {
  readonly leave: () => void;
  readonly run: () => BillAnswer;
}

/** Runs a call while it counts as being in flight: until it is answered, or its connection is gone. */
async function counted(simulation: Simulation, response: Response, enter: () => Entered): Promise<void> {
  let entered: Entered | undefined;
  try {
    entered = enter();
    response.once('close', entered.leave);
    if (simulation.switches.latencyMs > 0) await sleep(simulation.switches.latencyMs);
    const answer = entered.run();
    // Out before the answer leaves: the caller may use the free slot as soon as it has read it.
    entered.leave();
    send(response, answer);
  } catch (error) {
    entered?.leave();
    sendRefusal(simulation, response, error instanceof BillRefusal ? error : unexpected(error));
  }
}

function bodyOf(request: Request): Wire | undefined {
  const raw: unknown = request.body;
  if (!Buffer.isBuffer(raw) || raw.length === 0) return undefined;
  if (!(request.get('content-type') ?? '').startsWith('application/json')) {
    throw refuse(415, 'BDC_1122', 'Content-Type must be application/json.', 'REQUEST');
  }
  try {
    return parseExact(raw.toString('utf8'));
  } catch {
    throw refuse(400, 'BDC_1122', 'The JSON of the body is not valid.', 'REQUEST');
  }
}

function unexpected(error: unknown): BillRefusal {
  return refuse(500, 'BDC_1001', error instanceof Error ? error.message : 'System error', 'SERVER');
}

function send(response: Response, answer: BillAnswer): void {
  if (answer.body === undefined) {
    response.status(answer.status).end();
    return;
  }
  response.status(answer.status).type('application/json').send(JSON.stringify(answer.body));
}

function sendRefusal({ switches, clock }: Simulation, response: Response, refusal: BillRefusal): void {
  if (response.headersSent || response.destroyed) return;
  const throttled = refusal.errors.some((error) => error.code === 'BDC_1144' || error.code === 'BDC_1322');
  if (throttled && switches.retryAfter !== undefined)
    response.set('Retry-After', String(switches.retryAfter));
  if (refusal.status === 401 && switches.unauthorizedBody !== 'array') {
    response.status(401);
    if (switches.unauthorizedBody === 'empty') response.end();
    else if (switches.unauthorizedBody === 'object') response.json({ message: refusal.message });
    else response.type('text/html').send('<html><body>Unauthorized</body></html>');
    return;
  }
  response.status(refusal.status).json(refusal.body(clock.now()));
}
