import { expect, it } from 'vitest';
import {
  eventually,
  landing,
  openRuntime,
  row,
  SYNC,
  untilState,
  writeRequest,
} from '../../tests/support/delivery';
import { FakeTarget } from '../../tests/support/fake-target';
import { withStores } from '../../tests/support/stores';
import { verifyChain } from './audit-chain';
import { pruneHistory } from './retention';

withStores('retention', (open) => {
  it('H8: forgets old payloads, and nothing that tells what was seen and sent', async () => {
    const store = await open();
    const target = new FakeTarget();
    const { ledger, delivery, counts } = await openRuntime(store);
    await delivery.consume({
      sync: SYNC,
      window: 1,
      holdMs: 5_000,
      onAttempt: (attempt) => void delivery.write(writeRequest(attempt, target)),
    });
    for (const amount of ['10.00', '11.00', '12.00']) {
      await delivery.land(landing(row('A-1', { amount })));
      await eventually(() => target.live[0]?.document['amount']).toBe(amount);
      await untilState(store, 'A-1', 'confirmed');
    }
    await store.query(
      `insert into webhook_event (connection, event_id, type, body, received_at, handled_at)
       values ('bill', 'followed', 't', 'b', now(), now()), ('bill', 'waiting', 't', 'b', now(), null)`,
    );
    const count = async (table: string) =>
      Number((await store.query<{ n: string }>(`select count(*) as n from ${table}`)).rows[0]?.n);
    const kept = ['record', 'link', 'intent'];
    const before = await Promise.all(kept.map(count));

    const yesterday = new Date(Date.now() - 86_400_000);
    expect(await pruneHistory(ledger, yesterday)).toEqual({ versions: 0, deliveries: 0 });
    const tomorrow = new Date(Date.now() + 86_400_000);
    expect(await pruneHistory(ledger, tomorrow)).toEqual({ versions: 2, deliveries: 1 });

    expect(await Promise.all(kept.map(count))).toEqual(before);
    const { rows } = await store.query('select version from record_version');
    expect(rows).toEqual([{ version: 3 }]);
    expect((await store.query('select event_id from webhook_event')).rows).toEqual([{ event_id: 'waiting' }]);
    expect(await verifyChain(store)).toMatchObject({ ok: true });

    // What was sent is known for sent, and its change for a change.
    const effects = () => target.calls.filter((call) => call !== 'find');
    const sent = effects().length;
    await delivery.land(landing(row('A-1', { amount: '12.00' })));
    expect(counts.get(`${SYNC} unchanged`)).toBe(1);
    await delivery.land(landing(row('A-1', { amount: '13.00' })));
    await eventually(() => target.live.map(({ document }) => document['amount'])).toEqual(['13.00']);
    expect(effects().slice(sent)).toEqual(['update']);
    expect(target.documents).toHaveLength(1);
  });
});
