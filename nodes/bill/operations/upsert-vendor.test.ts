import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Connection } from '../../../runtime/connector/connection';
import type { JsonObject } from '../../../runtime/connector/json';
import { validator } from '../../../runtime/connector/schema';
import { connectTo, operationContext } from '../../../tests/support/bill-connection';
import { SmallBill } from '../../../tests/support/small-bill';
import type { Row } from '../../../tests/support/small-bill-lists';
import { vendorDocument } from '../document-schemas';

let server: SmallBill;
let connection: Connection;
let time = 0;

beforeEach(async () => {
  server = await new SmallBill().start();
  connection = connectTo(server, {}, () => new Date(time));
});
afterEach(async () => {
  await connection.close();
  await server.stop();
});

const address = {
  line1: '1 Main St',
  city: 'Reno',
  stateOrProvince: 'NV',
  zipOrPostalCode: '89501',
  country: 'US',
};
const acme: JsonObject = { name: "O'Neil & Sons, Inc.", shortName: 'ONEIL', address, billCurrency: 'USD' };

const operation = () => connection.client.operations['upsert-vendor'] ?? expect.fail();
const lookUp = (document: JsonObject = acme, options = {}) =>
  operation().lookUp(document, operationContext(connection, options));
const create = (document: JsonObject = acme) => operation().create(document, operationContext(connection));
const update = (ref: unknown, document: JsonObject, previous: JsonObject) =>
  (operation().update ?? expect.fail())(String(ref), document, previous, operationContext(connection));
const existing = (change: Row = {}) =>
  server.add('vendors', '009', { name: "O'Neil & Sons, Inc.", address, ...change });

