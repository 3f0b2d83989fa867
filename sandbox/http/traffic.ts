import type { ServerResponse } from 'node:http';

/** One answered request, as an oracle wants to see it. */
export interface Exchange {
  readonly at: number;
  readonly method: string;
  /** Path and query as sent. */
  readonly url: string;
  readonly status: number;
}

/** What arrived at a server: overlaps, calls per route, and the latest requests. */
export class Traffic {
  inFlight = 0;
  maxInFlight = 0;
  total = 0;
  signIns = 0;
  /** Calls by route, such as `POST /v3/bills`. */
  readonly calls = new Map<string, number>();
  /** The latest requests, oldest first, at most `keep` of them. */
  readonly log: Exchange[] = [];

  readonly #before: { readonly pattern: RegExp; readonly act: (nth: number) => void; seen: number }[] = [];

  constructor(private readonly keep = 5_000) {}

  /** Does something each time just before a call whose `METHOD url` fits is handled, such as changing rows between two pages. */
  before(pattern: RegExp, act: (nth: number) => void): void {
    this.#before.push({ pattern, act, seen: 0 });
  }

  /** Counts a request in until its response is finished or its connection is gone. */
  watch(
    request: { method?: string | undefined; url?: string | undefined },
    response: ServerResponse,
    now: number,
  ): void {
    this.total += 1;
    this.inFlight += 1;
    this.maxInFlight = Math.max(this.maxInFlight, this.inFlight);
    let inside = true;
    const leave = () => {
      if (!inside) return;
      inside = false;
      this.inFlight -= 1;
      this.log.push({
        at: now,
        method: request.method ?? '',
        url: request.url ?? '',
        status: response.statusCode,
      });
      if (this.log.length > this.keep * 2) this.log.splice(0, this.log.length - this.keep);
    };
    // Finished is in time: `close` may come after the caller has read the answer and called again.
    response.once('finish', leave);
    response.once('close', leave);
    for (const hook of this.#before) {
      if (!hook.pattern.test(`${request.method} ${request.url}`)) continue;
      hook.seen += 1;
      hook.act(hook.seen);
    }
  }

  count(route: string): void {
    this.calls.set(route, (this.calls.get(route) ?? 0) + 1);
  }

  callsTo(route: string): number {
    return this.calls.get(route) ?? 0;
  }

  /** Forgets what was counted, keeping what is in flight. */
  reset(): void {
    this.maxInFlight = this.inFlight;
    this.total = 0;
    this.signIns = 0;
    this.calls.clear();
    this.log.length = 0;
  }
}
