import { describe, expect, it } from 'vitest';
import type { SystemManifest } from '../../runtime/connector/manifest';
import type { LiveConnection } from '../../runtime/host/connections/connections';
import { paperManifest } from '../../tests/support/paper-books';
import { automaticWindow } from './dedup-work';

/** A connection with this limit, to a system whose one operation takes this many documents a call. */
function target(inFlight: number, batch?: number): LiveConnection {
  const operation = {
    ...paperManifest.operations['create-copy'],
    ...(batch ? { batch: { size: batch, atomic: false } } : {}),
  };
  const manifest = { ...paperManifest, operations: { 'create-copy': operation } } as SystemManifest;
  return { module: { manifest }, connection: { limit: { inFlight } } } as unknown as LiveConnection;
}

describe('the automatic window', () => {
  it('keeps the target busy: many records for each call it allows, several batches where it takes batches', () => {
    expect(automaticWindow(target(3))).toBe(60);
    expect(automaticWindow(target(2, 100))).toBe(600);
  });

  it('has an end', () => {
    expect(automaticWindow(target(10, 1_000))).toBe(1_000);
  });

  it('follows the declared limit while the fields of the connection are wrong', () => {
    expect(automaticWindow({ ...target(3), connection: undefined })).toBe(60);
  });
});
