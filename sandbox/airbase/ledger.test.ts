import { afterEach, describe, expect, it } from 'vitest';
import { MovableClock } from '../clock';
import type { Entry } from './records';
import type { Airbase } from './start';
import type { AirbaseSwitches } from './switches';
import { AirbaseCaller, someBill, startSmall } from './test-caller';

const LIST = '/v1/accounting/ledger_entries/';
let airbase: Airbase;
let caller: AirbaseCaller;
let clock: MovableClock;

async function open(switches: Partial<AirbaseSwitches> = {}): Promise<void> {
  clock = new MovableClock();
  airbase = await startSmall({ switches, clock });
  caller = new AirbaseCaller(airbase.url);
}
afterEach(() => airbase.stop());

function bills(count: number): Entry[] {
  return Array.from({ length: count }, (_, index) =>
    airbase.spend.submit(someBill(airbase, { invoiceNumber: `INV-${index}` }), 'approved'),
  );
}

const mark = ({ id }: Entry, body: object) => caller.patch(`${LIST}${id}/`, body);
const done = { status: 'sync_complete', erp_reference_id: 'MAIN|7|INV', error_message: null };

describe('the queue of entries', () => {
  it('shows a bill as it is documented', async () => {
    await open();
    const [bill] = bills(1);
    const { json } = await caller.get(LIST);
    expect(json.pagination).toEqual({ next: null, previous: null, page: 1, page_size: 100 });
    const [row] = json.data;
    expect(row).toMatchObject({
      id: bill?.id,
      airbase_id: bill?.id,
      erp_reference_id: null,
      type: 'bill',
      status: 'sync_ready',
      error_message: '',
      subsidiary: { erp_reference_id: 'MAIN', name: 'Main Co' },
      employee: null,
      invoice_number: 'INV-0',
      currency: { erp_reference_id: 'USD', iso_code: 'USD' },
      amounts: { settlement_amount: null },
    });
    expect(row.vendor).toMatchObject({ name: 'Acme', erp_reference_id: 'ACME' });
    expect(row.entry_date).toMatch(/^2026-10-01T\d\d:\d\d:\d\d(\.\d{6})?$/);
    expect(row.total_amount).toMatch(/^125\.50*$/);
    expect(row.expense_list).toHaveLength(1);
    expect(row.expense_list[0]).toMatchObject({
      line_number: 1,
      account: { erp_reference_id: '6100', name: 'Supplies' },
      tags: [{ erp_reference_id: '10', type_label: 'Department' }],
      description: 'Steel',
    });
  });

  it('has only what is approved and waits, unless another status is asked for', async () => {
    await open();
    const [one, two] = bills(2);
    const draft = airbase.spend.submit(someBill(airbase));
    if (one === undefined || two === undefined) throw new Error('no bills');
    await mark(one, done);
    expect(await caller.ids('')).toEqual([two.id]);
    expect(await caller.ids('status=sync_complete')).toEqual([one.id]);
    expect((await caller.get(`${LIST}${draft.id}/`)).json.status).toBe('not_ready');
    airbase.switches.unreadyById = 'not-found';
    expect((await caller.get(`${LIST}${draft.id}/`)).status).toBe(404);
    airbase.spend.approve(draft);
    expect(await caller.ids('')).toEqual([two.id, draft.id]);
  });

  it('is empty past its end, and cuts pages that are too large', async () => {
    await open({ largestPage: 4 });
    bills(10);
    const page = (number: number) => caller.get(`${LIST}?page=${number}&page_size=250`);
    const sizes = [];
    for (const number of [1, 2, 3, 4, 99]) sizes.push((await page(number)).json.data.length);
    expect(sizes).toEqual([4, 4, 2, 0, 0]);
    expect((await page(1)).json.pagination.next).toBe(`${airbase.url}${LIST}?page=2&page_size=250`);
    airbase.switches.nextStyle = 'number';
    expect((await page(2)).json.pagination.next).toBe(3);
    expect((await page(3)).json.pagination.next).toBe(null);
    airbase.switches.nextAfterLast = true;
    expect((await page(3)).json.pagination.next).toBe(4);
    expect((await page(0)).status).toBe(404);
  });

  it('shrinks while it is marked, so that pages skip what moves up', async () => {
    await open();
    const all = bills(6);
    const first = (await caller.get(`${LIST}?page=1&page_size=3`)).json.data as { id: string }[];
    for (const { id } of first) await caller.patch(`${LIST}${id}/`, done);
    expect((await caller.get(`${LIST}?page=2&page_size=3`)).json.data).toEqual([]);
    expect(await caller.ids('page_size=3')).toEqual(all.slice(3).map(({ id }) => id));
  });

  it('may turn its order over at each write, and lag behind', async () => {
    await open({ unstableOrder: true, listLagMs: 1_000 });
    const all = bills(8);
    expect(await caller.ids('')).toEqual([]);
    clock.advance(1_000);
    const before = await caller.ids('');
    expect(await caller.ids('')).toEqual(before);
    const [one] = all;
    if (one === undefined) throw new Error('no bill');
    await mark(one, done);
    const after = await caller.ids('');
    expect(after.toSorted()).toEqual(before.toSorted());
    expect(after).not.toEqual(before);
    expect((await caller.get(`${LIST}${one.id}/`)).json.status).toBe('sync_complete');
    clock.advance(1_000);
    expect(await caller.ids('')).toHaveLength(7);
  });

  it('writes amounts and names as the tenant does', async () => {
    await open({ amountStyle: 'five', timeStyle: 'micros', aliases: 'neutral' });
    bills(1);
    const [row] = (await caller.get(LIST)).json.data;
    expect([row.total_amount, row.entry_date.length]).toEqual(['125.50000', 26]);
    expect(row.airbase_id).toBeUndefined();
    expect([row.id.length, row.vendor.id.length]).toEqual([36, 36]);
    airbase.switches.aliases = 'branded';
    expect((await caller.get(LIST)).json.data[0].id).toBeUndefined();
  });

  it('shows when a card is settled, whom a report is for, and what a payment settles', async () => {
    await open({ employeeIn: 'both' });
    const card = airbase.spend.submit(
      someBill(airbase, { kind: 'card', type: 'virtual_card_expense', bankAccount: '2150' }),
      'approved',
    );
    const [bill] = bills(1);
    const report = airbase.spend.submit(
      someBill(airbase, { kind: 'reimbursement', type: 'reimbursement' }),
      'approved',
    );
    const paid = { kind: 'payment', type: 'bill_payment', appliedTo: [bill?.id ?? ''] } as const;
    const payment = airbase.spend.submit(someBill(airbase, paid), 'approved');
    const read = async ({ id }: Entry) => (await caller.get(`${LIST}${id}/`)).json;
    expect((await read(card)).amounts.settlement_amount).toBe(null);
    airbase.spend.settle(card);
    expect((await read(card)).amounts.settlement_amount.currency.iso_code).toBe('USD');
    expect(await read(report)).toMatchObject({ employee: { name: 'Acme' }, vendor: { name: 'Acme' } });
    expect((await read(payment)).applied_to).toEqual([
      { id: bill?.id, airbase_id: bill?.id, transaction_type: 'bill' },
    ]);
  });
});

