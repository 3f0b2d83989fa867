import { createHash } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { MovableClock } from '../clock';
import type { Avidxchange } from './start';
import { AvidCaller, bringMasters, CODE, PDF, someInvoice, startSmall, TOKENS, VENDOR } from './test-caller';

let avid: Avidxchange;
let caller: AvidCaller;
afterEach(() => avid.stop());

async function start(...options: Parameters<typeof startSmall>): Promise<void> {
  avid = await startSmall(...options);
  caller = new AvidCaller(avid.url);
}

const counts = (Inserts: number, Updates: number, NoUpdates: number, Errors: number) => ({
  Inserts,
  Updates,
  NoUpdates,
  Deletes: 0,
  Errors,
});

describe('a batch of master data', () => {
  it('inserts, updates, and leaves alone what has not changed', async () => {
    await start();
    expect((await caller.work('vendors', 'V1', [VENDOR])).Counts).toEqual(counts(1, 0, 0, 0));
    expect((await caller.work('vendors', 'V2', [VENDOR])).Counts).toEqual(counts(0, 0, 1, 0));
    const renamed = await caller.work('vendors', 'V3', [{ ...VENDOR, Name: 'Acme' }, { Name: 'nobody' }]);
    expect([renamed.Counts, renamed.Status.Description]).toEqual([
      counts(0, 1, 0, 1),
      'Processing with Exceptions',
    ]);
    const { json } = await caller.get('/v1/vendors?accountingSystemId=4811&externalVendorCodes=101,102');
    expect(json.Items).toMatchObject([{ ExternalVendorCode: '101', Name: 'Acme', Active: true }]);
    expect((await caller.get(`/v1/vendors/${json.Items[0].VendorId}`)).json.Name).toBe('Acme');
  });

  it('is worked on at once where the customer has it so', async () => {
    await start({ masterBatches: 'at-once' });
    const answer = await caller.submit('enterpriseCodes', 'C1', [CODE]);
    expect([answer.status, answer.json.Results[0].Item.Status.Description]).toEqual([200, 'Success']);
  });

  it('refuses unknown groups; codes are changed by batches only', async () => {
    await start();
    const batch = await caller.work('enterpriseCodes', 'C1', [CODE, { ...CODE, GroupName: 'Nonsense' }]);
    expect(batch.Results[1].Errors[0].Code).toBe('CodeGroupNotFound');
    const { json } = await caller.get('/v1/enterpriseCodes?groupName=GL%20Account');
    expect(json.Items).toHaveLength(1);
    for (const method of ['PUT', 'PATCH', 'DELETE']) {
      const answer = await caller.send(method, `/v1/enterpriseCodes/${json.Items[0].Id}`, {});
      expect([answer.status, answer.json.exception.reason]).toEqual([405, 'ReadOnly']);
    }
  });

  it('takes orders of known vendors', async () => {
    await start();
    await bringMasters(caller);
    const order = {
      OrderNumber: '4711',
      VendorExternalCode: '101',
      TotalAmount: 10,
      Status: 'open',
      LineItems: [],
    };
    const batch = await caller.work('purchaseOrders', 'P1', [
      order,
      { ...order, OrderNumber: '2', VendorExternalCode: '9' },
    ]);
    expect(batch.Results.map((each: { Successful: boolean }) => each.Successful)).toEqual([true, false]);
    expect((await caller.get('/v1/purchaseOrders?orderNumbers=4711')).json.Items).toMatchObject([order]);
  });
});

