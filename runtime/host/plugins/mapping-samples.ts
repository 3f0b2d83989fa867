import { ConfigurationError } from '../../connector/errors';
import type { JsonObject } from '../../connector/json';
import type { Ledger } from '../../ledger/ledger';
import type { RecordFacts } from '../../mapping/functions';

/** A stored record for the map dialog to try a mapping on. */
export interface Sample {
  readonly id: string;
  readonly key: string;
  readonly state: string;
  readonly data: JsonObject;
}

const SAMPLES = 50;

interface SampleRow {
  readonly id: string;
  readonly sync: string;
  readonly company: string;
  readonly source_key: string;
  readonly state: string;
  readonly payload: string;
  readonly ref: string | null;
}

const SELECT = `select r.id, r.sync, r.company, r.source_key, r.state, v.payload,
    (select l.ref from link l where l.record_id = r.id and l.closed_at is null limit 1) as ref
  from record r join record_version v on v.record_id = r.id and v.version = r.version`;

/** The newest records of a sync, as they landed. */
export async function listSamples({ store, vault }: Ledger, sync: string): Promise<readonly Sample[]> {
  const { rows } = await store.query<SampleRow>(
    `${SELECT} where r.sync = $1 order by r.landed_at desc, r.id limit ${SAMPLES}`,
    [sync],
  );
  return rows.map((row) => ({
    id: row.id,
    key: row.source_key,
    state: row.state,
    data: JSON.parse(vault.open(row.payload)) as JsonObject,
  }));
}

/** @throws ConfigurationError when there is no such record */
export async function readSample(
  { store, vault }: Ledger,
  id: string,
): Promise<{ readonly key: string; readonly data: JsonObject; readonly facts: RecordFacts }> {
  const { rows } = /^[0-9a-f-]{36}$/.test(id)
    ? await store.query<SampleRow>(`${SELECT} where r.id = $1`, [id])
    : { rows: [] };
  const row = rows[0];
  if (!row) {
    throw new ConfigurationError(
      'NO_SUCH_RECORD',
      'There is no such record.',
      id,
      'Refresh the list of samples.',
    );
  }
  const { sync, company, source_key: key, ref } = row;
  return {
    key,
    data: JSON.parse(vault.open(row.payload)) as JsonObject,
    facts: { sync, company, key, sent: ref !== null, ...(ref === null ? {} : { ref }) },
  };
}
