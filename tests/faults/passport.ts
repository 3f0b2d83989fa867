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
  /** A write of it has an unknown outcome. */
  readonly open: boolean;
}

interface EventRow {
  readonly at: Date;
  readonly kind: string;
  readonly detail: Readonly<Record<string, unknown>>;
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

/** At most so many pages: the rest is like them. */
const PAGES = 3;
/** Shorter ends of keys stand in many texts. */
const LEAST_TELLING = 5;
/** Enough to tell the documents asked for; the columns asked for do not matter here. */
const LONGEST_PATH = 140;

async function historiesIn(store: Store, text: string): Promise<string> {
  const { rows } = await store.query<RecordRow>(
    `select r.id, sync, source_key, version, r.state, reason,
            exists (select from intent i where i.record_id = r.id and i.state in ('sent', 'unknown')) as open
       from record r order by open desc, length(source_key) desc`,
  );
  const named = rows.filter((row) => isUnfinished(row) || isNamed(row.source_key, text));
  return (await Promise.all(named.slice(0, PAGES).map((row) => historyOf(store, row)))).join('\n\n');
}

function isUnfinished({ state, open }: RecordRow): boolean {
  return open || state === 'landed' || state === 'working';
}

/** Systems write the parts of one key with other marks between them, or leave the first part out. */
function isNamed(key: string, text: string): boolean {
  const withoutFirst = key.slice(key.indexOf('|') + 1);
  const shorter = withoutFirst.length >= LEAST_TELLING ? [withoutFirst] : [];
  return [key, ...shorter].some((each) => standsIn(withOneMark(each), withOneMark(text)));
}

/** Whether a key stands in a text by itself, not inside a longer word. */
function standsIn(key: string, text: string): boolean {
  const at = text.indexOf(key);
  const around = at < 0 ? 'no' : `${text[at - 1] ?? ' '}${text[at + key.length] ?? ' '}`;
  return !/[\p{L}\p{N}]/u.test(around);
}

function withOneMark(text: string): string {
  return text.replaceAll(/[|:/]/g, '-');
}

async function historyOf(store: Store, row: RecordRow): Promise<string> {
  const { sync, source_key, version, state, reason } = row;
  const { rows } = await store.query<EventRow>(
    'select at, kind, detail from audit_event where record_id = $1 order by seq',
    [row.id],
  );
  return [`${sync} ${source_key}, version ${version}: ${state} ${reason ?? ''}`, ...rows.map(lineOf)].join(
    '\n',
  );
}

function lineOf({ at, kind, detail }: EventRow): string {
  const { method, path, status, outcome } = detail;
  const words =
    kind === 'call'
      ? [method, String(path).slice(0, LONGEST_PATH), status, outcome].join(' ')
      : JSON.stringify(detail);
  return `  ${at.toISOString().slice(11)} ${kind} ${words}`;
}
