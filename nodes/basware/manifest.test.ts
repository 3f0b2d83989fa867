import { describe, expect, it } from 'vitest';
import { classify } from '../../runtime/connector/classify';
import { parseLossless } from '../../runtime/connector/lossless-json';
import { checkManifest } from '../../runtime/connector/manifest-check';
import type { HttpAnswer, HttpRequest } from '../../runtime/connector/system';
import { complaintsByCode, describeFailure, findHiddenFailure } from './failures';
import { manifest } from './manifest';

function answer(status: number, body: unknown, headers: Record<string, string> = {}): HttpAnswer {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  let json: HttpAnswer['json'];
  try {
    json = parseLossless(text);
  } catch {}
  return { status, headers, text, json };
}

function classified(failed: HttpAnswer, effect: HttpRequest['effect'] = 'once') {
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

const request: HttpRequest = { name: 'x', method: 'GET', url: '/', effect: 'read' };

describe('the manifest of Basware', () => {
  it('is valid', () => {
    expect(checkManifest(manifest)).toEqual([]);
  });

  it('takes its fields from the variables that templates name', () => {
    const variables = manifest.connection.fields.flatMap((field) => field.environment ?? []);
    expect(variables).toEqual([
      'BASWARE_BASE_URL',
      'BASWARE_CLIENT_ID',
      'BASWARE_CLIENT_SECRET',
      'BASWARE_COMPANY_CODE',
      'BASWARE_WEBHOOK_TOKEN',
    ]);
  });

  it('suggests the addresses of all regions', () => {
    const { choices = [] } = manifest.connection.fields.find(({ name }) => name === 'baseUrl') ?? {};
    expect(choices.map(({ label }) => label.slice(0, 2))).toEqual(
      expect.arrayContaining(['EU', 'US', 'AU', 'CA']),
    );
  });

  it('declares the batches that Basware takes', () => {
    const sizes = Object.entries(manifest.operations).flatMap(([name, { batch }]) =>
      batch ? [[name, batch.size, batch.atomic]] : [],
    );
    expect(sizes).toEqual([
      ['import-vendor', 200, false],
      ['import-gl-account', 500, false],
      ['import-dimension', 500, false],
      ['import-payment-term', 500, false],
      ['import-tax-code', 500, false],
    ]);
  });

  it('may answer a transfer for a parked record', () => {
    expect(manifest.operations['transfer-response']?.reply).toBe(true);
  });
});

describe('a refusal of Basware', () => {
  it.each([
    [401, 'read', 'refresh-sign-in'],
    [403, 'once', 'rejected'],
    [404, 'read', 'not-found'],
    [400, 'once', 'rejected'],
    [409, 'once', 'rejected'],
    [429, 'read', 'rate-limited'],
    [500, 'once', 'ambiguous'],
    [504, 'once', 'ambiguous'],
    [503, 'idempotent', 'retry'],
  ] as const)('%i of a call with effect %s is %s', (status, effect, recovery) => {
    expect(classified(answer(status, ''), effect).recovery).toBe(recovery);
  });

  it.each([400, 401, 403, 404])(
    '%i behind a redirect is an expired link, not a matter of rights',
    (status) => {
      const refusal = answer(status, '<Error><Code>AccessDenied</Code></Error>', {
        location: 'https://store',
      });
      expect(classified(refusal, 'read')).toMatchObject({ recovery: 'retry', code: 'BASWARE_LINK_EXPIRED' });
    },
  );

  it.each([
    [
      'the list of errors',
      {
        hasErrors: true,
        errors: [{ externalCode: 'V1', code: 'SCHEMA', message: 'name: required', info: 'x' }],
      },
      'SCHEMA V1: name: required (x)',
    ],
    [
      'subscriptions',
      { hasError: true, errorMessages: [{ code: 'S', message: 'taskType field required' }] },
      'S taskType field required',
    ],
    ['the gateway', { Message: 'Request Entity Too Large' }, 'Request Entity Too Large'],
    ['sign-in', { error: 'invalid_request', error_description: 'scope' }, 'invalid_request scope'],
    ['validation', { detail: [{ loc: ['body'], msg: 'field required', type: 'missing' }] }, 'field required'],
    ['a text', { detail: 'Not Found' }, 'Not Found'],
    [
      'the store',
      '<?xml version="1.0"?><Error><Code>AccessDenied</Code><Message>old</Message></Error>',
      'AccessDenied old',
    ],
    ['HTML', '<html><style>b{}</style><h1>Bad  Gateway</h1></html>', 'Bad Gateway'],
    ['nothing', '', 'HTTP 400 without a message'],
    ['null', 'null', 'null'],
    ['an array', [1, null], '[1,null]'],
  ])('is read from %s', (_name, body, message) => {
    expect(describeFailure(answer(400, body)).message).toBe(message);
  });

  it('is found behind a good status (B15)', () => {
    expect(findHiddenFailure(answer(200, { hasErrors: true, errors: [] }), request)).toBeDefined();
    expect(findHiddenFailure(answer(200, { accountingDocuments: [] }), request)).toBeUndefined();
  });

  it('is sorted by the records it names', () => {
    const body = {
      errors: [
        { externalCode: 'A', message: 'one' },
        { externalCode: 'A', message: 'two' },
        { message: 'all' },
      ],
    };
    expect([...complaintsByCode(answer(400, body))]).toEqual([['A', 'A: one; A: two']]);
  });
});
