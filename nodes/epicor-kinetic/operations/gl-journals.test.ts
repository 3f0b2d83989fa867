import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../runtime/connector/json';
import { validator } from '../../../runtime/connector/schema';
import { sumOf } from '../../../runtime/mapping/decimals';
import { InvoiceBench } from '../../../tests/support/invoice-bench';
import { parked } from '../../../tests/support/payment-bench';
import { digits } from '../../../tests/support/small-kinetic-lists';
import { manifest } from '../manifest';

const config = { journalCode: 'GJ' };
let bench: InvoiceBench;
let server: InvoiceBench['server'];

async function freshBench(): Promise<void> {
  bench = new InvoiceBench();
  server = bench.server;
  await bench.start();
  await bench.reopen(config);
}
beforeEach(freshBench);
afterEach(() => bench.stop());

const create = 'create-gl-journal';
const reverse = 'reverse-gl-journal';

function journal(change: JsonObject = {}): JsonObject {
  return {
    documentId: 'card-1',
    date: '2026-02-10',
    currency: 'USD',
    description: 'Card of Jane Roe',
    lines: [
      { amount: '70.25', glAccount: '6100|10|200', description: 'Hotel' },
      { amount: '29.75', glAccount: '6200-10-200' },
      { amount: '-100.00', glAccount: '2150|00|000' },
    ],
    ...change,
  };
}

const reversal = { documentId: 'card-1', date: '2026-03-01' };

function entered(rows: readonly Record<string, unknown>[] = server.journalLines): string[] {
  return rows.map((row) => `${row['JournalNum']} ${digits(row['DocTransAmt'])} ${row['GLAccount']}`);
}

const right = ['1 70.25 6100|10|200', '1 29.75 6200|10|200', '1 -100.00 2150|00|000'];

