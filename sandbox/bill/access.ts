import type { Clock } from '../clock';
import type { Organization } from './organization';
import { refuse, sessionInvalid } from './refusal';
import type { BillSwitches } from './switches';

export interface BillUser {
  readonly username: string;
  readonly password: string;
}

export interface BillAccess {
  readonly devKeys: readonly string[];
  readonly users: readonly BillUser[];
}

export interface Session {
  readonly id: string;
  readonly devKey: string;
  readonly organization: Organization;
  readonly userId: string;
  trusted: boolean;
  lastUsed: number;
}

/** Sign-ins, sessions and the limits that count calls. */
export class Access {
  readonly #sessions = new Map<string, Session>();
  readonly #hourly = new Map<string, { hour: number; calls: number; logins: number }>();
  readonly #inFlight = new Map<string, number>();
  /** Most calls seen at the same time for one developer key and organization, refused ones included. */
  maxInFlight = 0;
  /** Calls refused for being one too many at the same time. */
  refusedConcurrent = 0;

  constructor(
    public access: BillAccess,
    private readonly organizations: ReadonlyMap<string, Organization>,
    private readonly switches: BillSwitches,
    private readonly clock: Clock,
  ) {}

  /** Signs in; throws as the system does for a wrong key, user or organization. */
  login(given: { username: string; password: string; organizationId: string; devKey: string }): Session {
    if (!this.access.devKeys.includes(given.devKey)) {
      throw refuse(401, 'BDC_1102', 'Invalid developer key.', 'DOWNSTREAM');
    }
    const user = this.access.users.find(
      (each) => each.username === given.username && each.password === given.password,
    );
    const organization = this.organizations.get(given.organizationId);
    if (user === undefined || organization === undefined) {
      throw refuse(401, 'BDC_1101', 'Invalid username, password or organization.', 'DOWNSTREAM');
    }
    if (this.switches.organizationLocked) {
      throw refuse(423, 'BDC_1107', 'The organization is locked.', 'DOWNSTREAM');
    }
    const session: Session = {
      id: organization.newId('ses'),
      devKey: given.devKey,
      organization,
      userId: '00601ABCDEFGHIJKL0001',
      trusted: this.switches.trustedSessions,
      lastUsed: this.clock.now(),
    };
    this.#sessions.set(session.id, session);
    return session;
  }

  logout(session: Session): void {
    this.#sessions.delete(session.id);
  }

  /** Ends every session, as an outage or an administrator may. */
  expireSessions(): void {
    this.#sessions.clear();
  }

  /** The live session of a call; using it keeps it alive. */
  admit(devKey: string | undefined, sessionId: string | undefined): Session {
    if (devKey === undefined || !this.access.devKeys.includes(devKey)) {
      throw refuse(401, 'BDC_1102', 'Invalid developer key.', 'DOWNSTREAM');
    }
    const session = this.#sessions.get(sessionId ?? '');
    if (session === undefined || session.devKey !== devKey) throw sessionInvalid();
    const now = this.clock.now();
    if (now - session.lastUsed > this.switches.sessionIdleMs) {
      this.#sessions.delete(session.id);
      throw sessionInvalid();
    }
    session.lastUsed = now;
    return session;
  }

  /** The organization that a session belongs to, for counting before it is known to be live. */
  organizationOf(sessionId: string | undefined): string {
    return this.#sessions.get(sessionId ?? '')?.organization.id ?? '';
  }

  /** Counts a call in; the function returned counts it out. Throws when it is one too many at the same time. */
  enter(devKey: string, organization: string): () => void {
    const key = `${devKey} ${organization}`;
    const now = (this.#inFlight.get(key) ?? 0) + 1;
    this.#inFlight.set(key, now);
    this.maxInFlight = Math.max(this.maxInFlight, now);
    let inside = true;
    const leave = () => {
      if (inside) this.#inFlight.set(key, (this.#inFlight.get(key) ?? 1) - 1);
      inside = false;
    };
    if (now > this.switches.concurrentLimit) {
      leave();
      this.refusedConcurrent += 1;
      throw refuse(
        this.switches.throttleStatus,
        'BDC_1322',
        'Max number of concurrent requests per organization reached.',
        'DOWNSTREAM',
      );
    }
    return leave;
  }

  /** Counts a call against the clock hour's allowance. */
  countHourly(devKey: string, isLogin: boolean): void {
    const hour = Math.floor(this.clock.now() / 3_600_000);
    const known = this.#hourly.get(devKey);
    const count = known?.hour === hour ? known : { hour, calls: 0, logins: 0 };
    this.#hourly.set(devKey, count);
    count.calls += 1;
    if (isLogin) count.logins += 1;
    const limit = isLogin ? this.switches.loginLimit : this.switches.hourlyLimit;
    if ((isLogin ? count.logins : count.calls) > limit) {
      throw refuse(
        this.switches.throttleStatus,
        'BDC_1144',
        `Max number of allowed requests per hour reached: ${limit}.`,
        'DOWNSTREAM',
      );
    }
  }
}
