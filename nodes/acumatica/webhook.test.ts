import { describe, expect, it } from 'vitest';
import { openAcumatica } from './connection';
import { verifyDelivery } from './webhook';

const secret = 'canary-header-value';
const clock = { now: () => new Date(), wait: async () => {} };

function verify(headers: Record<string, string>, body: string, settings: Record<string, string> = {}) {
  const connection = openAcumatica({ webhookSecret: secret, ...settings }, clock);
  return verifyDelivery({ headers, body: Buffer.from(body), now: new Date() }, [], connection);
}

const notification =
  '{"Inserted":[{"DocType":"Bill","RefNbr":"000159   ","Status":"Open"}],"Deleted":[],"Query":"AP-Bills-Push","CompanyId":"ACME","Id":"7d5f","TimeStamp":638465233453014192}';

describe('a push notification', () => {
  it('is known by the value of its header, whatever the header is called', () => {
    const event = { id: '7d5f AP-Bills-Push', type: 'bill.changed', key: 'Bill|000159' };
    expect(verify({ 'x-acumatica': secret }, notification)).toEqual(event);
    expect(verify({ 'x-any': ` ${secret}` }, notification)).toEqual(event);
  });

  it('is refused with another value, with none, and while no value is set', () => {
    expect(verify({ 'x-any': `${secret}x` }, notification)).toBeUndefined();
    expect(verify({}, notification)).toBeUndefined();
    expect(verify({ 'x-any': '' }, notification, { webhookSecret: '' })).toBeUndefined();
  });

  it('must come with the header that is named', () => {
    const named = { webhookHeader: 'X-Push' };
    expect(verify({ 'x-other': secret }, notification, named)).toBeUndefined();
    expect(verify({ 'x-push': secret }, notification, named)).toBeDefined();
  });

  it('keeps the digits of a time stamp beyond 2^53', () => {
    const without = notification.replace('"Id":"7d5f",', '');
    expect(verify({ a: secret }, without)?.id).toBe('638465233453014192 AP-Bills-Push');
  });

  it.each([
    [
      'payment.changed',
      'AP-Checks',
      { APPayment_docType: 'Payment', APPayment_refNbr: '000001' },
      'Payment|000001',
    ],
    ['vendor.changed', 'Vendors', { VendorID: 'V1   ' }, 'V1'],
    ['bill.changed', 'My inquiry', { RefNbr: '000001' }, undefined],
  ])('is %s of query %s', (type, Query, row, key) => {
    const event = verify({ a: secret }, JSON.stringify({ Inserted: [], Deleted: [row], Query, Id: '1' }));
    expect(event).toMatchObject({ type });
    expect(event?.key).toBe(key);
  });

  it('is an event of its own when it is no JSON, and the same one when it comes again', () => {
    expect(verify({ a: secret }, 'hello')?.id).toBe(verify({ a: secret }, 'hello')?.id);
    expect(verify({ a: secret }, 'hello')?.id).toMatch(/^[0-9a-f]{64}$/);
  });
});
