import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DocumentRecord } from '../sandbox/basware/document-record';
import { amount } from '../sandbox/epicor-kinetic/state';
import { numberText } from '../sandbox/http/exact-json';
import { SECRETS } from '../sandbox/worlds/epicor-kinetic-basware';
import { loading } from './faults/preloads';
import { isWrite } from './faults/write-calls';
import { type BaswareRun, startBaswareRun } from './support/basware-run';
import type { Ended } from './support/command';

const RUN_MS = 180_000;
const INVOICES = 'invoices-to-epicor-kinetic';

interface Counts {
  readonly confirmed: number;
  readonly unknown: number;
  readonly ignored: Readonly<Record<string, number>>;
  readonly parked: Readonly<Record<string, number>>;
}

function countsOf(ended: Ended, sync: string): Counts {
  return (ended.summary as { syncs: Record<string, Counts> }).syncs[sync] as Counts;
}

let product: BaswareRun;

async function runWell(): Promise<Ended> {
  const ended = await product.once();
  expect([ended.status, ended.stderr]).toEqual([0, expect.any(String)]);
  return ended;
}

const told = (document: DocumentRecord) => document.transferResponses.map(({ success }) => success);
const paid = (document: DocumentRecord) =>
  document.paymentResponses.map(({ body }) => [
    numberText(body['paidTotal']),
    body['paymentReversalDocument'],
  ]);
/** Everything that a system was told so far. */
const writes = (system: string) =>
  product.world.systems[system]?.traffic.log
    .filter((each) => isWrite(each) && !each.url.includes('/v1/tokens'))
    .map(({ method, url }) => `${method} ${url}`);

