import { connectAvidXchange } from '../../nodes/avidxchange/client';
import { manifest } from '../../nodes/avidxchange/manifest';
import type { BatchContext, BatchItem, BatchReading } from '../../runtime/connector/batch';
import type { Clock } from '../../runtime/connector/clock';
import { type Connection, openConnection } from '../../runtime/connector/connection';
import { createInProcessLimiter } from '../../runtime/connector/in-process-limiter';
import type { Json, JsonObject } from '../../runtime/connector/json';
import { takeSecrets } from '../../runtime/connector/secrets';
import type {
  OperationContext,
  Page,
  ReadContext,
  ReadQuery,
  SourceFiles,
  StreamReader,
} from '../../runtime/connector/system';
import { jumpingClock } from './sample-connection';
import type { Row } from './small-avidxchange';

/** Credentials of a small AvidXchange, for every way to sign in. */
export const credentials = {
  companyToken: 'canary-company-token',
  userToken: 'canary-user-token',
  gatewayKey: 'canary-gateway-key',
  username: 'ap@company.example',
  password: 'canary pässword+"&/1',
  clientId: 'partner-1',
  clientSecret: 'canary-client-secret',
  companyId: 'C-77',
};

const tokens = { companyToken: credentials.companyToken, userToken: credentials.userToken };

export interface Trail {
  /** Everything that was logged or audited, as text. */
  readonly written: string[];
}

/** A connection to a small AvidXchange, through the runtime's own HTTP client, in which no wait takes time. */
export function connectTo(
  url: string,
  config: Record<string, unknown> = {},
  clock: Clock = jumpingClock(),
  trail: Trail = { written: [] },
): Connection {
  const write = (text: unknown) => void trail.written.push(JSON.stringify(text));
  return openConnection({
    module: { manifest, connect: (settings) => connectAvidXchange(settings, clock) },
    name: 'avidxchange',
    config: {
      baseUrl: url,
      accountingSystem: 'EPIC06',
      ...(config['auth'] === undefined ? tokens : {}),
      ...config,
    },
    secrets: takeSecrets({}, []),
    limiter: createInProcessLimiter(clock),
    audit: { append: write },
    log: { info: write, warn: write, error: write },
    clock,
    random: () => 0,
  });
}

const now = () => new Date('2026-03-02T10:00:00Z');

export function readContext(connection: Connection, at = now()): ReadContext {
  return { calls: connection.calls(), now: () => at, signal: new AbortController().signal };
}

export function streamOf(connection: Connection, name: string): StreamReader {
  const reader = connection.client.streams[name];
  if (!reader) throw new Error(`no stream ${name}`);
  return reader;
}

/** All pages of one read. */
export async function pagesOf(
  connection: Connection,
  name: string,
  query: Partial<ReadQuery> = {},
  at?: Date,
): Promise<Page[]> {
  const pages: Page[] = [];
  const whole = { cursor: undefined, options: {}, full: false, ...query };
  for await (const page of streamOf(connection, name).read(whole, readContext(connection, at)))
    pages.push(page);
  return pages;
}

export async function rowsOf(
  connection: Connection,
  name: string,
  query: Partial<ReadQuery> = {},
  at?: Date,
): Promise<JsonObject[]> {
  return (await pagesOf(connection, name, query, at)).flatMap(({ rows }) => rows.map(({ data }) => data));
}

/** @param more what an earlier process left, and whether an unclear outcome is resolved */
export function operationContext(
  connection: Connection,
  options: Record<string, Json> = {},
  more: { readonly resolving?: boolean; readonly remembered?: JsonObject; readonly files?: SourceFiles } = {},
): OperationContext {
  let remembered = more.remembered ?? {};
  return {
    calls: connection.calls(),
    options,
    record: { sync: 'invoices-to-avidxchange', company: 'EPIC06', key: '1042|INV-1' },
    sourceFiles: more.files,
    resolving: more.resolving ?? false,
    get remembered() {
      return remembered;
    },
    remember: async (facts) => {
      remembered = { ...remembered, ...facts };
    },
    nextNumber: async () => 1,
    now,
    signal: new AbortController().signal,
  };
}

/** A batch; what it remembers can be read off it, and handed to the next. */
export function batchContext(
  connection: Connection,
  options: Record<string, Json> = {},
  more: Partial<BatchContext> = {},
): BatchContext & BatchReading {
  let remembered = more.remembered ?? {};
  return {
    calls: connection.calls(),
    options,
    sync: 'invoices-to-avidxchange',
    company: 'EPIC06',
    externalId: 'EPIC06-20260302-9f86d081884c',
    sentAt: new Date('2026-03-02T09:59:59Z'),
    nextNumber: async () => 1,
    now,
    signal: new AbortController().signal,
    ...more,
    get remembered() {
      return remembered;
    },
    remember: async (facts) => {
      remembered = { ...remembered, ...facts };
    },
  };
}

export function batchOf(documents: readonly JsonObject[]): BatchItem[] {
  return documents.map((document, at) => {
    let remembered: JsonObject = {};
    return {
      id: `item-${at}`,
      record: { sync: 'invoices-to-avidxchange', company: 'EPIC06', key: String(at) },
      document,
      get remembered() {
        return remembered;
      },
      remember: async (facts: JsonObject) => {
        remembered = { ...remembered, ...facts };
      },
    };
  });
}

/** Files that a source has, by their keys. */
export function filesOf(
  files: Readonly<Record<string, Uint8Array>>,
): SourceFiles & { readonly read: SourceFiles['read'] } {
  return {
    async read(key) {
      const bytes = files[key];
      return bytes && { bytes, sha256: `hash-of-${key}` };
    },
  };
}

export function invoice(number: string, more: JsonObject = {}): JsonObject {
  return {
    ExternalInvoiceId: `EPIC06|1042|${number}`,
    Number: number,
    InvoiceDate: '2026-01-02',
    InvoiceDueDate: '2026-02-01',
    VendorExternalCode: '1042',
    GrossAmount: '125.50',
    PONumber: '4711',
    Distributions: [
      {
        Amount: '125.50',
        Description: 'Steel',
        POLineNumber: 1,
        EnterpriseCodes: [{ EnterpriseCodeValue: '6100-00-10', EnterpriseCodeValueDescription: 'Supplies' }],
      },
    ],
    ...more,
  };
}

/** A payment as AvidXchange writes it. */
export function payment(id: number, more: Row = {}): Row {
  return {
    PaymentId: id,
    Number: 60_000 + id,
    CheckNumber: '1001',
    AvidPayChecknumber: '3777001',
    Status: { Id: 27, Description: 'Cleared' },
    PaymentMethod: { Id: 1, Description: 'AvidPay Check' },
    Amount: 125.5,
    BatchId: 'AP 2026/03/01 #7',
    PaymentDate: '2026-02-20T00:00:00',
    IssuedDate: '2026-02-24T00:00:00.000',
    ClearedDate: '2026-03-01T00:00:00',
    ExternalPaymentIds: [],
    VirtualCard: null,
    PayeeExternalCode: '1042|MAIN',
    PayeeName: 'Acme Steel',
    LastModifiedDate: '2026-03-01T23:30:00',
    Invoices: [{ InvoiceNumber: 'INV-77', InvoiceAmount: 125.5, ExternalInvoiceId: 'EPIC06|1042|INV-77' }],
    ...more,
  };
}
