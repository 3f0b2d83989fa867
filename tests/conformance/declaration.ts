import { expect, onTestFinished } from 'vitest';
import { checkManifest, checkSchemas } from '../../runtime/connector/manifest-check';
import { firstOf } from '../../sandbox/faults/plan';
import { serve } from '../../tests/support/serve';
import type { Stand } from './bench';
import { type Check, failed } from './check';
import { connect, errorOf, type Line, operationOf, secretsOf, standOf, streamOf } from './line';
import type { Subject } from './subjects';

/** What a manifest says, and that the client keeps to it. */
export function declarationChecks(subject: Subject): Check[] {
  const { manifest } = subject.registered;
  return [
    {
      number: 1,
      of: '',
      run: async () => {
        expect([...checkManifest(manifest), ...checkSchemas(manifest)]).toEqual([]);
      },
    },
    { number: 2, of: '', run: () => keepsSecrets(subject) },
    { number: 4, of: '', run: () => callsNobodyElse(subject) },
    ...Object.keys(manifest.streams).map(
      (name): Check => ({ number: 5, of: name, run: () => declaresReading(subject, name) }),
    ),
    ...Object.keys(manifest.operations).map(
      (name): Check => ({ number: 6, of: name, run: () => declaresWriting(subject, name) }),
    ),
    { number: 7, of: '', run: () => declaresLimits(subject) },
  ];
}

/** Everything that can go wrong is made to repeat the secrets, in every coding; nothing that leaves may hold one. */
async function keepsSecrets(subject: Subject): Promise<void> {
  const stand = await standOf(subject);
  const secrets = secretsOf(subject, stand.settings);
  expect(secrets.length).toBeGreaterThan(0);
  const line = connect(subject, stand);
  const said: unknown[] = [await line.connection.ping()];
  const echo = [...secrets, ...secrets.map(encodeURIComponent), ...secrets.map(base64)].join(' ');
  for (const status of [400, 403, 409, 422, 500]) {
    for (const body of [JSON.stringify({ message: echo, errors: [{ message: echo }] }), `<p>${echo}</p>`]) {
      stand.proxy.follow(() => ({ kind: 'answer', status, body }));
      said.push(await errorOf(aRead(line)).catch((error: unknown) => error));
    }
  }
  const wrong = connect(subject, stand, { settings: wrongSecrets(subject, stand) });
  stand.proxy.follow(() => undefined);
  said.push(await wrong.connection.ping().catch((error: unknown) => error));
  const texts = textsOf([said, line.audit, line.log, wrong.audit, wrong.log]);
  for (const secret of secrets) {
    const forms = [secret, encodeURIComponent(secret), base64(secret), JSON.stringify(secret).slice(1, -1)];
    const found = forms.find((form) => texts.some((text) => text.includes(form)));
    if (found !== undefined) failed(`a secret shows in what the connection lets out: ${found.slice(0, 6)}…`);
  }
}

/** Every text in there, errors and their causes included. */
function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (value instanceof Error) {
    return [value.message, value.stack ?? '', ...textsOf({ ...value }), ...textsOf(value.cause)];
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, child]) => [name, ...textsOf(child)]);
}

function aRead({ connection }: Line): Promise<unknown> {
  return connection.calls().call({ name: 'probe', method: 'GET', url: '/', effect: 'read' });
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

function wrongSecrets({ registered }: Subject, { settings }: Stand) {
  const secret = registered.manifest.connection.fields.filter((field) => field.type === 'secret');
  return Object.fromEntries(
    secret
      .filter(({ name }) => settings[name] !== undefined)
      .map(({ name }) => [name, `${settings[name]}-wrong`]),
  );
}

async function callsNobodyElse(subject: Subject): Promise<void> {
  const stand = await standOf(subject);
  const line = connect(subject, stand);
  await line.connection.ping();
  let reached = 0;
  const other = await serve((_request, answer) => {
    reached += 1;
    answer.end('{}');
  });
  onTestFinished(() => other.stop());
  const calls = line.connection.calls();
  const refusal = await errorOf(
    calls.call({ name: 'elsewhere', method: 'GET', url: `${other.url}/x`, effect: 'read' }),
  );
  expect(refusal.code).toBe('HOST_NOT_ALLOWED');
  stand.proxy.follow(
    firstOf(/./, [{ kind: 'answer', status: 302, headers: { location: `${other.url}/x` }, body: '' }]),
  );
  await errorOf(aRead(line));
  expect(reached).toBe(0);
}

async function declaresReading(subject: Subject, name: string): Promise<void> {
  const stand = await standOf(subject);
  const { declared } = streamOf(subject, stand, name);
  const { cursor, key, deletes, detail, row } = declared;
  const { client } = connect(subject, stand).connection;
  const reader = client.streams[name];
  expect(reader, 'the client reads the stream').toBeDefined();
  expect(Object.keys(client.streams).sort()).toEqual(Object.keys(subject.registered.manifest.streams).sort());
  expect(key.length).toBeGreaterThan(0);
  expect(['status-flag', 'key-set-difference', 'never']).toContain(deletes);
  expect(precisionsOf[cursor.strategy]).toContain(cursor.precision);
  expect(Object.keys(row['properties'] as object).length).toBeGreaterThan(0);
  if (detail) expect(reader?.get, 'a stream of heads gives the document by its key').toBeTypeOf('function');
}

/** Which precision goes with which way of finding changes. */
const precisionsOf: Record<string, readonly string[]> = {
  'timestamp-overlap': ['instant'],
  'date-tie-break': ['day'],
  'row-version': ['row-version'],
  'full-scan-hash': ['none'],
  'opaque-token': ['none', 'instant'],
  'status-queue': ['none'],
};

async function declaresWriting(subject: Subject, name: string): Promise<void> {
  const stand = await standOf(subject);
  const { declared, sample } = operationOf(subject, stand, name);
  const { client } = connect(subject, stand).connection;
  const operation = client.operations[name];
  expect(operation, 'the client writes it').toBeDefined();
  expect(Object.keys(client.operations).sort()).toEqual(
    Object.keys(subject.registered.manifest.operations).sort(),
  );
  expect(declared.businessKey).not.toBe('');
  expect(['put', 'close', 'act']).toContain(declared.effect);
  const [one, other] = [sample.document(), sample.document()];
  const key = operation?.businessKey(one) ?? '';
  expect(key.trim()).not.toBe('');
  expect(operation?.businessKey(structuredClone(one)), 'the same document has the same key').toBe(key);
  expect(operation?.businessKey(other), 'another document has another key').not.toBe(key);
}

async function declaresLimits(subject: Subject): Promise<void> {
  const { limits, timeouts, fields } = subject.registered.manifest.connection;
  expect(limits.inFlight).toBeGreaterThan(0);
  expect(limits.per.length).toBeGreaterThan(0);
  expect(timeouts.readMs).toBeGreaterThan(0);
  expect(timeouts.writeMs).toBeGreaterThanOrEqual(timeouts.readMs);
  const stand = await standOf(subject);
  const { connection } = connect(subject, stand);
  const chosen = limits.field === undefined ? undefined : stand.settings[limits.field];
  const usual = fields.find(({ name }) => name === limits.field)?.default;
  expect(connection.limit.inFlight).toBe(chosen ?? usual ?? limits.inFlight);
}
