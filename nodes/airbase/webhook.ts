import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { JsonObject } from '../../runtime/connector/json';
import { parseLossless } from '../../runtime/connector/lossless-json';
import type { WebhookDelivery, WebhookEvent } from '../../runtime/connector/system';
import { asObject, objectAt, textAt } from './members';

/** How a tenant's deliveries are proven. Header names in lower case. */
export interface Signing {
  /** Empty: the subscription's own. */
  readonly secret: string;
  readonly proof: 'hmac' | 'shared-header';
  readonly signatureHeader: string;
  readonly encoding: 'auto' | 'hex' | 'base64';
  readonly covers: 'auto' | 'body' | 'timestamp.body';
  readonly timestampHeader: string;
  readonly toleranceMs: number;
  readonly requireTimestamp: boolean;
}

/**
 * Verifies a delivery over the bytes of its body as they came, and its age. The same event again has the same id, and
 * is followed once.
 */
export function verifyDelivery(
  delivery: WebhookDelivery,
  secrets: readonly string[],
  signing: Signing,
): WebhookEvent | undefined {
  const { headers, body, now } = delivery;
  const written = headers[signing.signatureHeader]?.trim() ?? '';
  const stamp = headers[signing.timestampHeader]?.trim() ?? '';
  const keys = [...new Set([signing.secret, ...secrets])].filter((secret) => secret !== '');
  const proves =
    signing.proof === 'shared-header'
      ? (key: string) => isSame(Buffer.from(key, 'utf8'), Buffer.from(written, 'utf8'))
      : signatureCheck(written, stamp, body, signing);
  // Every key is tried, so that the time taken says nothing about which one fits.
  const fits = keys.map(proves).includes(true);
  const payload = payloadOf(body);
  if (!fits || !payload || !isTimely(stamp, now, signing)) return undefined;
  return eventOf(payload, body);
}

function signatureCheck(
  written: string,
  stamp: string,
  body: Uint8Array,
  { encoding, covers }: Signing,
): (key: string) => boolean {
  const signature = signatureOf(written, encoding);
  const withStamp = covers === 'timestamp.body' || (covers === 'auto' && stamp !== '');
  const prefix = withStamp ? `${stamp}.` : '';
  return (key) =>
    isSame(
      createHmac('sha256', Buffer.from(key, 'utf8')).update(prefix, 'utf8').update(body).digest(),
      signature,
    );
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}

/** The 32 bytes; empty when it is none of the forms that are taken. */
function signatureOf(written: string, encoding: Signing['encoding']): Buffer {
  const text = written.replace(/^sha256=/i, '');
  if (encoding !== 'base64' && /^[0-9a-f]{64}$/i.test(text)) return Buffer.from(text, 'hex');
  if (encoding !== 'hex' && /^[A-Za-z0-9+/]{43}=$/.test(text)) return Buffer.from(text, 'base64');
  return Buffer.alloc(0);
}

function isTimely(stamp: string, now: Date, { toleranceMs, requireTimestamp }: Signing): boolean {
  if (stamp === '') return !requireTimestamp;
  return Math.abs(now.getTime() - instantOf(stamp)) <= toleranceMs;
}

/** Seconds, milliseconds or ISO-8601 with a zone, as epoch ms. */
function instantOf(text: string): number {
  if (/^\d{9,11}(\.\d+)?$/.test(text)) return Number(text) * 1000;
  if (/^\d{12,14}$/.test(text)) return Number(text);
  return /(Z|[+-]\d{2}:\d{2})$/.test(text) ? Date.parse(text) : Number.NaN;
}

function eventOf(payload: JsonObject, body: Uint8Array): WebhookEvent {
  const data = objectAt(payload, 'data');
  const key = textAt(data, 'airbase_id') ?? textAt(data, 'id');
  return {
    id: textAt(payload, 'id') ?? createHash('sha256').update(body).digest('hex'),
    type: textAt(payload, 'type') ?? 'unknown',
    ...(key === undefined ? {} : { key }),
  };
}

function payloadOf(body: Uint8Array): JsonObject | undefined {
  try {
    return asObject(parseLossless(new TextDecoder('utf-8').decode(body)));
  } catch {
    return undefined;
  }
}
