import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { amount } from '../sandbox/epicor-kinetic/state';
import { type EpicorAvidWorld, startEpicorAvidWorld } from '../sandbox/worlds/epicor-kinetic-avidxchange';
import { type StartedRuntime, startRuntimeIn } from './support/runtime';

const FLOW = resolve(__dirname, '../flows/epicor-kinetic-avidxchange/flow.json');
const WAIT = { timeout: 150_000, interval: 500 };
const ACCOUNT = '5010-10-200';

let world: EpicorAvidWorld;
let runtime: StartedRuntime;

/** An invoice that somebody captured at AvidXchange, in a batch that was closed a moment ago. */
function capture(number: string, gross: string): void {
  const { site } = world.avid;
  const { accountingSystemId } = site.batches.at(-1) ?? { accountingSystemId: world.books.systemId };
  const now = site.clock.now();
  const today = new Date(now).toISOString().slice(0, 10);
  const invoice = site.addInvoice({
    accountingSystemId,
    externalId: undefined,
    batch: undefined,
    vendorCode: '101',
    vendorName: 'Allied Fasteners Inc',
    number,
    gross,
    invoiceDate: today,
    dueDate: today,
    order: undefined,
    memo: '',
    distributions: [
      {
        lineNumber: 1,
        amount: gross,
        description: 'bolts',
        order: undefined,
        orderLine: undefined,
        codes: [{ group: 'GL Account', value: ACCOUNT, description: 'Materials' }],
      },
    ],
    images: [],
    status: 'Approved',
    rejectReason: undefined,
    paid: '0.00',
    underWay: '0.00',
  });
  site.batches.push({
    guid: randomUUID(),
    kind: 'invoices',
    externalId: '',
    name: 'captured',
    accountingSystemId,
    created: now,
    items: [],
    itemCount: 1,
    names: [],
    status: 'Closed',
    failed: false,
    results: [],
    invoices: [invoice],
    closed: now,
  });
}

function entered(number: string) {
  return world.books.company.rows('APInvHed').all.filter((head) => head['InvoiceNum'] === number);
}

/** The template with its third tab enabled, for customers who work that way. */
async function folderWithCapture(): Promise<string> {
  const nodes = JSON.parse(await readFile(FLOW, 'utf8')) as { id: string; disabled?: boolean }[];
  const folder = await mkdtemp(join(tmpdir(), 'ml-connector-test-'));
  const enabled = nodes.map((node) => (node.id === 'ekx-capture' ? { ...node, disabled: false } : node));
  await writeFile(join(folder, 'flows.json'), JSON.stringify(enabled));
  return folder;
}

describe('invoices captured in AvidXchange', () => {
  beforeAll(async () => {
    world = await startEpicorAvidWorld({ size: 2, avidSwitches: { callsPerMinute: 6_000, openAfterMs: 0 } });
    capture('CAP-1', '250.10');
    capture('CAP-2', '-40.00');
    runtime = await startRuntimeIn(await folderWithCapture(), { ...world.env, ML_POLL_SECONDS: '5' });
  }, 180_000);
  afterAll(async () => {
    await runtime?.stop();
    await world?.stop();
  });

  it('are entered in Epicor once, with their account, credits as debit memos', async () => {
    await expect.poll(() => [entered('CAP-1').length, entered('CAP-2').length], WAIT).toEqual([1, 1]);
    const [invoice, credit] = [entered('CAP-1')[0], entered('CAP-2')[0]];
    expect(invoice && Number(amount(invoice, 'DocInvoiceAmt'))).toBe(250.1);
    expect(credit).toMatchObject({ DebitMemo: true });
    const accounts = world.books.company
      .rows('APInvExp')
      .all.filter((row) => row['InvoiceNum'] === 'CAP-1')
      .map((row) => String(row['GLAccount'] ?? '').replaceAll('|', '-'));
    expect(accounts).toEqual([ACCOUNT]);
  }, 180_000);

  it('B18: do not come back when they came from Epicor in the first place', async () => {
    const sent = () => world.avid.site.invoices.filter(({ externalId }) => externalId?.startsWith('EPIC06'));
    await expect.poll(() => sent().length, WAIT).toBeGreaterThan(5);
    const heads = world.books.company.rows('APInvHed').all.length;
    world.people.payer.decide(true);
    world.people.payer.decide(true);
    const ours = world.avid.site.batches.find(({ invoices }) => invoices.some((each) => each.externalId));
    const readBack = () =>
      world.avid.traffic.log.filter(({ url }) => url.includes(`${ours?.guid}/details`)).length;
    await expect.poll(readBack, WAIT).toBeGreaterThan(1);
    await expect.poll(() => entered('CAP-1').length, WAIT).toBe(1);
    expect(world.books.company.rows('APInvHed').all.length).toBe(heads);
  }, 180_000);
});