describe('recognizing a vendor', () => {
  it('finds nobody in an empty BILL', async () => {
    expect(await lookUp()).toEqual({ found: 'absent' });
  });

  it('finds it by its code first', async () => {
    existing();
    const coded = existing({ name: 'Renamed long ago', shortName: 'ONEIL', billCurrency: 'CAD' });
    expect(await lookUp()).toMatchObject({
      found: 'present',
      ref: coded['id'],
      attributes: { currency: 'CAD', name: 'Renamed long ago' },
    });
  });

  it('finds it by tax id where lists show names only, and asks for each vendor once', async () => {
    const found = existing({ name: 'Other', shortName: 'OTHER', additionalInfo: { taxId: '12-3456789' } });
    existing({ name: 'Third', additionalInfo: { taxId: '98-7654321' } });
    const { vendors } = server.tables;
    server.extra = ({ method, path }) =>
      method === 'GET' && path === '/v3/vendors'
        ? { body: { results: vendors.map(({ id, name, shortName }) => ({ id, name, shortName })) } }
        : undefined;
    const withTaxId = { ...acme, additionalInfo: { taxId: '123456789' } };
    expect(await lookUp(withTaxId, { otherShortName: 'adopt' })).toMatchObject({ ref: found['id'] });
    const asked = () => server.calls.filter(({ path }) => /vendors\/./.test(path)).length;
    const before = asked();
    expect(await lookUp({ ...withTaxId, additionalInfo: { taxId: '55-5555444' } })).toEqual({
      found: 'absent',
    });
    expect(asked()).toBe(before);
  });

  it('asks for each vendor once where lists show names only, however many there are', async () => {
    const many = Array.from({ length: 1_010 }, (_, n) => ({ id: `009${n}`, name: `Vendor ${n}` }));
    server.extra = ({ method, path }) => {
      if (method !== 'GET' || !path.startsWith('/v3/vendors')) return undefined;
      const id = path.split('/')[3];
      return { body: id === undefined ? { results: many } : { id, name: `Vendor of ${id}`, address } };
    };
    expect(await lookUp()).toEqual({ found: 'absent' });
    expect(await lookUp({ ...acme, name: 'Somebody else' })).toEqual({ found: 'absent' });
    expect(server.calls.filter(({ path }) => /vendors\/./.test(path))).toHaveLength(many.length);
  });

  it('finds it by tax id, whatever its punctuation, but never by a placeholder or a masked one', async () => {
    const found = existing({ name: 'Other', additionalInfo: { taxId: '12-3456789' } });
    const withTaxId = (taxId: string) => ({ ...acme, additionalInfo: { taxId } });
    expect(await lookUp(withTaxId('123456789'))).toMatchObject({ ref: found['id'] });
    existing({ name: 'Third', additionalInfo: { taxId: '00-0000000' } });
    existing({ name: 'Fourth', additionalInfo: { taxId: '*****6789' } });
    expect(await lookUp(withTaxId('000000000'))).toEqual({ found: 'absent' });
  });

  it.each(['O’NEIL & SONS INC', "o'neil  &  sons, inc", 'ONeil Sons Inc.'])(
    'finds it by a name written %s at the same postal code',
    async (name) => {
      const found = existing({ name, address: { ...address, zipOrPostalCode: '89501-1234' } });
      expect(await lookUp()).toMatchObject({ found: 'present', ref: found['id'] });
    },
  );

  it('asks a person about the same name at another address: an office of theirs, or somebody else (C2)', async () => {
    const { id } = existing({ address: { ...address, zipOrPostalCode: '10001' } });
    expect(await lookUp()).toMatchObject({
      found: 'conflict',
      reason: 'vendor-ambiguous',
      detail: { candidates: [{ id }] },
    });
  });

  it('takes a namesake elsewhere with another tax id for somebody else', async () => {
    existing({
      address: { ...address, zipOrPostalCode: '10001' },
      additionalInfo: { taxId: '98-7654321' },
    });
    expect(await lookUp({ ...acme, additionalInfo: { taxId: '12-3456789' } })).toEqual({ found: 'absent' });
    expect(await lookUp()).toMatchObject({ reason: 'vendor-ambiguous' });
  });

  it('asks a person when several could be meant, with id, name and city (C1)', async () => {
    const twins = [existing(), existing()];
    expect(await lookUp()).toMatchObject({
      found: 'conflict',
      reason: 'vendor-ambiguous',
      detail: { candidates: twins.map(({ id, name }) => ({ id, name, city: 'Reno' })) },
    });
  });

  it('asks when the match carries the code of another vendor, unless told otherwise', async () => {
    const other = existing({ shortName: 'ONEIL2' });
    expect(await lookUp()).toMatchObject({
      reason: 'vendor-ambiguous',
      detail: { candidates: [{ id: other['id'] }] },
    });
    expect(await lookUp(acme, { otherShortName: 'adopt' })).toMatchObject({ ref: other['id'] });
    expect(await lookUp(acme, { otherShortName: 'create' })).toEqual({ found: 'absent' });
  });

  it('B5: does not take somebody else for what was sent, when it looks what became of a cut call', async () => {
    const namesake = existing({ shortName: 'ONEIL2' });
    const resolve = () => operation().lookUp(acme, { ...operationContext(connection), resolving: true });
    expect(await resolve()).toEqual({ found: 'absent' });
    const ours = existing({ shortName: 'ONEIL' });
    expect(await resolve()).toMatchObject({ found: 'present', ref: ours['id'] });
    expect(namesake['id']).not.toBe(ours['id']);
  });

  it('asks when name and place agree and the tax ids do not', async () => {
    existing({ additionalInfo: { taxId: '98-7654321' } });
    expect(await lookUp({ ...acme, additionalInfo: { taxId: '12-3456789' } })).toMatchObject({
      reason: 'vendor-ambiguous',
      detail: { message: expect.stringContaining('tax id') },
    });
  });

  it('asks about a match that is archived, and prefers one that is not (C2)', async () => {
    existing({ archived: true });
    expect(await lookUp()).toMatchObject({
      reason: 'vendor-inactive',
      detail: { candidates: [{ archived: true }] },
    });
    const active = existing();
    expect(await lookUp()).toMatchObject({ found: 'present', ref: active['id'] });
  });

  it('follows the order of the rules it is given', async () => {
    const byName = existing();
    existing({ name: 'Coded', shortName: 'ONEIL' });
    expect(await lookUp(acme, { matchBy: ['nameAndPostcode', 'shortName'] })).toMatchObject({
      ref: byName['id'],
    });
    await expect(lookUp(acme, { matchBy: 'iban' })).rejects.toMatchObject({ code: 'MATCH_RULE_UNKNOWN' });
  });

  it('finds its own vendor after a lost answer, whatever the rules', async () => {
    await lookUp();
    const { ref } = await create();
    expect(await lookUp(acme, { matchBy: 'taxId' })).toMatchObject({ found: 'present', ref });
  });

  it('sees through thin rows of the list', async () => {
    const rules = server.lists['vendors'] ?? expect.fail();
    server.lists['vendors'] = {
      ...rules,
      hidden: ['shortName', 'address', 'additionalInfo', 'billCurrency'],
    };
    const found = existing({ shortName: 'ONEIL', billCurrency: 'EUR' });
    expect(await lookUp()).toMatchObject({ ref: found['id'], attributes: { currency: 'EUR' } });
  });

  it.each([
    ['an apostrophe', "Bob's, Café: 株式会社 #1"],
    ['a quotation mark', 'The "Best" Bolts'],
    ['a quotation mark at once', '"Best" Bolts'],
    ['a hundred characters', 'ß'.repeat(100)],
  ])('finds one with %s in its name right after it was made (B1)', async (_what, name) => {
    await lookUp();
    const { ref } = await create({ ...acme, name, shortName: '' });
    expect(await lookUp({ ...acme, name, shortName: '' })).toMatchObject({ found: 'present', ref });
  });

  it('reads all of them where BILL cannot filter by name', async () => {
    server.lists['vendors'] = { filterable: [], sortable: [] };
    await lookUp();
    const { ref } = await create();
    expect(await lookUp()).toMatchObject({ ref });
    expect(server.calls.filter((call) => call.query.has('filters'))).toHaveLength(1);
  });

  it('notices a near twin made here a moment ago, before the list is read again', async () => {
    await lookUp();
    await create();
    expect(await lookUp({ ...acme, name: 'ONEIL & SONS INC', shortName: 'ONEIL3' })).toMatchObject({
      reason: 'vendor-ambiguous',
    });
  });

  it('notices it also when the list is read again and does not show it yet', async () => {
    await create();
    server.extra = ({ method, path }) =>
      method === 'GET' && path === '/v3/vendors' ? { body: { results: [] } } : undefined;
    const twin = { ...acme, name: 'ONEIL & SONS INC', shortName: 'ONEIL3' };
    for (let look = 0; look < 2; look += 1) {
      time += 600_000;
      expect(await lookUp(twin)).toMatchObject({ reason: 'vendor-ambiguous' });
    }
  });
});

