import type { SystemView } from '../nodes/pipeline/system-view.ts';
import type { FieldDeclaration } from '../runtime/connector/manifest.ts';
import { literal } from './markup.mts';

/** The palette category of every node of this project. */
export const CATEGORY = 'accounts payable';

/** Look of a system's nodes, beside its view. */
export interface Look {
  readonly color: string;
  readonly version: number;
}

/**
 * The editor's side of a system's node types, as the text of a module that is bundled with the shared code in
 * `folder`. The calls of registerType are literal, their defaults inline: tools read them without running them.
 */
export function systemEntry(system: SystemView, look: Look, folder: string): string {
  const name = system.system;
  return `
import { prepareConnection, validConnectionField, validWebhookName } from '${folder}/connection.editor.ts';
import { labelRead, prepareRead, readsFrom, saveRead, validReadOptions } from '${folder}/read.editor.ts';
import { validSchedule } from '${folder}/schedule.editor.ts';
import { labelWrite, prepareWrite, saveWrite, validWriteOperation, validWriteOptions } from '${folder}/write.editor.ts';
${system.webhook ? `import { labelWebhook, prepareWebhook, saveWebhook, validWebhookOptions } from '${folder}/webhook.editor.ts';` : ''}

const system = ${literal(system)};
const field = (name) => system.connection.find((declared) => declared.name === name);

RED.nodes.registerType('${name}-connection', {
  category: 'config',
  color: '${look.color}',
  icon: '${name}.svg',
  mlSystem: system,
  defaults: {
    version: { value: ${look.version} },
    name: { value: '' },
    webhookName: { value: 'default', validate: validWebhookName },
    ${system.connection.filter(isShown).map(connectionDefault).join('\n    ')}
  },
  credentials: {
    ${system.connection
      .filter((field) => !isShown(field))
      .map(({ name }) => `${name}: { type: 'password' },`)
      .join('\n    ')}
  },
  label() { return this.name || ${literal(system.title)}; },
  oneditprepare() { prepareConnection(this, system); },
});

RED.nodes.registerType('${name}-read', {
  category: '${CATEGORY}',
  color: '${look.color}',
  icon: '${name}.svg',
  defaults: {
    name: { value: '' },
    sync: { value: '', type: 'sync', required: true, filter: readsFrom('${name}') },
    schedule: { value: '', validate: validSchedule },
    options: { value: {}, validate(options, _) { return validReadOptions(this, options, system); } },
  },
  inputs: 1,
  outputs: 1,
  inputLabels: 'now',
  outputLabels: 'pages',
  paletteLabel: ${literal(`${system.title} read`)},
  label() { return labelRead(this, system); },
  labelStyle() { return this.name ? 'node_label_italic' : ''; },
  oneditprepare() { prepareRead(this, system); },
  oneditsave() { saveRead(this); },
});

RED.nodes.registerType('${name}-write', {
  category: '${CATEGORY}',
  color: '${look.color}',
  icon: '${name}.svg',
  align: 'right',
  defaults: {
    name: { value: '' },
    connection: { value: '', type: '${name}-connection', required: true },
    operation: { value: '${Object.keys(system.operations)[0] ?? ''}', validate(operation, _) { return validWriteOperation(operation, system); } },
    options: { value: {}, validate(options, _) { return validWriteOptions(this, options, system); } },
  },
  inputs: 1,
  outputs: 1,
  inputLabels: 'document',
  outputLabels: 'result',
  paletteLabel: ${literal(`${system.title} write`)},
  label() { return labelWrite(this, system); },
  labelStyle() { return this.name ? 'node_label_italic' : ''; },
  oneditprepare() { prepareWrite(this, system); },
  oneditsave() { saveWrite(this); },
});
${system.webhook ? webhookType(system, look) : ''}`;
}

function webhookType({ system, title }: SystemView, look: Look): string {
  return `
RED.nodes.registerType('${system}-webhook', {
  category: '${CATEGORY}',
  color: '${look.color}',
  icon: '${system}.svg',
  defaults: {
    name: { value: '' },
    connection: { value: '', type: '${system}-connection', required: true },
    options: { value: {}, validate(options, _) { return validWebhookOptions(options, system); } },
  },
  inputs: 0,
  outputs: 1,
  outputLabels: 'wakes a read',
  paletteLabel: ${literal(`${title} webhook`)},
  label() { return labelWebhook(this, system); },
  labelStyle() { return this.name ? 'node_label_italic' : ''; },
  oneditprepare() { prepareWebhook(this, system); },
  oneditsave() { saveWebhook(this); },
});
`;
}

function isShown(field: FieldDeclaration): boolean {
  return field.type !== 'secret';
}

function connectionDefault(field: FieldDeclaration): string {
  return `${field.name}: { value: ${literal(field.default ?? (field.type === 'boolean' ? false : ''))}, validate: validConnectionField(field('${field.name}')) },`;
}
