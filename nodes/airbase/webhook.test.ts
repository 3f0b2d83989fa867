import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { connectAirbase } from './client';
import { type Signing, verifyDelivery } from './webhook';

const secret = 'sécret-example-0001';
const now = new Date('2026-01-05T10:00:30Z');
const seconds = Math.floor(now.getTime() / 1000);
const body = JSON.stringify({
  id: 'evt-1',
  object: 'event',
  type: 'bill_approved',
  created_date: '2026-01-05T10:00:00Z',
  data: { id: 'bill-1', object: 'bill', airbase_id: 'entry-1' },
});
const event = { id: 'evt-1', type: 'bill_approved', key: 'entry-1' };
const signing: Signing = {
  secret,
  proof: 'hmac',
  signatureHeader: 'x-airbase-signature',
  encoding: 'auto',
  covers: 'auto',
  timestampHeader: 'x-airbase-timestamp',
  toleranceMs: 300_000,
  requireTimestamp: false,
};

function sign(text: string, key = secret, form: 'hex' | 'base64' = 'hex'): string {
  return createHmac('sha256', key).update(text).digest(form);
}

function verify(
  headers: Record<string, string>,
  change: Partial<Signing> = {},
  secrets: readonly string[] = [],
  text = body,
) {
  return verifyDelivery({ headers, body: Buffer.from(text), now }, secrets, { ...signing, ...change });
}

const stamped = (stamp: string, signature: string) => ({
  'x-airbase-signature': signature,
  'x-airbase-timestamp': stamp,
});
const bare = (signature: string) => ({ 'x-airbase-signature': signature });

describe('the signature of an event', () => {
  it.each([`sha256=${sign(body)}`, sign(body), sign(body).toUpperCase(), sign(body, secret, 'base64')])(
    '%s is taken',
    (signature) => {
      expect(verify(bare(signature))).toEqual(event);
    },
  );

  it('matches one that was made elsewhere', () => {
    const text = '{"id":"1","type":"webhook_test","data":{}}';
    const made = 'sha256=3f561e8c4999dca27d2665cd81d3cc8c68fec754a1e58f6ec105f112cb67737a';
    expect(verify(bare(made), { secret: 'k' }, [], text)).toMatchObject({ id: '1', type: 'webhook_test' });
  });

  it('covers the timestamp where there is one, unless the connection says otherwise', () => {
    const stamp = String(seconds);
    const signature = sign(`${stamp}.${body}`);
    expect(verify(stamped(stamp, signature))).toEqual(event);
    expect(verify(stamped(String(seconds + 1), signature))).toBeUndefined();
    expect(verify(stamped(stamp, sign(body)))).toBeUndefined();
    expect(verify(stamped(stamp, sign(body)), { covers: 'body' })).toEqual(event);
    expect(verify(bare(sign(body)), { covers: 'timestamp.body' })).toBeUndefined();
  });

  it('covers the bytes as they came, whatever their spacing and escapes', () => {
    const spaced = JSON.stringify(JSON.parse(body), null, 2).replaceAll('-', '\\u002d');
    expect(verify(bare(sign(spaced)), {}, [], spaced)).toEqual(event);
    expect(verify(bare(sign(body)), {}, [], spaced)).toBeUndefined();
  });

  it.each([
    ['of another key', sign(body, 'other')],
    ['cut short', sign(body).slice(2)],
    ['empty', ''],
    ['of another hash', createHmac('sha1', secret).update(body).digest('hex')],
  ])('%s is refused', (_name, signature) => {
    expect(verify(bare(signature))).toBeUndefined();
  });

  it('is required, and may be of any secret that the subscription has had, never of an empty one', () => {
    expect(verify({})).toBeUndefined();
    expect(verify(bare(sign(body)), { secret: '' }, ['newer', secret])).toEqual(event);
    expect(verify(bare(sign(body, '')), { secret: '' }, [''])).toBeUndefined();
  });

  it('may be the shared secret itself', () => {
    const change = { proof: 'shared-header', signatureHeader: 'x-secret' } as const;
    expect(verify({ 'x-secret': Buffer.from(secret, 'utf8').toString() }, change)).toEqual(event);
    expect(verify({ 'x-secret': `${secret}x` }, change)).toBeUndefined();
    expect(verify({}, change)).toBeUndefined();
  });
});

describe('the age of an event (F3)', () => {
  it.each([
    [String(seconds), true],
    [String(seconds - 299), true],
    [String(seconds - 301), false],
    [String(seconds + 301), false],
    [String(now.getTime()), true],
    ['2026-01-05T09:58:00Z', true],
    ['2026-01-05T09:58:00', false],
    ['yesterday', false],
  ])('with the timestamp %s: taken %s', (stamp, taken) => {
    expect(verify(stamped(stamp, sign(`${stamp}.${body}`))) !== undefined).toBe(taken);
  });

  it('is not known without a timestamp, which may be required', () => {
    expect(verify(bare(sign(body)), { requireTimestamp: true })).toBeUndefined();
  });
});

describe('an event', () => {
  it('is about a ledger entry where it says which, else about what it names', () => {
    const text = JSON.stringify({ id: 'e2', type: 'bill_paid', data: { id: 'pay-1', airbase_id: null } });
    expect(verify(bare(sign(text)), {}, [], text)).toEqual({ id: 'e2', type: 'bill_paid', key: 'pay-1' });
  });

  it('without an id is known again by its body', () => {
    const text = JSON.stringify({ type: 'bill_paid' });
    const first = verify(bare(sign(text)), {}, [], text);
    expect(first?.id).toMatch(/^[0-9a-f]{64}$/);
    expect(verify(bare(sign(text)), {}, [], text)).toEqual(first);
  });

  it('that is not JSON is refused, however well it is signed', () => {
    expect(verify(bare(sign('hello')), {}, [], 'hello')).toBeUndefined();
  });

  it('is verified as the fields of the connection say', () => {
    const client = connectAirbase({
      baseUrl: 'https://api.airbase.io',
      token: 'x',
      authScheme: 'Bearer',
      webhookSecret: secret,
      signatureHeader: 'X-Signature',
      signatureEncoding: 'base64',
      timestampHeader: 'X-Time',
      toleranceSeconds: 60,
      requireTimestamp: true,
    });
    const stamp = String(seconds - 30);
    const headers = { 'x-signature': sign(`${stamp}.${body}`, secret, 'base64'), 'x-time': stamp };
    const delivery = { headers, body: Buffer.from(body), now };
    expect(client.webhook?.verify(delivery, [])).toEqual(event);
    const late = new Date(now.getTime() + 31_000);
    expect(client.webhook?.verify({ ...delivery, now: late }, [])).toBeUndefined();
  });
});
