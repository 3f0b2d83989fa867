import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Airbase } from './start';
import type { AirbaseSwitches } from './switches';
import { AirbaseCaller, startSmall } from './test-caller';

const SYNC = '/v1/accounting/entity/sync/';
const VENDORS = '/v1/accounting/vendors/';
const IN_BULK = `${VENDORS}bulk_upsert/`;
const belongs = { subsidiary_reference_ids: [{ erp_reference_id: 'MAIN' }] };
let airbase: Airbase;
let caller: AirbaseCaller;

async function open(switches: Partial<AirbaseSwitches> = {}): Promise<void> {
  await airbase?.stop();
  airbase = await startSmall({ switches });
  caller = new AirbaseCaller(airbase.url);
}
beforeEach(() => open({ sessions: 'optional' }));
afterEach(() => airbase.stop());

const vendor = (reference: string, more = {}) => ({
  name: `Vendor ${reference}`,
  erp_reference_id: reference,
  ...belongs,
  ...more,
});
const idOf = (reference: string) => airbase.tenant.byReference('vendors', reference)?.id;

describe('sessions of loads', () => {
  it('open once, and are completed once', async () => {
    await open();
    expect((await caller.post(VENDORS, vendor('A'))).json).toEqual({
      detail: 'No active sync session found.',
    });
    expect((await caller.post(SYNC, { action: 'START' })).status).toBe(200);
    expect((await caller.post(SYNC, { action: 'START' })).status).toBe(409);
    expect((await caller.post(VENDORS, vendor('A'))).status).toBe(201);
    expect((await caller.patch(SYNC, { action: 'COMPLETE' })).status).toBe(200);
    const again = await caller.patch(SYNC, { action: 'COMPLETE' });
    expect([again.status, again.json]).toEqual([404, { detail: 'No active sync session found.' }]);
    expect((await caller.post(SYNC, { action: 'STOP' })).status).toBe(400);
  });

  it('are not needed any more after onboarding', async () => {
    await open({ sessions: 'onboarded' });
    expect((await caller.post(SYNC, { action: 'START' })).status).toBe(409);
    expect((await caller.post(IN_BULK, { entities: [vendor('A')] })).status).toBe(200);
    expect((await caller.patch(SYNC, { action: 'COMPLETE' })).status).toBe(404);
  });
});

describe('a vendor', () => {
  it('is made with what it needs, once', async () => {
    const made = await caller.post(VENDORS, vendor('A', { email: 'a@a.example' }));
    expect(made.json).toMatchObject({
      erp_reference_id: 'A',
      name: 'Vendor A',
      is_active: true,
      email: 'a@a.example',
      subsidiary_reference_ids: [{ erp_reference_id: 'MAIN' }],
    });
    expect(made.json.id).toBe(made.json.airbase_id);
    expect((await caller.post(VENDORS, vendor('A'))).json).toEqual({
      erp_reference_id: ['vendors with this erp reference id already exists.'],
    });
    expect((await caller.post(VENDORS, { name: ' ' })).json).toEqual({
      name: ['This field may not be blank.'],
      erp_reference_id: ['This field is required.'],
      subsidiary_reference_ids: ['This field is required.'],
    });
    const strange = { subsidiary_reference_ids: [{ erp_reference_id: 'OTHER' }] };
    expect((await caller.post(VENDORS, vendor('B', strange))).json).toEqual({
      subsidiary_reference_ids: ['Entity not found'],
    });
  });

  it('keeps its reference, and gets one once when it was made in Airbase', async () => {
    const path = `${VENDORS}${idOf('ACME')}/`;
    expect((await caller.patch(path, { name: 'Acme II', is_active: false })).json).toMatchObject({
      name: 'Acme II',
      is_active: false,
    });
    expect((await caller.patch(path, { erp_reference_id: 'NEW' })).json).toEqual({
      erp_reference_id: ['This field cannot be changed.'],
    });
    const born = airbase.spend.createVendor('Bakery', '');
    expect((await caller.get(`${VENDORS}?erp_reference_id=`)).json.data).toHaveLength(1);
    expect((await caller.get(`${VENDORS}?erp_reference_id=ACME`)).json.data).toHaveLength(1);
    const link = (reference: string) =>
      caller.patch(`${VENDORS}${born.id}/`, { erp_reference_id: reference });
    expect((await link('ACME')).status).toBe(400);
    expect((await link('BAKE')).json.erp_reference_id).toBe('BAKE');
    expect((await link('BAKE2')).status).toBe(400);
    expect((await caller.get(`${VENDORS}?erp_reference_id=`)).json.data).toEqual([]);
  });

  it('made in Airbase may be linked in bulk only', async () => {
    airbase.switches.linkByPatch = 'refuse';
    const { id } = airbase.spend.createVendor('Bakery', '');
    expect((await caller.patch(`${VENDORS}${id}/`, { erp_reference_id: 'BAKE' })).status).toBe(400);
    const answer = await caller.post(IN_BULK, { entities: [vendor('BAKE', { airbase_id: id })] });
    expect(answer.json.updated).toMatchObject([{ airbase_id: id, erp_reference_id: 'BAKE' }]);
  });
});

