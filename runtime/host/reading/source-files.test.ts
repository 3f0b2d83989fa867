import { describe, expect, it } from 'vitest';
import type { FileReader } from '../../connector/system';
import type { Connections } from '../connections/connections';
import { sourceFilesOf } from './source-files';
import { Syncs } from './syncs';

const clock = { now: () => new Date('2026-03-02T10:00:00Z'), wait: async () => {} };
const { signal } = new AbortController();

/** A canvas with one sync that reads a connection with these files. */
function canvas(files: FileReader | undefined) {
  const purposes: unknown[] = [];
  const connection = {
    client: { files },
    calls: (purpose: unknown) => purposes.push(purpose) && { call: async () => undefined },
  };
  const live = { connection, use: (work: (of: unknown) => unknown) => work(connection) };
  const connections = { byNode: (id: string) => (id === 'source' ? live : undefined) };
  const syncs = new Syncs();
  for (const [name, source] of [
    ['invoices', 'source'],
    ['orphans', 'elsewhere'],
  ] as const) {
    syncs.define({
      name,
      source,
      target: 'target',
      stream: 'ap-invoices',
      after: [],
      orderKey: '',
      window: undefined,
      holdMs: 60_000,
      missingReason: undefined,
    });
  }
  return { parts: { connections: connections as unknown as Connections, syncs, clock }, purposes };
}

describe('files of the source', () => {
  it('are read through the connection that the sync reads', async () => {
    const asked: unknown[] = [];
    const bytes = Buffer.from('%PDF-1.7');
    const { parts, purposes } = canvas({
      read: async (key, maxBytes, context) => {
        asked.push([key, maxBytes, context.now().toISOString()]);
        return { bytes, sha256: 'x' };
      },
    });
    const files = sourceFilesOf(parts, 'invoices', signal);
    expect(await files?.read('77', 1000)).toEqual({ bytes, sha256: 'x' });
    expect(asked).toEqual([['77', 1000, '2026-03-02T10:00:00.000Z']]);
    expect(purposes).toEqual([{ sync: 'invoices', signal, priority: 0 }]);
  });

  it('are absent without a connection, without files there, and for a sync that is gone', () => {
    expect(sourceFilesOf(canvas(undefined).parts, 'invoices', signal)).toBeUndefined();
    const { parts } = canvas({ read: async () => undefined });
    expect(sourceFilesOf(parts, 'orphans', signal)).toBeUndefined();
    expect(sourceFilesOf(parts, 'gone', signal)).toBeUndefined();
  });
});