describe('Epicor Kinetic ↔ Basware, from outside', () => {
  let first: Ended;

  beforeAll(async () => {
    product = await startBaswareRun();
    first = await runWell();
  }, RUN_MS);
  afterAll(() => product.stop());

  it('brings master data over, enters every invoice that can be entered, and answers for it', () => {
    expect(product.world.checkPromises()).toEqual([]);
    expect(countsOf(first, INVOICES).confirmed).toBeGreaterThan(30);
    expect(countsOf(first, INVOICES).unknown).toBe(0);
  });

  it('C7 D1 D3 D8: parks with the reasons that the data call for, and refuses nothing that only waits', () => {
    const { parked } = countsOf(first, INVOICES);
    expect(Object.keys(parked)).toEqual(
      expect.arrayContaining([
        'account-inactive',
        'amounts-differ',
        'gl-account-unmapped',
        'number-in-use',
        'number-too-long',
        'period-closed',
        'vendor-not-linked',
      ]),
    );
    const answered = product.world.books.documents.flatMap(({ document }) => told(document));
    expect(answered.filter((success) => !success)).toEqual([]);
  });

  it('D14: enters tax with the account of its row, and the total that Basware says', () => {
    for (const [number, total] of [
      ['BW-1010', '216.50'],
      ['BW-1011', '210.00'],
    ] as const) {
      const document = product.document(number);
      expect(told(document)).toEqual([true]);
      expect(product.invoices(document).map((row) => amount(row, 'DocInvoiceAmt'))).toEqual([total]);
    }
  });

  it('B9 B10: takes an invoice that was entered by hand as entered, and leaves another one of its number alone', () => {
    expect(told(product.document('NE-700'))).toEqual([true]);
    expect(told(product.document('NE-701'))).toEqual([]);
    expect(product.invoices(product.document('NE-701')).map((row) => amount(row, 'DocInvoiceAmt'))).toEqual([
      '1650.00',
    ]);
  });

  it('I3: lets no secret into its output or its data folder', async () => {
    const bad = await product.command(['ping', 'epicor-kinetic-basware'], {
      BASWARE_CLIENT_SECRET: `${SECRETS.baswareClientSecret}-wrong`,
    });
    const texts = [first, bad].flatMap(({ stdout, stderr }) => [stdout, stderr]);
    for (const file of await readdir(product.folder, { recursive: true, withFileTypes: true })) {
      if (file.isFile()) texts.push(await readFile(join(file.parentPath, file.name), 'latin1'));
    }
    const canaries = [
      ...Object.values(SECRETS).flatMap((secret) => [secret, Buffer.from(secret).toString('latin1')]),
      Buffer.from(`integration:${SECRETS.epicorPassword}`).toString('base64'),
      Buffer.from(`integration:${SECRETS.baswareClientSecret}`).toString('base64'),
    ];
    expect(canaries.filter((canary) => texts.some((text) => text.includes(canary)))).toEqual([]);
  });

  it(
    'E1 E6: tells what is paid so far: of a partial payment, of the rest, and after a void',
    async () => {
      const document = product.document('BW-1001');
      const { clerk } = product.world;
      clerk.postEntered();
      const [invoice] = product.invoices(document);
      if (!invoice) throw new Error('it was not entered');
      clerk.pay([invoice], '0.4');
      await runWell();
      const rest = clerk.pay([invoice]);
      await runWell();
      clerk.void(rest);
      await runWell();
      const number = String(rest['HeadNum']);
      expect(paid(document)).toEqual([
        ['40', undefined],
        ['100', undefined],
        ['40', number],
      ]);
      expect(product.world.checkPromises()).toEqual([]);
    },
    RUN_MS,
  );

  it(
    'E5 E8 E13: tells of payments posted together once, names the check that stands for a lost one, leaves others alone',
    async () => {
      const [together, lost] = ['BW-1002', 'BW-1003'].map((number) => product.document(number));
      const { clerk } = product.world;
      const invoiceOf = (document: DocumentRecord | undefined) =>
        (document && product.invoices(document)[0]) ?? expect.fail();
      clerk.pay([invoiceOf(together)], '0.5');
      clerk.pay([invoiceOf(together), invoiceOf(product.document('BW-1012'))]);
      const check = clerk.pay([invoiceOf(lost)]);
      const ended = await runWell();
      expect(together && paid(together)).toEqual([['0.3', undefined]]);
      expect(countsOf(ended, 'payments-to-basware').ignored).toEqual({});
      clerk.void(check);
      const again = clerk.pay([invoiceOf(lost)]);
      await runWell();
      expect(lost?.paymentResponses.at(-1)?.body).toMatchObject({
        paymentNumber: String(again['HeadNum']),
        checkNumber: String(again['CheckNum']),
      });
      expect(product.world.checkPromises()).toEqual([]);
    },
    RUN_MS,
  );

  it(
    'C5 C7: goes on by itself with what waited, once people have put the master data right',
    async () => {
      const { people } = product.world;
      for (const what of ['supplier', 'inactive-supplier', 'account'] as const) people.repair(what);
      await runWell();
      for (const number of ['NS-1', 'HL-2', 'BW-1020']) {
        expect([number, told(product.document(number))]).toEqual([number, [true]]);
      }
      expect(product.world.checkPromises()).toEqual([]);
    },
    RUN_MS,
  );

  it(
    'C10 H1: finds nothing to do when it runs again, and its books agree with both systems',
    async () => {
      await runWell();
      const before = [product.world.writable(), writes('basware')].map((each) => JSON.stringify(each));
      const again = await runWell();
      expect([product.world.writable(), writes('basware')].map((each) => JSON.stringify(each))).toEqual(
        before,
      );
      expect(countsOf(again, INVOICES).confirmed).toBe(0);
      const verified = await product.command(['verify', '--json']);
      expect([verified.status, verified.stderr]).toEqual([0, expect.any(String)]);
    },
    RUN_MS,
  );
});