describe('a batch of invoices', () => {
  it('is received, processed, judged item by item, and looked up by its external id', async () => {
    const clock = new MovableClock();
    await start({ receivedMs: 1_000, processingMs: 1_000, openAfterMs: 1_000 }, { clock });
    avid.switches.masterBatches = 'at-once';
    await bringMasters(caller);
    const answer = await caller.submit('invoices', 'B 1/2', [
      someInvoice('A'),
      someInvoice('B', { GrossAmount: 1 }),
    ]);
    const { Item } = answer.json.Results[0];
    expect([answer.status, Item.Status.Description, Item.Results]).toEqual([202, 'Received', undefined]);
    const status = async () => (await caller.get(`/v1/invoices/batches/${Item.BatchGUID}`)).json;
    clock.advance(1_000);
    expect((await status()).Status.Description).toBe('Processing');
    clock.advance(1_000);
    const done = await status();
    expect(done.Status.Description).toBe('Processing with Exceptions');
    expect(done.Results).toMatchObject([
      { ExternalInvoiceId: 'EPIC06-101-A', Successful: true, Errors: [] },
      { ExternalInvoiceId: 'EPIC06-101-B', Successful: false, Errors: [{ Code: 'AmountMismatch' }] },
    ]);
    clock.advance(1_000);
    expect((await status()).Status.Description).toBe('Open');
    const found = await caller.get(`/v1/invoices/batches?externalBatchIds=${encodeURIComponent('B 1/2')}`);
    expect(found.json.Items).toMatchObject([{ ExternalIdentifier: { Value: 'B 1/2' }, InvoiceCount: 1 }]);
    expect((await caller.get('/v1/invoices/batches?externalBatchIds=other')).json.Items).toEqual([]);
  });

  it.each([
    ['an unknown vendor', { VendorExternalCode: '999' }, 'VendorNotFound'],
    ['a date that is none', { InvoiceDate: '2026-02-30' }, 'InvalidDate'],
    ['an amount as text', { GrossAmount: '125.50' }, 'InvalidField'],
    ['a number that is too long', { Number: 'x'.repeat(51) }, 'InvalidField'],
    ['another currency', { CurrencyCode: 'EUR' }, 'CurrencyNotSupported'],
    ['no lines', { Distributions: [] }, 'InvalidField'],
    [
      'an unknown code',
      {
        Distributions: [
          {
            Amount: 125.5,
            EnterpriseCodes: [
              { EnterpriseCodeValue: 'x', EnterpriseCodeGroups: [{ CodeGroupName: 'GL Account' }] },
            ],
          },
        ],
      },
      'CodeNotFound',
    ],
  ])('refuses %s, and that item alone', async (_what, differing, code) => {
    await start();
    await bringMasters(caller);
    const batch = await caller.work('invoices', 'B1', [someInvoice('A', differing), someInvoice('B')]);
    expect(batch.Results[0].Errors[0].Code).toBe(code);
    expect([batch.Results[1].Successful, batch.Counts]).toEqual([true, counts(1, 0, 0, 1)]);
  });

  it('refuses a second invoice of the number and names the first, or takes both', async () => {
    await start();
    await bringMasters(caller);
    const first = await caller.work('invoices', 'B1', [someInvoice('A')]);
    const second = await caller.work('invoices', 'B2', [someInvoice('A', { ExternalInvoiceId: 'again' })]);
    const id = first.Results[0].Id;
    expect(second.Results[0]).toMatchObject({
      Id: id,
      Successful: false,
      Errors: [{ Code: 'DuplicateInvoice', Id: id }],
    });
    avid.switches.duplicateInvoice = 'accept';
    await caller.work('invoices', 'B3', [someInvoice('A', { ExternalInvoiceId: 'third' })]);
    expect(avid.site.invoices).toHaveLength(2);
  });

  it('is refused under an external id that was used, or taken again; either is noted', async () => {
    await start();
    await bringMasters(caller);
    await caller.work('invoices', 'B1', [someInvoice('A')]);
    const again = await caller.submit('invoices', 'B1', [someInvoice('A')]);
    expect([again.status, again.json.exception.reason]).toEqual([409, 'DuplicateBatch']);
    avid.switches.duplicateBatch = 'accept';
    expect((await caller.submit('invoices', 'B1', [someInvoice('A')])).status).toBe(202);
    expect(avid.site.sentAgain).toEqual(['B1', 'B1']);
  });

  it('is refused as a whole inside a 200 or by 400', async () => {
    await start({ singles: 'bare', booleans: 'text' });
    const items = Array.from({ length: 51 }, (_, index) => someInvoice(`A${index}`));
    const inside = await caller.submit('invoices', 'B1', items);
    expect([inside.status, inside.json.Results]).toMatchObject([
      200,
      { Successful: 'false', Item: null, Errors: { Message: 'A batch must not have more than 50 items.' } },
    ]);
    avid.switches.refusedBatch = '400';
    const outside = await caller.submit('invoices', 'B1', [someInvoice('A')], { AccountingSystemId: 1 });
    expect([outside.status, outside.json.exception.reason]).toEqual([400, 'InvalidBatch']);
    expect(avid.site.batches).toEqual([]);
  });

  it('shows single results bare, booleans as text, and errors without codes', async () => {
    await start({
      singles: 'bare',
      booleans: 'text',
      errorCodes: false,
      allRefused: 'Error',
      statusCase: 'upper',
    });
    const answer = await caller.submit('invoices', 'B1', [someInvoice('A')]);
    expect(answer.json.Results).toMatchObject({
      Successful: 'true',
      Item: { ExternalIdentifier: { Value: 'B1' } },
    });
    const { json } = await caller.get(`/v1/invoices/batches/${answer.json.Results.Item.BatchGUID}`);
    expect(json.Status.Description).toBe('ERROR');
    expect(json.Results).toMatchObject({ Successful: 'false' });
    expect(json.Results.Errors[0]).toEqual({ Message: 'Code 6100-00-10 was not found in GL Account.' });
  });

  it('fails as a whole, or never ends until it is released', async () => {
    await start({ failEvery: 2, stuckEvery: 3 });
    await bringMasters(caller);
    await caller.work('invoices', 'B1', [someInvoice('A')]);
    const failed = await caller.work('invoices', 'B2', [someInvoice('B')]);
    expect([failed.Status.Description, failed.Results, failed.Errors[0].Code]).toEqual([
      'Error',
      [],
      'BatchFailed',
    ]);
    const stuck = await caller.submit('invoices', 'B3', [someInvoice('C')]);
    const path = `/v1/invoices/batches/${stuck.json.Results[0].Item.BatchGUID}`;
    for (let turn = 0; turn < 5; turn += 1) expect((await caller.get(path)).json.Status.Id).toBe(2);
    avid.batches.release();
    expect((await caller.get(path)).json.Status.Description).toBe('Success');
  });

  it('stays out of lists for a while, not out of reach', async () => {
    const clock = new MovableClock();
    await start({ listLagMs: 500 }, { clock });
    const answer = await caller.submit('invoices', 'B1', [someInvoice('A')]);
    const list = async () => (await caller.get('/v1/invoices/batches?externalBatchIds=B1')).json.Items.length;
    expect(await list()).toBe(0);
    const path = `/v1/invoices/batches/${answer.json.Results[0].Item.BatchGUID}`;
    expect((await caller.get(path)).status).toBe(200);
    clock.advance(500);
    expect(await list()).toBe(1);
  });
});

