import { describe, expect, it } from 'vitest';
import { sampleSystem } from '../../../tests/support/sample-system';
import type { FlowNode } from './flow-node';
import { unsafeExpressions } from './mapping-safety';

const systems = { all: () => [sampleSystem] };
const STREAM = 'bills';

function flows(map: Partial<FlowNode>, between: Partial<FlowNode> = { type: 'switch' }): FlowNode[] {
  return [
    { id: 'tab', type: 'tab' },
    { id: 'source', type: `${sampleSystem.manifest.system}-connection` },
    { id: 'sync', type: 'sync', source: 'source', stream: STREAM },
    {
      id: 'dedup',
      type: 'dedup',
      z: 'tab',
      name: 'land',
      sync: 'sync',
      onlyWork: 'true',
      wires: [['between']],
    },
    { id: 'between', type: 'switch', z: 'tab', wires: [['map']], ...between },
    { id: 'map', type: 'map', z: 'tab', name: 'bill', document: '{}', rules: [], wires: [[]], ...map },
  ];
}

describe('expressions that would get money wrong', () => {
  it('are named with their node, their place and what to write instead', () => {
    const rules = [
      { when: 'amount > 0', applies: 'any', outcome: 'park', reason: 'amounts-differ', detail: '' },
    ];
    expect(unsafeExpressions(flows({ rules }), systems)).toEqual([
      expect.stringMatching(/^"bill", rules\[0\]\.when, line 1: .*\$compare\(amount, 0\) > 0/),
    ]);
    expect(unsafeExpressions(flows({ document: '{ "sum": amount + 1 }' }), systems)).toHaveLength(1);
  });

  it('are looked for in the rule of the dedup node too', () => {
    const nodes = flows({}).map((node) =>
      node.id === 'dedup' ? { ...node, onlyWork: 'amount = "0"' } : node,
    );
    expect(unsafeExpressions(nodes, systems)).toEqual([expect.stringContaining('"land", only work on')]);
  });

  it('are not guessed at behind a node that changes the payload, nor in what is disabled or does not parse', () => {
    const unsafe = { document: '{ "sum": amount + 1 }' };
    expect(unsafeExpressions(flows(unsafe, { type: 'function' }), systems)).toEqual([]);
    expect(unsafeExpressions(flows({ ...unsafe, d: true }), systems)).toEqual([]);
    expect(unsafeExpressions(flows({ document: '{ "sum": amount +' }), systems)).toEqual([]);
  });

  it('are not those that use the exact functions', () => {
    expect(unsafeExpressions(flows({ document: '{ "sum": $add(amount, 1) }' }), systems)).toEqual([]);
  });
});
