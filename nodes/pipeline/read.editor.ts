import { checkValues } from './field-values.editor';
import { type OptionSections, prepareOptions } from './operation-options.editor';
import type { EditorNode, Validity } from './red.editor';
import { prepareSchedule, readSchedule } from './schedule.editor';
import type { SystemView } from './system-view';
import { mapValues, streamOf } from './systems.editor';

const sections = new WeakMap<EditorNode, OptionSections>();

/** Syncs that read from a connection of this system. */
export function readsFrom(system: string): (sync: EditorNode) => boolean {
  return (sync) => RED.nodes.node(String(sync['source']))?.type === `${system}-connection`;
}

export function labelRead(node: EditorNode, system: SystemView): string {
  const stream = streamOf(RED.nodes.node(String(node['sync'])));
  return node.name || (stream && system.streams[stream]?.title) || `${system.title} read`;
}

export function validReadOptions(node: EditorNode, options: unknown, system: SystemView): Validity {
  const stream = streamOf(RED.nodes.node(String(node['sync'])));
  return checkValues((stream && system.streams[stream]?.options) || [], options);
}

export function prepareRead(node: EditorNode, system: SystemView): void {
  prepareSchedule($('#node-input-schedule'));
  const chosen = () => streamOf(RED.nodes.node(String($('#node-input-sync').val()))) ?? '';
  const declared = mapValues(system.streams, (stream) => stream.options);
  const saved = streamOf(RED.nodes.node(String(node['sync']))) ?? '';
  const options = prepareOptions(declared, saved, node['options']);
  const show = () => {
    const stream = system.streams[chosen()];
    $('#ml-stream').text(stream ? stream.title : 'choose a sync first');
    $('#ml-stream-help').text(stream?.help ?? '');
    options.show(chosen());
  };
  $('#node-input-sync').on('change', show);
  show();
  sections.set(node, options);
}

export function saveRead(node: EditorNode): void {
  node['schedule'] = readSchedule();
  node['options'] = sections.get(node)?.read() ?? {};
}
