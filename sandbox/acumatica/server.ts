import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../clock';
import type { Traffic } from '../http/traffic';
import { endpointList, endpointOf } from './endpoints';
import {
  type Answer,
  bodyOf,
  type Call,
  callOf,
  INSTANCE,
  jsonOf,
  send,
  sendRefusal,
  setCookies,
  unexpected,
} from './http-call';
import type { License } from './license';
import type { Operations } from './operations';
import { AcumaticaRefusal, noSuchAddress, sessionBusy } from './refusal';
import { Routes } from './routes';
import type { Session, Sessions } from './sessions';
import type { SignIn } from './sign-in';
import type { AcumaticaSwitches } from './switches';

export interface Parts {
  readonly clock: Clock;
  readonly switches: AcumaticaSwitches;
  readonly sessions: Sessions;
  readonly signIn: SignIn;
  readonly license: License;
  readonly operations: Operations;
  readonly traffic: Traffic;
}

/** Lets calls in: the identity server, sign-in and sign-out, the list of endpoints, and what a session may ask. */
export class Server {
  readonly #routes: Routes;

  constructor(private readonly parts: Parts) {
    this.#routes = new Routes(parts.operations, parts.switches);
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { traffic, clock, operations } = this.parts;
    response.setHeader('Date', new Date(clock.now()).toUTCString());
    traffic.watch(request, response, clock.now());
    const body = await bodyOf(request);
    try {
      const call = callOf(request, body);
      operations.runDue();
      const answer = await this.#answer(call);
      traffic.count(answer.route);
      send(response, answer.status, answer.body, answer.headers ?? {});
    } catch (error) {
      traffic.count(`${request.method} refused`);
      const refusal = error instanceof AcumaticaRefusal ? error : unexpected(error, request.url ?? '');
      sendRefusal(response, refusal);
    }
  }

  async #answer(call: Call): Promise<Answer> {
    const [first = '', second = '', third = ''] = call.segments;
    if (first === 'identity') return this.#identity(call);
    if (first !== 'entity') throw noSuchAddress(call.url);
    // Leaving is never queued.
    if (second === 'auth' && third === 'logout') return this.#logout(call);
    const leave = await this.parts.license.enter();
    try {
      if (second !== 'auth' && second !== '') return await this.#entity(call);
      await this.#pause();
      return second === '' ? this.#endpoints(call) : this.#login(call);
    } finally {
      leave();
    }
  }

  async #entity(call: Call): Promise<Answer> {
    const { session, cookies } = this.#session(call);
    const leave = this.parts.sessions.enter(session);
    try {
      const [, name = '', version = '', ...path] = call.segments;
      if (this.parts.switches.overlap === 'refuse' && session.inFlight > 1) {
        throw sessionBusy();
      }
      return await inTurn(session, async () => {
        await this.#pause();
        this.parts.operations.runDue();
        const endpoint = endpointOf(INSTANCE, name, version);
        if (endpoint === undefined) throw noSuchAddress(call.url);
        const { request, method, search, body, url } = call;
        const { headers } = request;
        const host = headers.host ?? '';
        const answer = this.#routes.answer({
          method,
          endpoint,
          path,
          search,
          headers,
          body,
          url,
          host,
          session,
        });
        return { ...answer, headers: { ...answer.headers, ...cookies } };
      });
    } finally {
      leave();
    }
  }

  async #pause(): Promise<void> {
    const { latencyMs } = this.parts.switches;
    if (latencyMs > 0) await sleep(latencyMs);
  }

  #session({ request }: Call): { session: Session; cookies: Record<string, readonly string[]> } {
    const { sessions, signIn } = this.parts;
    const [scheme = '', token = ''] = (request.headers.authorization ?? '').split(' ', 2);
    if (scheme.toLowerCase() === 'bearer') {
      const found = signIn.bearer(token, request.headers.cookie);
      if (found === undefined) throw sessions.unauthorized(true);
      return { session: found.session, cookies: found.isNew ? setCookies(found.session) : {} };
    }
    const session = sessions.ofCookies(request.headers.cookie);
    if (session === undefined) throw sessions.unauthorized(false);
    return { session, cookies: {} };
  }

  #login({ request, method, url, segments, body }: Call): Answer {
    if (method !== 'POST' || segments[2] !== 'login') throw noSuchAddress(url);
    this.parts.traffic.signIns += 1;
    const isForm = (request.headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded');
    const given = isForm ? Object.fromEntries(new URLSearchParams(body)) : jsonOf(body);
    const session = this.parts.signIn.login(given);
    return { status: 204, headers: setCookies(session), route: 'POST login' };
  }

  #logout(call: Call): Answer {
    const { request, method, url } = call;
    if (method !== 'POST') throw noSuchAddress(url);
    const { 'content-length': length, 'transfer-encoding': encoding } = request.headers;
    if (length === undefined && encoding === undefined) {
      throw new AcumaticaRefusal(411, { html: '<html><body>Length Required</body></html>' });
    }
    try {
      this.parts.sessions.close(this.#session(call).session);
    } catch (error) {
      // Nobody is signed in: that is what was asked for.
      if (!(error instanceof AcumaticaRefusal)) throw error;
    }
    return { status: 204, route: 'POST logout' };
  }

  #endpoints(call: Call): Answer {
    const { request, method, url } = call;
    if (method !== 'GET') throw noSuchAddress(url);
    let signedIn = false;
    try {
      signedIn = this.#session(call) !== undefined;
    } catch (error) {
      if (!(error instanceof AcumaticaRefusal)) throw error;
    }
    const body = endpointList(INSTANCE, request.headers.host ?? '', signedIn, this.parts.switches);
    return { status: 200, body, route: 'GET entity' };
  }

  #identity({ request, method, segments, search, body, url }: Call): Answer {
    const root = `http://${request.headers.host}/${INSTANCE}/identity`;
    const address = segments.slice(1).join('/');
    if (method === 'GET' && address === '.well-known/openid-configuration') {
      const found = {
        issuer: root,
        authorization_endpoint: `${root}/connect/authorize`,
        token_endpoint: `${root}/connect/token`,
        grant_types_supported: ['authorization_code', 'implicit', 'refresh_token', 'password'],
      };
      return { status: 200, body: found, route: 'GET discovery' };
    }
    if (method === 'GET' && address === 'connect/authorize') {
      const [user = ''] = Object.keys(this.parts.signIn.access.users);
      const location = this.parts.signIn.authorize(new URLSearchParams(search), user);
      return { status: 302, headers: { location }, route: 'GET authorize' };
    }
    if (method !== 'POST' || address !== 'connect/token') throw noSuchAddress(url);
    this.parts.traffic.signIns += 1;
    return {
      status: 200,
      body: this.parts.signIn.token(new URLSearchParams(body)),
      route: 'POST token',
    };
  }
}

/** Runs a call once those before it in the session have ended. */
async function inTurn<T>(session: Session, run: () => Promise<T>): Promise<T> {
  const before = session.turn;
  let done = () => {};
  session.turn = new Promise((resolve) => {
    done = resolve;
  });
  try {
    await before;
    return await run();
  } finally {
    done();
  }
}
