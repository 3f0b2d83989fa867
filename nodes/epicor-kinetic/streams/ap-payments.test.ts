import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StreamReader } from '../../../runtime/connector/system';
import { operationContext, readAll, readContext } from '../../../tests/support/kinetic-connection';
import { PaymentBench, simple } from '../../../tests/support/payment-bench';
import { amount, type Row } from '../../../tests/support/small-kinetic-lists';

let bench: PaymentBench;

beforeEach(async () => {
  bench = new PaymentBench();
  await bench.start();
});
afterEach(() => bench.stop());

const payments = () => bench.connection.client.streams['ap-payments'] as StreamReader;
const read = () => readAll(payments(), readContext(bench.connection));
const numbers = new Map<string, number>();

async function pay(count: number, options = {}): Promise<string[]> {
  const refs: string[] = [];
  for (let left = count; left > 0; left--) {
    const invoiceNum = `I-${bench.server.invoices.length}`;
    bench.server.addInvoice(12, invoiceNum, '1.50');
    const document = simple({
      paymentId: invoiceNum,
      amount: '1.50',
      allocations: [{ invoiceNum, amount: '1.50' }],
    });
    const context = operationContext(bench.connection, options, {}, numbers);
    refs.push((await bench.operation.create(document, context)).ref);
  }
  return refs;
}

describe('on a site whose payment entry hides posted payments', () => {
  beforeEach(() => {
    bench.server.hidesPosted = true;
  });

  it('posted payments come among the others, each once, across pages', async () => {
    const posted = await pay(3);
    const open = await pay(2, { posting: 'leave' });
    const more = await pay(2);
    bench.server.cap = 2;
    const { rows, keys, cursor } = await read();
    expect([...keys].sort()).toEqual([...posted, ...open, ...more].sort());
    const flags = rows.map(({ key, data }) => [key, data['Posted']] as const);
    expect(Object.fromEntries(flags)).toEqual(
      Object.fromEntries([...posted, ...open, ...more].map((key) => [key, !open.includes(key)])),
    );
    const [next] = await pay(1);
    const since = await readAll(payments(), readContext(bench.connection), {
      cursor,
      options: { overlapVersions: 1 },
    });
    expect(since.keys).toContain(next);
  });

  it('a posted payment is read with what it paid', async () => {
    const [key = ''] = await pay(1);
    for (const line of bench.server.lines) line['VendorNum'] = 12;
    const document = await payments().get?.(key, readContext(bench.connection));
    expect(document).toMatchObject({
      HeadNum: Number(key),
      Posted: true,
      DocCheckAmt: '1.5',
      Allocations: [{ VendorNum: 12, DocTranAmt: '1.5', Posted: true, DocPaidTotal: '1.5' }],
    });
  });

  it('a payment that was voided comes again, and says so', async () => {
    const [first = '', second = ''] = await pay(2);
    const { cursor } = await read();
    const { server } = bench;
    const head = server.heads.find(({ HeadNum }) => HeadNum === Number(first)) as Row;
    Object.assign(head, { Voided: true, SysRevID: server.revision() });
    const line = server.lines.find(({ HeadNum }) => HeadNum === Number(first)) as Row;
    const twin = { ...line, Voided: true, DocTranAmt: amount('-1.50'), TranDate: '2026-03-01T00:00:00' };
    Object.assign(line, { TranDate: '2026-02-20T00:00:00' });
    server.lines.push(
      { ...twin, SysRevID: server.revision() },
      { ...twin, InvoiceNum: '', SysRevID: server.revision() },
    );
    const query = { cursor, options: { overlapVersions: 1 } };
    const { rows, keys } = await readAll(payments(), readContext(bench.connection), query);
    expect(keys.filter((key) => key === first)).toHaveLength(1);
    expect(rows.at(-1)?.data).toMatchObject({ Posted: true, Voided: true, VoidDate: '2026-03-01' });
    const document = await payments().get?.(first, readContext(bench.connection));
    expect(document).toMatchObject({ Posted: true, Voided: true, CheckDate: '2026-02-20' });
    expect(document?.['Allocations']).toHaveLength(3);
    expect(await payments().get?.(second, readContext(bench.connection))).toMatchObject({ Voided: false });
  });

  it('a site without the service for voiding has the payments of payment entry', async () => {
    const open = await pay(1, { posting: 'leave' });
    await pay(1);
    for (const status of [404, 500]) {
      bench.server.fault = ({ path }) => (path.includes('VoidPaymentSvc') ? { status } : undefined);
      expect((await read()).keys).toEqual(open);
    }
    expect(await payments().get?.('999', readContext(bench.connection))).toBeUndefined();
  });
});

it('elsewhere payments are looked for in payment entry only', async () => {
  const refs = await pay(2);
  const seen = bench.server.calls.length;
  expect((await read()).keys).toEqual(refs);
  const paths = bench.server.calls.slice(seen).map(({ path }) => path);
  expect(paths.filter((path) => path.includes('VoidPaymentSvc'))).toEqual([]);
});