describe('loads in bulk', () => {
  it('say what was created and what was updated, in an order of their own', async () => {
    const entities = [vendor('A'), vendor('ACME', { name: 'Acme III' }), vendor('B')];
    const { json } = await caller.post(IN_BULK, { entities });
    expect(json.created.map((each: { erp_reference_id: string }) => each.erp_reference_id)).toEqual([
      'B',
      'A',
    ]);
    expect(json.updated).toMatchObject([{ airbase_id: idOf('ACME'), name: 'Acme III' }]);
    airbase.switches.bulkAnswer = 'entities';
    airbase.switches.bulkEcho = 'keys';
    const again = await caller.post(IN_BULK, { entities: [vendor('A')] });
    expect(again.json).toEqual({ entities: [{ airbase_id: idOf('A'), erp_reference_id: 'A' }] });
  });

  it('are taken whole or not at all', async () => {
    const { json, status } = await caller.post(IN_BULK, {
      entities: [vendor('A'), vendor('B', { name: '' }), vendor('A'), vendor('ACME', { airbase_id: 'gone' })],
    });
    expect(status).toBe(400);
    expect(json.validation_errors.map((each: { index: number }) => each.index)).toEqual([1, 2, 3]);
    expect(json.validation_errors[0]).toEqual({ index: 1, name: ['This field may not be blank.'] });
    expect(idOf('A')).toBeUndefined();
    airbase.switches.validationShape = 'message';
    expect(
      (await caller.post(IN_BULK, { entities: [vendor('B', { name: '' })] })).json.validation_errors,
    ).toEqual([{ index: 0, message: 'name: This field may not be blank.' }]);
  });

  it('bear a hundred entities, and may want the id of what exists', async () => {
    const many = (count: number) => Array.from({ length: count }, (_, index) => vendor(`V${index}`));
    expect((await caller.post(IN_BULK, { entities: many(101) })).status).toBe(400);
    expect((await caller.post(IN_BULK, { entities: many(100) })).json.created).toHaveLength(100);
    airbase.switches.bulkMatch = 'airbase-id';
    expect((await caller.post(IN_BULK, { entities: [vendor('V7')] })).status).toBe(400);
    expect(
      (await caller.post(IN_BULK, { entities: [vendor('V7', { airbase_id: idOf('V7') })] })).status,
    ).toBe(200);
  });

  it('know the kinds of accounts and tags, and what refers to nothing', async () => {
    const account = {
      name: 'Freight',
      erp_reference_id: '6200',
      account_number: '6200',
      type: 'expense',
      category: '',
      erp_currency_reference_id: 'USD',
      ...belongs,
    };
    const load = (kind: string, entity: object) =>
      caller.post(`/v1/accounting/${kind}/bulk_upsert/`, { entities: [entity] });
    expect((await load('accounts', account)).status).toBe(200);
    expect((await load('accounts', { ...account, erp_currency_reference_id: 'EUR' })).status).toBe(400);
    expect((await load('accounts', { ...account, type: 'magic' })).status).toBe(400);
    const tag = { name: 'Production', erp_reference_id: '10', type_label: 'Department', ...belongs };
    expect((await load('tags', tag)).status).toBe(200);
    expect((await load('tags', { ...tag, type_label: 'color' })).status).toBe(400);
    airbase.switches.unknownMembers = 'refuse';
    expect((await load('tags', { ...tag, color: 'red' })).json.validation_errors).toEqual([
      { index: 0, color: ['Unexpected field.'] },
    ]);
    airbase.switches.accountFeed = false;
    expect((await load('accounts', account)).status).toBe(403);
  });
});
