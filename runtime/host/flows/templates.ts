import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigurationError } from '../../connector/errors';
import type { FlowNode } from './flow-node';

/** The ready-made flows: one folder for each, with `flow.json` and a `README.md` whose first line is the title. */
export interface Template {
  /** The folder's name, as the command line takes it. */
  readonly name: string;
  readonly title: string;
}

export function listTemplates(folder: string): readonly Template[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(folder, entry.name, 'flow.json')))
    .map(({ name }) => ({ name, title: titleOf(join(folder, name, 'README.md')) ?? name }));
}

/** The text of a template's flow, exactly as it stands in the file. */
export function readTemplateText(folder: string, name: string): string | undefined {
  const known = listTemplates(folder).some((template) => template.name === name);
  return known ? readFileSync(join(folder, name, 'flow.json'), 'utf8') : undefined;
}

/** @throws ConfigurationError for a name that is no template, listing those that are */
export function readTemplate(folder: string, name: string): readonly FlowNode[] {
  const text = readTemplateText(folder, name);
  if (text === undefined) {
    const names = listTemplates(folder).map((template) => template.name);
    throw new ConfigurationError(
      'TEMPLATE_UNKNOWN',
      `There is no template "${name}".`,
      'command line',
      `Choose one of: ${names.join(', ')}.`,
    );
  }
  return parseFlow(text, join(folder, name, 'flow.json'));
}

/** @throws ConfigurationError when the text is not a list of nodes */
export function parseFlow(text: string, where: string): readonly FlowNode[] {
  try {
    const nodes: unknown = JSON.parse(text);
    if (Array.isArray(nodes) && nodes.every((node) => typeof node?.id === 'string')) return nodes;
  } catch {
    // Said below, in the same words.
  }
  throw new ConfigurationError(
    'FLOW_INVALID',
    `${where} is not a list of nodes.`,
    where,
    'Export the flow again from the editor.',
  );
}

function titleOf(readme: string): string | undefined {
  if (!existsSync(readme)) return undefined;
  return /^# +(.+)$/m.exec(readFileSync(readme, 'utf8'))?.[1]?.trim();
}
