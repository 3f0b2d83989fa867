import { expect, it } from 'vitest';
import { landing, openRuntime, row, SYNC } from '../../tests/support/delivery';
import { withStores } from '../../tests/support/stores';
import type { JsonObject } from '../connector/json';
import { hashJson } from './canonical-json';
import { intentIdOf, recordIdOf } from './identity';
import { changeIntents, type Intent, insertIntents } from './intents';

const recordId = recordIdOf({ sync: SYNC, company: 'EPIC06', key: 'A-1' });

function intent(generation: number, body: JsonObject): Intent {
  return {
    id: intentIdOf(recordId, 'upsert-bill', generation),
    recordId,
    operation: 'upsert-bill',
    generation,
    connection: 'bill',
    effect: 'create',
    businessKey: 'bill A-1',
    body,
    bodyHash: hashJson(body),
    materialHash: hashJson(body),
    nearKey: undefined,
    mappingVersion: 'm1',
    options: {},
    state: 'sent',
    ref: undefined,
    remembered: {},
    checks: 0,
    checkAt: new Date(),
    sentAt: new Date(),
    batch: undefined,
    turnedBack: false,
  };
}

withStores('an intent', (open) => {
  it('B8: never has a second body, and no second intent stands open beside it', async () => {
    const store = await open();
    const { ledger, delivery } = await openRuntime(store);
    await delivery.land(landing(row('A-1')));
    const insert = (generation: number, amount: string) =>
      insertIntents(ledger, [intent(generation, { amount })]);
    const stored = async () =>
      (await store.query('select generation, state, body from intent order by generation')).rows;
    await insert(1, '10.00');
    await expect(insert(1, '11.00')).rejects.toThrow(/duplicate key/);
    await expect(insert(2, '11.00')).rejects.toThrow(/duplicate key/);
    const first = { generation: 1, body: '{"amount":"10.00"}' };
    expect(await stored()).toEqual([{ ...first, state: 'sent' }]);

    const settled = { id: intent(1, {}).id, state: 'confirmed', ref: 'T1' } as const;
    await changeIntents(ledger, [settled], new Date());
    await changeIntents(ledger, [{ ...settled, state: 'rejected' }], new Date());
    await expect(insert(1, '11.00')).rejects.toThrow(/duplicate key/);
    await insert(2, '11.00');
    expect(await stored()).toEqual([
      { ...first, state: 'confirmed' },
      { generation: 2, state: 'sent', body: '{"amount":"11.00"}' },
    ]);
  });
});