describe('creating a GL journal', () => {
  it('does without the ledger service, which not every site has', async () => {
    const body = { HttpStatus: 404, ErrorType: 'Epicor.RESTApi.ErrorHandling.ApiException' };
    server.fault = ({ path }) => (path.includes('GLJrnDtlSvc') ? { status: 404, body } : undefined);
    const context = bench.context();
    expect(await bench.operation(create).lookUp(journal(), context)).toEqual({ found: 'absent' });
    await bench.operation(create).create(journal(), context);
    expect(entered()).toEqual(right);
    expect(bench.connection.health.state).toBe('online');
  });

  it('enters head and lines into a group, and verifies them', async () => {
    const context = bench.context();
    expect(await bench.operation(create).lookUp(journal(), context)).toEqual({ found: 'absent' });
    const effect = await bench.operation(create).create(journal(), context);
    expect(effect).toEqual({ ref: 'MAIN|2026|GJ|1', attributes: { group: 'ML0000001', currency: 'USD' } });
    expect(entered()).toEqual(right);
    expect(server.journalGroups[0]).toMatchObject({ JournalCode: 'GJ', JEDate: '2026-02-10' });
    expect(server.journals[0]).toMatchObject({ CommentText: 'card-1', Description: 'Card of Jane Roe' });
    expect(await bench.operation(create).lookUp(journal(), context)).toMatchObject({ found: 'present' });
  });

  it('finds accounts as people see them, whatever the order and the signs between the segments', async () => {
    const shown = ['200*6100*10', '10-6200-200'];
    const accounts = ['6100|10|200', '6200|10|200'];
    for (const [at, account] of accounts.entries()) {
      const row = server.chart.find((each) => each['GLAccount1'] === account) ?? expect.fail();
      row['GLAcctDispGLAcctDisp'] = shown[at] ?? '';
    }
    const rows = accounts.map((GLAccount, at) => ({
      ...{ Company: 'EPIC06', COACode: 'MAIN', GLAccount, GLAcctDisp1: shown[at] ?? '' },
    }));
    const names = ['Company', 'COACode', 'GLAccount', 'GLAcctDisp1'];
    server.addSet('Erp.BO.GLAcctDispSvc', 'GLAcctDisps', 'GLAcctDisp', rows, names);
    const lines = [
      { amount: '70.25', glAccount: '200*6100*10' },
      { amount: '29.75', glAccount: '10-6200-200' },
      { amount: '-100.00', glAccount: '2150|00|000' },
    ];
    await bench.operation(create).create(journal({ lines }), bench.context());
    expect(entered()).toEqual(right);
    const odd = [
      { amount: '1', glAccount: '10-6300-200' },
      { amount: '-1', glAccount: '2150|00|000' },
    ];
    const unknown = journal({ documentId: 'card-2', lines: [...lines, ...odd] });
    const outcome = await parked(bench.operation(create).create(unknown, bench.context()));
    expect(outcome.reason).toBe('gl-account-unmapped');
  });

  it('shares a group with the journals of a run', async () => {
    await bench.operation(create).create(journal(), bench.context());
    await bench.operation(create).create(journal({ documentId: 'card-2' }), bench.context());
    await bench
      .operation(create)
      .create(journal({ documentId: 'card-3', date: '2026-02-11' }), bench.context());
    expect(server.journals.map((row) => row['GroupID'])).toEqual(['ML0000001', 'ML0000001', 'ML0000002']);
  });

  it('says debit and credit where the currency is the one of the book', async () => {
    await bench.operation(create).create(journal(), bench.context());
    expect(
      server.journalLines.map((row) => [digits(row['DebitAmount']), digits(row['CreditAmount'])]),
    ).toEqual([
      ['70.25', '0'],
      ['29.75', '0'],
      ['0', '100'],
    ]);
  });

  it('repairs lines whose account was lost', async () => {
    server.blanksLines = 2;
    await bench.operation(create).create(journal(), bench.context());
    expect(entered().toSorted()).toEqual(right.toSorted());
  });

  it('reads a journal again that somebody else changed meanwhile, and goes on', async () => {
    let once = true;
    server.fault = ({ path }) => {
      if (!once || !path.endsWith('GLJournalEntrySvc/Update') || server.journals.length === 0)
        return undefined;
      once = false;
      return { status: 409, body: { ErrorMessage: 'Row has been modified by another user.' } };
    };
    await bench.operation(create).create(journal(), bench.context());
    expect(once).toBe(false);
    expect(entered().toSorted()).toEqual(right.toSorted());
  });

  it('ends where Epicor keeps losing other lines', async () => {
    let reads = 0;
    server.fault = ({ path }) => {
      const { journalLines: lines } = server;
      const kept = path.endsWith('GLJournalEntrySvc/GetByID') ? lines[reads++ % lines.length] : undefined;
      if (kept) lines.splice(0, lines.length, kept);
      return undefined;
    };
    const outcome = await parked(bench.operation(create).create(journal(), bench.context()));
    expect(outcome).toMatchObject({ reason: 'rejected-by-target', detail: { undone: true } });
    expect(reads).toBeLessThan(20);
  });

  it('takes a journal that is refused half-way back again', async () => {
    server.refusesLines = 1;
    const outcome = await parked(bench.operation(create).create(journal(), bench.context()));
    expect(outcome).toMatchObject({ reason: 'rejected-by-target', detail: { undone: true } });
    expect(outcome.message).toContain('GL account is not valid.');
    expect([server.journals, server.journalLines, server.journalGroups]).toEqual([[], [], []]);
  });

  it('tells a person what to undo where the option says so, and is completed later', async () => {
    server.refusesLines = 1;
    const outcome = await parked(bench.operation(create).create(journal(), bench.context({ undo: 'tell' })));
    expect(String(outcome.detail['undo'])).toContain('journal MAIN|2026|GJ|1 in group ML0000001');
    expect((await bench.settle(journal(), bench.context(), create)).found).toBe('partial');
    expect(entered().toSorted()).toEqual(right.toSorted());
  });

  it.each(['before', 'after'] as const)(
    'leaves exactly one whole journal behind, killed %s any call is answered (B5)',
    async (when) => {
      for (let nth = 1; ; nth++) {
        await bench.stop();
        await freshBench();
        const context = bench.context();
        const dying = bench.dying(context, nth, when);
        await bench.settle(journal(), dying, create).catch(() => undefined);
        await bench.reopen(config);
        await bench.settle(journal(), bench.context({}, context.facts), create);
        expect(server.journals).toHaveLength(1);
        expect(entered().toSorted()).toEqual(right.toSorted());
        expect(nth).toBeLessThan(60);
        if (!dying.died()) break;
      }
    },
  );

  it('that does not balance, or names an unknown account, parks before anything is written', async () => {
    const uneven = journal({
      lines: [
        { amount: '1', glAccount: '6100|10|200' },
        { amount: '-2', glAccount: 'x' },
      ],
    });
    await expect(bench.operation(create).lookUp(uneven, bench.context())).rejects.toMatchObject({
      reason: 'amounts-differ',
    });
    const unknown = journal({
      lines: [
        { amount: '1', glAccount: 'x' },
        { amount: '-1', glAccount: 'y' },
      ],
    });
    const outcome = await parked(bench.operation(create).create(unknown, bench.context()));
    expect(outcome.reason).toBe('gl-account-unmapped');
    expect(server.journalGroups).toEqual([]);
  });

  it('without a journal code parks, naming the variable', async () => {
    await bench.reopen();
    const outcome = await parked(bench.operation(create).create(journal(), bench.context()));
    expect(outcome).toMatchObject({ reason: 'setting-missing', detail: { setting: 'EPICOR_JOURNAL_CODE' } });
  });

  it.each([false, true])('is found when it is posted, whether posted journals move: %s', async (moves) => {
    await bench.operation(create).create(journal(), bench.context());
    server.postJournals(moves);
    expect(await bench.operation(create).lookUp(journal(), bench.context())).toMatchObject({
      found: 'present',
      ref: 'MAIN|2026|GJ|1',
    });
  });

  it('is changed while it is not posted, and parks afterwards', async () => {
    await bench.operation(create).create(journal(), bench.context());
    const changed = journal({
      lines: [
        { amount: '100', glAccount: '6200|10|200' },
        { amount: '-100', glAccount: '2150|00|000' },
      ],
    });
    await bench.operation(create).update?.('MAIN|2026|GJ|1', changed, journal(), bench.context());
    expect(entered()).toEqual(['1 -100.00 2150|00|000', '1 100 6200|10|200']);
    server.postJournals(false);
    const late = bench.operation(create).update?.('MAIN|2026|GJ|1', journal(), changed, bench.context());
    expect((await parked(late as Promise<unknown>)).reason).toBe('changed-after-sent');
  });
});

