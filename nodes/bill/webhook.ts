import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { Json, JsonObject } from '../../runtime/connector/json';
import { parseLossless } from '../../runtime/connector/lossless-json';
import type { WebhookDelivery, WebhookEvent } from '../../runtime/connector/system';
import { asObject, objectAt, textAt } from './members';
import { minifyJson } from './minify-json';

const signatureHeader = 'x-bill-sha-signature';
/** Members of an event that hold the document it is about. */
const entities = ['payment', 'bill', 'vendor', 'bankAccount', 'cardAccount', 'riskVerification'];

/**
 * Verifies `x-bill-sha-signature`: base64 of the HMAC-SHA256, under the subscription's security key, of the
 * minified payload. Bodies come minified, spaced out, or escaped in a JSON string; the text itself is minified,
 * never read and written again, which would turn `230.00` into `230`.
 */
export function verifyDelivery(
  delivery: WebhookDelivery,
  secrets: readonly string[],
): WebhookEvent | undefined {
  const signature = Buffer.from(delivery.headers[signatureHeader]?.trim() ?? '');
  const forms = signedForms(delivery.body);
  const keys = secrets.filter((secret) => secret !== '');
  // Every key is tried on every form, so that the time taken says nothing about which one fits.
  const fits = keys.flatMap((key) => forms.map((form) => isSignedBy(key, form, signature))).includes(true);
  return fits ? eventOf(delivery.body) : undefined;
}

function isSignedBy(key: string, form: Uint8Array, signature: Uint8Array): boolean {
  const expected = Buffer.from(createHmac('sha256', Buffer.from(key, 'utf8')).update(form).digest('base64'));
  return expected.length === signature.length && timingSafeEqual(expected, signature);
}

function signedForms(body: Uint8Array): readonly Uint8Array[] {
  const text = textOf(body);
  const inner = unescaped(text);
  const texts = [minifyJson(text), ...(inner === undefined ? [] : [inner, minifyJson(inner)])];
  return [body, ...texts.map((form) => Buffer.from(form, 'utf8'))];
}

function eventOf(body: Uint8Array): WebhookEvent {
  const text = textOf(body);
  const payload = readPayload(unescaped(text) ?? text);
  const metadata = objectAt(payload, 'metadata');
  const key = entities.flatMap((name) => textAt(objectAt(payload, name), 'id') ?? [])[0];
  return {
    id: textAt(metadata, 'eventId') ?? createHash('sha256').update(body).digest('hex'),
    type: textAt(metadata, 'eventType') ?? 'unknown',
    ...(key === undefined ? {} : { key }),
  };
}

/** The JSON inside a body that is one JSON string. */
function unescaped(text: string): string | undefined {
  const value = parsed(text);
  return typeof value === 'string' ? value : undefined;
}

function readPayload(text: string): JsonObject | undefined {
  return asObject(parsed(text));
}

function parsed(text: string): Json | undefined {
  try {
    return parseLossless(text);
  } catch {
    return undefined;
  }
}

function textOf(body: Uint8Array): string {
  return new TextDecoder('utf-8').decode(body);
}
