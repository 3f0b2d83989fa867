import { createHash } from 'node:crypto';
import { MappingFault } from './mapping-fault';

const HASH_LENGTH = 8;

/**
 * The text itself if it has at most `max` characters; else its beginning, a hyphen and eight hexadecimal digits of
 * its SHA-256, `max` characters in all: the same text always gives the same, different texts different ones.
 * @throws MappingFault NOT_A_LENGTH when `max` leaves no room for the hash.
 */
export function shorten(text: string | undefined, max: number): string | undefined {
  checkLength(max, HASH_LENGTH + 2);
  if (text === undefined || text.length <= max) return text;
  const hash = createHash('sha256').update(text).digest('hex').slice(0, HASH_LENGTH).toUpperCase();
  return `${cut(text, max - HASH_LENGTH - 1)}-${hash}`;
}

/** The first `max` characters, without a half surrogate pair or trailing spaces. Never for identities. */
export function clip(text: string | undefined, max: number): string | undefined {
  checkLength(max, 1);
  return text === undefined || text.length <= max ? text : cut(text, max).trimEnd();
}

/**
 * A document number reduced to what people compare: letters and digits, upper case, no leading zeros.
 * For warnings about near-duplicates, not for identity.
 */
export function normalNumber(text: string | number | undefined): string | undefined {
  if (text === undefined) return undefined;
  const bare = String(text)
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
  return bare.replace(/^0+(?=.)/, '') || String(text).trim();
}

function cut(text: string, length: number): string {
  const part = text.slice(0, length);
  return /[\uD800-\uDBFF]$/.test(part) ? part.slice(0, -1) : part;
}

function checkLength(max: unknown, least: number): void {
  if (Number.isSafeInteger(max) && (max as number) >= least) return;
  throw new MappingFault('NOT_A_LENGTH', `the greatest length must be a whole number from ${least}`);
}