describe('marks', () => {
  it('are kept with reference and words, and may be repeated', async () => {
    await open();
    const [bill] = bills(1);
    if (bill === undefined) throw new Error('no bill');
    const failed = await mark(bill, { status: 'sync_failed', error_message: 'Account 6100 is closed.' });
    expect(failed.json).toMatchObject({ status: 'sync_failed', error_message: 'Account 6100 is closed.' });
    for (let turn = 0; turn < 2; turn += 1) {
      expect((await mark(bill, done)).json).toMatchObject({
        status: 'sync_complete',
        erp_reference_id: 'MAIN|7|INV',
        error_message: null,
      });
    }
    expect(bill.marks.map(({ status }) => status)).toEqual(['sync_failed', 'sync_complete', 'sync_complete']);
  });

  it('cannot say anything else, undo what is done, or touch what is not ready', async () => {
    await open();
    const [bill] = bills(1);
    if (bill === undefined) throw new Error('no bill');
    expect((await mark(bill, { status: 'paid' })).json).toEqual({
      status: ['"paid" is not a valid choice.'],
    });
    expect((await mark(bill, { status: 'sync_ready' })).status).toBe(400);
    expect((await mark(bill, { ...done, error_message: 'x'.repeat(501) })).status).toBe(400);
    expect((await mark(bill, { ...done, total_amount: '1' })).json).toEqual({
      total_amount: ['This field is read-only.'],
    });
    await mark(bill, done);
    expect((await mark(bill, { status: 'sync_failed', error_message: 'no' })).status).toBe(400);
    expect((await mark(airbase.spend.submit(someBill(airbase)), done)).status).toBe(400);
    expect((await caller.patch(`${LIST}${bill.spendId}/`, done)).json).toEqual({ detail: 'Not found.' });
    expect(airbase.tenant.trespasses).toHaveLength(2);
  });

  it('are void when people code the entry anew: it stands in the queue again', async () => {
    await open({ reopenedReference: 'cleared' });
    const [bill] = bills(1);
    if (bill === undefined) throw new Error('no bill');
    await mark(bill, done);
    airbase.spend.recode(bill, [{ account: '6200', amount: '125.5', tags: [], description: '' }]);
    const [row] = (await caller.get(LIST)).json.data;
    expect([row.id, row.erp_reference_id, row.expense_list[0].account.erp_reference_id]).toEqual([
      bill.id,
      null,
      '6200',
    ]);
  });

  it('come with a credit when a card transaction is given back', async () => {
    await open();
    const card = airbase.spend.submit(someBill(airbase, { kind: 'card', settled: true }), 'approved');
    const refund = airbase.spend.refund(card, card.content.lines, '2026-10-02', '125.5');
    const { json } = await caller.get(`${LIST}${refund.id}/`);
    expect(json.total_amount).toMatch(/^-125\.50*$/);
    expect(json.expense_list[0].amount).toMatch(/^-125\.50*$/);
    expect(json.applied_to[0].id).toBe(card.id);
  });
});
