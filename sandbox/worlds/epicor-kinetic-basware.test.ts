import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { everyTime } from '../faults/plan';
import { numberText } from '../http/exact-json';
import { Random } from '../random';
import { type Expected, invoicesFor } from '../world/basware-books';
import { HonestBaswareClerk } from '../world/honest-basware-clerk';
import {
  type EpicorBaswareWorld,
  SECRETS,
  simulateEpicorBasware,
  startEpicorBaswareWorld,
} from './epicor-kinetic-basware';

let world: EpicorBaswareWorld;
let clerk: HonestBaswareClerk;

beforeEach(async () => {
  world = await startEpicorBaswareWorld({ seed: 5, size: 80 });
  clerk = new HonestBaswareClerk(world);
  await clerk.signIn();
});
afterEach(() => world.stop());

/** Does everything by hand until nothing is left to do. */
async function everything(): Promise<void> {
  await clerk.importMasters();
  await clerk.takeOver();
  world.people.work();
  await clerk.takeOver();
  await clerk.confirmPayments();
  world.people.finish();
  await clerk.takeOver();
  world.people.finish();
  await clerk.confirmPayments();
}

function named(number: string): Expected {
  const found = world.books.documents.find((each) => each.document.content.invoiceNumber === number);
  if (found === undefined) throw new Error(`no document ${number}`);
  return found;
}

