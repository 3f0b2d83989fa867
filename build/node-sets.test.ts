import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createContext, Script } from 'node:vm';
import { beforeAll, describe, expect, it } from 'vitest';
import type { SystemManifest } from '../runtime/connector/manifest';
import { FUNCTION_DOCS } from '../runtime/mapping/function-docs';
import { sampleManifest } from '../tests/support/sample-system';
import { fieldRow } from './field-rows.mts';
import { literal, script } from './markup.mts';
import { pipelineSet } from './pipeline-set.mts';
import { systemDialogs } from './system-dialogs.mts';
import { CATEGORY } from './system-entry.mts';
import { systemSet } from './system-set.mts';
import { documentFields, viewOf } from './system-view.mts';

const nodes = resolve(__dirname, '../nodes');
const systems = readdirSync(nodes).filter((name) => existsSync(join(nodes, name, 'manifest.ts')));

interface Definition {
  readonly category: string;
  readonly icon: string;
  readonly color: string;
  readonly defaults: Readonly<Record<string, { value: unknown; validate?: (...of: unknown[]) => unknown }>>;
  readonly credentials?: Readonly<Record<string, { type: string }>>;
}

/** Runs a set's script as the editor's page would, and gives what it registers. */
function registrations(html: string): Map<string, Definition> {
  const found = new Map<string, Definition>();
  const code = /<script type="text\/javascript">([\s\S]*?)<\/script>/.exec(html)?.[1] ?? '';
  const RED = {
    nodes: {
      registerType: (type: string, definition: Definition) => found.set(type, definition),
      node: () => undefined,
    },
  };
  const $ = () => ({ length: 0 });
  new Script(code).runInContext(createContext({ RED, $, window: {} }));
  return found;
}

function parts(html: string, attribute: string): Map<string, string> {
  const pattern = new RegExp(`<script type="[^"]+" ${attribute}="([^"]+)">([\\s\\S]*?)</script>`, 'g');
  return new Map([...html.matchAll(pattern)].map(([, name, content]) => [name as string, content as string]));
}

async function manifestOf(system: string): Promise<SystemManifest> {
  return (await import(join(nodes, system, 'manifest.ts'))).manifest;
}

describe.each(systems)('the node set of %s', (name) => {
  let manifest: SystemManifest;
  let html: string;
  let types: Map<string, Definition>;

  beforeAll(async () => {
    manifest = await manifestOf(name);
    html = await systemSet(manifest, nodes);
    types = registrations(html);
  });

  it('registers its node types with literal calls, each with a dialog and a help text', () => {
    const kinds = ['connection', 'read', 'write', ...(manifest.webhook ? ['webhook'] : [])];
    const expected = kinds.map((kind) => `${name}-${kind}`);
    expect([...types.keys()]).toEqual(expected);
    for (const type of expected) expect(html).toMatch(new RegExp(`registerType\\(["']${type}["'], \\{`));
    expect([...parts(html, 'data-template-name').keys()]).toEqual(expected);
    expect([...parts(html, 'data-help-name').keys()]).toEqual(expected);
  });

  it('has an input and a property for every declared field, and nothing of a secret in a property', () => {
    const dialog = parts(html, 'data-template-name').get(`${name}-connection`) as string;
    const { defaults, credentials } = types.get(`${name}-connection`) as Definition;
    for (const field of manifest.connection.fields) {
      expect(dialog).toContain(`id="node-config-input-${field.name}"`);
      if (field.type === 'secret') {
        expect(credentials?.[field.name]).toEqual({ type: 'password' });
        expect(defaults).not.toHaveProperty(field.name);
        expect(dialog).toMatch(new RegExp(`<input type="password" id="node-config-input-${field.name}"`));
      } else {
        expect(defaults[field.name]?.value).toBe(field.default ?? (field.type === 'boolean' ? false : ''));
      }
    }
    for (const stream of Object.keys(manifest.streams)) expect(html).toContain(`data-ml-for="${stream}"`);
    for (const [operation, { options }] of Object.entries(manifest.operations)) {
      for (const option of options)
        expect(html).toContain(`id="node-input-option-${operation}-${option.name}"`);
    }
  });

  it('finds its own defaults good, and names a field that is not filled in', () => {
    const { defaults } = types.get(`${name}-connection`) as Definition;
    for (const field of manifest.connection.fields.filter(({ type }) => type !== 'secret')) {
      const validate = defaults[field.name]?.validate as (value: unknown, options: object) => unknown;
      const open = field.required && field.default === undefined;
      expect(validate.call({}, field.default ?? '', {})).toEqual(
        open ? `${field.label} is not filled in` : true,
      );
      expect(validate.call({}, `\${${field.environment ?? 'NAME'}}`, {})).toBe(true);
    }
  });

  it('stands in the palette with the look that the manifest declares', () => {
    for (const [type, { category, color, icon }] of types) {
      expect(category).toBe(type.endsWith('-connection') ? 'config' : CATEGORY);
      expect(color).toBe(manifest.color);
      expect(existsSync(join(nodes, name, 'icons', icon))).toBe(true);
    }
  });
});

