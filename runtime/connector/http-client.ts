import type { Agent } from 'undici';
import type { SystemError } from './errors';
import { createAgent, exchange, TransportFailure, type WireAnswer, type WireRequest } from './exchange';
import { addressOf, decodeAnswer, encodeBody, isUnreadable } from './http-encoding';
import { runtimeError } from './runtime-error';
import type { HttpAnswer, HttpRequest } from './system';

/** What is known of one attempt, for the audit trail. */
export interface Attempt {
  readonly method: string;
  /** Path and query, not yet redacted. */
  readonly path: string;
  readonly answer: HttpAnswer | undefined;
  /** Set when no usable answer came. */
  readonly error: SystemError | undefined;
  /** How far it got: nothing left, it left without a whole answer, or it was answered. */
  readonly phase: 'unsent' | 'sent' | 'answered';
  readonly bytes: number;
}

export interface HttpClientOptions {
  /** Relative addresses are appended to it. */
  readonly baseUrl: string;
  /** Addresses that may be called; any other origin is refused before a byte leaves. */
  readonly allowed: readonly string[];
  readonly timeouts: { readonly readMs: number; readonly writeMs: number };
  /** Largest answer that is taken, bytes. */
  readonly maxBytes?: number;
}

/** Makes single HTTP calls. Knows phases and addresses; knows no sessions, limits or repetition. */
export interface HttpClient {
  /**
   * One attempt. What the network or the server does is said by the attempt, not thrown.
   * @throws RecordOutcome when the body does not fit its schema, SystemError when the address is none
   */
  attempt(request: HttpRequest, signal?: AbortSignal): Promise<Attempt>;
  /** Lets what is on its way finish, for a bounded time. */
  close(): Promise<void>;
}

const largestAnswer = 50 * 1024 * 1024;
const mostRedirects = 3;
const longestClose = 10_000;
/** What every request says, whoever it goes to. */
const ownHeaders = {
  accept: 'application/json',
  'accept-encoding': 'identity',
  'user-agent': 'ml-connector',
};

export function createHttpClient(options: HttpClientOptions): HttpClient {
  const agent = createAgent();
  const origins = new Set(options.allowed.map((address) => new URL(address).origin));
  return {
    attempt: (request, signal) => attempt(request, signal, options, agent, origins),
    close: () => closeAgent(agent),
  };
}

async function closeAgent(agent: Agent): Promise<void> {
  const patience = setTimeout(() => agent.destroy().catch(() => undefined), longestClose);
  await agent.close().catch(() => undefined);
  clearTimeout(patience);
}

async function attempt(
  request: HttpRequest,
  signal: AbortSignal | undefined,
  options: HttpClientOptions,
  agent: Agent,
  origins: ReadonlySet<string>,
): Promise<Attempt> {
  const url = addressOf(request, options.baseUrl);
  const facts = { method: request.method, path: url.pathname + url.search };
  if (!origins.has(url.origin)) {
    const error = runtimeError('HOST_NOT_ALLOWED', request, { systemWords: url.origin });
    return { ...facts, answer: undefined, error, phase: 'unsent', bytes: 0 };
  }
  const { body, type } = encodeBody(request);
  const headers = headersOf(request, type);
  const timeoutMs =
    request.timeoutMs ?? (request.effect === 'read' ? options.timeouts.readMs : options.timeouts.writeMs);
  try {
    const wire = await wayOf(request)(agent, {
      url,
      method: request.method,
      headers,
      body,
      timeoutMs,
      maxBytes: request.file?.maxBytes ?? options.maxBytes ?? largestAnswer,
      // A write on its way is never cut: its outcome would only become unknown.
      signal: request.effect === 'once' ? undefined : signal,
    });
    const answer = decodeAnswer(wire, request);
    const unreadable = answer.status < 300 && isUnreadable(answer, headers);
    const error = unreadable ? runtimeError('ANSWER_UNREADABLE', request) : undefined;
    return { ...facts, answer, error, phase: 'answered', bytes: wire.body.length };
  } catch (failure) {
    if (!(failure instanceof TransportFailure)) throw failure;
    const error = runtimeError(failure.code, request, { systemWords: words(failure.cause) });
    return { ...facts, answer: undefined, error, phase: failure.sent ? 'sent' : 'unsent', bytes: 0 };
  }
}

function wayOf({ redirects }: HttpRequest): typeof exchange {
  if (redirects === 'none') return exchange;
  return redirects === 'bare' ? followBare : followWithin;
}

/** Follows redirects of reads within the same origin only: credentials go nowhere else. */
async function followWithin(agent: Agent, request: WireRequest): Promise<WireAnswer> {
  let { url } = request;
  for (let hop = 0; ; hop++) {
    const wire = await exchange(agent, { ...request, url });
    const next = redirectTarget(wire, url);
    const follow = next?.origin === url.origin && request.method === 'GET' && hop < mostRedirects;
    if (!follow || !next) return wire;
    url = next;
  }
}

/** Follows redirects of reads to any host, but never from https to http, and with nothing of ours but the address. */
async function followBare(agent: Agent, request: WireRequest): Promise<WireAnswer> {
  let asked = request;
  let passed: WireAnswer['headers'] = {};
  for (let hop = 0; ; hop++) {
    const wire = await exchange(agent, asked);
    const next = redirectTarget(wire, asked.url);
    const safe = next && ['https:', asked.url.protocol].includes(next.protocol);
    if (!safe || request.method !== 'GET' || hop >= mostRedirects) {
      return { ...wire, headers: { ...passed, ...wire.headers } };
    }
    passed = { ...passed, ...wire.headers };
    asked = { ...request, url: next, headers: ownHeaders };
  }
}

function redirectTarget(wire: WireAnswer, from: URL): URL | undefined {
  const location = wire.headers['location'];
  const redirects = [301, 302, 303, 307, 308].includes(wire.status) && location !== undefined;
  return redirects && URL.canParse(location, from.href) ? new URL(location, from) : undefined;
}

function headersOf(request: HttpRequest, type: string | undefined): Record<string, string> {
  const given = Object.entries(request.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]);
  return {
    ...ownHeaders,
    ...(type === undefined ? {} : { 'content-type': type }),
    ...Object.fromEntries(given),
  };
}

/** What Node says about a failure: `getaddrinfo ENOTFOUND host`. Holds addresses, never credentials. */
function words(cause: unknown): string | undefined {
  const message = cause instanceof Error ? cause.message : '';
  return message === '' ? undefined : message;
}
