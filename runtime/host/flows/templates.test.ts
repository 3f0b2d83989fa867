import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TemplateLibrary } from '../plugins/template-library';
import { readTemplate } from './templates';

const folder = mkdtempSync(join(tmpdir(), 'templates-'));
const flow = '[{"id":"tab","type":"tab"}]\n';
beforeAll(() => {
  mkdirSync(join(folder, 'a-b'));
  writeFileSync(join(folder, 'a-b', 'flow.json'), flow);
  writeFileSync(join(folder, 'a-b', 'README.md'), '# A ↔ B\n\nText.');
  mkdirSync(join(folder, 'broken'));
  writeFileSync(join(folder, 'broken', 'flow.json'), '{');
  mkdirSync(join(folder, 'notes'));
  writeFileSync(join(folder, 'secret.json'), '"canary"');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('templates', () => {
  it('are read by the name of their folder', () => {
    expect(readTemplate(folder, 'a-b')).toEqual([{ id: 'tab', type: 'tab' }]);
  });

  it('are listed when the name is unknown', () => {
    expect(() => readTemplate(folder, 'nope')).toThrow(/no template "nope"/);
    expect(() => readTemplate(folder, '../secret')).toThrow(
      expect.objectContaining({ remedy: 'Choose one of: a-b, broken.' }),
    );
  });

  it('name the file that is no flow', () => {
    expect(() => readTemplate(folder, 'broken')).toThrow(/broken.flow\.json is not a list of nodes/);
  });
});

describe('the template library of the editor', () => {
  const library = new TemplateLibrary({ path: folder });

  it('lists titles and hands out the file as it is', async () => {
    expect(await library.getEntry('flows', '/')).toEqual([{ fn: 'A ↔ B' }, { fn: 'broken' }]);
    expect(await library.getEntry('flows', 'A ↔ B')).toBe(flow);
  });

  it.each(['../secret', '../secret.json', 'a-b/../../secret.json', '/etc/passwd', 'a-b', 'a-b/README.md'])(
    'has nothing at %s',
    async (path) => {
      await expect(library.getEntry('flows', path)).rejects.toMatchObject({ code: 'not_found' });
    },
  );

  it('cannot be written', () => {
    expect(library).not.toHaveProperty('saveEntry');
  });
});
