import { describe, expect, it } from 'vitest';
import { signed } from '../../tests/support/small-basware';
import { connectBasware } from './client';
import { type Signing, verifyDelivery } from './webhook';

const key = 'tökén-example-0001';
const vector =
  '{"taskId":"eb9ea3fa-69de-4a5a-8a1a-000000000001","taskStatus":"New","taskType":"AccountingDocuments","taskSubType":"WaitingForTransfer","documentId":"63255782d0a04d8d8defcc6a00621001","expirationTime":"2030-01-01T00:00:00Z"}';
const event = {
  id: 'eb9ea3fa-69de-4a5a-8a1a-000000000001',
  type: 'AccountingDocuments',
  key: '63255782d0a04d8d8defcc6a00621001',
};
const now = new Date('2026-03-02T10:00:00Z');
const signing: Signing = {
  token: key,
  signatureHeader: 'x-bwapi-signature-256',
  encoding: 'auto',
  coversTimestamp: false,
  timestampHeader: 'x-bwapi-timestamp',
  toleranceMs: 300_000,
  requireTimestamp: false,
};

function verify(
  body: string,
  headers: Record<string, string>,
  change: Partial<Signing> = {},
  secrets: readonly string[] = [],
  at = now,
) {
  const delivery = { headers, body: Buffer.from(body), now: at };
  return verifyDelivery(delivery, secrets, { ...signing, ...change });
}

const with_ = (signature: string, stamp?: string) => ({
  'x-bwapi-signature-256': signature,
  ...(stamp === undefined ? {} : { 'x-bwapi-timestamp': stamp }),
});

describe('the signature', () => {
  const hex = 'ed11fc9d52d995c75eea205055e243434f637dde504ef0904e120b86af4fceae';
  const base64 = '7RH8nVLZlcde6iBQVeJDQ09jfd5QTvCQThILhq9Pzq4=';

  it.each([hex, hex.toUpperCase(), base64, `sha256=${hex}`, ` ${base64} `])('%s is taken', (signature) => {
    expect(verify(vector, with_(signature))).toEqual(event);
  });

  it('may be held to one encoding', () => {
    expect(verify(vector, with_(hex), { encoding: 'base64' })).toBeUndefined();
    expect(verify(vector, with_(base64), { encoding: 'hex' })).toBeUndefined();
  });

  it('may cover the timestamp', () => {
    const signature = 'e01727c76f46d8d8bc5a0006c3859094395b1e59509c68536ea5929e071ae85c';
    const at = new Date(1_893_455_000_000 - 1000);
    const change = { coversTimestamp: true };
    expect(verify(vector, with_(signature, '1893455000'), change, [], at)).toEqual(event);
    expect(verify(vector, with_(signature, '1893455001'), change, [], at)).toBeUndefined();
  });

  it('covers the bytes as they came, whatever their spacing and escapes', () => {
    const spaced = JSON.stringify(JSON.parse(vector), null, 2).replaceAll('-', '\\u002d');
    expect(verify(spaced, with_(signed(spaced, key)))).toEqual(event);
    expect(verify(spaced, with_(hex))).toBeUndefined();
  });

  it.each([
    ['of another key', signed(vector, 'other')],
    ['cut short', hex.slice(2)],
    ['empty', ''],
    ['not encoded', 'x'.repeat(64)],
  ])('%s is refused', (_name, signature) => {
    expect(verify(vector, with_(signature))).toBeUndefined();
  });

  it('is required, and a changed body is refused', () => {
    expect(verify(vector, {})).toBeUndefined();
    expect(verify(vector.replace('1001', '1002'), with_(hex))).toBeUndefined();
  });

  it('may be of any secret that the subscription has had, and never of an empty one', () => {
    expect(verify(vector, with_(hex), { token: '' }, ['new', key])).toEqual(event);
    expect(verify(vector, with_(signed(vector, 'x')), { token: '' }, [''])).toBeUndefined();
  });
});

describe('the age of a notification (F3)', () => {
  const signature = signed(vector, key);
  const seconds = now.getTime() / 1000;

  it.each([
    [String(seconds), true],
    [String(seconds - 299), true],
    [String(seconds - 301), false],
    [String(seconds + 301), false],
    [String(now.getTime() - 1000), true],
    [String(now.getTime() - 400_000), false],
    ['2026-03-02T09:58:00Z', true],
    ['2026-03-02T09:58:00', true],
    ['2026-03-01T09:58:00Z', false],
    ['yesterday', false],
  ])('timestamp %s: taken %s', (stamp, taken) => {
    expect(verify(vector, with_(signature, stamp)) !== undefined).toBe(taken);
  });

  it('without a timestamp is its expiration, unless a timestamp is required', () => {
    const expired = new Date('2030-01-01T00:00:01Z');
    expect(verify(vector, with_(signature), {}, [], expired)).toBeUndefined();
    expect(verify(vector, with_(signature), { requireTimestamp: true })).toBeUndefined();
  });
});

describe('a notification', () => {
  it('has the id of its task, so that the same one again is known', () => {
    const body = JSON.stringify({ ...JSON.parse(vector), taskType: 'AccoutingDocuments' });
    expect(verify(body, with_(signed(body, key)))).toEqual(event);
    expect(verify(body, with_(signed(body, key)))?.id).toBe(event.id);
  });

  it('that is not JSON is refused, however well it is signed', () => {
    expect(verify('hello', with_(signed('hello', key)))).toBeUndefined();
  });

  it('that tests the connection is answered, signed or not, but not with a wrong signature', () => {
    const test = '{"taskType":"ConnectionTest","taskId":"t","taskStatus":"New","documentId":"d"}';
    expect(verify(test, {})).toEqual({ id: 'connection-test', type: 'ConnectionTest' });
    expect(verify(test, with_(signed(test, key)))).toMatchObject({ id: 't', type: 'ConnectionTest' });
    expect(verify(test, with_(signed(test, 'other')))).toBeUndefined();
  });

  it('is verified as the fields of the connection say', () => {
    const client = connectBasware({
      baseUrl: 'https://api.basware.com',
      webhookToken: key,
      signatureHeader: 'X-Signature',
      signatureEncoding: 'base64',
      signedContent: 'body',
      timestampHeader: 'X-Time',
      toleranceSeconds: 60,
      requireTimestamp: true,
    });
    const stamp = String(now.getTime() / 1000 - 61);
    const headers = { 'x-signature': signed(vector, key, 'base64'), 'x-time': stamp };
    const delivery = { headers, body: Buffer.from(vector), now };
    expect(client.webhook?.verify(delivery, [])).toBeUndefined();
    const early = new Date(now.getTime() - 2000);
    expect(client.webhook?.verify({ ...delivery, now: early }, [])).toEqual(event);
  });
});