describe('a GL journal that changes after it was posted', () => {
  const option = { postedChange: 'reverse' };
  const recoded = journal({
    lines: [
      { amount: '100', glAccount: '6200|10|200' },
      { amount: '-100', glAccount: '2150|00|000' },
    ],
  });
  const change = (to: JsonObject, from: JsonObject, context = bench.context(option)) =>
    bench.operation(create).update?.('MAIN|2026|GJ|1', to, from, context);
  const balances = () => {
    const sums = Map.groupBy([...server.ledger, ...server.journalLines], (row) => row['GLAccount']);
    return [...sums]
      .map(([account, rows]) => `${account} ${sumOf(rows.map((row) => digits(row['DocTransAmt'])))}`)
      .filter((each) => !each.endsWith(' 0'))
      .toSorted();
  };

  beforeEach(async () => {
    await bench.operation(create).create(journal(), bench.context());
  });

  it.each([false, true])('is reversed and entered anew (D16), whether it moved: %s', async (moves) => {
    server.postJournals(moves);
    expect(await change(recoded, journal())).toMatchObject({ ref: 'MAIN|2026|GJ|3' });
    expect(balances()).toEqual(['2150|00|000 -100', '6200|10|200 100']);
    expect(await change(recoded, journal())).toMatchObject({ ref: 'MAIN|2026|GJ|3' });
    server.postJournals(moves);
    await change(journal(), recoded);
    expect(balances()).toEqual(['2150|00|000 -100', '6100|10|200 70.25', '6200|10|200 29.75']);
  });

  it('stays as it is when the new lines cannot be entered', async () => {
    server.postJournals(false);
    const lines = [
      { amount: '1', glAccount: 'x' },
      { amount: '-1', glAccount: '2150|00|000' },
    ];
    const outcome = await parked(change(journal({ lines }), journal()) as Promise<unknown>);
    expect([outcome.reason, server.journals.length]).toEqual(['gl-account-unmapped', 1]);
  });

  it('takes another date while it is not posted', async () => {
    await change(journal({ date: '2026-02-12' }), journal());
    expect(server.journals.map((row) => row['JEDate'])).toEqual(['2026-02-12']);
    expect(server.journalLines).toHaveLength(3);
  });

  it('ends in one reversal and one new journal whichever call the process is killed at', async () => {
    for (let nth = 1; ; nth++) {
      await bench.stop();
      await freshBench();
      await bench.operation(create).create(journal(), bench.context());
      server.postJournals(false);
      const dying = bench.dying(bench.context(option), nth, 'after');
      await change(recoded, journal(), dying)?.catch(() => undefined);
      await bench.reopen(config);
      await change(recoded, journal());
      expect(balances()).toEqual(['2150|00|000 -100', '6200|10|200 100']);
      expect(server.journals).toHaveLength(3);
      expect(nth).toBeLessThan(80);
      if (!dying.died()) break;
    }
  });
});

