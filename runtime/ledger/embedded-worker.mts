/**
 * PGlite, alone in a worker thread: a statement runs to its end without giving way to timers or HTTP, and the first
 * start takes seconds. An ES module that imports only packages, so that Node runs it compiled and as it stands.
 */
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { gunzipSync } from 'node:zlib';
import { messages, PGlite, type PGliteOptions, type postgresMod, protocol } from '@electric-sql/pglite';
import { NodeFS } from '@electric-sql/pglite/nodefs';
import type { Answer, Question, StatementResult, WorkerSetup } from './embedded-protocol.js';

const { folder, archive } = workerData as WorkerSetup;
const port = parentPort;
if (!port) throw new Error('This file is a worker thread, not a program.');

const OWNER_ONLY = 0o700;

let fsyncs = 0;

/** PGlite's own file system has no fsync: a commit would survive the end of the process but not of the power. */
class SyncedNodeFS extends NodeFS {
  override async init(pg: PGlite, options: Partial<postgresMod.PostgresMod>) {
    const { emscriptenOpts } = await super.init(pg, options);
    const patch = (module: postgresMod.PostgresMod) => {
      // Where the object is differs between versions of PGlite; the self-test at start notices when it is in neither place.
      const file = (module.NODEFS ?? module.FS.filesystems?.NODEFS) as unknown as NodeFileSystem | undefined;
      if (!file) return;
      file.stream_ops.fsync = ({ nfd }) => {
        fsyncs += 1;
        fsyncSync(nfd);
        return 0;
      };
    };
    return { emscriptenOpts: { ...emscriptenOpts, preRun: [...(emscriptenOpts.preRun ?? []), patch] } };
  }
}

interface NodeFileSystem {
  stream_ops: { fsync?: (stream: { nfd: number }) => number };
}

const SERVER_SETTINGS = {
  // fdatasync, the default method, is a no-op in the WebAssembly build.
  fsync: 'on',
  wal_sync_method: 'fsync',
  // Nobody checkpoints in single-user mode but ourselves: this bounds the log between two of ours.
  max_wal_size: '64MB',
  min_wal_size: '32MB',
};

/** `-F` would switch fsync off. */
const startParams = [
  ...PGlite.defaultStartParams.filter((parameter) => parameter !== '-F'),
  ...Object.entries(SERVER_SETTINGS).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
];

function start(path: string, content: Partial<PGliteOptions> = {}): Promise<PGlite> {
  return PGlite.create({ fs: new SyncedNodeFS(path), startParams, ...content });
}

/** What a new database starts with. */
function emptyDatabase(): Partial<PGliteOptions> {
  return archive === undefined ? {} : { loadDataDir: new Blob([gunzipSync(readFileSync(archive))]) };
}

async function openFolder(path: string): Promise<PGlite> {
  if (!existsSync(join(path, 'PG_VERSION'))) await createFolder(path);
  return start(path);
}

/** Made beside its place and moved there when it is complete and on disk: a start that is cut leaves no half cluster. */
async function createFolder(path: string): Promise<void> {
  const draft = `${path}.draft`;
  rmSync(draft, { recursive: true, force: true });
  const lite = await start(draft, emptyDatabase());
  await lite.close();
  chmodSync(draft, OWNER_ONLY);
  syncTree(draft);
  renameSync(draft, path);
  syncPath(dirname(path));
}

function syncTree(path: string): void {
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    const inner = join(path, entry.name);
    if (entry.isDirectory()) syncTree(inner);
    else syncPath(inner);
  }
  syncPath(path);
}

function syncPath(path: string): void {
  const descriptor = openSync(path, 'r');
  fsyncSync(descriptor);
  closeSync(descriptor);
}

const lite = await (folder === undefined ? PGlite.create(emptyDatabase()) : openFolder(folder));
lite.onNotification((channel, payload) => port.postMessage({ channel, payload } satisfies Answer));

const { serialize } = protocol;

interface Prepared {
  readonly name: string;
  uses: number;
}

