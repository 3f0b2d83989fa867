import Big from 'big.js';
import { MappingFault } from './mapping-fault';

/** Decimal text, or a number whose decimal digits leave no doubt (at most 15 of them). */
export type Decimal = string | number;

export type Rounding = 'half-up' | 'half-even';

/** A Big whose text never has an exponent. */
const Exact = Big();
Exact.NE = -1_000_000;
Exact.PE = 1_000_000;

const DECIMAL = /^[+-]?\d+(\.\d+)?([eE][+-]?\d{1,2})?$/;
const MOST_CHARACTERS = 100;
/** A binary float shows at most this many digits exactly as they were written. */
const SURE_DIGITS = 15;
const MOST_SCALE = 30;

/**
 * Reads a decimal exactly.
 * @throws MappingFault NOT_A_DECIMAL for anything else: missing values, empty text, group separators, and
 * numbers in which a binary float has already lost digits.
 */
function read(value: unknown, role: string): Big {
  if (value === undefined || value === null) {
    throw new MappingFault('NOT_A_DECIMAL', `${role} is missing: no such field, or it is empty`);
  }
  if (typeof value === 'number' && Number.isFinite(value)) {
    const text = String(value);
    if (text.replace(/e.*$/, '').replace(/\D/g, '').length <= SURE_DIGITS || Number.isSafeInteger(value)) {
      return new Exact(text);
    }
    throw new MappingFault(
      'NOT_A_DECIMAL',
      `${role} is ${text}, which went through a binary float: use text`,
    );
  }
  if (typeof value === 'string' && value.length <= MOST_CHARACTERS && DECIMAL.test(value.trim())) {
    return new Exact(value.trim());
  }
  throw new MappingFault('NOT_A_DECIMAL', `${role} is ${shown(value)}, which is not a decimal`);
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? typeof value;
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}

/** Shortest plain notation: no exponent, no trailing zeros, no negative zero. */
function write(value: Big): string {
  return value.eq(0) ? '0' : value.toString();
}

export function add(a: Decimal, b: Decimal): string {
  return write(read(a, 'the first summand').plus(read(b, 'the second summand')));
}

/** The same amount in as few digits as it needs: `10.0500` is `10.05`. @throws MappingFault NOT_A_DECIMAL */
export function shortest(amount: Decimal): string {
  return write(read(amount, 'the amount'));
}

export function subtract(a: Decimal, b: Decimal): string {
  return write(read(a, 'the minuend').minus(read(b, 'the subtrahend')));
}

export function multiply(a: Decimal, b: Decimal): string {
  return write(read(a, 'the first factor').times(read(b, 'the second factor')));
}

export function negate(a: Decimal): string {
  return write(read(a, 'the amount').neg());
}

export function absolute(a: Decimal): string {
  return write(read(a, 'the amount').abs());
}

/** -1, 0 or 1 as a is less than, equal to or greater than b in value: `100` equals `100.00`. */
export function compare(a: Decimal, b: Decimal): -1 | 0 | 1 {
  return read(a, 'the first amount').cmp(read(b, 'the second amount'));
}

export function equal(a: Decimal, b: Decimal): boolean {
  return compare(a, b) === 0;
}

/** Exact sum of a list; a single amount counts as a list of one, nothing as an empty list with sum `0`. */
export function sumOf(amounts: Decimal | readonly Decimal[] | undefined): string {
  const list = amounts === undefined ? [] : Array.isArray(amounts) ? amounts : [amounts];
  return write(
    list.reduce<Big>((sum, amount, index) => sum.plus(read(amount, `summand ${index + 1}`)), new Exact(0)),
  );
}

/**
 * Rounds to exactly `digits` decimal places (0 to 30), zeros filled in: `round('2', 2)` is `2.00`.
 * Half goes away from zero, as invoices are rounded; `half-even` on request.
 */
export function round(amount: Decimal, digits = 0, rounding: Rounding = 'half-up'): string {
  if (!Number.isInteger(digits) || digits < 0 || digits > MOST_SCALE) {
    throw new MappingFault('NOT_A_SCALE', `decimal places must be a whole number from 0 to ${MOST_SCALE}`);
  }
  if (rounding !== 'half-up' && rounding !== 'half-even') {
    throw new MappingFault(
      'NOT_A_ROUNDING',
      `rounding must be "half-up" or "half-even", not ${shown(rounding)}`,
    );
  }
  const mode = rounding === 'half-even' ? Big.roundHalfEven : Big.roundHalfUp;
  return withZeros(write(read(amount, 'the amount').round(digits, mode)), digits);
}

function withZeros(text: string, digits: number): string {
  const [whole, fraction = ''] = text.split('.');
  return digits === 0 ? text : `${whole}.${fraction.padEnd(digits, '0')}`;
}

/** Whether the amount has no more than `digits` decimal places that count: `1.500` fits 1 and 2, not 0. */
export function fitsScale(amount: Decimal, digits: number): boolean {
  const value = read(amount, 'the amount');
  return value.eq(value.round(digits, Big.roundDown));
}