describe('making a vendor', () => {
  it('sends what was mapped, without blanks, and never bank data', async () => {
    const document: JsonObject = {
      ...acme,
      email: ' ',
      phone: '',
      payeeName: 'ONEIL',
      address: { ...address, line2: '', country: 'United States' },
      additionalInfo: { taxId: '12-3456789', track1099: false },
    };
    const effect = await create(document);
    const [post] = server.seen('POST /v3/vendors');
    expect(post?.body).toEqual({
      name: "O'Neil & Sons, Inc.",
      shortName: 'ONEIL',
      billCurrency: 'USD',
      address,
      additionalInfo: { taxId: '12-3456789', track1099: false },
      paymentInformation: { payeeName: 'ONEIL' },
    });
    expect(effect).toEqual({
      ref: server.tables.vendors[0]?.['id'],
      attributes: { currency: 'USD', name: "O'Neil & Sons, Inc." },
    });
  });

  it('is not tried without the address that BILL requires: the missing parts are named', async () => {
    expect(await lookUp({ ...acme, address: { line1: '1 Main St', country: 'Atlantis' } })).toMatchObject({
      found: 'conflict',
      reason: 'vendor-incomplete',
      detail: {
        missing: ['address.city', 'address.zipOrPostalCode', 'address.country (Atlantis is no country)'],
      },
    });
    existing({ shortName: 'ONEIL' });
    time += 10_000;
    expect(await lookUp({ name: 'x', shortName: 'ONEIL' })).toMatchObject({ found: 'present' });
  });

  it.each(['USA', 'US', 'us', 'United States of America'])('understands the country %s', async (country) => {
    expect(await lookUp({ ...acme, address: { ...address, country } })).toEqual({ found: 'absent' });
  });

  it('asks for the currency where the answer leaves it out', async () => {
    server.fault = (call) =>
      call.method === 'POST' && call.path === '/v3/vendors'
        ? { afterwards: true, status: 201, body: () => ({ id: server.tables.vendors[0]?.['id'] }) }
        : undefined;
    expect((await create({ ...acme, billCurrency: 'JPY' })).attributes?.['currency']).toBe('JPY');
  });

  it('has no known outcome when the answer is lost or has no id', async () => {
    server.fault = (call) =>
      call.path === '/v3/vendors' && call.method === 'POST' ? { afterwards: true } : undefined;
    await expect(create()).rejects.toMatchObject({ recovery: 'ambiguous' });
    server.fault = (call) =>
      call.path === '/v3/vendors' && call.method === 'POST'
        ? { afterwards: true, status: 201, body: {} }
        : undefined;
    await expect(create()).rejects.toMatchObject({ recovery: 'ambiguous' });
    expect(server.tables.vendors).toHaveLength(2);
  });

  it('is documented by a schema that takes apostrophes, CJK and 100 characters, and no bank account', () => {
    const check = validator(vendorDocument);
    expect(check({ ...acme, name: '株'.repeat(100) })).toEqual([]);
    expect(check({ ...acme, name: 'x'.repeat(101) })).toHaveLength(1);
    expect(check({ ...acme, bankAccount: { accountNumber: '1' } })).toHaveLength(1);
  });
});

