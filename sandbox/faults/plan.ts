import type { Random } from '../random';

/** What can happen to one exchange between a runtime and a system. */
export type Fault =
  /** The connection is cut before the system sees the request. */
  | { readonly kind: 'drop-before' }
  /** The system handles the request; its answer is thrown away and the connection cut. */
  | { readonly kind: 'drop-after' }
  /** The system handles the request; a gateway answers 502 with a page of HTML instead. */
  | { readonly kind: 'bad-gateway-after' }
  /** A gateway answers 502 at once; the system sees nothing. */
  | { readonly kind: 'bad-gateway-before' }
  /** A gateway refuses the rate; the system sees nothing. Without seconds there is no `Retry-After`. */
  | { readonly kind: 'too-many'; readonly retryAfterSeconds?: number }
  | { readonly kind: 'delay'; readonly ms: number }
  /** Nothing ever comes back; the system sees nothing. The caller's time-out ends it. */
  | { readonly kind: 'hang' }
  /** The system handles the request; nothing ever comes back. */
  | { readonly kind: 'hang-after' }
  /** The system handles the request; half of its answer arrives, then the connection is cut. */
  | { readonly kind: 'truncate' }
  /** Somebody in between answers instead of the system, which sees nothing. */
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
    };

export type FaultKind = Fault['kind'];

/** A request as a plan sees it. */
export interface Passing {
  /** Counted from 1 over everything that reached the proxy. */
  readonly number: number;
  readonly method: string;
  /** Path and query. */
  readonly url: string;
}

/** Decides what happens to a request; undefined lets it pass. */
export type FaultPlan = (passing: Passing) => Fault | undefined;

/** Nothing goes wrong. */
export const calm: FaultPlan = () => undefined;

/** The given faults, in order, for the first requests whose `METHOD path` fits the pattern. */
export function firstOf(pattern: RegExp, faults: readonly Fault[]): FaultPlan {
  const left = [...faults];
  return ({ method, url }) => (pattern.test(`${method} ${url}`) ? left.shift() : undefined);
}

/** The fault for chosen requests among those whose `METHOD path` fits the pattern, counted from 1. */
export function atRequests(pattern: RegExp, numbers: readonly number[], fault: Fault): FaultPlan {
  let fitting = 0;
  return ({ method, url }) => {
    if (!pattern.test(`${method} ${url}`)) return undefined;
    fitting += 1;
    return numbers.includes(fitting) ? fault : undefined;
  };
}

/** The fault for every request whose `METHOD path` fits the pattern. */
export function everyTime(pattern: RegExp, fault: Fault): FaultPlan {
  return ({ method, url }) => (pattern.test(`${method} ${url}`) ? fault : undefined);
}

/** A plan that holds for requests whose `METHOD path` fits the pattern, and meets at most `limit` of them. */
export function onlyFor(pattern: RegExp, plan: FaultPlan, limit = Number.POSITIVE_INFINITY): FaultPlan {
  let met = 0;
  return (passing) => {
    if (met >= limit || !pattern.test(`${passing.method} ${passing.url}`)) return undefined;
    const fault = plan(passing);
    if (fault !== undefined) met += 1;
    return fault;
  };
}

/** The first plan that has a fault for the request. */
export function eitherOf(...plans: readonly FaultPlan[]): FaultPlan {
  return (passing) => {
    for (const plan of plans) {
      const fault = plan(passing);
      if (fault) return fault;
    }
    return undefined;
  };
}

/** Each kind of fault with its probability per request, drawn from a seeded source; same seed, same faults. */
export function randomFaults(random: Random, chances: Partial<Record<FaultKind, number>>): FaultPlan {
  const kinds = Object.entries(chances) as [FaultKind, number][];
  return () => {
    let draw = random.fraction();
    for (const [kind, chance] of kinds) {
      if (draw < chance) return made(kind, random);
      draw -= chance;
    }
    return undefined;
  };
}

function made(kind: FaultKind, random: Random): Fault {
  switch (kind) {
    case 'too-many':
      return random.chance(0.5) ? { kind, retryAfterSeconds: 1 } : { kind };
    case 'delay':
      return { kind, ms: random.whole(5, 400) };
    case 'answer':
      return { kind, status: 503, body: 'Service Unavailable' };
    default:
      return { kind };
  }
}
