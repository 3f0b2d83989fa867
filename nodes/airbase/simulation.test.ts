import { afterEach, describe, expect, it } from 'vitest';
import type { BatchItem, BatchResult } from '../../runtime/connector/batch';
import { SystemError } from '../../runtime/connector/errors';
import type { JsonObject } from '../../runtime/connector/json';
import type { Operation } from '../../runtime/connector/system';
import { harshAirbaseSwitches } from '../../sandbox/airbase/harsh-switches';
import type { EntryContent } from '../../sandbox/airbase/records';
import { type Airbase, startAirbase } from '../../sandbox/airbase/start';
import { Random } from '../../sandbox/random';
import {
  batchContext,
  batchOf,
  connectTo,
  operationContext,
  readContext,
  type TestConnection,
} from '../../tests/support/airbase-connection';

const seeds = Array.from({ length: 12 }, (_, at) => at + 1);
const mostRounds = 12;

let airbase: Airbase;
let connection: TestConnection;

afterEach(async () => {
  await connection.close();
  await airbase.stop();
});

/** A simulated Airbase with everything that a connection with default settings must bear, drawn by the seed. */
async function start(seed: number): Promise<void> {
  const harsh = harshAirbaseSwitches(new Random(seed));
  // Waits take no time here, so that a limit by the second would be a limit by the call.
  const switches = { ...harsh, rateLimit: 100_000, listLagMs: 0 };
  airbase = await startAirbase({ seed, tokens: ['canary-token'], webhookSecret: 'x', switches });
  airbase.tenant.addMaster('subsidiaries', {
    reference: 'EPIC06',
    data: { name: 'Main Co', iso_code: 'US', erp_currency_reference_id: 'USD' },
  });
  airbase.tenant.addMaster('currencies', { reference: '', data: { iso_code: 'USD' } });
  airbase.tenant.addMaster('currencies', { reference: 'USD', data: { iso_code: 'USD' } });
  connection = connectTo(airbase.url);
}

const operation = (name: string): Operation => connection.client.operations[name] ?? expect.fail();

/** Sends until all are done, as delivery does: what is unclear is looked up before it goes again. */
async function load(
  name: string,
  documents: readonly JsonObject[],
): Promise<ReadonlyMap<string, BatchResult>> {
  const { batch } = operation(name);
  const settled = new Map<string, BatchResult>();
  let open: readonly BatchItem[] = batchOf(documents);
  for (let round = 0; round < mostRounds && open.length > 0; round += 1) {
    const context = batchContext(connection);
    const answer = await batch?.send(open, context).catch((error: unknown) => {
      if (!(error instanceof SystemError)) throw error;
      return batch?.lookUp?.(open, context).catch(() => undefined);
    });
    const results = answer && 'results' in answer ? (answer.results ?? []) : [];
    for (const result of results) {
      if (result.outcome === 'done' || result.outcome === 'refused') settled.set(result.id, result);
    }
    open = open.filter(({ id }) => !settled.has(id));
  }
  return settled;
}

/** Tries again on failures that pass. */
async function patiently<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let round = 1; ; round += 1) {
    try {
      return await work();
    } catch (error) {
      const passes = error instanceof SystemError && ['retry', 'ambiguous'].includes(error.recovery);
      if (!passes || round >= mostRounds) throw error;
    }
  }
}

function submit(at: number): string {
  const kinds = ['bill', 'reimbursement', 'card'] as const;
  const kind = kinds[at % kinds.length] ?? 'bill';
  const types = { bill: 'bill', reimbursement: 'reimbursement', card: 'virtual_card_expense' };
  const total = `${at}.${at % 10}5`;
  const content: EntryContent = {
    kind,
    type: types[kind],
    subsidiary: 'EPIC06',
    payee: [...airbase.tenant.masters.vendors.keys()][0] ?? null,
    invoiceNumber: kind === 'bill' ? `INV-${at}` : null,
    apAccount: '2000',
    bankAccount: '1000',
    appliedTo: [],
    date: '2026-01-05',
    currency: 'USD',
    total,
    inBase: total,
    settled: kind === 'card',
    lines: [{ account: '6100', amount: total, tags: [], description: 'Belts' }],
    notes: '',
  };
  return airbase.spend.submit(content, 'approved').id;
}

describe.each(seeds)('a harsh Airbase, seed %i', (seed) => {
  it('takes master data once, whatever it answers', async () => {
    await start(seed);
    const subject = { type: 'expense', currency: 'USD' };
    const accounts = Array.from({ length: 60 }, (_, at) => ({
      reference: `A${at}`,
      name: `Account ${at}`,
      ...subject,
    }));
    const tags = Array.from({ length: 7 }, (_, at) => ({
      reference: `D${at}`,
      name: `Dep ${at}`,
      type: 'department',
    }));
    const vendors = Array.from({ length: 60 }, (_, at) => ({ reference: `V${at}`, name: `Vendor ${at}` }));
    for (const [name, documents, kind] of [
      ['upsert-account', accounts, 'accounts'],
      ['upsert-dimension', tags, 'tags'],
      ['upsert-vendor', vendors, 'vendors'],
    ] as const) {
      const first = await load(name, documents);
      expect([...first.values()].filter(({ outcome }) => outcome !== 'done')).toEqual([]);
      const renamed = documents.map((document) => ({ ...document, name: `${document.name} again` }));
      const second = await load(name, renamed);
      expect([...second.values()].filter(({ outcome }) => outcome !== 'done')).toEqual([]);
      const there = [...airbase.tenant.masters[kind].values()].filter(({ reference }) => reference !== '');
      expect(there.map(({ reference }) => reference).sort()).toEqual(
        documents.map(({ reference }) => reference).sort(),
      );
      expect(there.every(({ data }) => String(data['name']).endsWith('again'))).toBe(true);
    }
  });

  it('gives every entry although it is marked meanwhile, and to the cent', async () => {
    await start(seed);
    const ids = Array.from({ length: 40 }, (_, at) => submit(at + 1));
    const stream = connection.client.streams['ledger-entries'];
    const mark = operation('mark-synced');
    const seen: string[] = [];
    const query = { cursor: undefined, options: {}, full: false };
    await patiently(async () => {
      for await (const { rows } of stream?.read(query, readContext(connection)) ?? []) {
        for (const { key, data } of rows) {
          if (seen.includes(key)) continue;
          seen.push(key);
          const total = airbase.tenant.entries.get(key)?.content.total ?? '';
          expect(Number(data['total_amount'])).toBe(Number(total));
          const document = {
            airbaseId: key,
            kind: String(data['kind']),
            success: true,
            reference: `E|${key}`,
          };
          const context = operationContext(connection);
          await patiently(async () => {
            const found = await mark.lookUp(document, context);
            if (found.found === 'absent') await mark.create(document, context);
          });
        }
      }
    });
    expect(seen.sort()).toEqual(ids.sort());
    const marks = [...airbase.tenant.entries.values()].map((entry) => [entry.status, entry.marks.length]);
    expect(new Set(marks.map((each) => each.join()))).toEqual(new Set(['sync_complete,1']));
    expect(airbase.tenant.trespasses).toEqual([]);
  });
});