describe('changing a vendor', () => {
  it('sends only what changed at the source, and leaves what somebody changed in BILL (C6, C10)', async () => {
    const vendor = existing({ shortName: 'ONEIL', email: 'by-hand@example.com', phone: '1' });
    const before = { ...acme, email: 'old@example.com', phone: '1' };
    await update(vendor['id'], { ...before, phone: '2' }, before);
    expect(server.seen(`PATCH /v3/vendors/${vendor['id']}`).map((call) => call.body)).toEqual([
      { phone: '2' },
    ]);
  });

  it('sends nothing when BILL has it already', async () => {
    const vendor = existing({ phone: '2' });
    expect(await update(vendor['id'], { ...acme, phone: '2' }, acme)).toMatchObject({ ref: vendor['id'] });
    expect(server.calls.filter((call) => call.method === 'PATCH')).toEqual([]);
  });

  it('sends an address as a whole, and keeps the tax settings that are not ours', async () => {
    const vendor = existing({
      additionalInfo: { taxId: '*****6789', paymentTermId: 'term', leadTimeInDays: 3 },
    });
    const next = {
      ...acme,
      address: { ...address, line1: '2 Side St' },
      additionalInfo: { taxId: '12-3456789', track1099: true },
    };
    await update(vendor['id'], next, { ...acme, additionalInfo: { taxId: '12-3456789' } });
    expect(server.calls.at(-1)?.body).toEqual({
      address: { ...address, line1: '2 Side St' },
      additionalInfo: { taxId: '12-3456789', track1099: true, paymentTermId: 'term', leadTimeInDays: 3 },
    });
  });

  it('does not leave the suite of an address that was left in the new one', async () => {
    const { id } = existing({ address: { ...address, line2: 'Suite 5', countryName: 'United States' } });
    const suite = { ...acme, address: { ...address, line2: 'Suite 5' } };
    const moved = { ...address, line1: '9 Elm St' };
    await update(id, { ...acme, address: moved }, suite);
    expect(server.calls.at(-1)?.body).toEqual({ address: { ...moved, line2: '' } });
    const { id: other } = existing({ name: 'Other', address: { ...address, line2: 'Typed in BILL' } });
    await update(other, { ...acme, name: 'Other', address: moved }, { ...acme, name: 'Other' });
    expect(server.calls.at(-1)?.body).toEqual({ address: moved });
  });

  it('takes a masked tax id with the same end for the same', async () => {
    const vendor = existing({ additionalInfo: { taxId: 'XX-XXX6789' } });
    await update(vendor['id'], { ...acme, additionalInfo: { taxId: '12-3456789' } }, acme);
    expect(server.calls.filter((call) => call.method === 'PATCH')).toEqual([]);
  });

  it('never changes currency or payee name', async () => {
    const vendor = existing();
    await update(vendor['id'], { ...acme, billCurrency: 'EUR', payeeName: 'New' }, acme);
    expect(server.calls.filter((call) => call.method === 'PATCH')).toEqual([]);
  });

  it('parks a vendor that was archived in BILL', async () => {
    const vendor = existing({ archived: true });
    await expect(update(vendor['id'], { ...acme, phone: '2' }, acme)).rejects.toMatchObject({
      reason: 'vendor-inactive',
    });
    await expect(update('009GONE', { ...acme, phone: '2' }, acme)).rejects.toMatchObject({
      reason: 'vendor-inactive',
    });
  });

  it('parks an address that became incomplete', async () => {
    const vendor = existing();
    const gone = { ...acme, address: { line1: '2 Side St' } };
    await expect(update(vendor['id'], gone, acme)).rejects.toMatchObject({ reason: 'vendor-incomplete' });
  });
});
