import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { operationContext } from '../../../tests/support/kinetic-connection';
import { entry, group, PaymentBench, parked, payment, simple } from '../../../tests/support/payment-bench';
import { refuse } from '../../../tests/support/small-kinetic';

let bench: PaymentBench;
let server: PaymentBench['server'];

beforeEach(async () => {
  bench = new PaymentBench();
  server = bench.server;
  await bench.start();
});
afterEach(() => bench.stop());

describe('a cut connection', () => {
  const saves: readonly (readonly [string, number])[] = [
    [`${entry}/Update`, 1],
    [`${entry}/Update`, 2],
    [`${entry}/Update`, 3],
    [`${entry}/Update`, 4],
  ];
  it.each(
    saves.flatMap(([path, nth]) => (['before', 'after'] as const).map((when) => [path, nth, when] as const)),
  )('at %s number %i, %s it was handled, ends in exactly one payment (B1)', async (path, nth, when) => {
    bench.cutAt(path, when, nth);
    const context = operationContext(bench.connection);
    await expect(bench.operation.create(payment(), context)).rejects.toMatchObject({ recovery: 'ambiguous' });
    await bench.settle(payment(), context);
    expect(await bench.operation.lookUp(payment(), context)).toMatchObject({ found: 'present' });
    expect(server.heads.filter((head) => head['Posted'])).toHaveLength(1);
    expect(['A-17', "B'18", 'CM-1'].map((number) => server.appliedTo(number))).toEqual([
      '1120.1',
      '200',
      '-50.05',
    ]);
  });

  it('while the group is saved makes one group, and nothing else', async () => {
    bench.cutAt(`${group}/UpdateMaster`, 'after');
    await bench.operation.create(simple(), operationContext(bench.connection));
    expect(server.seen(`${group}/UpdateMaster`)).toHaveLength(2);
    expect(server.heads).toHaveLength(1);
  });

  it('that ends with a gateway page after the head was saved is completed (B3)', async () => {
    let once = true;
    server.fault = (call) => {
      if (call.path !== `${entry}/Update` || !once) return undefined;
      once = false;
      return { status: 502, body: '<html><h1>Bad Gateway</h1></html>', afterwards: true };
    };
    const context = operationContext(bench.connection);
    await expect(bench.operation.create(simple(), context)).rejects.toMatchObject({
      recovery: 'ambiguous',
      status: 502,
    });
    expect(await bench.settle(simple(), context)).toEqual({ found: 'partial', ref: '101' });
    expect(server.heads).toHaveLength(1);
  });

  it.each([
    ['a gateway page', { status: 502, body: '<html><h1>Bad Gateway</h1></html>', afterwards: true }],
    ['an internal error', { status: 500, body: { ErrorMessage: 'Timeout expired.' }, afterwards: true }],
    ['silence', { cut: true, afterwards: true }],
  ] as const)('B4: after %s nothing is taken away: it may have been saved', async (_what, fault) => {
    let once = true;
    server.fault = (call) => {
      if (call.path !== `${entry}/Update` || !once) return undefined;
      once = false;
      return fault;
    };
    const context = operationContext(bench.connection);
    await expect(bench.operation.create(simple(), context)).rejects.toMatchObject({ recovery: 'ambiguous' });
    expect(server.heads).toHaveLength(1);
    expect(server.groups).toHaveLength(1);
    expect(server.calls.filter(({ path }) => /delete/i.test(path))).toEqual([]);
    expect(await bench.settle(simple(), context)).toEqual({ found: 'partial', ref: '101' });
    expect(server.heads).toHaveLength(1);
  });

  it('leaves what remembers the group and number before the call that uses them', async () => {
    bench.cutAt(`${entry}/Update`, 'before');
    const context = operationContext(bench.connection);
    await bench.operation.create(simple(), context).catch(() => undefined);
    expect(context.facts).toEqual({ group: 'ML0000001', checkNum: 900_000_001 });
  });
});

describe('a refusal', () => {
  it('of the head takes the empty group away again, and parks with the words', async () => {
    server.fault = (call) => {
      if (call.path !== `${entry}/PreUpdate`) return undefined;
      const { message } = refuse('Supplier is inactive.');
      return {
        status: 400,
        body: { ErrorMessage: message, ErrorType: 'Ice.Common.BusinessObjectException' },
      };
    };
    const outcome = await parked(bench.operation.create(simple(), operationContext(bench.connection)));
    expect(outcome.detail).toMatchObject({ systemWords: 'Supplier is inactive.' });
    expect(server.groups).toEqual([]);
  });

  it('because the group is locked is overcome by unlocking our own group', async () => {
    let once = true;
    server.fault = (call) => {
      if (call.path === `${entry}/CreateNewCheckHed` && once) server.locked.add('ML0000001');
      once &&= call.path !== `${entry}/CreateNewCheckHed`;
      return undefined;
    };
    await bench.operation.create(simple(), operationContext(bench.connection));
    expect(server.seen(`${group}/UnLockGroup`).map((call) => call.body)).toEqual([
      { pcGroupID: 'ML0000001' },
    ]);
    expect(server.heads[0]).toMatchObject({ Posted: true });
  });

  it('because the head changed meanwhile is overcome by reading it again (B12)', async () => {
    let once = true;
    server.fault = (call) => {
      if (call.path === `${entry}/GetNewAPTran` && once) {
        once = false;
        Object.assign(server.heads[0] as object, { SysRevID: server.revision() });
      }
      return undefined;
    };
    await bench.operation.create(simple(), operationContext(bench.connection));
    expect(server.lines).toHaveLength(1);
  });

  it('that hides behind a good status is one (B15)', async () => {
    server.fault = (call) =>
      call.path === `${group}/UpdateMaster`
        ? { body: { parameters: { ds: {}, lUpdateRan: false, opMessage: 'Cash account is missing.' } } }
        : undefined;
    const outcome = await parked(bench.operation.create(simple(), operationContext(bench.connection)));
    expect(outcome.detail).toMatchObject({ code: 'EPICOR_NOT_SAVED' });
    expect(String(outcome.detail['systemWords'])).toContain('Cash account is missing.');
  });
});
