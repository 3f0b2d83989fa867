import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../runtime/connector/json';
import type { TallyRow } from '../../../runtime/connector/system';
import { InvoiceBench } from '../../../tests/support/invoice-bench';

let bench: InvoiceBench;
let server: InvoiceBench['server'];

beforeEach(async () => {
  bench = new InvoiceBench();
  server = bench.server;
  await bench.start();
  await bench.reopen({ journalCode: 'GJ' });
});
afterEach(() => bench.stop());

const operation = () => bench.operation('create-gl-journal');

const journal = (documentId: string, amount = '70.25'): JsonObject => ({
  ...{ documentId, date: '2026-02-10', currency: 'USD', description: 'Card' },
  lines: [
    { amount, glAccount: '6100|10|200' },
    { amount: `-${amount}`, glAccount: '2150|00|000' },
  ],
});

async function tally(): Promise<TallyRow[]> {
  const rows: TallyRow[] = [];
  for await (const row of operation().tally?.(bench.context()) ?? []) rows.push(row);
  return rows;
}

const refs = async () => (await tally()).map(({ ref }) => ref).sort();

describe('the tally of journals', () => {
  it('has every journal of ours, and none of others', async () => {
    for (const id of ['card-1', 'card-2']) await operation().create(journal(id), bench.context());
    const [ours] = server.journals;
    server.journals.push({
      ...ours,
      JournalNum: 98,
      GroupID: 'CLERK',
      CommentText: 'rent',
      SysRevID: server.revision(),
    });
    server.journals.push({ ...ours, JournalNum: 99, CommentText: '', SysRevID: server.revision() });
    expect(await tally()).toEqual([
      { ref: 'MAIN|2026|GJ|1', currency: 'USD', date: '2026-02-10' },
      { ref: 'MAIN|2026|GJ|2', currency: 'USD', date: '2026-02-10' },
    ]);
  });

  it.each([true, false])(
    'has posted ones too, whether or not they leave the entry service: %s',
    async (moves) => {
      await operation().create(journal('card-1'), bench.context());
      server.postJournals(moves);
      await operation().create(journal('card-2'), bench.context());
      expect(await refs()).toEqual(['MAIN|2026|GJ|1', 'MAIN|2026|GJ|2']);
    },
  );

  it('has of a journal that was taken back and entered anew the new one alone', async () => {
    const first = journal('card-1');
    await operation().create(first, bench.context());
    server.postJournals(true);
    const context = bench.context({ postedChange: 'reverse' });
    const effect = await operation().update?.('MAIN|2026|GJ|1', journal('card-1', '80'), first, context);
    expect(await refs()).toEqual([effect?.ref]);
  });

  it('does without the ledger service, which not every site has', async () => {
    await operation().create(journal('card-1'), bench.context());
    const body = { HttpStatus: 404, ErrorType: 'Epicor.RESTApi.ErrorHandling.ApiException' };
    server.fault = ({ path }) => (path.includes('GLJrnDtlSvc') ? { status: 404, body } : undefined);
    expect(await refs()).toEqual(['MAIN|2026|GJ|1']);
  });
});
