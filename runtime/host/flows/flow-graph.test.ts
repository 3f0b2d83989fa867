import { describe, expect, it } from 'vitest';
import { isAnswered, reachesWrite } from './flow-graph';
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

describe('whether what fails at a node is told to somebody', () => {
  const nodes = (more: object, wires = ['tell']) => [
    tab,
    node('enter', 'x-write'),
    node('caught', 'catch', wires, more),
    node('tell', 'y-write'),
    node('note', 'audit'),
  ];

  it('is so where a Catch of its tab hears it and leads to a write', () => {
    expect(isAnswered(nodes({ scope: ['enter'] }), 'enter')).toBe(true);
    expect(isAnswered(nodes({ scope: null }), 'enter')).toBe(true);
  });

  it('is not so where the Catch hears others, is elsewhere, or only notes it', () => {
    expect(isAnswered(nodes({ scope: ['tell'] }), 'enter')).toBe(false);
    expect(isAnswered(nodes({ scope: null, z: 'other' }), 'enter')).toBe(false);
    expect(isAnswered(nodes({ scope: ['enter'] }, ['note']), 'enter')).toBe(false);
  });
});