describe('a tenant that codes account, cost center and dimension apart', () => {
  beforeAll(async () => {
    product = await startBaswareRun({ coding: 'segments' });
  });
  afterAll(() => product.stop());

  it(
    'C11: has its invoices entered under the accounts that these make, and waits where they make none',
    async () => {
      const { world } = product;
      const { company } = world.books;
      const odd = world.books.documents.find(({ document }) => document === product.document('BW-1019'));
      // Each of the three parts is known, and there is no such account.
      for (const [table, column] of [
        ['GLAccount', 'GLAccount1'],
        ['GLAcctDisp', 'GLAccount'],
      ] as const) {
        const row = company.rows(table).all.find((each) => each[column] === '6500|40|200');
        if (row) world.epicor.state.remove(company, table, row);
      }
      const account = { account: '6500', costCenter: '40', dimension: '200' };
      if (odd) world.basware.p2p.recode(odd.document, account);
      await runWell();
      expect(world.checkPromises()).toEqual([]);
      expect(told(product.document('BW-1019'))).toEqual([]);
      expect(told(product.document('BW-1003'))).toEqual([true]);
      world.people.recode(odd);
      await runWell();
      expect(told(product.document('BW-1019'))).toEqual([true]);
      expect(world.checkPromises()).toEqual([]);
    },
    RUN_MS,
  );
});

describe('a runtime that is killed', () => {
  beforeAll(async () => {
    product = await startBaswareRun({ faults: true, size: 110 });
    expect((await product.once()).status).toBe(0);
  }, RUN_MS);
  afterAll(() => product.stop());

  const moments = [
    ['while Epicor is asked for the number', 'epicor-kinetic', /GET .*APInvoices\?/, 'hang'],
    ['before Epicor has the invoice', 'epicor-kinetic', /UpdateMaster/, 'hang'],
    ['before it knows that Epicor has it', 'epicor-kinetic', /UpdateMaster/, 'hang-after'],
    ['while it reads it back', 'epicor-kinetic', /APInvoiceSvc\/GetByID/, 'hang'],
    ['while it lets go of the group', 'epicor-kinetic', /UnlockGroup/, 'hang-after'],
    ['before Basware has the answer', 'basware', /transferResponses/, 'hang'],
    ['before it knows that Basware has it', 'basware', /transferResponses/, 'hang-after'],
    ['while it asks what became of the answer', 'basware', /GET .*requestStatus\//, 'hang'],
  ] as const;

  it.each(moments)(
    'B5: %s leaves one invoice and one acceptance',
    async (_when, system, pattern, kind) => {
      const { world } = product;
      const [next] = world.books.documents.filter(({ document }) => document.status === 'New');
      if (!next) throw new Error('no document is left to approve');
      world.basware.p2p.approve(next.document);
      const proxy = world.systems[system]?.proxy;
      const short = loading(['short-waits']);
      const running = product.begin(short);
      let met = false;
      proxy?.follow(({ method, url }) => {
        if (met || !pattern.test(`${method} ${url}`)) return undefined;
        met = true;
        setTimeout(() => running.kill('SIGKILL'), 20);
        return { kind };
      });
      await running.ended;
      proxy?.follow(() => undefined);
      expect(met).toBe(true);
      const ended = await product.once(short);
      expect([ended.status, ended.stderr]).toEqual([0, expect.any(String)]);
      expect(product.invoices(next.document)).toHaveLength(1);
      expect(told(next.document)).toEqual([true]);
      expect(world.checkPromises()).toEqual([]);
    },
    RUN_MS,
  );
});

describe('a ping', () => {
  beforeAll(async () => {
    product = await startBaswareRun();
  });
  afterAll(() => product.stop());

  it(
    'G5 G8: tells apart what can be wrong with either system',
    async () => {
      const ping = (variables: Record<string, string> = {}) =>
        product.command(['ping', 'epicor-kinetic-basware', '--json'], variables);
      expect((await ping()).status).toBe(0);
      for (const [variables, words] of [
        [{ BASWARE_CLIENT_SECRET: 'wrong' }, /BASWARE_CLIENT_SECRET/],
        [{ BASWARE_BASE_URL: `${product.world.basware.url}/nowhere` }, /BASWARE_BASE_URL/],
        [{ EPICOR_API_KEY: 'wrong' }, /API key/i],
        [{ EPICOR_PASSWORD: 'wrong' }, /password/i],
        [{ EPICOR_COMPANY: 'NONE' }, /company/i],
      ] as const) {
        const { status, stdout, stderr } = await ping(variables);
        expect([status, stdout + stderr]).toEqual([3, expect.stringMatching(words)]);
      }
      expect([writes('basware'), writes('epicor-kinetic')]).toEqual([[], []]);
    },
    RUN_MS,
  );
});
