import { Big } from 'big.js';

/** A decimal as it travels: no exponent, no leading zeros, no plus sign. It is also a JSON number token. */
const decimalText = /^-?(0|[1-9]\d*)(\.\d+)?$/;
const numberToken = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d{1,3})?$/;

export function isDecimalText(text: string): boolean {
  return decimalText.test(text);
}

/**
 * Decimal text of a number as JSON had it: `1.10` stays `1.10`, `1e3` becomes `1000`, `-0` becomes `0`.
 * What is not a number is given back as it is, for the schema check to name.
 */
export function toDecimalText(value: number | string): string {
  const token = String(value);
  if (!numberToken.test(token)) return token;
  // biome-ignore lint/plugin: big.js writes exact decimal text, no binary float is involved
  const plain = /[eE]/.test(token) ? new Big(token).toFixed() : token;
  return /^-0(\.0+)?$/.test(plain) ? plain.slice(1) : plain;
}
