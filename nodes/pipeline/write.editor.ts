import { checkValues } from './field-values.editor';
import { type OptionSections, prepareOptions } from './operation-options.editor';
import type { EditorNode, Validity } from './red.editor';
import type { SystemView } from './system-view';
import { mapValues } from './systems.editor';

const sections = new WeakMap<EditorNode, OptionSections>();

export function labelWrite(node: EditorNode, system: SystemView): string {
  return node.name || system.operations[String(node['operation'])]?.title || `${system.title} write`;
}

export function validWriteOperation(value: unknown, system: SystemView): Validity {
  return Object.hasOwn(system.operations, String(value)) || 'Choose an operation';
}

export function validWriteOptions(node: EditorNode, options: unknown, system: SystemView): Validity {
  return checkValues(system.operations[String(node['operation'])]?.options ?? [], options);
}

export function prepareWrite(node: EditorNode, system: SystemView): void {
  const declared = mapValues(system.operations, (operation) => operation.options);
  const options = prepareOptions(declared, String(node['operation'] ?? ''), node['options']);
  const select = $('#node-input-operation');
  const show = () => {
    const chosen = String(select.val() ?? '');
    $('#ml-operation-help').text(system.operations[chosen]?.help ?? '');
    options.show(chosen);
  };
  select.on('change', show);
  show();
  sections.set(node, options);
}

export function saveWrite(node: EditorNode): void {
  node['options'] = sections.get(node)?.read() ?? {};
}
