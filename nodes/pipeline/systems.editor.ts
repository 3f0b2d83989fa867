import type { EditorNode } from './red.editor';
import type { SystemView } from './system-view';

/** The system that a connection belongs to: the definition of its node type carries what the manifest declares. */
export function systemOf(connection: EditorNode | null | undefined): SystemView | undefined {
  return connection
    ? (RED.nodes.getType(connection.type)?.['mlSystem'] as SystemView | undefined)
    : undefined;
}

export function isConnection(node: EditorNode): boolean {
  return systemOf(node) !== undefined;
}

/** All connections, for a list to choose from. */
export function connections(): EditorNode[] {
  return configNodes(isConnection);
}

export function configNodes(wanted: (node: EditorNode) => boolean): EditorNode[] {
  const found: EditorNode[] = [];
  RED.nodes.eachConfig((node) => {
    if (wanted(node)) found.push(node);
    return true;
  });
  return found;
}

export function streamOf(sync: EditorNode | null | undefined): string | undefined {
  return typeof sync?.['stream'] === 'string' ? sync['stream'] : undefined;
}

/** The sync whose records reach this node: that of the nearest dedup before it, whatever stands between. */
export function syncBefore(node: EditorNode): EditorNode | undefined {
  const dedup = RED.nodes.getAllUpstreamNodes(node).find(({ type }) => type === 'dedup');
  return (dedup && RED.nodes.node(String(dedup['sync']))) || undefined;
}

export function mapValues<From, To>(
  values: Readonly<Record<string, From>>,
  change: (value: From) => To,
): Record<string, To> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value)]));
}

/** Replaces the choices of a select and keeps the chosen one when it is still there. */
export function fillSelect(
  select: JQuery,
  choices: readonly { readonly value: string; readonly label: string; readonly title?: string }[],
  chosen: string,
): void {
  select.empty();
  for (const { value, label, title } of choices) {
    select.append(
      $('<option>')
        .val(value)
        .text(label)
        .attr('title', title ?? ''),
    );
  }
  if (chosen !== '' && !choices.some(({ value }) => value === chosen)) {
    select.append($('<option>').val(chosen).text(`${chosen} (missing)`));
  }
  select.val(chosen);
}
