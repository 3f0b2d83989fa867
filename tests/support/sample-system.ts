import type { FieldDeclaration, SystemManifest } from '../../runtime/connector/manifest';
import type { SystemModule } from '../../runtime/connector/system';

const text = (name: string, more: Partial<FieldDeclaration> = {}): FieldDeclaration => ({
  name,
  type: 'text',
  label: name,
  help: `The ${name}.`,
  ...more,
});

/** A small made-up system with a login, for tests of the runtime. */
export const sampleManifest: SystemManifest = {
  system: 'sample-books',
  title: 'Sample Books',
  version: 1,
  color: '#336699',
  connection: {
    fields: [
      text('baseUrl', { type: 'url', required: true, environment: 'SAMPLE_BASE_URL' }),
      text('auth', {
        type: 'choice',
        default: 'login',
        choices: [
          { value: 'login', label: 'Login' },
          { value: 'key', label: 'Key only' },
        ],
      }),
      text('company', { required: true, environment: 'SAMPLE_COMPANY' }),
      text('apiKey', { type: 'secret', required: true, environment: 'SAMPLE_API_KEY' }),
      text('username', { requiredFor: ['login'], environment: 'SAMPLE_USERNAME' }),
      text('password', { type: 'secret', requiredFor: ['login'], environment: 'SAMPLE_PASSWORD' }),
      text('inFlight', { type: 'integer', default: 3, minimum: 1, maximum: 10 }),
    ],
    limits: { inFlight: 3, field: 'inFlight', per: ['apiKey', 'company'] },
    timeouts: { readMs: 2_000, writeMs: 2_000 },
    hosts: ['baseUrl'],
  },
  streams: {
    bills: {
      title: 'Bills',
      help: 'Bills.',
      row: {
        type: 'object',
        properties: {
          id: { type: 'string' },
          amount: { type: 'string', format: 'decimal' },
          date: { type: 'string', format: 'date' },
        },
      },
      key: ['id'],
      cursor: { strategy: 'timestamp-overlap', precision: 'instant', ordered: true },
      deletes: 'status-flag',
      detail: false,
      tally: { amount: 'amount', date: 'date' },
      options: [],
    },
  },
  operations: {},
  errors: [
    {
      when: { code: ['SLOW_DOWN'] },
      recovery: 'rate-limited',
      code: 'SAMPLE_SLOW_DOWN',
      text: 'Too many calls.',
      remedy: 'Nothing to do.',
      wait: 2_000,
    },
    {
      when: { code: ['BAD_KEY'] },
      recovery: 'configuration',
      code: 'SAMPLE_BAD_KEY',
      text: 'The API key is wrong.',
      remedy: 'Enter the right API key.',
    },
  ],
};

/** Signs in at `/login`, sends the key and the session with every call, pings `/me`. */
export const sampleSystem: SystemModule = {
  manifest: sampleManifest,
  connect: (settings) => ({
    ...(settings['auth'] === 'login'
      ? {
          async signIn(calls) {
            const answer = await calls.call({
              name: 'login',
              method: 'POST',
              url: '/login',
              json: { username: settings['username'] ?? '', password: settings['password'] ?? '' },
              effect: 'idempotent',
            });
            return { token: String((answer.json as { token: string }).token) };
          },
          async signOut(_session, calls) {
            await calls.call({ name: 'logout', method: 'POST', url: '/logout', effect: 'idempotent' });
          },
        }
      : {}),
    authorize: (request, session) => ({
      ...request,
      headers: {
        ...request.headers,
        'x-api-key': String(settings['apiKey']),
        ...(session ? { authorization: `Bearer ${session.token}` } : {}),
      },
    }),
    describeFailure(answer) {
      const body = answer.json as { code?: string; message?: string } | undefined;
      return {
        ...(body?.code === undefined ? {} : { code: body.code }),
        message: body?.message ?? answer.text.slice(0, 200),
      };
    },
    findHiddenFailure(answer) {
      const body = answer.json as { error?: string } | undefined;
      return body?.error === undefined ? undefined : { message: body.error };
    },
    async ping(calls) {
      await calls.call({ name: 'me', method: 'GET', url: '/me', effect: 'read' });
      return { ok: true, identity: `company ${settings['company']}`, checks: [] };
    },
    streams: {},
    operations: {},
  }),
};
