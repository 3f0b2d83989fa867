import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MovableClock } from '../clock';
import type { ExactNumber } from '../http/exact-json';
import type { Basware } from './start';
import { BaswareCaller, someDocument, startSmall } from './test-caller';

const WAITING = '/v1/accountingDocuments?ProcessingStatus=WaitingForTransfer';

let clock: MovableClock;
let basware: Basware;
let caller: BaswareCaller;

beforeEach(async () => {
  clock = new MovableClock();
  basware = await startSmall({ clock });
  caller = new BaswareCaller(basware.url);
  await caller.signIn();
});
afterEach(() => basware.stop());

const capture = (number = 'INV-1', more = {}) =>
  basware.p2p.capture(someDocument({ invoiceNumber: number, ...more }), 'WaitingForTransfer');
const path = (id: string, what: string) => `/v1/accountingDocuments/${id}/${what}`;
const accepted = (code: string, more: object = {}) => ({
  externalCode: code,
  success: true,
  responseMessage: 'Posted',
  paymentBlock: false,
  voucherNumber1: '101',
  ...more,
});
const paid = (code: string, paidTotal: number, more: object = {}) => ({
  externalCode: code,
  success: true,
  paymentBlock: false,
  paidTotal,
  ...more,
});
const numbers = (rows: { invoiceNumber: string }[]) => rows.map((row) => row.invoiceNumber);

describe('accounting documents of the simulated Basware', () => {
  it('are behind a redirect to another host that wants no credentials', async () => {
    const { invoiceId } = capture();
    const bare = await caller.bare(WAITING);
    const location = bare.headers.get('location') ?? '';
    expect([bare.status, new URL(location).host === new URL(basware.url).host]).toEqual([302, false]);
    const leaking = await fetch(location, { headers: caller.headers });
    expect([leaking.status, await leaking.text()]).toMatchObject([400, expect.stringContaining('<Error>')]);
    expect((await fetch(location, { headers: { 'x-amz-meta-x': '1' } })).status).toBe(403);
    expect(basware.storage.leaked).toEqual(['authorization', 'x-amz-meta-x']);
    const list = (await (await fetch(location)).json()) as { accountingDocuments: { invoiceId: string }[] };
    expect(list.accountingDocuments.map((row) => row.invoiceId)).toEqual([invoiceId]);
    clock.advance(15 * 60_000);
    expect((await fetch(location)).status).toBe(403);
  });

  it('come without a redirect, bare, or with the token on the first answer, where the tenant is so', async () => {
    capture('INV-1');
    capture('INV-2');
    basware.switches.tokenOn = 'redirect';
    const first = await caller.bare(`${WAITING}&pageSize=1`);
    expect(first.headers.has('x-amz-meta-continuationtoken')).toBe(true);
    const final = await fetch(first.headers.get('location') ?? '');
    expect(final.headers.has('x-amz-meta-continuationtoken')).toBe(false);
    basware.switches.redirects = 'never';
    basware.switches.wrapping = 'bare';
    basware.switches.documentWrapping = 'bare';
    const list = await caller.bare(WAITING);
    expect(numbers(list.json)).toEqual(['INV-1', 'INV-2']);
    expect((await caller.bare(`/v1/accountingDocuments/${list.json[0].invoiceId}`)).json.invoiceNumber).toBe(
      'INV-1',
    );
  });

  it('are 404 when there is none, and filter by status in any case, company, mode and change', async () => {
    expect(await caller.get(WAITING)).toMatchObject({ status: 404, text: '' });
    const document = capture();
    capture('OTHER', { companyCode: 'BW02' });
    basware.p2p.capture(someDocument(), 'WaitingForEnrichmentTransfer', 'InvoiceEnrichment');
    const list = await caller.get(
      '/v1/accountingDocuments?processingstatus=waitingfortransfer&companyCode=BW01',
    );
    expect(numbers(list.json.accountingDocuments)).toEqual(['INV-1']);
    const since = new Date(document.lastUpdated).toISOString();
    expect((await caller.get(`/v1/accountingDocuments?companyCode=BW01&lastUpdated=${since}`)).status).toBe(
      404,
    );
    clock.advance(10);
    basware.p2p.touch(document);
    expect((await caller.get(`/v1/accountingDocuments?companyCode=BW01&lastUpdated=${since}`)).status).toBe(
      200,
    );
    expect((await caller.get('/v1/accountingDocuments?ProcessingStatus=Nonsense')).status).toBe(400);
  });

  it('end a page early when their coding is long', async () => {
    const row = { account: '6100', net: '1.00' };
    for (const number of ['A', 'B', 'C']) capture(number, { rows: Array.from({ length: 4 }, () => row) });
    basware.switches.codingRowsPerPage = 8;
    const first = await caller.get(WAITING);
    expect(numbers(first.json.accountingDocuments)).toEqual(['A', 'B']);
    const token = first.headers.get('x-amz-meta-continuationtoken') ?? '';
    expect(numbers((await caller.get(WAITING, token)).json.accountingDocuments)).toEqual(['C']);
  });

  it.each([
    ['plain', '100.1', '2026-10-01T00:00:00'],
    ['fraction', '100.10', '2026-10-01T00:00:00'],
    ['exponent', '1.001E2', '2026-10-01T00:00:00'],
  ] as const)('write amounts in the style %s', async (numberStyle, text, date) => {
    capture();
    basware.switches.numberStyle = numberStyle;
    const [shown] = (await caller.get(WAITING)).json.accountingDocuments;
    expect([(shown.netSum as ExactNumber).text, shown.invoiceDate]).toEqual([text, date]);
  });
});