describe('images', () => {
  const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
  const image = (bytes: Buffer, type = 'application/pdf') => ({
    FileName: 'scan',
    ContentType: type,
    Image: bytes.toString('base64'),
  });

  it('arrive whole with their invoice and are read with the caller’s credentials', async () => {
    await start();
    await bringMasters(caller);
    await caller.work('invoices', 'B1', [someInvoice('A')]);
    expect(avid.site.invoices[0]?.images[0]?.sha256).toBe(sha256(PDF));
    const { json } = await caller.get('/v1/invoices?externalInvoiceIds=EPIC06-101-A');
    const url = json.Items[0].ImageUrl;
    expect(url.startsWith(avid.url)).toBe(true);
    expect((await fetch(url)).status).toBe(401);
    const read = await fetch(url, { headers: TOKENS });
    expect(sha256(new Uint8Array(await read.arrayBuffer()))).toBe(sha256(PDF));
  });

  it('are at another host, which notes credentials that it is sent', async () => {
    await start({ imageHost: 'other' });
    await bringMasters(caller);
    await caller.work('invoices', 'B1', [someInvoice('A')]);
    const url = (await caller.get('/v1/invoices?externalInvoiceIds=EPIC06-101-A')).json.Items[0].ImageUrl;
    expect((await fetch(url)).status).toBe(200);
    expect(avid.imageHost.leaked).toEqual([]);
    await fetch(url, { headers: TOKENS });
    expect(avid.imageHost.leaked).toEqual(['x-avid-company-token', 'x-avid-user-token']);
  });

  it.each([
    ['of another type than said', image(PDF, 'image/png'), 'ImageInvalid'],
    ['in base64 twice', image(Buffer.from(PDF.toString('base64'))), 'ImageInvalid'],
    ['that are not base64', { ...image(PDF), Image: '%PDF' }, 'ImageInvalid'],
    ['that are too large', image(Buffer.concat([PDF, Buffer.alloc(100)])), 'ImageTooLarge'],
  ])('%s keep the invoice away, or stay away from it', async (_what, bad, code) => {
    await start({ imageLimit: 100 });
    await bringMasters(caller);
    const refused = await caller.work('invoices', 'B1', [someInvoice('A', { Images: [bad] })]);
    expect(refused.Results[0]).toMatchObject({ Successful: false, Errors: [{ Code: code }] });
    avid.switches.badImage = 'keep-invoice';
    const kept = await caller.work('invoices', 'B2', [someInvoice('A', { Images: [bad] })]);
    expect(kept.Results[0]).toMatchObject({ Successful: true, Errors: [{ Code: code }] });
    expect(kept.Status.Description).toBe('Processing with Exceptions');
    expect(avid.site.invoices[0]?.images).toEqual([]);
  });

  it('come later by upload, within the same limits', async () => {
    await start({ imageLimit: 100 });
    await bringMasters(caller);
    const batch = await caller.work('invoices', 'B1', [someInvoice('A', { Images: [] })]);
    const path = `/v1/invoices/${batch.Results[0].Id}/images`;
    expect((await caller.upload(path, 'a.pdf', 'application/pdf', PDF)).json.ImageUrl).toMatch(/images\/1$/);
    const large = await caller.upload(
      path,
      'b.pdf',
      'application/pdf',
      Buffer.concat([PDF, Buffer.alloc(100)]),
    );
    expect([large.status, large.json.exception.reason]).toEqual([413, 'ImageTooLarge']);
    expect((await caller.upload(path, 'c.pdf', 'application/pdf', Buffer.from('text'))).status).toBe(400);
    expect((await caller.send('POST', path, {})).status).toBe(415);
    expect(avid.site.invoices[0]?.images).toHaveLength(1);
  });

  it('are stored with a wrong byte where the customer has bad luck', async () => {
    await start({ corruptImageEvery: 1 });
    await bringMasters(caller);
    await caller.work('invoices', 'B1', [someInvoice('A')]);
    expect(avid.site.invoices[0]?.images[0]?.sha256).not.toBe(sha256(PDF));
  });
});