describe('the world of Epicor Kinetic and Basware', () => {
  it('is not content as long as nothing is done', () => {
    const wrong = world.checkPromises();
    expect(wrong.some((message) => message.includes('is WaitingForTransfer, not transferred'))).toBe(true);
    expect(wrong.some((message) => message.startsWith('/v1/vendors'))).toBe(true);
  });

  it('is content when everything is done as it must be', async () => {
    await everything();
    expect(world.checkPromises()).toEqual([]);
  });

  it('is content when people correct, take back and void in between', async () => {
    await clerk.importMasters();
    await clerk.takeOver();
    const random = new Random(11);
    for (let turn = 0; turn < 5; turn += 1) {
      world.people.work();
      await clerk.takeOver();
      await clerk.confirmPayments();
      world.people.correct(random);
      world.people.touch(5);
    }
    await clerk.importVendors();
    clerk.letP2pWork();
    await everything();
    expect(world.checkPromises()).toEqual([]);
  });

  it('is content when what kept documents away is put right in Epicor, and not when they stay away', async () => {
    await everything();
    world.people.repair('supplier');
    world.people.repair('inactive-supplier');
    world.people.repair('account');
    expect(world.checkPromises().filter((each) => each.includes('not transferred'))).toHaveLength(3);
    await clerk.importMasters();
    await everything();
    expect(world.checkPromises()).toEqual([]);
  });

  it.each([1, 2, 3])('is content whatever the systems leave open: draw %i', async (seed) => {
    await world.stop();
    world = await simulateEpicorBasware({ seed, harsh: new Random(seed), faults: true });
    clerk = new HonestBaswareClerk(world);
    await clerk.signIn();
    await everything();
    expect(world.checkPromises()).toEqual([]);
  });

  it.each([
    ['an amount that is a cent too high', { tooMuch: '0.01' }, 'the coding differs'],
    ['an account that is empty', { noAccount: true }, 'has no account'],
    ['an answer that is missing', { silent: true }, 'stands in Epicor and is WaitingForTransfer'],
  ])('sees %s', async (_what, mistakes, message) => {
    await clerk.importMasters();
    await clerk.take(named('BW-1003'), mistakes);
    await everything();
    const wrong = world.checkPromises();
    expect(wrong.some((each) => each.includes(message))).toBe(true);
  });

  it('sees an invoice that had to wait, one that nobody sent, and one that stood there before', async () => {
    await everything();
    await clerk.take(named('BW-1007'));
    const { document } = named('BW-1001');
    clerk.enter({ ...document, content: { ...document.content, invoiceNumber: 'GHOST' } });
    const { company } = world.books;
    const before = company.rows('APInvHed').all.find((row) => row['InvoiceNum'] === 'NE-701') ?? {};
    before['DocInvoiceAmt'] = '1600.00';
    const wrong = world.checkPromises();
    const expected = ['although it must wait', 'GHOST in Epicor belongs to no document', 'has been changed'];
    expected.push(`document ${document.invoiceId} stands 2 times in Epicor`);
    for (const message of expected)
      expect(
        wrong.some((each) => each.includes(message)),
        message,
      ).toBe(true);
  });

  it('sees another coding of a line that is not of the order, and not of one that is', async () => {
    await everything();
    const { company } = world.books;
    for (const [number, coding] of [
      ['BW-1016', []],
      ['BW-1018', [expect.stringContaining('the coding differs: 5020|10|200 0 for 56')]],
    ] as const) {
      const [invoice] = invoicesFor(world.books, named(number).document);
      for (const row of company.rows('APInvExpTGLC').all) {
        const isItsOwn = row['VendorNum'] === invoice?.['VendorNum'] && row['InvoiceNum'] === number;
        if (isItsOwn)
          world.epicor.state.change(company, 'APInvExpTGLC', row, { GLAccount: '5010|10|200' }, 'clerk');
      }
      expect(world.checkPromises().filter((message) => message.includes(number))).toEqual(coding);
    }
  });

  it('sees an answer too many, a payment told wrong, told twice, or not at all', async () => {
    await everything();
    const [paid, again] = world.books.documents
      .map((each) => each.document)
      .filter((each) => each.paymentResponses.length === 1);
    if (paid === undefined || again === undefined) throw new Error('no paid documents');
    expect(await clerk.answer(paid)).toEqual([405, 400]);
    await clerk.confirmPayment(paid, '1');
    await clerk.confirmPayment(again, numberText(again.paymentResponses[0]?.body['paidTotal']) ?? '');
    const [head] = world.clerk.live();
    if (head !== undefined) world.clerk.void(head);
    const wrong = world.checkPromises();
    for (const message of [
      'when it was not waiting',
      'Basware was told 1',
      'told twice in a row',
      '0.000 paid in',
    ]) {
      expect(
        wrong.some((each) => each.includes(message)),
        message,
      ).toBe(true);
    }
  });

  it('sees too many calls at once and credentials at the storage', async () => {
    await everything();
    world.basware.switches.latencyMs = 300;
    await Promise.all([1, 2, 3].map(() => clerk.post('/v1/vendors', [])));
    world.basware.storage.leaked.push('authorization');
    const wrong = world.checkPromises();
    expect(wrong).toEqual([
      '3 calls were in flight at Basware at once, 2 are allowed',
      'the header authorization was sent to the storage',
    ]);
  });

  it('lets downloads go wrong together with the interface', async () => {
    const faulty = await startEpicorBaswareWorld({ faults: true });
    try {
      faulty.basware.access.access = { clients: [], users: [{ name: 'someone', password: 'secret' }] };
      const headers = { authorization: `Basic ${Buffer.from('someone:secret').toString('base64')}` };
      const list = async () => {
        const url = `${faulty.env['BASWARE_BASE_URL']}/v1/accountingDocuments?companyCode=BW06`;
        return (await fetch(url, { headers, redirect: 'manual' })).headers.get('location') ?? '';
      };
      const link = await list();
      expect((await fetch(link)).status).toBe(200);
      faulty.systems['basware']?.proxy?.follow(
        everyTime(/openapi-payloads/, { kind: 'answer', status: 503 }),
      );
      expect((await fetch(await list())).status).toBe(503);
    } finally {
      await faulty.stop();
    }
  });

  it('names everything that a runtime needs, and secrets that can be found again', () => {
    expect(world.env).toMatchObject({ BASWARE_COMPANY_CODE: 'BW06', EPICOR_COMPANY: 'EPIC06' });
    const values = Object.values(world.env);
    for (const secret of [SECRETS.baswareClientSecret, SECRETS.baswareWebhookToken])
      expect(values).toContain(secret);
    expect(Object.keys(world.systems)).toEqual(['basware', 'epicor-kinetic']);
  });
});
