import { expect, it } from 'vitest';
import { withStores } from '../../tests/support/stores';
import { verifyChain } from './audit-chain';
import { Ledger } from './ledger';
import type { Store } from './store';
import { openVault } from './vault';

function ledgerOn(store: Store): Ledger {
  return new Ledger({ store, vault: openVault, now: () => new Date('2026-11-20T10:00:00.123Z') });
}

async function kinds(store: Store): Promise<string[]> {
  const { rows } = await store.query<{ kind: string }>('select kind from audit_event order by seq');
  return rows.map(({ kind }) => kind);
}

withStores('the audit chain', (open) => {
  it('stays one chain however many write at once', async () => {
    const store = await open();
    const ledgers = [ledgerOn(store), ledgerOn(store)];
    await Promise.all(
      Array.from({ length: 40 }, (_, n) =>
        ledgers[n % 2]?.change(async (note) =>
          note({ kind: 'noted', detail: { n, odd: 'é \u0000 \ud800 "' } }),
        ),
      ),
    );
    expect(await verifyChain(store)).toEqual({ ok: true, events: 40 });
  });

  it.each([
    ['changed', `update audit_event set detail = '{"n": 99}' where seq = 3`, '3'],
    ['back-dated', `update audit_event set at = at - interval '1 day' where seq = 3`, '3'],
    [
      'given to another record',
      `update audit_event set record_id = '8f5b3f4e-3c0a-5d0e-9a53-0d6a7a3f6b11' where seq = 3`,
      '3',
    ],
    ['removed', 'delete from audit_event where seq = 3', '4'],
    [
      'cut out with its gap closed',
      'delete from audit_event where seq = 3; update audit_event set seq = seq - 1 where seq > 3',
      '3',
    ],
  ])('notices an event that was %s, and names it', async (_, tampering, firstBad) => {
    const store = await open();
    const ledger = ledgerOn(store);
    for (let n = 1; n <= 5; n += 1)
      await ledger.change(async (note) => note({ kind: 'noted', detail: { n } }));
    await store.query(tampering);
    expect(await verifyChain(store)).toMatchObject({ ok: false, firstBad });
  });

  it('writes the event of a call no later than what the call led to, and before it', async () => {
    const store = await open();
    const ledger = ledgerOn(store);
    ledger.append({ kind: 'call', detail: { call: 'create-bill' } });
    await ledger.change(async (note) => note({ kind: 'confirmed', detail: {} }));
    expect(await kinds(store)).toEqual(['call', 'confirmed']);
  });

  it('keeps events of calls when the change they came with fails, and writes them by itself', async () => {
    const store = await open();
    const ledger = ledgerOn(store);
    ledger.append({ kind: 'call', detail: {} });
    await expect(ledger.change(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await kinds(store)).toEqual([]);
    await expect.poll(() => kinds(store), { timeout: 5_000 }).toEqual(['call']);
  });

  it('is walked page by page', async () => {
    const store = await open();
    const ledger = ledgerOn(store);
    await ledger.change(async (note) => {
      for (let n = 0; n < 4_100; n += 1) note({ kind: 'noted', detail: { n } });
    });
    expect(await verifyChain(store)).toEqual({ ok: true, events: 4_100 });
  });

  it('takes whatever it is given', async () => {
    const store = await open();
    const ledger = ledgerOn(store);
    const cycle: Record<string, unknown> = {
      big: 10n,
      date: new Date(0),
      error: new Error('e'),
      no: undefined,
    };
    cycle['self'] = cycle;
    ledger.append({ kind: 'call\u0000', recordId: 'not an id', detail: cycle });
    await ledger.flush();
    expect(await verifyChain(store)).toMatchObject({ ok: true, events: 1 });
  });
});