/**
 * Statements with values, by their text; the one that was used last stands last. The same ones come again and again, and
 * to parse and plan them costs more than to run them.
 */
const prepared = new Map<string, Prepared>();
/** Names of statements that nobody will use any more. */
let outdated: string[] = [];
let names = 0;

/** Texts with lists of different lengths would add up. */
const MOST_PREPARED = 300;
/** Tables grow: what was planned for small ones is planned anew. */
const MOST_USES = 500;

/** The name of the statement of this text, parsed if it has none yet. Throws what is wrong with the text. */
async function prepare(sql: string): Promise<string> {
  const known = prepared.get(sql);
  if (known && known.uses < MOST_USES) {
    known.uses += 1;
    prepared.delete(sql);
    prepared.set(sql, known);
    return known.name;
  }
  forget(sql);
  for (const [oldest] of prepared) {
    if (prepared.size < MOST_PREPARED) break;
    forget(oldest);
  }
  const name = `s${names++}`;
  const closing = outdated.map((each) => serialize.close({ type: 'S', name: each }));
  outdated = [];
  await lite.execProtocolStream(
    Buffer.concat([...closing, serialize.parse({ name, text: sql }), serialize.sync()]),
  );
  prepared.set(sql, { name, uses: 1 });
  return name;
}

function forget(sql: string): void {
  const known = prepared.get(sql);
  if (!known) return;
  prepared.delete(sql);
  outdated.push(known.name);
}

async function encode(sql: string, values: readonly (string | null)[] | undefined): Promise<Uint8Array> {
  if (!values) return serialize.query(sql);
  return Buffer.concat([
    serialize.bind({ statement: await prepare(sql), values: [...values] }),
    serialize.describe({ type: 'P' }),
    serialize.execute({}),
    serialize.sync(),
  ]);
}

async function execute(
  sql: string,
  values: readonly (string | null)[] | undefined,
): Promise<StatementResult[]> {
  const results: StatementResult[] = [];
  let fields: StatementResult['fields'] = [];
  let rows: StatementResult['rows'] = [];
  for (const message of await lite.execProtocolStream(await encode(sql, values))) {
    if (message instanceof messages.RowDescriptionMessage) {
      fields = message.fields.map(({ name, dataTypeID }) => ({ name, type: dataTypeID }));
    } else if (message instanceof messages.DataRowMessage) {
      rows.push(message.fields);
    } else if (message instanceof messages.CommandCompleteMessage) {
      results.push({ fields, rows, tag: message.text });
      fields = [];
      rows = [];
    }
  }
  return results;
}

async function answer(question: Question): Promise<unknown> {
  switch (question.ask) {
    case 'execute':
      return execute(question.sql, question.values).catch((error: unknown) => {
        // Its tables may have changed since it was parsed.
        forget(question.sql);
        throw error;
      });
    case 'fsyncs':
      return fsyncs;
    case 'close':
      return lite.close();
  }
}

function wordsOf(error: unknown): Extract<Answer, { error: unknown }>['error'] {
  const { message, stack: _, ...facts } = error as Error & Record<string, unknown>;
  const known = Object.entries(facts).filter(([, value]) => typeof value === 'string');
  return { message: message ?? String(error), ...Object.fromEntries(known) };
}

/** What is no error of PostgreSQL's is a crash of the WebAssembly program, which does not run again. */
function isFatal(error: unknown): boolean {
  return (
    !(error instanceof messages.DatabaseError) || error.severity === 'FATAL' || error.severity === 'PANIC'
  );
}

let last = Promise.resolve();
port.on('message', (question: Question) => {
  last = last.then(async () => {
    try {
      port.postMessage({ id: question.id, result: await answer(question) } satisfies Answer);
    } catch (error) {
      port.postMessage({ id: question.id, error: wordsOf(error) } satisfies Answer);
      // A server would end here and be started again by its supervisor: so does this one, by the main thread.
      if (isFatal(error)) process.exit(1);
    }
    if (question.ask === 'close') port.close();
  });
});
port.postMessage({ ready: true } satisfies Answer);
