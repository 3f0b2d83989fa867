import { describe, expect, it } from 'vitest';
import { sampleManifest, sampleSystem } from '../../tests/support/sample-system';
import { ConfigurationError } from './errors';
import type { SystemManifest } from './manifest';
import { checkManifest, checkSchemas } from './manifest-check';
import { createRegistry } from './registry';

const problems = (change: Partial<SystemManifest>) =>
  checkManifest({ ...sampleManifest, ...change }).join('\n');
const bills = sampleManifest.streams['bills'];
if (!bills) throw new Error('the sample system has no bills');

describe('the registry', () => {
  it('gives systems by name, and all of them', () => {
    const registry = createRegistry();
    registry.register(sampleSystem);
    expect(registry.get('sample-books')).toBe(sampleSystem);
    expect(registry.all()).toEqual([sampleSystem]);
    expect(registry.environmentNames()).toContain('SAMPLE_API_KEY');
  });

  it('refuses a second system of the same name, an unknown name and a wrong manifest', () => {
    const registry = createRegistry();
    registry.register(sampleSystem);
    expect(() => registry.register(sampleSystem)).toThrow(/registered already/);
    expect(() => registry.get('other')).toThrow(ConfigurationError);
    const wrong = { ...sampleSystem, manifest: { ...sampleManifest, system: 'Wrong Name' } };
    expect(() => registry.register(wrong)).toThrow(/kebab-case/);
  });
});

describe('the check of a manifest', () => {
  it('finds nothing wrong with a right one', () => {
    expect(checkManifest(sampleManifest)).toEqual([]);
  });

  it('wants secrets marked, and none with a default', () => {
    const fields = sampleManifest.connection.fields.map((field) =>
      field.name === 'password' ? { ...field, type: 'text' as const } : field,
    );
    expect(problems({ connection: { ...sampleManifest.connection, fields } })).toContain(
      'password looks like a secret',
    );
  });

  it('wants keys, tallies and material fields in their schemas', () => {
    expect(problems({ streams: { bills: { ...bills, key: ['number'] } } })).toContain(
      'number is not in the schema',
    );
    expect(problems({ streams: { bills: { ...bills, tally: { amount: 'id', date: 'date' } } } })).toContain(
      'not declared decimal',
    );
    expect(problems({ streams: { bills: { ...bills, key: [] } } })).toContain('has no key');
  });

  it('wants a batch that can be filled, and a size that a person may really change', () => {
    const operation = {
      title: 'Bill',
      help: '',
      document: { type: 'object' },
      effect: 'put' as const,
      businessKey: 'number',
      options: [],
    };
    const found = problems({
      operations: {
        bill: { ...operation, batch: { size: 0, atomic: false, field: 'size', maxWeight: 0, gatherMs: -1 } },
      },
    });
    for (const part of ['no size', 'no weight', 'negative time', 'no option of type integer']) {
      expect(found).toContain(part);
    }
    expect(problems({ operations: { bill: { ...operation, batch: { size: 50, atomic: true } } } })).toBe('');
  });

  it('wants hosts and limits to name fields', () => {
    const { connection } = sampleManifest;
    expect(problems({ connection: { ...connection, hosts: ['server'] } })).toContain('server is not a field');
    expect(problems({ connection: { ...connection, hosts: ['company'] } })).toContain('not of type url');
    expect(problems({ connection: { ...connection, limits: { inFlight: 0, per: ['nobody'] } } })).toMatch(
      /nobody is not a field[\s\S]*allows no call/,
    );
  });

  it('refuses schemas through which a decimal could not be followed', () => {
    const row = { type: 'object', properties: { id: { anyOf: [{ type: 'string' }] } } };
    expect(problems({ streams: { bills: { ...bills, row } } })).toContain('uses anyOf');
  });

  it('refuses schemas that do not compile', () => {
    const row = { type: 'object', nonsense: 1 };
    expect(checkSchemas({ ...sampleManifest, streams: { bills: { ...bills, row } } }).join()).toContain(
      'nonsense',
    );
    expect(checkSchemas(sampleManifest)).toEqual([]);
  });

  it('wants errors to be told apart, and their reasons known', () => {
    const rule = {
      when: {},
      recovery: 'rejected' as const,
      code: 'lower',
      text: 'T.',
      remedy: '',
      reason: 'unheard-of',
    };
    const found = problems({ errors: [rule] });
    for (const part of [
      'UPPER_SNAKE_CASE',
      'remedy is empty',
      'matches everything',
      'unheard-of is not in the table',
    ]) {
      expect(found).toContain(part);
    }
  });
});
