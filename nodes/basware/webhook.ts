import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { JsonObject } from '../../runtime/connector/json';
import { parseLossless } from '../../runtime/connector/lossless-json';
import type { WebhookDelivery, WebhookEvent } from '../../runtime/connector/system';
import { asObject, textAt } from './members';

/** How a tenant's push notifications are signed. Header names in lower case. */
export interface Signing {
  /** Empty: the subscription's own. */
  readonly token: string;
  readonly signatureHeader: string;
  readonly encoding: 'auto' | 'hex' | 'base64';
  readonly coversTimestamp: boolean;
  readonly timestampHeader: string;
  readonly toleranceMs: number;
  readonly requireTimestamp: boolean;
}

const connectionTest = 'ConnectionTest';

/**
 * Verifies a push notification: HMAC-SHA256 over the bytes of the body as they came, under the token of the
 * subscription (its UTF-8 bytes), and its age. The same notification again has the same id, and is taken once.
 * A connection test is answered even where it carries no signature: it is sent while the subscription is made.
 */
export function verifyDelivery(
  delivery: WebhookDelivery,
  secrets: readonly string[],
  signing: Signing,
): WebhookEvent | undefined {
  const { headers, body, now } = delivery;
  const payload = payloadOf(body);
  const isTest = textAt(payload, 'taskType') === connectionTest;
  const written = headers[signing.signatureHeader];
  // Always the same id: tests that nobody signed fill no table.
  if (isTest && written === undefined) return { id: 'connection-test', type: connectionTest };
  const stamp = headers[signing.timestampHeader]?.trim();
  const signature = signatureOf(written, signing.encoding);
  const prefix = signing.coversTimestamp ? `${stamp ?? ''}.` : '';
  const keys = [...new Set([signing.token, ...secrets])].filter((secret) => secret !== '');
  // Every key is tried, so that the time taken says nothing about which one fits.
  const fits = keys.map((key) => isSignedBy(key, prefix, body, signature)).includes(true);
  if (!fits || !payload || !isTimely(stamp, payload, now, signing)) return undefined;
  return eventOf(payload, body);
}

function isSignedBy(key: string, prefix: string, body: Uint8Array, signature: Buffer): boolean {
  const expected = createHmac('sha256', Buffer.from(key, 'utf8')).update(prefix).update(body).digest();
  return expected.length === signature.length && timingSafeEqual(expected, signature);
}

/** The 32 bytes; empty when it is none of the forms that are taken. */
function signatureOf(written: string | undefined, encoding: Signing['encoding']): Buffer {
  const text = (written ?? '').trim().replace(/^sha256=/i, '');
  if (encoding !== 'base64' && /^[0-9a-f]{64}$/i.test(text)) return Buffer.from(text, 'hex');
  if (encoding !== 'hex' && /^[A-Za-z0-9+/]{43}=$/.test(text)) return Buffer.from(text, 'base64');
  return Buffer.alloc(0);
}

/** Young enough by its timestamp; without one not past its own expiration. */
function isTimely(
  stamp: string | undefined,
  payload: JsonObject,
  now: Date,
  { toleranceMs, requireTimestamp }: Signing,
): boolean {
  if (stamp === undefined || stamp === '') {
    const expires = instantOf(textAt(payload, 'expirationTime') ?? '');
    return !requireTimestamp && !(expires < now.getTime());
  }
  return Math.abs(now.getTime() - instantOf(stamp)) <= toleranceMs;
}

/** Seconds, milliseconds or ISO-8601, as epoch ms; a time without a zone is UTC. */
function instantOf(text: string): number {
  if (/^\d{9,11}(\.\d+)?$/.test(text)) return Number(text) * 1000;
  if (/^\d{12,14}$/.test(text)) return Number(text);
  return Date.parse(/(Z|[+-]\d{2}:?\d{2}|GMT)$/i.test(text) ? text : `${text}Z`);
}

function eventOf(payload: JsonObject, body: Uint8Array): WebhookEvent {
  const type = textAt(payload, 'taskType') ?? 'unknown';
  const key = textAt(payload, 'documentId');
  return {
    id: textAt(payload, 'taskId') ?? createHash('sha256').update(body).digest('hex'),
    // Basware's own examples have this misspelling.
    type: type === 'AccoutingDocuments' ? 'AccountingDocuments' : type,
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
