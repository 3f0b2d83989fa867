import { createHash, timingSafeEqual } from 'node:crypto';
import type { Json, JsonObject } from '../../runtime/connector/json';
import { parseLossless } from '../../runtime/connector/lossless-json';
import type { WebhookDelivery, WebhookEvent } from '../../runtime/connector/system';
import type { AcumaticaConnection } from './connection';
import { asObject, rowsAt, textAt } from './values';

/**
 * Checks a push notification: Acumatica signs nothing, one static header is the only proof of where it comes from.
 * Compared in constant time.
 */
export function verifyDelivery(
  delivery: WebhookDelivery,
  secrets: readonly string[],
  { webhookSecret, webhookHeader }: AcumaticaConnection,
): WebhookEvent | undefined {
  const known = [webhookSecret, ...secrets].filter((secret) => secret !== undefined && secret !== '');
  const given =
    webhookHeader === undefined ? Object.values(delivery.headers) : [delivery.headers[webhookHeader] ?? ''];
  // Every secret is compared with every header, so that the time taken says nothing about which one fits.
  const fits = known
    .flatMap((secret) => given.map((value) => isSame(secret as string, value)))
    .includes(true);
  return fits && delivery.body.length > 0 ? eventOf(delivery.body) : undefined;
}

/** Hashes are of one length, whatever was sent. */
function isSame(secret: string, value: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text, 'utf8').digest();
  return timingSafeEqual(hash(secret), hash(value.trim()));
}

/**
 * One notification is of one transaction and one query, and comes at least once: `Id` and `Query` tell it from
 * others. `TimeStamp` is a number beyond 2^53, kept as its digits.
 */
function eventOf(body: Uint8Array): WebhookEvent {
  const payload = payloadOf(body);
  const query = textAt(payload, 'Query') ?? '';
  const id = textAt(payload, 'Id') ?? textAt(payload, 'TimeStamp');
  const row = rowsAt(payload, 'Inserted')[0] ?? rowsAt(payload, 'Deleted')[0];
  const type = typeOf(query, row);
  const key = row && keyOf(type, row);
  return {
    id: id === undefined ? createHash('sha256').update(body).digest('hex') : `${id} ${query}`.trim(),
    type,
    ...(key === undefined ? {} : { key }),
  };
}

/** What the generic inquiry is about: its name is the customer's, its columns too. */
function typeOf(query: string, row: JsonObject | undefined): string {
  const columns = Object.keys(row ?? {}).join(' ');
  if (/payment|check/i.test(query)) return 'payment.changed';
  if (/vendor/i.test(query) && !/bill/i.test(query)) return 'vendor.changed';
  if (/bill|invoice/i.test(query) || /(Ref(erence)?Nbr|InvoiceNbr)\b/i.test(columns)) return 'bill.changed';
  return /vendor/i.test(columns) ? 'vendor.changed' : 'bill.changed';
}

/** Key columns come padded with blanks, and those of joined tables with a prefix. */
function keyOf(type: string, row: JsonObject): string | undefined {
  const column = (pattern: RegExp) => {
    const name = Object.keys(row).find((each) => pattern.test(each));
    return name === undefined ? undefined : textAt(row, name)?.trim();
  };
  if (type === 'vendor.changed') return column(/(^|_)(VendorID|AcctCD)$/i);
  const docType = column(/(^|_)(Doc)?Type$/i);
  const number = column(/(^|_)Ref(erence)?Nbr$/i);
  return docType === undefined || number === undefined ? undefined : `${docType}|${number}`;
}

function payloadOf(body: Uint8Array): JsonObject | undefined {
  let payload: Json;
  try {
    payload = parseLossless(new TextDecoder('utf-8').decode(body));
  } catch {
    return undefined;
  }
  return asObject(payload);
}
