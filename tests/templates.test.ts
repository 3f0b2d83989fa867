import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { REASONS } from '../runtime/connector/reasons';
import type { Registry } from '../runtime/connector/registry';
import { unsafeExpressions } from '../runtime/host/flows/mapping-safety';
import type { Lookups } from '../runtime/mapping/functions';
import { compileMapping } from '../runtime/mapping/mapping';
import type { MappingRule } from '../runtime/mapping/mapping-rule';
import { compileProgram } from '../runtime/mapping/program';
import { allSystems } from './support/all-systems';

interface FlowNode {
  readonly id: string;
  readonly type: string;
  readonly z?: string;
  readonly g?: string;
  readonly wires?: readonly (readonly string[])[];
  readonly [property: string]: unknown;
}

const folder = resolve(__dirname, '../flows');
const templates = readdirSync(folder)
  .filter((name) => existsSync(join(folder, name, 'flow.json')))
  .map((name) => ({
    name,
    nodes: JSON.parse(readFileSync(join(folder, name, 'flow.json'), 'utf8')) as FlowNode[],
  }));

const NO_LOOKUPS: Lookups = { link: async () => undefined, source: async () => undefined };

let systems: Registry;
beforeAll(async () => {
  systems = await allSystems();
});

const ofType = (nodes: readonly FlowNode[], suffix: string) =>
  nodes.filter(({ type }) => type === suffix || type.endsWith(`-${suffix}`));

describe.each(templates)('the template $name', ({ name, nodes }) => {
  const byId = new Map(nodes.map((node) => [node.id, node]));

  it('has a page that tells a customer how to set it up', () => {
    expect(readFileSync(join(folder, name, 'README.md'), 'utf8')).toMatch(/^# .+\n/);
  });

  it('has one node for every id, and wires that end on the same tab', () => {
    expect(byId.size).toBe(nodes.length);
    const loose = nodes.flatMap(({ id, z, wires }) =>
      (wires ?? [])
        .flat()
        .filter((to) => byId.get(to)?.z !== z)
        .map((to) => `${id} → ${to}`),
    );
    expect(loose).toEqual([]);
  });

  it('can be understood by looking: every tab explained, every node in a named group, no nameless step', () => {
    const tabs = nodes.filter(({ type }) => type === 'tab');
    expect(tabs.filter(({ info }) => String(info ?? '').length < 80)).toEqual([]);
    const ungrouped = nodes.filter(({ z, g, type }) => z !== undefined && type !== 'group' && !g);
    expect(ungrouped.map(({ id }) => id)).toEqual([]);
    const nameless = nodes.filter(
      ({ z, type, name: label }) => z && type !== 'audit' && !String(label ?? ''),
    );
    expect(nameless.map(({ id }) => id)).toEqual([]);
  });

  it('has a Catch on every tab, so that no error goes unseen', () => {
    const tabs = nodes.filter(({ type }) => type === 'tab').map(({ id }) => id);
    const caught = nodes.filter(({ type }) => type === 'catch').map(({ z }) => z);
    expect(tabs.filter((id) => !caught.includes(id))).toEqual([]);
  });

  it('reads and dedups every sync once', () => {
    for (const sync of ofType(nodes, 'sync')) {
      expect(ofType(nodes, 'read').filter((node) => node['sync'] === sync.id)).toHaveLength(1);
      expect(ofType(nodes, 'dedup').filter((node) => node['sync'] === sync.id)).toHaveLength(1);
    }
  });

  it('holds no credential, only the names of variables', () => {
    const literal = nodes.flatMap(({ id, credentials }) =>
      Object.entries((credentials ?? {}) as Record<string, string>)
        .filter(([, value]) => !/^\$\{[A-Z][A-Z0-9_]*\}$/.test(value))
        .map(([field]) => `${id}.${field}`),
    );
    expect(literal).toEqual([]);
  });

  it('holds every field of its connections, so that Done without a change changes nothing', () => {
    const absent = ofType(nodes, 'connection').flatMap((node) =>
      systems
        .get(node.type.replace(/-connection$/, ''))
        .manifest.connection.fields.filter(({ type, name: field }) => type !== 'secret' && !(field in node))
        .map(({ name: field }) => `${node.id}.${field}`),
    );
    expect(absent).toEqual([]);
  });

  it('has expressions that compile, compute money exactly, and give reasons that the table knows', () => {
    for (const node of ofType(nodes, 'dedup')) {
      if (node['onlyWork']) compileProgram({ rules: [], document: String(node['onlyWork']) });
      expect(Object.keys(REASONS)).toContain(node['otherwise']);
      const retried = String(node['retryParked'] ?? '')
        .split(',')
        .filter(Boolean);
      expect(retried.filter((reason) => !Object.hasOwn(REASONS, reason))).toEqual([]);
    }
    for (const node of ofType(nodes, 'map')) {
      const target = byId.get(String(node['connection']))?.type.replace(/-connection$/, '');
      const operation = systems.get(target ?? '').manifest.operations[String(node['operation'])];
      if (!operation) throw new Error(`${target} has no operation ${node['operation']}`);
      compileMapping({
        rules: node['rules'] as MappingRule[],
        document: String(node['document']),
        documentSchema: operation.document,
        lookups: NO_LOOKUPS,
      });
    }
    expect(unsafeExpressions(nodes, systems)).toEqual([]);
  });
});
