import { join } from 'node:path';
import { openEmbeddedStore } from '../../runtime/ledger/embedded-store';
import { openServerStore } from '../../runtime/ledger/server-store';
import type { Store } from '../../runtime/ledger/store';
import type { SeedStore } from './stores';

interface RecordRow {
  readonly id: string;
  readonly sync: string;
  readonly source_key: string;
  readonly version: number;
  readonly state: string;
  readonly reason: string | null;
}

interface EventRow {
  readonly at: Date;
  readonly kind: string;
  readonly detail: unknown;
}

/** What the ledger of a seed knows of the records that a text names by their keys; why not, when it cannot be read. */
export async function passportOf({ folder, environment }: SeedStore, text: string): Promise<string> {
  let store: Store | undefined;
  try {
    const connectionString = environment['DATABASE_URL'];
    store = connectionString
      ? await openServerStore({ connectionString, onError: () => {} })
      : await openEmbeddedStore({ folder: join(folder, 'data', 'database') });
    return await historiesIn(store, text);
  } catch (error) {
    return `The ledger cannot be read: ${error instanceof Error ? error.message : error}`;
  } finally {
    await store?.close();
  }
}

async function historiesIn(store: Store, text: string): Promise<string> {
  const { rows } = await store.query<RecordRow>(
    `select id, sync, source_key, version, state, reason from record
     where position(source_key in $1) > 0 or state = 'landed' or state = 'working'
     order by position(source_key in $1) = 0, length(source_key) desc limit 3`,
    [text],
  );
  const pages: string[] = [];
  for (const row of rows) {
    const events = await store.query<EventRow>(
      'select at, kind, detail from audit_event where record_id = $1 order by seq',
      [row.id],
    );
    const { sync, source_key, version, state, reason } = row;
    pages.push(
      [
        `${sync} ${source_key}, version ${version}: ${state} ${reason ?? ''}`,
        ...events.rows.map(lineOf),
      ].join('\n'),
    );
  }
  return pages.join('\n\n');
}

function lineOf({ at, kind, detail }: EventRow): string {
  return `  ${at.toISOString()} ${kind} ${JSON.stringify(detail)}`;
}
