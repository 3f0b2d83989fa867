import Ajv, { type JSONSchemaType } from 'ajv';
import express, { type Request, type RequestHandler, type Response, type Router } from 'express';
import { ConfigurationError } from '../connector/errors';
import type { Overview, PassportView, RecordPage, Refusal, ReplayBody, ResolveBody } from './api-types';

/** What the operations API asks of the runtime. */
export interface Operations {
  overview(): Promise<Overview>;
  records(filter: RecordQuery): Promise<RecordPage>;
  passport(id: string): Promise<PassportView | undefined>;
  /** Returns how many records were, or with `dryRun` would be, replayed. */
  replay(body: ReplayBody, by: string): Promise<number>;
  /** Throws a ConfigurationError when the record has no open write. */
  resolve(id: string, body: ResolveBody, by: string): Promise<void>;
  /** False when no read of this sync runs here. */
  readNow(sync: string): boolean;
  /** Audit chain and certificate, as `ml-connector verify --json` prints it. */
  verify(): Promise<object>;
}

export interface RecordQuery {
  readonly sync?: string;
  readonly state?: string;
  readonly reason?: string;
  readonly text?: string;
  /** From 0; fifty records a page. */
  readonly page: number;
}

/** Makes the middleware that lets only holders of a permission through. */
export type Guard = (permission: 'ops.read' | 'ops.write') => RequestHandler;

const ajv = new Ajv({
  allErrors: true,
  strict: true,
  strictRequired: false,
  allowUnionTypes: true,
  strictTypes: false,
});
const why = { type: 'string', minLength: 1, maxLength: 500 } as const;

const replayBody = ajv.compile<ReplayBody>({
  type: 'object',
  required: ['why'],
  additionalProperties: false,
  anyOf: [{ required: ['recordIds'] }, { required: ['sync'] }],
  properties: {
    why,
    recordIds: { type: 'array', maxItems: 1000, items: { type: 'string', maxLength: 100 } },
    sync: { type: 'string', minLength: 1, maxLength: 200 },
    reason: { type: 'string', maxLength: 100 },
    dryRun: { type: 'boolean' },
    options: {
      type: 'object',
      maxProperties: 20,
      additionalProperties: { type: ['string', 'number', 'boolean'] },
    },
  },
});

const resolveBody = ajv.compile<ResolveBody>({
  type: 'object',
  required: ['why', 'happened'],
  additionalProperties: false,
  if: { properties: { happened: { const: true } } },
  // biome-ignore lint/suspicious/noThenProperty: JSON Schema's own keyword
  then: { required: ['ref'] },
  properties: {
    why,
    happened: { type: 'boolean' },
    ref: { type: 'string', minLength: 1, maxLength: 200 },
  },
} as unknown as JSONSchemaType<ResolveBody>);

/**
 * The operations API. Reading needs `ops.read`, acting `ops.write`; every act carries who and why, and is audited
 * by the runtime before it takes effect. Refusals have one shape: code, message, remedy.
 */
export function apiRouter(operations: Operations, guard: Guard): Router {
  const router = express.Router();
  const read = guard('ops.read');
  const act = [guard('ops.write'), express.json({ limit: '100kb' })];

  router.get('/overview', read, async (_request, response) => {
    response.json(await operations.overview());
  });
  router.get('/records', read, async (request, response) => {
    response.json(await operations.records(recordQuery(request)));
  });
  router.get('/records/:id', read, async (request, response) => {
    const passport = await operations.passport(String(request.params['id']));
    if (passport) response.json(passport);
    else refuse(response, 404, 'NO_SUCH_RECORD', 'There is no record with this id.', 'Go back to the list.');
  });
  router.post('/records/:id/resolve', act, async (request: Request, response: Response) => {
    if (!resolveBody(request.body)) return refuseBody(response, resolveBody.errors);
    await operations.resolve(String(request.params['id']), request.body, userOf(request));
    response.json({ resolved: true });
  });
  router.post('/replay', act, async (request: Request, response: Response) => {
    if (!replayBody(request.body)) return refuseBody(response, replayBody.errors);
    response.json({ count: await operations.replay(request.body, userOf(request)) });
  });
  router.post('/syncs/:name/read', act, (request: Request, response: Response) => {
    if (operations.readNow(String(request.params['name']))) {
      response.status(202).json({ accepted: true });
      return;
    }
    refuse(
      response,
      409,
      'SYNC_NOT_RUNNING',
      'No read node of this sync runs here.',
      'Deploy its tab, or enable its read node.',
    );
  });
  router.get('/verify', read, async (_request, response) => {
    response.json(await operations.verify());
  });
  router.use((_request, response) => {
    refuse(response, 404, 'NO_SUCH_PATH', 'The operations API has no such path.', '');
  });
  router.use(((error: unknown, _request, response, next) => {
    if (response.headersSent) return next(error);
    if (error instanceof ConfigurationError) {
      return refuse(response, 409, error.code, error.message, error.remedy);
    }
    if (error instanceof SyntaxError) {
      return refuse(response, 400, 'BODY_NOT_JSON', 'The body is not JSON.', 'Send a JSON object.');
    }
    next(error);
  }) as express.ErrorRequestHandler);
  return router;
}

function recordQuery(request: Request): RecordQuery {
  const text = (name: string) => {
    const value = request.query[name];
    return typeof value === 'string' && value !== ''
      ? { [name]: value.replaceAll('\0', '').slice(0, 200) }
      : {};
  };
  const page = Number(request.query['page'] ?? 0);
  return {
    ...text('sync'),
    ...text('state'),
    ...text('reason'),
    ...text('text'),
    page: Number.isSafeInteger(page) && page >= 0 ? page : 0,
  };
}

function userOf(request: Request): string {
  return (request as Request & { user?: { username?: string } }).user?.username ?? 'anonymous';
}

function refuseBody(response: Response, errors: typeof replayBody.errors): void {
  const problems = (errors ?? []).map(
    ({ instancePath, message }) => `${instancePath.slice(1) || 'body'} ${message}`,
  );
  refuse(response, 400, 'BODY_INVALID', problems.join('; '), 'Correct the named fields.');
}

function refuse(response: Response, status: number, code: string, message: string, remedy: string): void {
  response.status(status).json({ code, message, remedy } satisfies Refusal);
}