describe('what the ERP says about a document', () => {
  it('takes it out of the waiting ones once acknowledged, and that only once', async () => {
    const { invoiceId } = capture();
    expect((await caller.post(path(invoiceId, 'acknowledge'))).status).toBe(200);
    expect((await caller.get(WAITING)).status).toBe(404);
    expect((await caller.post(path(invoiceId, 'acknowledge'))).status).toBe(405);
    expect((await caller.post(path('no-such', 'acknowledge'))).status).toBe(404);
  });

  it('transfers it with a voucher, once, and shows its picture from then on', async () => {
    const { invoiceId } = capture();
    const answer = await caller.post(path(invoiceId, 'transferResponses'), accepted('r1'));
    expect(answer).toMatchObject({ status: 200, json: { externalCode: 'r1' } });
    expect((await caller.post(path(invoiceId, 'transferResponses'), accepted('r1'))).status).toBe(409);
    expect((await caller.post(path(invoiceId, 'transferResponses'), accepted('r2'))).status).toBe(400);
    const [shown] = (await caller.get(`/v1/accountingDocuments/${invoiceId}`)).json.accountingDocuments;
    expect(shown).toMatchObject({ processingStatus: 'Transferred', voucherNumber1: '101' });
    expect(shown.transferResponses).toHaveLength(1);
    const file = await caller.get(path(invoiceId, `attachments/${shown.attachments[0].externalCode}`));
    expect(file.text).toContain('%PDF');
    const status = await caller.get('/v1/requestStatus?entityType=TransferResponse');
    expect(status.json.requestStatus[0].systems[0].items[0].parentExternalCode).toBe(invoiceId);
  });

  it('blocks it for payment, or frees it, as an acceptance says', async () => {
    const shown = async (held: object, said: object) => {
      const { invoiceId } = capture('INV-1', held);
      await caller.post(path(invoiceId, 'transferResponses'), { ...accepted('r1'), ...said });
      const { json } = await caller.get(`/v1/accountingDocuments/${invoiceId}`);
      return json.accountingDocuments[0].paymentBlock;
    };
    expect(await shown({}, { paymentBlock: true })).toBe(true);
    expect(await shown({ paymentBlock: true }, { paymentBlock: false })).toBe(false);
    expect(await shown({ paymentBlock: true }, { paymentBlock: false, success: false })).toBe(true);
  });

  it('fails it, after which a user transfers it again under the same id', async () => {
    const document = capture();
    const refused = accepted('r1', { success: false, responseMessage: 'Account 9999 does not exist' });
    await caller.post(path(document.invoiceId, 'acknowledge'));
    await caller.post(path(document.invoiceId, 'transferResponses'), refused);
    expect([document.status, document.voucherNumber1]).toEqual(['TransferFailed', undefined]);
    basware.p2p.recode(document, { account: '6200' });
    basware.p2p.retransfer(document);
    const [again] = (await caller.get(WAITING)).json.accountingDocuments;
    expect([again.invoiceId, again.codingRows[0].accountCode]).toEqual([document.invoiceId, '6200']);
    expect((await caller.post(path(document.invoiceId, 'acknowledge'))).status).toBe(200);
    expect((await caller.post(path(document.invoiceId, 'transferResponses'), accepted('r2'))).status).toBe(
      200,
    );
    expect(document.status).toBe('Transferred');
  });

  it('pays it with the total so far, and takes that back', async () => {
    const document = capture();
    const pay = (body: object) => caller.post(path(document.invoiceId, 'paymentResponses'), body);
    expect((await pay(paid('p0', 100.1))).status).toBe(400);
    await caller.post(path(document.invoiceId, 'transferResponses'), accepted('r1'));
    await pay(paid('p1', 40));
    expect(document.status).toBe('Transferred');
    await pay(paid('p2', 100.1));
    expect(document.status).toBe('Paid');
    expect((await pay(paid('p2', 100.1))).status).toBe(409);
    await pay(paid('p3', 0, { paymentReversalDocument: 'VOID-1' }));
    expect(document.status).toBe('Transferred');
    await pay(paid('p4', 1, { paymentTermCode: 'NOPE' }));
    expect(document.paymentResponses.map((response) => response.externalCode)).toEqual(['p1', 'p2', 'p3']);
  });

  it('prebooks it, after which it is approved and waits for its transfer', async () => {
    const document = basware.p2p.capture(someDocument(), 'WaitingForPrebook');
    expect((await caller.post(path(document.invoiceId, 'acknowledge'))).status).toBe(200);
    expect((await caller.post(path(document.invoiceId, 'prebookResponses'), accepted('b1'))).status).toBe(
      200,
    );
    expect(document.status).toBe('Prebooked');
    basware.p2p.approve(document);
    expect((await caller.get(WAITING)).status).toBe(200);
  });

  it('is checked: members, lengths, and what must be there', async () => {
    const { invoiceId } = capture();
    const send = (body: object) => caller.post(path(invoiceId, 'transferResponses'), body);
    expect((await send(accepted('r1', { responseMessage: '' }))).status).toBe(400);
    expect((await send(accepted('r1', { voucherNumber1: 'x'.repeat(26) }))).status).toBe(400);
    expect((await send(accepted('r1', { whatever: 1 }))).status).toBe(400);
    const { success: _, ...without } = accepted('r1');
    expect((await send(without)).json.errors[0].message).toBe('success: required');
  });

  it('reaches P2P later where the tenant is so, and lists lag behind', async () => {
    basware.switches.responseMs = 20;
    basware.switches.listLagMs = 60_000;
    const document = capture();
    expect((await caller.get(WAITING)).status).toBe(404);
    clock.advance(60_000);
    await caller.post(path(document.invoiceId, 'transferResponses'), accepted('r1'));
    expect(document.status).toBe('WaitingForTransfer');
    expect((await caller.post(path(document.invoiceId, 'transferResponses'), accepted('r2'))).status).toBe(
      400,
    );
    clock.advance(20);
    expect((await caller.get(WAITING)).status).toBe(200);
    expect(document.status).toBe('Transferred');
  });
});
