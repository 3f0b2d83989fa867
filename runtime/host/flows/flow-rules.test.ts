import { describe, expect, it } from 'vitest';
import type { FlowNode } from './flow-node';
import { findClashes } from './flow-rules';

const flow: readonly FlowNode[] = [
  { id: 'tab', type: 'tab' },
  { id: 'sync', type: 'sync', name: 'bills' },
  { id: 'read', type: 'x-read', z: 'tab', sync: 'sync', name: 'read bills' },
  { id: 'dedup', type: 'dedup', z: 'tab', sync: 'sync', name: 'new bills' },
];
const messages = (...more: FlowNode[]) => findClashes([...flow, ...more]).map(({ message }) => message);

describe('the rules of flows', () => {
  it('accept one read and one dedup for a sync', () => {
    expect(messages()).toEqual([]);
  });

  it('H3: refuse a second read or dedup of a sync, naming both', () => {
    expect(messages({ id: 'r2', type: 'x-read', z: 'tab', sync: 'sync', name: 'copy' })).toEqual([
      '"bills" has 2 enabled read nodes ("read bills", "copy"); it may have one',
    ]);
    expect(messages({ id: 'd2', type: 'dedup', z: 'tab', sync: 'sync' })[0]).toContain(
      '2 enabled dedup nodes',
    );
  });

  it('H3: refuse the same sync name under two settings, as a second import makes it', () => {
    expect(
      messages(
        { id: 'sync2', type: 'sync', name: 'bills' },
        { id: 'r2', type: 'x-read', z: 'tab', sync: 'sync2', name: 'copy' },
      ),
    ).toEqual([
      '2 sync settings have the name "bills"',
      '"bills" has 2 enabled read nodes ("read bills", "copy"); it may have one',
    ]);
  });

  it('accept a copy that is disabled, or stands on a disabled tab', () => {
    expect(messages({ id: 'r2', type: 'x-read', z: 'tab', sync: 'sync', d: true })).toEqual([]);
    expect(
      messages(
        { id: 'off', type: 'tab', disabled: true },
        { id: 'r2', type: 'x-read', z: 'off', sync: 'sync' },
      ),
    ).toEqual([]);
  });

  it('refuse a read in a subflow', () => {
    expect(
      findClashes([
        { id: 'sub', type: 'subflow' },
        { id: 'sync', type: 'sync', name: 'bills' },
        { id: 'read', type: 'x-read', z: 'sub', sync: 'sync', name: 'hidden' },
      ]).map(({ message }) => message),
    ).toEqual(['"hidden" of "bills" stands in a subflow; it belongs on a tab']);
  });
});
