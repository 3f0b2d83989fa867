import type { IncomingMessage, ServerResponse } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../../runtime/connector/clock';
import { type Connection, openConnection } from '../../runtime/connector/connection';
import { SystemError } from '../../runtime/connector/errors';
import { createInProcessLimiter } from '../../runtime/connector/in-process-limiter';
import type { JsonObject } from '../../runtime/connector/json';
import type { Limiter } from '../../runtime/connector/limiter';
import { takeSecrets } from '../../runtime/connector/secrets';
import type { HttpRequest, SessionMemory, SystemModule } from '../../runtime/connector/system';
import { sampleSystem } from './sample-system';
import { serve } from './serve';

export interface Call {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export type Handler = (call: Call, answer: ServerResponse, nth: number) => void | Promise<void>;

export interface SampleConnection {
  readonly connection: Connection;
  readonly url: string;
  /** Every request that the server got, in order. */
  readonly calls: Call[];
  readonly audit: { kind: string; sync?: string; recordId?: string; detail: JsonObject }[];
  readonly log: string[];
  readonly waits: number[];
  stop(): Promise<void>;
}

export const canaries = {
  SAMPLE_API_KEY: 'canary-api-key+/=1',
  SAMPLE_USERNAME: 'robot@example.com',
  SAMPLE_PASSWORD: 'canary päss"word&1',
};

/** Time that jumps: a wait is over at once, and the clock has moved on by it. */
export function jumpingClock(waits: number[] = []): Clock {
  let now = Date.parse('2026-03-02T10:20:30.000Z');
  return {
    now: () => new Date(now),
    async wait(ms, signal) {
      signal?.throwIfAborted();
      waits.push(ms);
      now += ms;
      await setImmediate();
      signal?.throwIfAborted();
    },
  };
}

/** A real HTTP server on loopback that answers as the test says, and a connection to it. */
export async function sampleConnection(
  handler: Handler,
  options: {
    readonly clock?: Clock;
    readonly limiter?: Limiter;
    readonly config?: Record<string, unknown>;
    readonly module?: SystemModule;
    readonly auditFails?: boolean;
  } = {},
): Promise<SampleConnection> {
  const calls: Call[] = [];
  const server = await serve(async (request, answer) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { method = '', url = '', headers } = request;
    const call = { method, url, headers, body: Buffer.concat(chunks).toString() };
    calls.push(call);
    await handler(call, answer, calls.length);
  });
  const waits: number[] = [];
  const clock = options.clock ?? jumpingClock(waits);
  const audit: SampleConnection['audit'] = [];
  const log: string[] = [];
  const say = (text: string) => log.push(text);
  const connection = openConnection({
    module: options.module ?? sampleSystem,
    name: 'sample-books',
    config: {
      baseUrl: `${server.url}/base`,
      company: 'EPIC06',
      username: `\${SAMPLE_USERNAME}`,
      ...options.config,
    },
    credentials: { apiKey: `\${SAMPLE_API_KEY}`, password: `\${SAMPLE_PASSWORD}` },
    secrets: takeSecrets({ ...canaries }, Object.keys(canaries)),
    limiter: options.limiter ?? createInProcessLimiter(clock),
    audit: {
      append: (event) => {
        if (options.auditFails) throw new Error('disk full');
        audit.push(event);
      },
    },
    log: { info: say, warn: say, error: say },
    clock,
    random: () => 0.5,
  });
  return {
    connection,
    url: server.url,
    calls,
    audit,
    log,
    waits,
    async stop() {
      await connection.close();
      await server.stop();
    },
  };
}

export function reply(answer: ServerResponse, status: number, body: unknown, headers = {}): void {
  answer.writeHead(status, { 'content-type': 'application/json', ...headers });
  answer.end(JSON.stringify(body));
}

/** Answers the login and logout; everything else, counted from 1, is the test's. */
export function signedIn(rest: Handler): Handler {
  let logins = 0;
  let others = 0;
  return (call, answer) => {
    if (call.url === '/base/login') return reply(answer, 200, { token: `session-${++logins}` });
    if (call.url === '/base/logout') return reply(answer, 200, {});
    return rest(call, answer, ++others);
  };
}

/** Breaks the connection without an answer. */
export function drop(answer: ServerResponse): void {
  answer.socket?.resetAndDestroy();
}

export async function failureOf(promise: Promise<unknown>): Promise<SystemError> {
  const outcome = await promise.catch((error: unknown) => error);
  if (outcome instanceof SystemError) return outcome;
  throw new Error('did not fail with a SystemError', { cause: outcome });
}

export const list: HttpRequest = { name: 'list-bills', method: 'GET', url: '/bills', effect: 'read' };

export const create: HttpRequest = {
  name: 'create-bill',
  method: 'POST',
  url: '/bills',
  json: { amount: '12.50' },
  bodySchema: { type: 'object', properties: { amount: { type: 'string', format: 'decimal' } } },
  effect: 'once',
};

/** Remembers no session. */
export const noMemory: SessionMemory = { load: async () => ({}), save: async () => undefined };
