import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inScale } from './currencies';
import {
  absolute,
  add,
  compare,
  equal,
  fitsScale,
  multiply,
  negate,
  round,
  subtract,
  sumOf,
} from './decimals';
import { MappingFault } from './mapping-fault';

/** The oracle: an amount as a whole number of 10^-scale units. */
interface Units {
  readonly units: bigint;
  readonly scale: number;
}

const units = fc.record({
  units: fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n }),
  scale: fc.integer({ min: 0, max: 8 }),
});

function text({ units: value, scale }: Units): string {
  const digits = (value < 0n ? -value : value).toString().padStart(scale + 1, '0');
  const whole = digits.slice(0, digits.length - scale);
  return `${value < 0n ? '-' : ''}${whole}${scale ? `.${digits.slice(-scale)}` : ''}`;
}

function atScale(amount: Units, scale: number): bigint {
  return amount.units * 10n ** BigInt(scale - amount.scale);
}

/** Reads a result back, exactly. */
function unitsOf(decimal: string, scale: number): bigint {
  const [whole = '', fraction = ''] = decimal.split('.');
  expect(fraction.length).toBeLessThanOrEqual(scale);
  return BigInt(whole.replace('-', '') + fraction.padEnd(scale, '0')) * (decimal.startsWith('-') ? -1n : 1n);
}

describe('exact decimals against whole-number arithmetic', () => {
  it('D2 adds, subtracts and compares any two amounts exactly', () => {
    fc.assert(
      fc.property(units, units, (a, b) => {
        const [left, right] = [atScale(a, 8), atScale(b, 8)];
        expect(unitsOf(add(text(a), text(b)), 8)).toBe(left + right);
        expect(unitsOf(subtract(text(a), text(b)), 8)).toBe(left - right);
        expect(compare(text(a), text(b))).toBe(left < right ? -1 : left > right ? 1 : 0);
        expect(equal(text(a), text(b))).toBe(left === right);
      }),
    );
  });

  it('D2 multiplies exactly, and negate and absolute keep every digit', () => {
    fc.assert(
      fc.property(units, units, (a, b) => {
        expect(unitsOf(multiply(text(a), text(b)), 16)).toBe(atScale(a, 8) * atScale(b, 8));
        expect(unitsOf(negate(text(a)), 8)).toBe(-atScale(a, 8));
        const value = atScale(a, 8);
        expect(unitsOf(absolute(text(a)), 8)).toBe(value < 0n ? -value : value);
      }),
    );
  });

  it('D1 sums a list whatever its order', () => {
    fc.assert(
      fc.property(fc.array(units, { maxLength: 30 }), (amounts) => {
        const expected = amounts.reduce((sum, amount) => sum + atScale(amount, 8), 0n);
        expect(unitsOf(sumOf(amounts.map(text)), 8)).toBe(expected);
        expect(unitsOf(sumOf(amounts.map(text).reverse()), 8)).toBe(expected);
      }),
    );
  });

  it('D2 rounds half away from zero, or half to even on request', () => {
    fc.assert(
      fc.property(units, fc.integer({ min: 0, max: 8 }), (a, digits) => {
        const step = 10n ** BigInt(8 - digits);
        const value = atScale(a, 8);
        const size = value < 0n ? -value : value;
        const [down, rest] = [size / step, size % step];
        const up = rest * 2n >= step && rest > 0n ? down + 1n : down;
        const even = rest * 2n === step && rest > 0n ? down + (down % 2n) : up;
        const sign = value < 0n ? -1n : 1n;
        expect(unitsOf(round(text(a), digits), digits)).toBe(up * sign);
        expect(unitsOf(round(text(a), digits, 'half-even'), digits)).toBe(even * sign);
      }),
    );
  });

  it('D3 says whether an amount fits a number of decimal places', () => {
    fc.assert(
      fc.property(units, fc.integer({ min: 0, max: 8 }), (a, digits) => {
        expect(fitsScale(text(a), digits)).toBe(atScale(a, 8) % 10n ** BigInt(8 - digits) === 0n);
      }),
    );
  });
});

describe('decimals by example', () => {
  it('D2 is right where binary floats are not', () => {
    expect(add('0.1', '0.2')).toBe('0.3');
    expect(round('1.005', 2)).toBe('1.01');
    expect(round('2675.485', 2)).toBe('2675.49');
    expect(round('-0.004', 2)).toBe('0.00');
    expect(round('2', 2)).toBe('2.00');
    expect(sumOf(['0.1', '0.2', '-0.3'])).toBe('0');
    expect(multiply('12345678901234567.89', '1')).toBe('12345678901234567.89');
  });

  it('takes numbers that no float has spoiled, and exponents as systems send them', () => {
    expect(add(100, '0.10')).toBe('100.1');
    expect(multiply('200', 0.05)).toBe('10');
    expect(add('1E+2', '0')).toBe('100');
    expect(sumOf('7.5')).toBe('7.5');
    expect(sumOf(undefined)).toBe('0');
  });

  it.each([
    undefined,
    null,
    '',
    ' ',
    'abc',
    '1,000.00',
    '1e999',
    'NaN',
    Number.NaN,
    0.1 + 0.2,
    true,
    {},
    '٣',
  ])('refuses %j instead of taking it for an amount', (value) => {
    expect(() => add(value as never, '1')).toThrow(MappingFault);
    expect(() => add(value as never, '1')).toThrow(/first summand/);
  });

  it('D3 knows the decimal places of currencies and refuses what is no currency', () => {
    expect(inScale('100', 'JPY')).toBe(true);
    expect(inScale('100.5', 'JPY')).toBe(false);
    expect(inScale('100.50', 'USD')).toBe(true);
    expect(inScale('100.505', 'USD')).toBe(false);
    expect(inScale('1.005', 'KWD')).toBe(true);
    expect(inScale('1.005', 'IQD')).toBe(true);
    expect(inScale('1.0005', 'KWD')).toBe(false);
    for (const code of ['XYZ', 'usd', '', undefined, 'toString']) {
      expect(() => inScale('1', code as string)).toThrow(/not an ISO 4217/);
    }
  });

  it.each([-1, 1.5, 31, '2'])('refuses %j decimal places', (digits) => {
    expect(() => round('1', digits as number)).toThrow(/decimal places/);
  });
});
