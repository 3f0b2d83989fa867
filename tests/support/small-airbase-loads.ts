import { randomUUID } from 'node:crypto';
import type { Answer, Row } from './small-airbase';

/** Loads of master data at a small Airbase, and what the tenant wants of them. */
export interface Loads {
  /** A session is open. */
  session: boolean;
  sessions: 'needed' | 'onboarded';
  starts: number;
  /** An entity without an id is the one that has its key. */
  byKey?: boolean;
  /** What is wrong with an entity, by field. */
  refuse: (entity: Row) => Row | undefined;
}

/** `entity/sync/` and `<kind>/bulk_upsert/`: all of a call is stored, or nothing. */
export function loadMasters(
  loads: Loads,
  masters: Readonly<Record<string, Row[]>>,
  method: string,
  what: string,
  body: Row,
): Answer {
  if (what === 'sync') return session(loads, method, body);
  if (loads.sessions === 'needed' && !loads.session) {
    return { status: 404, body: { detail: 'No active sync session found.' } };
  }
  const rows = masters[what] ?? [];
  const entities = body['entities'] as Row[];
  if (entities.length > 100) return { status: 400, body: { entities: ['At most 100.'] } };
  const knownFor = (entity: Row) =>
    rows.find((row) => row['airbase_id'] === entity['airbase_id']) ??
    (loads.byKey ? holderOf(entity, rows) : undefined);
  const errors = entities.flatMap((entity, index) => {
    const wrong = loads.refuse(entity) ?? keyFault(entity, knownFor(entity), rows);
    return wrong ? [{ index, ...wrong }] : [];
  });
  if (errors.length > 0) return { status: 400, body: { validation_errors: errors } };
  const created: Row[] = [];
  const updated: Row[] = [];
  for (const entity of entities) {
    const known = knownFor(entity);
    if (known) updated.push(Object.assign(known, entity));
    else {
      const row = { airbase_id: randomUUID(), is_active: true, ...entity };
      rows.push(row);
      created.push(row);
    }
  }
  return { body: { created: created.toReversed(), updated } };
}

function session(loads: Loads, method: string, body: Row): Answer {
  if (method === 'POST' && body['action'] === 'START') {
    if (loads.sessions === 'onboarded' || loads.session) {
      return { status: 409, body: { detail: 'Onboarding has been completed.' } };
    }
    loads.session = true;
    loads.starts += 1;
    return { body: {} };
  }
  if (!loads.session) return { status: 404, body: { detail: 'No active sync session found.' } };
  loads.session = false;
  return { body: {} };
}

/** A key belongs to one entity, and cannot be changed. */
function keyFault(entity: Row, known: Row | undefined, rows: readonly Row[]): Row | undefined {
  const holder = holderOf(entity, rows);
  if (holder && holder !== known) return { erp_reference_id: ['already exists.'] };
  const before = known?.['erp_reference_id'];
  if (known && before !== '' && before !== entity['erp_reference_id']) {
    return { erp_reference_id: ['This field cannot be changed.'] };
  }
  return undefined;
}

function holderOf(entity: Row, rows: readonly Row[]): Row | undefined {
  return rows.find((row) => row['erp_reference_id'] === entity['erp_reference_id']);
}
