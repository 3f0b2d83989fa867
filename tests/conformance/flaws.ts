import type { Json, JsonObject } from '../../runtime/connector/json';
import type {
  Calls,
  ConnectionSettings,
  Operation,
  Page,
  StreamReader,
  SystemClient,
} from '../../runtime/connector/system';
import type { Check } from './check';
import type { Subject } from './subjects';

/** One way to get a connector wrong, and a check that must notice. */
export interface Flaw {
  readonly name: string;
  readonly check: Pick<Check, 'number' | 'of'>;
  /** What the check says about it. */
  readonly says: RegExp;
  spoil(client: SystemClient, settings: ConnectionSettings): SystemClient;
}

const STREAM = 'vendors';
const AMOUNTS = 'vendor-credits';
const OPERATION = 'upsert-vendor';

/** What has gone wrong in real connectors, each put into a good one. */
export const FLAWS: readonly Flaw[] = [
  {
    name: 'says its password in a ping',
    check: { number: 2, of: '' },
    says: /secret shows/,
    spoil: (client, settings) => ({
      ...client,
      ping: async (calls) => ({ ...(await client.ping(calls)), identity: `as ${settings['password']}` }),
    }),
  },
  {
    name: 'has one business key for all documents',
    check: { number: 6, of: OPERATION },
    says: /another document has another key/,
    spoil: writing(() => ({ businessKey: () => 'a vendor' })),
  },
  {
    name: 'takes a full page for the last',
    check: { number: 13, of: STREAM },
    says: /deeply equal/,
    spoil: reading(firstPage),
  },
  {
    name: 'makes up something at every read',
    check: { number: 16, of: STREAM },
    says: /landed by a second read/,
    spoil: reading(neverTheSame),
  },
  {
    name: 'passes over the first row behind a cursor',
    check: { number: 17, of: STREAM },
    says: /from the cursor of page/,
    spoil: reading(tooLate),
  },
  {
    name: 'leaves out what was deleted',
    check: { number: 25, of: STREAM },
    says: /deleted row does not come/,
    spoil: reading(onlyLive),
  },
  {
    name: 'has amounts as floats',
    check: { number: 27, of: AMOUNTS },
    says: /deeply equal/,
    spoil: reading(floats, AMOUNTS),
  },
  { name: 'reads ahead', check: { number: 30, of: STREAM }, says: /greater than/, spoil: reading(allAtOnce) },
  {
    name: 'hopes instead of looking',
    check: { number: 33, of: OPERATION },
    says: /2 effects instead of one/,
    spoil: writing(() => ({ lookUp: async () => ({ found: 'absent' }) })),
  },
  {
    name: 'hopes instead of looking, and is killed',
    check: { number: 36, of: OPERATION },
    says: /2 effects instead of one/,
    spoil: writing(() => ({ lookUp: async () => ({ found: 'absent' }) })),
  },
  {
    name: 'lets a create be repeated',
    check: { number: 34, of: OPERATION },
    says: /2 effects instead of one/,
    spoil: writing(({ create }) => ({
      create: (document, context) => create(document, { ...context, calls: repeating(context.calls) }),
    })),
  },
  {
    name: 'believes any answer',
    check: { number: 41, of: OPERATION },
    says: /0 effects instead of one/,
    spoil: writing(({ create }) => ({
      create: (document, context) => create(document, context).catch(() => ({ ref: 'made up' })),
    })),
  },
  {
    name: 'calls without telling the runtime',
    check: { number: 50, of: OPERATION },
    says: /calls in the audit/,
    spoil: (client, settings) =>
      writing(({ lookUp }) => ({
        lookUp: async (document, context) => {
          await fetch(`${settings['baseUrl']}/connect/v3/health`).catch(() => undefined);
          return lookUp(document, context);
        },
      }))(client),
  },
  {
    name: 'believes any signature',
    check: { number: 47, of: 'signature' },
    says: /another body/,
    spoil: (client) => ({
      ...client,
      webhook: { ...client.webhook, verify: () => ({ id: 'e1', type: 'payment.updated' }) },
    }),
  },
];

/** The system with its client spoiled; its manifest and its simulation stay. */
export function spoiled({ registered, bench, ...rest }: Subject, flaw: Flaw): Subject {
  const module: NonNullable<typeof bench.module> = (clock) => {
    const { manifest, connect } = bench.module?.(clock) ?? registered;
    return { manifest, connect: (settings) => flaw.spoil(connect(settings), settings) };
  };
  return { ...rest, registered, bench: { ...bench, module } };
}

function writing(change: (operation: Operation) => Partial<Operation>) {
  return (client: SystemClient): SystemClient => {
    const operation = client.operations[OPERATION] as Operation;
    return {
      ...client,
      operations: { ...client.operations, [OPERATION]: { ...operation, ...change(operation) } },
    };
  };
}

function repeating(calls: Calls): Calls {
  return { call: (request) => calls.call({ ...request, effect: 'idempotent' }) };
}

type Pages = (pages: AsyncIterable<Page>, cursor: Json | undefined) => AsyncIterable<Page>;

function reading(change: Pages, stream = STREAM) {
  return (client: SystemClient): SystemClient => {
    const reader = client.streams[stream] as StreamReader;
    const read: StreamReader['read'] = (query, context) => change(reader.read(query, context), query.cursor);
    return { ...client, streams: { ...client.streams, [stream]: { ...reader, read } } };
  };
}

async function* firstPage(pages: AsyncIterable<Page>) {
  for await (const page of pages) {
    yield page;
    if (page.rows.length > 1) return;
  }
}

let reads = 0;

async function* neverTheSame(pages: AsyncIterable<Page>) {
  reads += 1;
  for await (const page of pages) yield withData(page, (data) => ({ ...data, name: `read ${reads}` }));
}

async function* tooLate(pages: AsyncIterable<Page>, cursor: Json | undefined) {
  let late = cursor !== undefined;
  for await (const page of pages) {
    yield late ? { ...page, rows: page.rows.slice(-1) } : page;
    late = cursor !== undefined;
  }
}

async function* onlyLive(pages: AsyncIterable<Page>) {
  for await (const page of pages) {
    yield { ...page, rows: page.rows.filter(({ data }) => data['archived'] !== true) };
  }
}

async function* floats(pages: AsyncIterable<Page>) {
  for await (const page of pages)
    yield withData(page, (data) => ({ ...data, amount: Number(data['amount']) }));
}

async function* allAtOnce(pages: AsyncIterable<Page>) {
  const read: Page[] = [];
  for await (const page of pages) read.push(page);
  yield* read;
}

function withData(page: Page, change: (data: JsonObject) => JsonObject): Page {
  return { ...page, rows: page.rows.map((row) => ({ ...row, data: change(row.data) })) };
}
