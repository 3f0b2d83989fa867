import type { JsonObject } from '../../../runtime/connector/json';
import type { MasterKind, MasterRecord } from '../../../sandbox/airbase/records';
import type { Airbase } from '../../../sandbox/airbase/start';
import type { OperationSample } from '../bench';
import { makeEntry, makeVendor, SUBSIDIARY, serial } from './airbase-streams';

const ODD = `Ö'Brien & "Söhne" + 100% 株式会社, #1`;

export function operationSamples(airbase: Airbase): Record<string, OperationSample> {
  return {
    'mark-synced': markSample(airbase),
    'upsert-vendor': masterSample(airbase, 'vendors', {}),
    'upsert-account': masterSample(airbase, 'accounts', { number: '6100', type: 'expense' }),
    'upsert-dimension': masterSample(airbase, 'tags', { type: 'department' }),
    'link-vendor': linkSample(airbase),
  };
}

/** Text of just so many characters. */
function filled(length: number): string {
  return ODD.repeat(length).slice(0, length).trim().padEnd(length, 'x');
}

function markSample(airbase: Airbase): OperationSample {
  const document = (reference = `EPIC06|1|${serial()}`): JsonObject => ({
    airbaseId: makeEntry(airbase, 'bill').id,
    success: true,
    reference,
  });
  return {
    document: () => document(),
    effects: ({ airbaseId }) => {
      const entry = airbase.tenant.entries.get(String(airbaseId));
      return entry && entry.status !== 'sync_ready'
        ? [JSON.stringify([entry.status, entry.reference, entry.errorMessage])]
        : [];
    },
    touch: ({ airbaseId }) => {
      const entry = airbase.tenant.entries.get(String(airbaseId));
      if (entry) airbase.tenant.touched(entry);
    },
    unusual: () => document(filled(255)),
  };
}

function masterSample(airbase: Airbase, kind: MasterKind, more: JsonObject): OperationSample {
  const { tenant } = airbase;
  const document = (reference = `K${serial()}`, name = `Acme Steel ${serial()}`): JsonObject => ({
    reference,
    name,
    ...more,
  });
  const standing = ({ reference }: JsonObject) =>
    [...tenant.masters[kind].values()].filter((record) => record.reference === reference);
  const rename = (record: MasterRecord | undefined, name: string) => {
    if (record) record.data = { ...record.data, name };
  };
  return {
    document: () => document(),
    effects: (wanted) =>
      standing(wanted).map(({ reference, active, data }) => JSON.stringify([reference, active, data])),
    changed: (sent) => ({ ...sent, name: `${String(sent['name'])} Inc` }),
    touch: (wanted) => {
      for (const record of standing(wanted)) record.data = { ...record.data, email: 'touched@acme.example' };
    },
    enterByHand: (wanted, how) => {
      const subsidiary = tenant.byReference('subsidiaries', SUBSIDIARY[0])?.id ?? '';
      tenant.addMaster(kind, {
        reference: String(wanted['reference']),
        subsidiaries: [subsidiary],
        data: { ...dataOf(wanted), ...(how === 'other' ? { name: 'Somebody Else' } : {}) },
      });
    },
    spoil: (wanted) => {
      const [record] = standing(wanted);
      rename(record, 'Acme');
      return record !== undefined;
    },
    unusual: () => document(`${serial()}/A+B&c'é|x`, filled(255)),
    refused: () => ({ ...document(), subsidiaries: ['EPIC99'] }),
    options: { otherName: 'ask' },
  };
}

function dataOf({ name, number, type }: JsonObject): JsonObject {
  if (number === undefined)
    return type === undefined ? { name: name ?? '' } : { name: name ?? '', type_label: type };
  return {
    name: name ?? '',
    account_number: number,
    type: type ?? '',
    category: '',
    erp_currency_reference_id: 'USD',
  };
}

function linkSample(airbase: Airbase): OperationSample {
  const document = (reference = `L${serial()}`): JsonObject => ({
    airbaseId: makeVendor(airbase, '').id,
    reference,
  });
  return {
    document: () => document(),
    effects: ({ reference }) =>
      [...airbase.tenant.masters.vendors.values()]
        .filter((vendor) => vendor.reference === reference)
        .map(({ id }) => id),
    touch: ({ airbaseId }) => {
      const vendor = airbase.tenant.masters.vendors.get(String(airbaseId));
      if (vendor) vendor.data = { ...vendor.data, email: 'touched@acme.example' };
    },
    unusual: () => document(`${serial()} ${filled(200)}`),
  };
}