describe('reversing a GL journal', () => {
  beforeEach(async () => {
    await bench.operation(create).create(journal(), bench.context());
  });

  it('deletes one that is not posted, and knows that later', async () => {
    const context = bench.context();
    await bench.settle(reversal, context, reverse);
    expect([server.journals, server.journalGroups]).toEqual([[], []]);
    expect(await bench.operation(reverse).lookUp(reversal, context)).toMatchObject({ found: 'present' });
  });

  it.each([false, true])('enters the opposite of a posted one (D16), whether it moved: %s', async (moves) => {
    server.postJournals(moves);
    await bench.settle(reversal, bench.context(), reverse);
    expect(entered(server.journalLines.slice(-3))).toEqual([
      '2 -70.25 6100|10|200',
      '2 -29.75 6200|10|200',
      '2 100 2150|00|000',
    ]);
    expect(sumOf([...server.ledger, ...server.journalLines].map((row) => digits(row['DocTransAmt'])))).toBe(
      '0',
    );
    expect(await bench.operation(reverse).lookUp(reversal, bench.context())).toMatchObject({
      found: 'present',
      ref: 'MAIN|2026|GJ|2',
    });
  });

  it('ends in one reversal whichever call the process is killed at', async () => {
    for (let nth = 1; ; nth++) {
      await bench.stop();
      await freshBench();
      await bench.operation(create).create(journal(), bench.context());
      server.postJournals(false);
      const context = bench.context();
      const dying = bench.dying(context, nth, 'after');
      await bench.settle(reversal, dying, reverse).catch(() => undefined);
      await bench.reopen(config);
      await bench.settle(reversal, bench.context({}, context.facts), reverse);
      expect(server.journals).toHaveLength(2);
      expect(sumOf(server.journalLines.map((row) => digits(row['DocTransAmt'])))).toBe('0');
      expect(server.journalLines).toHaveLength(6);
      expect(nth).toBeLessThan(60);
      if (!dying.died()) break;
    }
  });

  it('of one that never was is a conflict, not a success', async () => {
    const other = { ...reversal, documentId: 'other' };
    expect(await bench.operation(reverse).lookUp(other, bench.context())).toMatchObject({
      found: 'conflict',
      reason: 'not-ours',
    });
  });
});

it('takes the documents that it says it takes', () => {
  expect(validator(manifest.operations[create]?.document as JsonObject)(journal())).toEqual([]);
  expect(validator(manifest.operations[reverse]?.document as JsonObject)(reversal)).toEqual([]);
});