describe('the node set of the pipeline', () => {
  let html: string;
  const catalog = JSON.parse(readFileSync(join(nodes, 'pipeline/locales/en-US/nodes.json'), 'utf8'));
  const known = Object.entries<Record<string, string>>(catalog).flatMap(([type, texts]) =>
    Object.keys(texts).map((key) => `${type}.${key}`),
  );

  beforeAll(async () => {
    html = await pipelineSet(nodes, FUNCTION_DOCS);
  });

  it('registers its node types with literal calls, each with a dialog, a help text and an icon', () => {
    const types = ['audit', 'dedup', 'map', 'replay', 'sync'];
    const registered = registrations(html);
    expect([...registered.keys()].sort()).toEqual(types);
    for (const type of types) expect(html).toMatch(new RegExp(`registerType\\(["']${type}["'], \\{`));
    expect([...parts(html, 'data-template-name').keys()]).toEqual(types);
    expect([...parts(html, 'data-help-name').keys()]).toEqual(types);
    for (const { icon } of registered.values())
      expect(existsSync(join(nodes, 'pipeline/icons', icon))).toBe(true);
  });

  it('has a text for every key that it uses, and uses every text', () => {
    const dialogs = [...html.matchAll(/data-i18n="(?:\[\w+\])?([\w.-]+)"/g)].map(([, key]) => key as string);
    const code = [...html.matchAll(/\._\(["']([\w.-]+)["']/g)].map(([, key]) => key as string);
    const made = ['applies-any', 'applies-new', 'applies-sent', 'outcome-park', 'outcome-ignore'];
    const words = ['for', 'when', 'then', 'as', 'showing'].map((word) => `rule-${word}`);
    const names = ['applies', 'when', 'outcome', 'reason', 'detail'].map((field) => `aria-${field}`);
    const examples = ['example-when', 'example-detail'];
    const composed = [...made, ...words, ...names, ...examples].map((key) => `map.${key}`);
    expect([...new Set([...dialogs, ...code, ...composed])].sort()).toEqual(known.sort());
  });

  it('documents every function of mappings in the help of the map node', () => {
    const help = parts(html, 'data-help-name').get('map') as string;
    for (const { name } of FUNCTION_DOCS) expect(help).toContain(`\`$${name}`);
  });

  it('takes every color from the theme of the editor', () => {
    expect(readFileSync(join(nodes, 'pipeline/dialogs.css'), 'utf8')).not.toMatch(
      /#[0-9a-f]{3,8}\b|rgba?\(/i,
    );
  });
});

describe('what is made from a manifest', () => {
  it('offers the environment where a choice can come from it', () => {
    const [field] = sampleManifest.connection.fields.filter(({ name }) => name === 'auth');
    if (!field) throw new Error('the sample has no auth');
    expect(fieldRow({ ...field, environment: 'SAMPLE_AUTH' }, 'x')).toMatch(
      /<option value="\$\{SAMPLE_AUTH\}">/,
    );
    expect(fieldRow(field, 'x')).not.toMatch(/\$\{/);
  });

  it('folds the fields of a group under its heading', () => {
    const [first, ...rest] = sampleManifest.connection.fields;
    if (!first) throw new Error('the sample has no fields');
    const fields = [{ ...first, group: 'Few <change>' }, ...rest];
    const html = systemDialogs(
      viewOf({ ...sampleManifest, connection: { ...sampleManifest.connection, fields } }),
    );
    const [, folded = ''] = /<details class="ml-group">([\s\S]*?)<\/details>/.exec(html) ?? [];
    expect(folded).toContain('<summary>Few &lt;change&gt;</summary>');
    expect(folded.match(/data-ml-field="\w+"/g)).toEqual([`data-ml-field="${first.name}"`]);
    expect(html.split(`id="node-config-input-${first.name}"`)).toHaveLength(2);
    expect(systemDialogs(viewOf(sampleManifest))).not.toContain('<details');
  });

  it('suggests values for a text that stays free', () => {
    const choices = [{ value: 'https://eu.example.com', label: 'Europe' }];
    const row = fieldRow({ name: 'baseUrl', type: 'url', label: 'Base', help: 'x', choices }, 'base');
    expect(row).toMatch(/<input type="text" id="base"[^>]* list="base-suggestions">/);
    expect(row).toContain(
      '<datalist id="base-suggestions"><option value="https://eu.example.com">Europe</option></datalist>',
    );
  });

  it('keeps text of a manifest from becoming markup or code', () => {
    const row = fieldRow({ name: 'x', type: 'text', label: '<b>"', help: '</script><img>' }, 'x');
    expect(row).toContain('&lt;b&gt;&quot;');
    expect(row).not.toContain('</script>');
    expect(literal('</script>\u2028')).toBe('"\\u003c/script>\\u2028"');
    expect(() => script('text/javascript', 'a = "</script>"')).toThrow(/end its own script element/);
  });

  it('carries no regular expression and no error table to the editor', () => {
    expect(Object.keys(viewOf(sampleManifest))).not.toContain('errors');
    expect(JSON.parse(JSON.stringify(viewOf(sampleManifest)))).toEqual(viewOf(sampleManifest));
  });

  it('lists the fields of a schema with their paths', () => {
    const fields = documentFields({
      type: 'object',
      required: ['lines'],
      properties: {
        lines: {
          type: 'array',
          minItems: 1,
          items: {
            type: 'object',
            required: ['amount'],
            properties: {
              amount: { type: 'string', format: 'decimal' },
              text: { type: ['string', 'null'], maxLength: 5 },
            },
          },
        },
      },
    });
    expect(fields).toEqual([
      { path: 'lines', type: 'list', required: true, note: 'at least 1' },
      { path: 'lines[].amount', type: 'decimal', required: true, note: '' },
      { path: 'lines[].text', type: 'text', required: false, note: 'at most 5 characters' },
    ]);
  });
});
