import { checkValues } from './field-values.editor';
import { type OptionSections, prepareOptions } from './operation-options.editor';
import type { EditorNode, Validity } from './red.editor';
import type { SystemView } from './system-view';

const sections = new WeakMap<EditorNode, OptionSections>();

export function labelWebhook(node: EditorNode, system: SystemView): string {
  return node.name || `${system.title} webhook`;
}

export function validWebhookOptions(options: unknown, system: SystemView): Validity {
  return checkValues(system.webhook ?? [], options);
}

/** Shows the address that the system must be given, under the public address of this runtime. */
export function prepareWebhook(node: EditorNode, system: SystemView): void {
  const options = prepareOptions({ webhook: system.webhook ?? [] }, 'webhook', node['options']);
  options.show('webhook');
  const showAddress = () => {
    const connection = RED.nodes.node(String($('#node-input-connection').val()));
    const name = String(connection?.['webhookName'] ?? 'default') || 'default';
    $('#ml-webhook-path').text(`/hooks/${system.system}/${name}`);
  };
  $('#node-input-connection').on('change', showAddress);
  showAddress();
  sections.set(node, options);
}

export function saveWebhook(node: EditorNode): void {
  node['options'] = sections.get(node)?.read() ?? {};
}
