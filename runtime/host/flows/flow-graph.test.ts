import { describe, expect, it } from 'vitest';
import { reachesWrite } from './flow-graph';
import type { FlowNode } from './flow-node';

const node = (id: string, type: string, wires: string[] = [], more: object = {}): FlowNode => ({
  id,
  type,
  z: 'tab',
  wires: [wires],
  ...more,
});
const tab: FlowNode = { id: 'tab', type: 'tab' };

describe('whether a write can reach another write', () => {
  it('follows wires through other nodes', () => {
    const nodes = [
      tab,
      node('a', 'x-write', ['s']),
      node('s', 'switch', ['b']),
      node('b', 'y-write', ['end']),
    ];
    expect(reachesWrite(nodes, 'a')).toBe(true);
    expect(reachesWrite(nodes, 'b')).toBe(false);
  });

  it('does not pass a disabled node, nor come to a disabled write', () => {
    expect(reachesWrite([tab, node('a', 'x-write', ['b']), node('b', 'y-write', [], { d: true })], 'a')).toBe(
      false,
    );
    const cut = [
      tab,
      node('a', 'x-write', ['s']),
      node('s', 'change', ['b'], { d: true }),
      node('b', 'y-write'),
    ];
    expect(reachesWrite(cut, 'a')).toBe(false);
  });

  it('follows link nodes, and a link call that returns', () => {
    const jump = [
      tab,
      node('a', 'x-write', ['out']),
      node('out', 'link out', [], { links: ['in'] }),
      node('in', 'link in', ['b']),
      node('b', 'y-write'),
    ];
    expect(reachesWrite(jump, 'a')).toBe(true);
    const call = [
      tab,
      node('a', 'x-write', ['back']),
      node('back', 'link out', [], { mode: 'return' }),
      node('call', 'link call', ['b'], { links: ['in'] }),
      node('in', 'link in', ['a']),
      node('b', 'y-write'),
    ];
    expect(reachesWrite(call, 'a')).toBe(true);
  });

  it('looks into subflows and behind them', () => {
    const subflow: FlowNode = {
      id: 'sub',
      type: 'subflow',
      in: [{ wires: [{ id: 'first' }] }],
      out: [{ wires: [{ id: 'last', port: 0 }] }],
    };
    const into = [
      tab,
      subflow,
      node('a', 'x-write', ['use']),
      node('use', 'subflow:sub', []),
      node('first', 'y-write', [], { z: 'sub' }),
    ];
    expect(reachesWrite(into, 'a')).toBe(true);
    const behind = [
      tab,
      subflow,
      node('last', 'x-write', [], { z: 'sub' }),
      node('use', 'subflow:sub', ['b']),
      node('b', 'y-write'),
    ];
    expect(reachesWrite(behind, 'last')).toBe(true);
  });

  it('ends on a loop', () => {
    expect(reachesWrite([tab, node('a', 'x-write', ['s']), node('s', 'switch', ['s'])], 'a')).toBe(false);
  });
});
