import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from './json';
import { encodeLossless, parseLossless } from './lossless-json';

const amount = { type: 'object', properties: { amount: { type: 'string', format: 'decimal' } } } as const;
const decimals = fc
  .tuple(
    fc.boolean(),
    fc.bigInt({ min: 0n, max: 10n ** 40n }),
    fc.option(fc.stringMatching(/^\d{1,25}$/), { nil: undefined }),
  )
  .map(
    ([negative, whole, fraction]) =>
      `${negative ? '-' : ''}${whole}${fraction === undefined ? '' : `.${fraction}`}`,
  );

describe('lossless JSON', () => {
  it('keeps every decimal exactly as it was written (D2)', () => {
    fc.assert(
      fc.property(decimals, (token) => {
        const body = `{"amount":${token}}`;
        const read = parseLossless(body) as { amount: string | number };
        expect(String(read.amount)).toBe(token);
        expect(encodeLossless({ amount: String(read.amount) }, amount)).toBe(body);
      }),
      { numRuns: 500 },
    );
  });

  it('would lose digits if it went through plain JSON.parse', () => {
    expect(String((JSON.parse('{"amount":1.10}') as { amount: number }).amount)).not.toBe('1.10');
  });

  it('keeps 1.10 as 1.10, large identifiers whole and exponents as written', () => {
    expect(parseLossless('[1.10, 100.0, 9007199254740993, 1e3, -0, 42, -7]')).toEqual([
      '1.10',
      '100.0',
      '9007199254740993',
      '1e3',
      '-0',
      42,
      -7,
    ]);
  });

  it('gives everything that is not a number back as plain JSON does', () => {
    fc.assert(
      fc.property(
        fc.jsonValue().filter((value) => !/\d/.test(JSON.stringify(value))),
        (value) => {
          expect(parseLossless(JSON.stringify(value))).toEqual(value);
        },
      ),
    );
  });

  it('sends declared decimals as number tokens, in lists and nested objects, and others as text', () => {
    const schema = {
      type: 'object',
      properties: {
        lines: { type: 'array', items: amount },
        number: { type: 'string' },
        rate: { type: 'string', format: 'decimal', wire: 'text' },
      },
    };
    const document: Json = {
      lines: [{ amount: '2675.485' }, { amount: '-0.10' }],
      number: '100',
      rate: '1.0',
      more: '5',
    };
    expect(encodeLossless(document, schema)).toBe(
      '{"lines":[{"amount":2675.485},{"amount":-0.10}],"number":"100","rate":"1.0","more":"5"}',
    );
  });

  it('refuses text that is no decimal where the schema wants one, naming the place', () => {
    const schema = { type: 'object', properties: { lines: { type: 'array', items: amount } } };
    for (const wrong of ['1,50', '1.', '', 'NaN', '1e5', '0x10', '1}', '007']) {
      expect(() => encodeLossless({ lines: [{ amount: wrong }] }, schema)).toThrow(/lines\[0\]\.amount/);
    }
  });

  it('keeps a property named __proto__ a property', () => {
    const text = '{"__proto__":{"polluted":true}}';
    expect(encodeLossless(parseLossless(text), amount)).toBe(text);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});
