import { createHmac } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { minifyJson } from './minify-json';
import { verifyDelivery } from './webhook';

const secret = 'canary-security-key-ä';
const minified =
  '{"metadata":{"eventId":"7d5f","eventType":"payment.updated","organizationId":"008"},"payment":{"id":"stp1","amount":230.00,"note":"a \\u00e9 \\" b"}}';
const spaced = minified
  .replace(/([{,])/g, '$1\r\n\t ')
  .replace(/":/g, '" : ')
  .replace('a \\u00e9 \\" b', 'a \\u00e9 \\" b');

function sign(text: string, key = secret, encoding: 'base64' | 'hex' = 'base64'): string {
  return createHmac('sha256', key).update(text, 'utf8').digest(encoding);
}

function verify(body: string | Uint8Array, signature: string | undefined, secrets: string[] = [secret]) {
  const headers: Record<string, string> =
    signature === undefined ? {} : { 'x-bill-sha-signature': signature };
  return verifyDelivery({ headers, body: Buffer.from(body), now: new Date() }, secrets);
}

const event = { id: '7d5f', type: 'payment.updated', key: 'stp1' };

describe('the signature of a delivery', () => {
  it('is taken over the body as it came', () => {
    expect(verify(minified, sign(minified))).toEqual(event);
    expect(verify(spaced, sign(spaced))).toEqual(event);
  });

  it('is taken over the minified text, with every token as it was written (F2)', () => {
    expect(minifyJson(spaced)).toBe(minified);
    expect(verify(spaced, sign(minified))).toEqual(event);
    expect(verify(spaced, sign(JSON.stringify(JSON.parse(minified))))).toBeUndefined();
  });

  it('is taken over what is inside a body that is a JSON string', () => {
    expect(verify(JSON.stringify(minified), sign(minified))).toEqual(event);
    expect(verify(JSON.stringify(spaced), sign(minified))).toEqual(event);
  });

  it('is taken over UTF-8', () => {
    const text = minified.replace('\\u00e9', '株式会社');
    expect(verify(text, sign(text))).toEqual(event);
  });

  it('fits any of the secrets, so that a key can be replaced (F6)', () => {
    expect(verify(minified, sign(minified), ['new', secret])).toEqual(event);
  });

  it.each([
    ['missing', undefined],
    ['empty', ''],
    ['in hex', sign(minified, secret, 'hex')],
    ['of another key', sign(minified, 'other')],
    ['of another body', sign(`${minified} `)],
    ['cut off', sign(minified).slice(0, -1)],
    ['with letters that base64 ignores', `${sign(minified)}\n!`],
    ['in another case', sign(minified).toLowerCase()],
  ])('is refused when it is %s', (_what, signature) => {
    expect(verify(minified, signature)).toBeUndefined();
  });

  it('is refused where there is no secret', () => {
    expect(verify(minified, sign(minified), [])).toBeUndefined();
    expect(verify(minified, sign(minified, ''), [''])).toBeUndefined();
  });
});

describe('a signed delivery', () => {
  it('without an event id has one made from its bytes, the same each time', () => {
    const body = '{"payment":{"id":"stp1"}}';
    const first = verify(body, sign(body));
    expect(first).toEqual({ id: expect.stringMatching(/^[0-9a-f]{64}$/), type: 'unknown', key: 'stp1' });
    expect(verify(body, sign(body))).toEqual(first);
  });

  it.each(['', '[]', 'null', '{', '"', '{"metadata":7}', '\u0000', '{"payment":{"bills":[{"id":"00n"}]}}'])(
    'that holds %j does no harm',
    (body) => {
      expect(verify(body, sign(body))?.key).toBeUndefined();
    },
  );

  it('survives bytes that are no text', () => {
    const body = Buffer.from([0xff, 0x7b, 0xfe]);
    const signature = createHmac('sha256', secret).update(body).digest('base64');
    expect(verify(body, signature)?.type).toBe('unknown');
  });

  it('says which document it is about', () => {
    for (const [entity, id] of [
      ['bill', '00n1'],
      ['vendor', '0091'],
    ] as const) {
      const body = JSON.stringify({
        metadata: { eventId: 'e', eventType: `${entity}.updated` },
        [entity]: { id },
      });
      expect(verify(body, sign(body))).toEqual({ id: 'e', type: `${entity}.updated`, key: id });
    }
  });
});

describe('minifying', () => {
  it('undoes any spacing of any JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(1, 4, '\t', ' \t'), (value, space) => {
        expect(minifyJson(JSON.stringify(value, null, space))).toBe(JSON.stringify(value));
      }),
    );
  });

  it('never fails, whatever the text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => typeof minifyJson(text) === 'string'));
    expect(minifyJson(`"${'\\"'.repeat(1_000_000)}`)).toHaveLength(2_000_001);
  });
});
