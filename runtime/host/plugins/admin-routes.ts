import Ajv from 'ajv';
import express, { type ErrorRequestHandler, type RequestHandler, type Router } from 'express';
import { ConfigurationError } from '../../connector/errors';
import type { Registry } from '../../connector/registry';
import type { Runtime } from '../runtime';
import { type TestRequest, testConnection } from './connection-test';
import { type MappingDraft, previewDraft } from './mapping-preview';
import { listSamples } from './mapping-samples';

export interface AdminRouteParts {
  readonly runtime: Runtime;
  readonly systems: Registry;
  /** Makes Node-RED's check of a permission. */
  readonly guard: (permission: string) => RequestHandler;
  /** Secrets saved with a node; none when it was never deployed. */
  readonly storedSecrets: (nodeId: string) => Readonly<Record<string, unknown>>;
}

const ajv = new Ajv({ allErrors: true, strict: false });
const text = (maxLength: number) => ({ type: 'string', maxLength });
const fields = { type: 'object', maxProperties: 100 };

const isTest = ajv.compile<TestRequest & { readonly id?: string }>({
  type: 'object',
  required: ['system', 'values', 'credentials'],
  properties: { system: text(100), id: text(100), values: fields, credentials: fields },
});

const isPreview = ajv.compile<MappingDraft>({
  type: 'object',
  required: ['record', 'connection', 'operation', 'rules', 'document'],
  properties: {
    record: text(100),
    connection: text(100),
    operation: text(100),
    document: text(100_000),
    rules: {
      type: 'array',
      maxItems: 100,
      items: {
        type: 'object',
        required: ['applies', 'when', 'outcome', 'reason'],
        properties: { when: text(20_000), detail: text(20_000) },
      },
    },
  },
});

/**
 * What the editor's dialogs ask: `POST connections/test` (right `ml.write`), `GET mapping/samples` and
 * `POST mapping/preview` (right `ml.read`). Mounted under `/ml`.
 */
export function adminRoutes({ runtime, systems, guard, storedSecrets }: AdminRouteParts): Router {
  const router = express.Router();
  const readBody = express.json({ limit: '1mb' });

  router.post('/connections/test', guard('ml.write'), readBody, async (request, response) => {
    if (!isTest(request.body)) return void response.status(400).json(invalid(isTest.errors));
    const { body } = request;
    response.json(await testConnection(body, storedSecrets(body.id ?? ''), systems, runtime.connections));
  });

  router.get('/mapping/samples', guard('ml.read'), async (request, response) => {
    const { sync } = request.query;
    response.json({ samples: typeof sync === 'string' ? await listSamples(runtime.ledger, sync) : [] });
  });

  router.post('/mapping/preview', guard('ml.read'), readBody, async (request, response) => {
    if (!isPreview(request.body)) return void response.status(400).json(invalid(isPreview.errors));
    response.json(await previewDraft(runtime, request.body));
  });

  router.use(((error, _request, response, next) => {
    if (response.headersSent) return next(error);
    if (error instanceof ConfigurationError) {
      const { code, message, remedy } = error;
      return void response.status(409).json({ code, message, remedy });
    }
    if (error instanceof SyntaxError) {
      return void response.status(400).json({ code: 'BODY_NOT_JSON', message: 'The body is not JSON.' });
    }
    next(error);
  }) as ErrorRequestHandler);
  return router;
}

function invalid(errors: typeof isTest.errors): { code: string; message: string } {
  const problems = (errors ?? []).map(
    ({ instancePath, message }) => `${instancePath.slice(1) || 'body'} ${message}`,
  );
  return { code: 'BODY_INVALID', message: problems.join('; ') };
}
