import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeLossless } from '../../runtime/connector/lossless-json';
import { cookiesOf } from './cookies';
import { instantOf, onServerClock } from './server-time';
import { unwrap, wrap, wrappedSchema } from './values';

describe('values', () => {
  it('come out of their wrappers at all depths, and empty ones are null', () => {
    const entity = {
      id: 'x',
      rowNumber: 1,
      note: 'bare in older versions',
      Amount: { value: '1.10' },
      Terms: {},
      MainContact: { id: 'c', Email: { value: 'a@b' }, Address: { id: 'a', City: {} } },
      Details: [{ id: 'd', Account: { value: '6' }, POOrderNbr: {} }],
      custom: { Document: { UsrX: { value: 1 } } },
      _links: { self: '/' },
    };
    expect(unwrap(entity)).toEqual({
      id: 'x',
      rowNumber: 1,
      note: 'bare in older versions',
      Amount: '1.10',
      Terms: null,
      MainContact: { id: 'c', Email: 'a@b', Address: { id: 'a', City: null } },
      Details: [{ id: 'd', Account: '6', POOrderNbr: null }],
    });
  });

  it('come back as they went, whatever they are', () => {
    const scalar = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null));
    const name = fc.stringMatching(/^[A-Z][A-Za-z]{0,8}$/);
    const flat = fc.dictionary(name, scalar, { minKeys: 1 });
    const entity = fc.dictionary(name, fc.oneof(scalar, flat, fc.array(flat)));
    fc.assert(
      fc.property(entity, (fields) => {
        expect(unwrap(wrap(fields))).toEqual(fields);
      }),
    );
  });

  it('leave as exact numbers where the schema says decimal', () => {
    const decimal = { type: 'string', format: 'decimal' };
    const schema = {
      type: 'object',
      properties: {
        Total: decimal,
        Details: { type: 'array', items: { type: 'object', properties: { Paid: decimal } } },
      },
    };
    const body = wrap({ Total: '100.10', Ref: '100.10', Details: [{ id: 'r', Paid: '1.20' }], Hold: false });
    expect(encodeLossless(body, wrappedSchema(schema))).toBe(
      '{"Total":{"value":100.10},"Ref":{"value":"100.10"},"Details":[{"id":"r","Paid":{"value":1.20}}],"Hold":{"value":false}}',
    );
  });
});

describe('time on the server', () => {
  it('is read with any fraction and offset, and without one in its zone', () => {
    expect(instantOf('2020-08-11T10:47:41.17-04:00', 'UTC')).toBe('2020-08-11T14:47:41.170Z');
    expect(instantOf('2026-07-01T10:00:00', 'America/New_York')).toBe('2026-07-01T14:00:00.000Z');
    expect(instantOf('yesterday', 'UTC')).toBeUndefined();
  });

  it('is written so that a server that looks at clocks only misses nothing when they are put back (A11)', () => {
    const zone = 'America/New_York';
    const putBack = Date.parse('2026-11-01T06:00:00.000Z');
    for (let minute = -180; minute <= 180; minute += 7) {
      const bound = onServerClock(putBack + minute * 60_000, zone);
      expect(Date.parse(bound)).toBeLessThanOrEqual(putBack + minute * 60_000);
      for (let later = minute; later <= 240; later += 5) {
        const shown = new Date(putBack + later * 60_000).toLocaleString('sv-SE', { timeZone: zone });
        expect(shown.replace(' ', 'T') >= bound.slice(0, 19)).toBe(true);
      }
    }
  });
});

describe('cookies', () => {
  it('are all replayed, whatever commas their dates hold, and removed ones are not', () => {
    const header = [
      'ASP.NET_SessionId=abc; path=/; HttpOnly',
      '.ASPXAUTH=DEF=; expires=Wed, 02-Dec-2026 10:00:00 GMT',
      'Locale=Culture=en-US&TimeZone=GMTM0500A; path=/',
      'Old=; expires=Thu, 01-Jan-1970 00:00:00 GMT',
    ].join(', ');
    expect(cookiesOf(header)).toBe(
      'ASP.NET_SessionId=abc; .ASPXAUTH=DEF=; Locale=Culture=en-US&TimeZone=GMTM0500A',
    );
    expect(cookiesOf(undefined)).toBe('');
  });
});
