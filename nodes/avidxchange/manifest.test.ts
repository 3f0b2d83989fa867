import { describe, expect, it } from 'vitest';
import { classify } from '../../runtime/connector/classify';
import { parseLossless } from '../../runtime/connector/lossless-json';
import { checkManifest } from '../../runtime/connector/manifest-check';
import type { HttpAnswer, HttpRequest } from '../../runtime/connector/system';
import { describeFailure, findHiddenFailure } from './failures';
import { manifest } from './manifest';

function answer(status: number, body: unknown, headers: Record<string, string> = {}): HttpAnswer {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  let json: HttpAnswer['json'];
  try {
    json = parseLossless(text);
  } catch {}
  return { status, headers, text, json };
}

function classified(failed: HttpAnswer, effect: HttpRequest['effect'] = 'once', call = 'x') {
  const failure = {
    call,
    effect,
    status: failed.status,
    description: describeFailure(failed),
    retryAfterMs: undefined,
    now: new Date('2026-03-02T10:40:00.000Z'),
  };
  return classify(failure, manifest.errors, (text) => text);
}

const request: HttpRequest = { name: 'x', method: 'GET', url: '/', effect: 'read' };

describe('the manifest of AvidXchange', () => {
  it('is valid', () => {
    expect(checkManifest(manifest)).toEqual([]);
  });

  it('takes its fields from the variables that templates name', () => {
    const variables = manifest.connection.fields.flatMap((field) => field.environment ?? []);
    expect(variables.map((name) => name.replace('AVIDXCHANGE_', ''))).toEqual([
      'BASE_URL',
      'AUTH',
      'COMPANY_TOKEN',
      'USER_TOKEN',
      'GATEWAY_KEY',
      'USERNAME',
      'PASSWORD',
      'CLIENT_ID',
      'CLIENT_SECRET',
      'COMPANY_ID',
      'TOKEN_URL',
      'ACCOUNTING_SYSTEM',
    ]);
  });

  it('has every convention as a value that can be edited, folded away, and says that it is one', () => {
    const conventions = manifest.connection.fields.filter(({ group }) => group?.startsWith('Conventions'));
    expect(conventions.length).toBeGreaterThan(40);
    for (const { name, help } of conventions) expect(help, name).toContain('A convention: change it');
    const open = manifest.connection.fields.filter(({ group }) => group === undefined);
    expect(open.map(({ name }) => name)).toHaveLength(13);
  });

  it('asks for what the chosen sign-in needs, and for nothing else', () => {
    const needed = (mode: string) =>
      manifest.connection.fields.flatMap(({ name, requiredFor }) =>
        requiredFor?.includes(mode) ? [name] : [],
      );
    expect(needed('tokens')).toEqual(['companyToken', 'userToken']);
    expect(needed('session')).toEqual(['gatewayKey', 'username', 'password']);
    expect(needed('partner')).toEqual(['clientId', 'clientSecret', 'companyId']);
  });

  it('declares the batches that AvidXchange takes', () => {
    const sizes = Object.entries(manifest.operations).map(([name, { batch }]) => [name, batch?.size]);
    expect(Object.fromEntries(sizes)).toEqual({
      'submit-vendor': 200,
      'submit-gl-code': 500,
      'submit-dimension': 500,
      'submit-purchase-order': 100,
      'submit-invoice': 50,
    });
  });

  it('does not send a changed invoice', () => {
    expect(manifest.operations['submit-invoice']?.batch?.updates).toBeUndefined();
  });
});

describe('a refusal of AvidXchange', () => {
  it.each([
    [401, 'read', 'refresh-sign-in'],
    [403, 'once', 'rejected'],
    [404, 'read', 'not-found'],
    [400, 'once', 'rejected'],
    [405, 'once', 'rejected'],
    [409, 'once', 'rejected'],
    [413, 'once', 'rejected'],
    [429, 'read', 'rate-limited'],
    [500, 'once', 'ambiguous'],
    [503, 'once', 'ambiguous'],
    [503, 'read', 'retry'],
  ] as const)('%i of a call with effect %s is %s', (status, effect, recovery) => {
    expect(classified(answer(status, ''), effect).recovery).toBe(recovery);
  });

  it.each([
    [900800, 503, 'rate-limited'],
    [900901, 500, 'refresh-sign-in'],
    [900902, 401, 'refresh-sign-in'],
    [900906, 404, 'not-found'],
    [900908, 403, 'rejected'],
  ])('of the gateway %i with status %i is %s, with and without its wrapper', (code, status, recovery) => {
    const fault = { code, message: 'no', description: 'why' };
    expect(classified(answer(status, { fault })).recovery).toBe(recovery);
    expect(classified(answer(status, fault)).recovery).toBe(recovery);
  });

  it.each([
    [
      'the application',
      { exception: { reason: 'Invalid', detail: 'Number', avidMessageId: '1' } },
      'Invalid: Number',
    ],
    [
      'the gateway',
      { fault: { code: 900902, message: 'Missing', description: 'none' } },
      '900902: Missing: none',
    ],
    ['sign-in', { error: 'invalid_grant', error_description: 'bad user' }, 'invalid_grant: bad user'],
    ['a single result', { Results: { Successful: 'false', Errors: { Message: 'closed' } } }, 'closed'],
    [
      'results',
      { Results: [{ Errors: [{ Code: 'A', Message: 'one' }] }, { Errors: ['two'] }] },
      'A one; two',
    ],
    ['HTML', '<html><style>b{}</style><h1>Bad  Gateway</h1></html>', 'Bad Gateway'],
    ['nothing', '', 'HTTP 400 without a message'],
    ['null', 'null', 'null'],
    ['an array', [1, null], '[1,null]'],
  ])('is read from %s', (_name, body, message) => {
    expect(describeFailure(answer(400, body)).message).toBe(message);
  });

  it('of a batch whose id it knows says that the batch may have arrived', () => {
    expect(classified(answer(409, ''), 'once', 'submit-invoice-batch').recovery).toBe('ambiguous');
  });

  it.each(['submit-invoice-batch', 'find-invoices', 'find-invoice-batch', 'get-payments', 'upload-image'])(
    'of a missing right stops what would say it of every document, such as %s',
    (name) => {
      expect(classified(answer(403, ''), 'read', name).recovery).toBe('configuration');
    },
  );

  it('waits as long as the gateway says, by its own clock', () => {
    const fault = { code: 900800, message: 'out', nextAccessTime: '2026-Jan-05 10:01:00+0000 UTC' };
    const date = 'Mon, 05 Jan 2026 10:00:20 GMT';
    expect(describeFailure(answer(429, { fault }, { date })).waitMs).toBe(40_000);
    expect(describeFailure(answer(429, { fault })).waitMs).toBeUndefined();
  });

  it('is found behind a good status (B15)', () => {
    const hidden = (body: unknown, name = 'x') => findHiddenFailure(answer(200, body), { ...request, name });
    expect(hidden({ exception: { reason: 'Broken', detail: '' } })).toBeDefined();
    expect(
      hidden({ Results: { Successful: 'false', Item: null, Errors: [{ Message: 'no' }] } }),
    ).toBeDefined();
    const named = { ExternalVendorCode: '7', Successful: false, Errors: [] };
    expect(hidden({ Results: [named] })).toBeUndefined();
    expect(hidden({ Results: [{ Successful: true, Item: {} }, { Successful: false }] })).toBeUndefined();
    expect(hidden({ Items: [] })).toBeUndefined();
    expect(hidden({ exception: { detail: 'username=a&password=b' } }, 'sign-in')).toBeUndefined();
  });
});
