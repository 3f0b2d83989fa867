import type { Clock } from '../clock';
import { AcumaticaRefusal, httpError, serverError } from './refusal';
import type { AcumaticaSwitches } from './switches';
import type { Tenant } from './tenant';

/** One seat of the license in use. */
export interface Session {
  readonly id: string;
  readonly user: string;
  readonly tenant: Tenant;
  readonly kind: 'cookie' | 'token';
  /** The second cookie; both are asked for. */
  readonly ticket: string;
  readonly opened: number;
  lastUsed: number;
  /** Its token's end; undefined for a cookie session, which idles out. */
  ends: number | undefined;
  /** Calls made in it, signing in not counted. */
  calls: number;
  inFlight: number;
  /** The calls that wait for one another. */
  turn: Promise<void>;
}

/** The sessions of an instance, all integrations together. */
export class Sessions {
  readonly #open = new Map<string, Session>();
  /** Most calls seen at the same time within one session. */
  maxInFlight = 0;
  /** Most sessions seen at the same time. */
  maxOpen = 0;
  /** Sign-ins refused because every seat was taken. */
  refusedSeats = 0;

  constructor(
    private readonly switches: AcumaticaSwitches,
    private readonly clock: Clock,
  ) {}

  /** Sessions that hold a seat now. */
  live(): Session[] {
    const now = this.clock.now();
    for (const session of this.#open.values()) {
      const idle = session.ends === undefined && now - session.lastUsed > this.switches.sessionIdleMs;
      if (idle || (session.ends ?? Number.POSITIVE_INFINITY) <= now) this.#open.delete(session.id);
    }
    return [...this.#open.values()];
  }

  /** Takes a seat. Throws the API Login Limit error when there is none. */
  take(user: string, tenant: Tenant, kind: Session['kind'], ends?: number): Session {
    const open = this.live().length;
    if (open >= this.switches.seats) {
      this.refusedSeats += 1;
      throw this.#noSeat();
    }
    const now = this.clock.now();
    const session: Session = {
      id: crypto.randomUUID().replaceAll('-', '').slice(0, 24),
      user,
      tenant,
      kind,
      ticket: crypto.randomUUID().replaceAll('-', '').toUpperCase(),
      opened: now,
      lastUsed: now,
      ends,
      calls: 0,
      inFlight: 0,
      turn: Promise.resolve(),
    };
    this.#open.set(session.id, session);
    this.maxOpen = Math.max(this.maxOpen, open + 1);
    return session;
  }

  /** The live session of that id. */
  find(id: string | undefined): Session | undefined {
    return this.live().find((session) => session.id === id);
  }

  /** The live session that the cookies of a request name. */
  ofCookies(header: string | undefined): Session | undefined {
    const cookies = new Map(
      (header ?? '').split(/;\s*/).map((part) => {
        const equals = part.indexOf('=');
        return [part.slice(0, equals), part.slice(equals + 1)] as const;
      }),
    );
    const session = this.find(cookies.get('ASP.NET_SessionId'));
    return session !== undefined && session.ticket === cookies.get('.ASPXAUTH') ? session : undefined;
  }

  close(session: Session): void {
    this.#open.delete(session.id);
  }

  closeAll(): void {
    this.#open.clear();
  }

  /** Counts a call into its session; the function given counts it out. */
  enter(session: Session): () => void {
    session.lastUsed = this.clock.now();
    session.calls += 1;
    session.inFlight += 1;
    this.maxInFlight = Math.max(this.maxInFlight, session.inFlight);
    let inside = true;
    return () => {
      if (!inside) return;
      inside = false;
      session.inFlight -= 1;
      session.lastUsed = this.clock.now();
    };
  }

  /** What a call without a live session gets. */
  unauthorized(withToken: boolean): AcumaticaRefusal {
    const message = 'You are not currently logged in.';
    const page = '<html><head><title>Sign In</title></head><body><form id="login"></form></body></html>';
    const headers: Record<string, string> = withToken
      ? { 'www-authenticate': 'Bearer error="invalid_token"' }
      : {};
    switch (this.switches.unauthorized) {
      case 'json':
        return new AcumaticaRefusal(401, { message }, headers, message);
      case 'empty':
        return new AcumaticaRefusal(401, undefined, headers, message);
      case 'html':
        return new AcumaticaRefusal(401, { html: page }, headers, message);
      case 'redirect':
        return new AcumaticaRefusal(302, undefined, { location: '/Frames/Login.aspx' }, message);
      case 'login-page':
        return new AcumaticaRefusal(200, { html: page }, {}, message);
    }
  }

  #noSeat(): AcumaticaRefusal {
    const message = 'API Login Limit. The number of concurrent API logins has been exceeded.';
    const exception = { type: 'PX.Data.PXException', message };
    switch (this.switches.seatRefusal) {
      case '429':
        return httpError(429, 'An error has occurred.', exception);
      case '429-text':
        return new AcumaticaRefusal(
          429,
          { text: 'The custom error module does not recognize this error.' },
          {},
          message,
        );
      case '500':
        return serverError(exception.type, message);
    }
  }
}
