import type { Clock } from '../clock';
import { type AirbaseRefusal, detail, throttled } from './refusal';
import type { AirbaseSwitches } from './switches';

/** Headers that tell a caller how much is left of its limit. */
export type RateHeaders = Readonly<Record<string, string>>;

/** Tokens made in the portal, and the limits on calls. */
export class Access {
  readonly #inFlight = new Map<string, number>();
  readonly #windows = new Map<string, { readonly window: number; calls: number }>();
  readonly #revoked = new Set<string>();
  /** Most calls seen at the same time for one token, refused ones included. */
  maxInFlight = 0;
  throttledCalls = 0;

  constructor(
    /** The latest last. */
    readonly tokens: readonly string[],
    private readonly switches: AirbaseSwitches,
    private readonly clock: Clock,
  ) {}

  /** Somebody revokes a token in the portal. */
  revoke(token: string): void {
    this.#revoked.add(token);
  }

  get valid(): string[] {
    return this.tokens.filter((token) => !this.#revoked.has(token));
  }

  /** Revokes the oldest token as long as another one is left. */
  rotate(): void {
    const [oldest, ...others] = this.valid;
    if (oldest !== undefined && others.length > 0) this.revoke(oldest);
  }

  /** The token of a call. Throws 401 (or 403) for none, a wrong one, or the wrong word before it. */
  admit(authorization: string | undefined): string {
    const [, scheme = '', token = ''] = /^(\S+) (\S+)$/.exec(authorization ?? '') ?? [];
    const { scheme: wanted } = this.switches;
    const fits = wanted === 'either' ? ['Bearer', 'Token'].includes(scheme) : scheme === wanted;
    if (!fits) throw this.#rejected('Authentication credentials were not provided.');
    if (!this.valid.includes(token)) throw this.#rejected('Invalid token.');
    return token;
  }

  /** Counts a call in; the function returned counts it out. Throws 429 when it is one too many. */
  enter(token: string): { readonly leave: () => void; readonly headers: RateHeaders } {
    const { concurrentLimit, rateLimit, rateWindowMs, rateHeaders, retryAfter } = this.switches;
    const now = this.clock.now();
    const window = Math.floor(now / rateWindowMs);
    const known = this.#windows.get(token);
    const count = known?.window === window ? known : { window, calls: 0 };
    this.#windows.set(token, count);
    count.calls += 1;
    const running = (this.#inFlight.get(token) ?? 0) + 1;
    this.#inFlight.set(token, running);
    this.maxInFlight = Math.max(this.maxInFlight, running);
    let inside = true;
    const leave = () => {
      if (inside) this.#inFlight.set(token, (this.#inFlight.get(token) ?? 1) - 1);
      inside = false;
    };
    const remaining = String(Math.max(0, rateLimit - count.calls));
    const headers: RateHeaders = rateHeaders
      ? { 'x-ratelimit-limit': String(rateLimit), 'x-ratelimit-remaining': remaining }
      : {};
    if (count.calls <= rateLimit && running <= concurrentLimit) return { leave, headers };
    leave();
    this.throttledCalls += 1;
    const seconds = running > concurrentLimit ? 1 : Math.ceil(((window + 1) * rateWindowMs - now) / 1000);
    throw throttled(seconds, retryAfter);
  }

  #rejected(message: string): AirbaseRefusal {
    const { rejectedStatus } = this.switches;
    return detail(rejectedStatus, message, rejectedStatus === 401 ? { 'www-authenticate': 'Token' } : {});
  }
}
