import { describe, expect, it } from 'vitest';
import { classify } from '../../runtime/connector/classify';
import { parseLossless } from '../../runtime/connector/lossless-json';
import { checkManifest } from '../../runtime/connector/manifest-check';
import type { HttpAnswer, HttpRequest } from '../../runtime/connector/system';
import { complaintsOf, describeFailure, findHiddenFailure } from './failures';
import { manifest } from './manifest';

function answer(status: number, body: unknown): HttpAnswer {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  let json: HttpAnswer['json'];
  try {
    json = parseLossless(text);
  } catch {}
  return { status, headers: {}, text, json };
}

function classified(failed: HttpAnswer, effect: HttpRequest['effect'] = 'idempotent') {
  const failure = {
    call: 'x',
    effect,
    status: failed.status,
    description: describeFailure(failed),
    retryAfterMs: undefined,
    now: new Date('2026-03-02T10:40:00.000Z'),
  };
  return classify(failure, manifest.errors, (text) => text);
}

describe('the manifest of Airbase', () => {
  it('is valid', () => {
    expect(checkManifest(manifest)).toEqual([]);
  });

  it('takes its fields from the variables that templates name', () => {
    const variables = manifest.connection.fields.flatMap((field) => field.environment ?? []);
    expect(variables).toEqual([
      'AIRBASE_BASE_URL',
      'AIRBASE_TOKEN',
      'AIRBASE_TOKEN_NEXT',
      'AIRBASE_AUTH_SCHEME',
      'AIRBASE_SUBSIDIARY',
      'AIRBASE_WEBHOOK_SECRET',
    ]);
  });

  it('requires the tenant URL and the token alone', () => {
    const required = manifest.connection.fields.filter((field) => field.required).map(({ name }) => name);
    expect(required).toEqual(['baseUrl', 'token']);
  });

  it('loads at most a hundred at once, and marks entries of parked records too', () => {
    const { operations } = manifest;
    const loads = Object.keys(operations).filter((name) => name.startsWith('upsert-'));
    expect(loads.map((name) => operations[name]?.batch?.size)).toEqual([100, 100, 100]);
    expect(operations['mark-synced']).toMatchObject({ reply: true, effect: 'act' });
  });

  it('has no operation that writes to cards, accounts or bills of the spend API', () => {
    expect(Object.keys(manifest.operations)).toEqual([
      'mark-synced',
      'upsert-vendor',
      'upsert-account',
      'upsert-dimension',
      'link-vendor',
    ]);
  });
});

describe('a refusal of Airbase', () => {
  it.each([
    [401, 'refresh-sign-in'],
    [403, 'refresh-sign-in'],
    [404, 'not-found'],
    [405, 'rejected'],
    [400, 'rejected'],
    [409, 'rejected'],
    [429, 'rate-limited'],
    [502, 'retry'],
  ] as const)('%i is %s', (status, recovery) => {
    expect(classified(answer(status, '')).recovery).toBe(recovery);
  });

  it('says how long to wait in its words', () => {
    const body = { detail: 'Request was throttled. Expected available in 42 seconds.' };
    expect(classified(answer(429, body)).waitMs).toBe(42_000);
  });

  it.each([
    ['a detail', { detail: 'Not found.' }, 'Not found.'],
    [
      'fields',
      { name: ['This field is required.'], type: ['No.'] },
      'name: This field is required.; type: No.',
    ],
    ['entities', { validation_errors: [{ index: 0, name: ['too long'] }] }, 'index: 0; name: too long'],
    ['plain text', 'Entity not found', 'Entity not found'],
    ['HTML', '<html><style>b{}</style><h1>Bad  Gateway</h1></html>', 'Bad Gateway'],
    ['nothing', '', 'HTTP 400 without a message'],
    ['null', 'null', 'HTTP 400 without a message'],
  ])('is read from %s', (_name, body, message) => {
    expect(describeFailure(answer(400, body)).message).toBe(message);
  });

  it('of single entities is sorted by their places', () => {
    const body = {
      validation_errors: [
        { index: 2, name: ['too long'] },
        { index: '0', message: 'no' },
        { index: -1, message: 'nowhere' },
      ],
    };
    expect(complaintsOf(answer(400, body))).toEqual([
      { index: 2, message: 'name: too long' },
      { index: 0, message: 'no' },
    ]);
  });

  it('is found behind a good status (B15)', () => {
    const write: HttpRequest = { name: 'mark-ledger-entry', method: 'PATCH', url: '/', effect: 'idempotent' };
    expect(findHiddenFailure(answer(200, { detail: 'no' }), write)).toMatchObject({ message: 'no' });
    expect(findHiddenFailure(answer(200, { airbase_id: 'x', detail: '' }), write)).toBeUndefined();
    const session = { ...write, name: 'complete-entity-sync' };
    expect(findHiddenFailure(answer(200, { detail: 'Sync completed.' }), session)).toBeUndefined();
  });
});
