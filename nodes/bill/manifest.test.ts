import { describe, expect, it } from 'vitest';
import { classify } from '../../runtime/connector/classify';
import { parseLossless } from '../../runtime/connector/lossless-json';
import { checkManifest } from '../../runtime/connector/manifest-check';
import type { HttpAnswer, HttpRequest } from '../../runtime/connector/system';
import { describeFailure, findHiddenFailure } from './failures';
import { manifest } from './manifest';

const now = new Date('2026-03-02T10:40:00.000Z');
const element = (code: string | undefined, message = 'words') => ({
  ...(code === undefined ? {} : { code }),
  severity: 'ERROR',
  category: 'REQUEST',
  message,
});

function answer(status: number, body: unknown): HttpAnswer {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  let json: HttpAnswer['json'];
  try {
    json = parseLossless(text);
  } catch {}
  return { status, headers: {}, text, json };
}

function classified(status: number, body: unknown, effect: HttpRequest['effect'] = 'once') {
  const description = describeFailure(answer(status, body));
  const failure = { call: 'create-bill', effect, status, description, retryAfterMs: undefined, now };
  return classify(failure, manifest.errors, (text) => text);
}

describe('the manifest of BILL', () => {
  it('is valid', () => {
    expect(checkManifest(manifest)).toEqual([]);
  });

  it('limits three calls per developer key and organization', () => {
    expect(manifest.connection.limits).toEqual({ inFlight: 3, per: ['devKey', 'organizationId'] });
  });

  it('names its documents for near-duplicates by fields that they must have', () => {
    for (const name of ['upsert-bill', 'create-vendor-credit']) {
      const { nearKey = [], document } = manifest.operations[name] ?? expect.fail();
      const required = document['required'] as string[];
      expect(nearKey.filter((field) => !required.includes(field.split('.')[0] as string))).toEqual([]);
    }
  });
});

describe('a refusal of BILL', () => {
  it.each([
    [429, 'BDC_1322', 'rate-limited', undefined],
    [422, 'BDC_1322', 'rate-limited', undefined],
    [429, 'BDC_1144', 'rate-limited', 20 * 60_000 + 5_000],
    [422, 'BDC_1144', 'rate-limited', 20 * 60_000 + 5_000],
    [401, 'BDC_1109', 'refresh-sign-in', undefined],
    [401, undefined, 'refresh-sign-in', undefined],
    [401, 'BDC_1361', 'refresh-sign-in', undefined],
    [403, 'BDC_1361', 'refresh-sign-in', undefined],
    [401, 'BDC_1101', 'configuration', undefined],
    [401, 'BDC_1102', 'configuration', undefined],
    [401, 'BDC_1103', 'configuration', undefined],
    [423, 'BDC_1107', 'configuration', undefined],
    [401, 'BDC_1110', 'configuration', undefined],
    [404, 'BDC_1120', 'not-found', undefined],
    [403, 'BDC_1145', 'rejected', undefined],
    [422, 'BDC_1171', 'rejected', undefined],
    [400, 'BDC_1143', 'rejected', undefined],
    [400, undefined, 'rejected', undefined],
    [500, 'BDC_1001', 'ambiguous', undefined],
    [502, undefined, 'ambiguous', undefined],
  ])('%i with %s is %s', (status, code, recovery, wait) => {
    expect(classified(status, [element(code)])).toMatchObject({ recovery, waitMs: wait });
  });

  it('is retried on internal errors of a read', () => {
    expect(classified(500, [element('BDC_1001')], 'read').recovery).toBe('retry');
  });

  it('says to check the environment when the key is unknown', () => {
    expect(classified(401, [element('BDC_1102')]).remedy).toMatch(/environment/);
  });

  it('parks a number in use under its own reason', () => {
    expect(classified(422, [element('BDC_1171')]).reason).toBe('number-in-use');
  });

  it.each([
    ['an array', [element('BDC_1143', 'too long')], 'BDC_1143', 'BDC_1143 too long'],
    ['an object', element('BDC_1143', 'too long'), 'BDC_1143', 'BDC_1143 too long'],
    ['an object of errors', { errors: [element('BDC_1143', 'too long')] }, 'BDC_1143', 'BDC_1143 too long'],
    [
      'the envelope of API v2',
      {
        response_status: 1,
        response_message: 'Error',
        response_data: { error_code: 'BDC_1109', error_message: 'x' },
      },
      'BDC_1109',
      'BDC_1109 x',
    ],
    ['HTML', '<html><style>b{}</style><h1>Bad  Gateway</h1></html>', undefined, 'Bad Gateway'],
    ['an empty body', '', undefined, 'HTTP 401 without a message'],
    ['null', 'null', undefined, 'null'],
    ['an array of texts', ['one', 'two'], undefined, 'one; two'],
    [
      'elements without a code',
      [element(undefined, 'email: must not be blank')],
      undefined,
      'email: must not be blank',
    ],
  ])('is read from %s', (_name, body, code, message) => {
    const described = describeFailure(answer(401, body));
    expect(described.code).toBe(code);
    expect(described.message).toBe(message);
  });

  it('is named by the most telling of its codes, and says each thing once', () => {
    const words = 'Max number reached.';
    const body = [
      element('BDC_1143', 'one'),
      element('BDC_1322', words),
      element('BDC_1322', `00n02JZNIEYMNPY99iz9 : ${words}`),
    ];
    expect(describeFailure(answer(422, body))).toMatchObject({
      code: 'BDC_1322',
      message: `BDC_1143 one; BDC_1322 ${words}`,
    });
  });

  it('is found behind a good status (B15), and not in a list that is empty or has other rows', () => {
    const request: HttpRequest = { name: 'x', method: 'GET', url: '/', effect: 'read' };
    expect(findHiddenFailure(answer(200, [element('BDC_1109')]), request)?.code).toBe('BDC_1109');
    expect(findHiddenFailure(answer(200, { response_status: 1, response_data: {} }), request)).toBeDefined();
    expect(findHiddenFailure(answer(200, []), request)).toBeUndefined();
    expect(findHiddenFailure(answer(200, [{ type: 'payment.updated' }]), request)).toBeUndefined();
    expect(findHiddenFailure(answer(200, { id: '1' }), request)).toBeUndefined();
  });
});
