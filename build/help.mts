import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DocumentField, SystemView } from '../nodes/pipeline/system-view.ts';
import type { FieldDeclaration } from '../runtime/connector/manifest.ts';
import type { FunctionDoc } from '../runtime/mapping/function-docs.ts';
import { script } from './markup.mts';

/** Where a hand-written help text wants the tables that are made from the manifest. */
const REFERENCE = '<!-- reference -->';

/** The help of one node type as the editor shows it. */
export function helpScript(type: string, markdown: string): string {
  return script('text/markdown', markdown, { 'data-help-name': type });
}

/** Reads a hand-written help text and puts the reference where it wants it. @throws when the text is missing. */
export function helpText(folder: string, name: string, reference = ''): string {
  const file = join(folder, 'help', 'en-US', `${name}.md`);
  if (!existsSync(file)) throw new Error(`${file} is missing: every node type has a help text`);
  return readFileSync(file, 'utf8').replace(REFERENCE, () => reference);
}

export function systemReference(system: SystemView): Readonly<Record<string, string>> {
  return {
    connection: fieldTable(system.connection, true),
    read: Object.entries(system.streams)
      .map(([name, { title, help, options, row }]) =>
        sections(
          `#### ${title} \`${name}\``,
          help,
          fieldTable(options),
          folded('Fields of a row', fieldList(row)),
        ),
      )
      .join('\n\n'),
    write: Object.entries(system.operations)
      .map(([name, { title, help, options, document }]) =>
        sections(
          `#### ${title} \`${name}\``,
          help,
          fieldTable(options),
          folded('Fields of the document', fieldList(document)),
        ),
      )
      .join('\n\n'),
    webhook: fieldTable(system.webhook ?? []),
  };
}

function sections(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('\n\n');
}

function fieldTable(fields: readonly FieldDeclaration[], withVariables = false): string {
  if (fields.length === 0) return '';
  const head = withVariables
    ? '| Field | Variable | Meaning |\n|---|---|---|'
    : '| Option | Default | Meaning |\n|---|---|---|';
  const rows = fields.map((field) => {
    const middle = withVariables ? code(field.environment) : code(field.default);
    return `| ${cell(field.label)} | ${middle} | ${cell(meaning(field))} |`;
  });
  return [head, ...rows].join('\n');
}

function meaning(field: FieldDeclaration): string {
  const choices = field.choices?.map(({ value, label }) => `\`${value}\` ${label}`).join(', ');
  const needed = field.requiredFor
    ? `Needed for ${field.requiredFor.map((mode) => `\`${mode}\``).join(', ')}.`
    : '';
  return [field.help, choices ? `One of: ${choices}.` : '', needed].filter((part) => part !== '').join(' ');
}

function fieldList(fields: readonly DocumentField[]): string {
  if (fields.length === 0) return '';
  const rows = fields.map(
    ({ path, type, required, note }) =>
      `| \`${path}\`${required ? ' \\*' : ''} | ${cell(type)} | ${cell(note)} |`,
  );
  return ['| Field | Type | |', '|---|---|---|', ...rows].join('\n');
}

function folded(title: string, table: string): string {
  return table === '' ? '' : `<details><summary>${title}</summary>\n\n${table}\n\n</details>`;
}

function cell(text: string): string {
  return text.replace(/\|/g, '\\|').replace(/\s*\n\s*/g, ' ');
}

function code(value: unknown): string {
  return value === undefined || value === '' ? '' : `\`${value}\``;
}

/** The functions of mappings, as tables for the help of the map node. */
export function functionReference(docs: readonly FunctionDoc[]): string {
  const titles: Readonly<Record<FunctionDoc['group'], string>> = {
    links: 'Links and the record',
    outcome: 'Outcome',
    decimals: 'Exact amounts',
    dates: 'Calendar dates',
    texts: 'Texts',
  };
  return Object.entries(titles)
    .map(([group, title]) => {
      const rows = docs
        .filter((doc) => doc.group === group)
        .map(
          ({ name, args, text }) => `| \`$${name}${name === 'record' ? '' : `(${args})`}\` | ${cell(text)} |`,
        );
      return [`| ${title} | |`, '|---|---|', ...rows].join('\n');
    })
    .join('\n\n');
}
