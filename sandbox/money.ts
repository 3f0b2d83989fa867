import Big from 'big.js';

/** Decimal text such as `1234.50`. Money is never a binary float in the sandbox either. */
export type Money = string;

/** Decimal digits of a currency's smallest unit: 0 for JPY and its like, 3 for KWD and its like, else 2. */
export function scaleOf(currency: string): number {
  if (['JPY', 'KRW', 'CLP', 'VND', 'ISK'].includes(currency)) return 0;
  return ['KWD', 'BHD', 'OMR', 'JOD', 'TND'].includes(currency) ? 3 : 2;
}

/** The exact sum, with `scale` decimals. */
export function sum(amounts: Iterable<Money>, scale = 2): Money {
  let total = new Big(0);
  for (const amount of amounts) total = total.plus(amount);
  return fixed(total, scale);
}

/** `a - b`, with `scale` decimals. */
export function minus(a: Money, b: Money, scale = 2): Money {
  return fixed(new Big(a).minus(b), scale);
}

/** The same amount with the other sign. */
export function negated(a: Money): Money {
  return isZero(a) ? a : a.startsWith('-') ? a.slice(1) : `-${a}`;
}

/** The product, rounded half up to `scale` decimals. */
export function times(a: Money, factor: Money, scale = 2): Money {
  return fixed(new Big(a).times(factor), scale);
}

/** The amount rounded half up to `scale` decimals. */
export function rounded(a: Money, scale = 2): Money {
  return fixed(new Big(a), scale);
}

/** -1, 0 or 1, comparing exactly. */
export function compared(a: Money, b: Money): number {
  return new Big(a).cmp(b);
}

export function isZero(a: Money): boolean {
  return new Big(a).eq(0);
}

function fixed(value: Big, scale: number): Money {
  // biome-ignore lint/plugin: an exact decimal, not a binary float
  return value.toFixed(scale);
}
