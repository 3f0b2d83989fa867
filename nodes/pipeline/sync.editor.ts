import { fillReasons } from './reason-choice.editor';
import type { EditorNode, Validity } from './red.editor';
import { configNodes, connections, fillSelect, systemOf } from './systems.editor';

const NAME = /^[a-z0-9]+(-[a-z0-9]+)*$/;

RED.nodes.registerType('sync', {
  category: 'config',
  color: '#C7D7E0',
  icon: 'sync.svg',
  defaults: {
    version: { value: 1 },
    name: { value: '', validate: validName },
    // The editor follows a reference only if its property names a config type, of which any does: a connection may
    // belong to any system.
    source: { value: '', type: 'sync', validate: validConnection },
    stream: { value: '', validate: validStream },
    target: { value: '', type: 'sync', validate: validConnection },
    after: { value: '' },
    orderKey: { value: '' },
    window: { value: '', validate: validWindow },
    hold: { value: '60', validate: validHold },
    missingReason: { value: '' },
  },
  label(this: EditorNode) {
    return this.name || 'sync';
  },
  oneditprepare(this: EditorNode) {
    prepareSync(this);
  },
  oneditsave(this: EditorNode) {
    this['after'] = $('#ml-sync-after input:checked')
      .toArray()
      .map((box) => String($(box).val()))
      .join(',');
  },
});

function prepareSync(node: EditorNode): void {
  for (const role of ['source', 'target']) {
    const choices = connections().map((connection) => ({
      value: connection.id,
      label: `${connection.name || connection.type} (${systemOf(connection)?.title})`,
    }));
    fillSelect(
      $(`#node-config-input-${role}`),
      [{ value: '', label: node._('sync.choose') }, ...choices],
      String(node[role] ?? ''),
    );
    $(`#node-config-input-btn-${role}-edit, #node-config-input-btn-${role}-add`).hide();
  }
  const source = $('#node-config-input-source');
  const stream = $('#node-config-input-stream');
  const showStreams = (chosen: string) => {
    const streams = systemOf(RED.nodes.node(String(source.val())))?.streams ?? {};
    fillSelect(
      stream,
      Object.entries(streams).map(([value, { title, help }]) => ({ value, label: title, title: help })),
      chosen,
    );
    showFields();
  };
  const showFields = () => {
    const row = systemOf(RED.nodes.node(String(source.val())))?.streams[String(stream.val())]?.row ?? [];
    const fields = row.filter(({ path }) => !path.includes('.') && !path.includes('['));
    $('#ml-sync-fields')
      .empty()
      .append(...fields.map(({ path }) => $('<option>').val(path)));
  };
  source.on('change', () => showStreams(String(stream.val() ?? '')));
  stream.on('change', showFields);
  showStreams(String(node['stream'] ?? ''));
  showOthers(node);
  fillReasons(
    $('#node-config-input-missingReason'),
    String(node['missingReason'] ?? ''),
    node._('sync.by-name'),
  );
}

/** The other syncs, to tick those that go first. */
function showOthers(node: EditorNode): void {
  const first = new Set(
    String(node['after'] ?? '')
      .split(',')
      .map((name) => name.trim()),
  );
  const others = configNodes(({ type, id }) => type === 'sync' && id !== node.id);
  const list = $('#ml-sync-after').empty();
  if (others.length === 0) list.append($('<span class="ml-quiet">').text(node._('sync.no-others')));
  for (const { name = '' } of others) {
    const box = $('<input type="checkbox">').val(name).prop('checked', first.has(name));
    list.append($('<label class="ml-tick">').append(box, ' ', $('<span>').text(name)));
  }
}

function validName(this: EditorNode, value: unknown, _options?: object): Validity {
  const name = String(value);
  if (!NAME.test(name)) return this._('sync.bad-name');
  const twins = configNodes((other) => other.type === 'sync' && other.id !== this.id && other.name === name);
  return twins.length === 0 || this._('sync.name-taken', { name });
}

function validConnection(this: EditorNode, value: unknown, _options?: object): Validity {
  const connection = RED.nodes.node(String(value));
  return systemOf(connection) !== undefined || this._('sync.no-connection');
}

function validStream(this: EditorNode, value: unknown, _options?: object): Validity {
  const source = systemOf(RED.nodes.node(String(this['source'])));
  if (!source) return value !== '' || this._('sync.no-stream');
  return Object.hasOwn(source.streams, String(value)) || this._('sync.no-stream');
}

function validWindow(this: EditorNode, value: unknown, _options?: object): Validity {
  return value === '' || /^[1-9]\d{0,3}$/.test(String(value)) || this._('sync.bad-window');
}

function validHold(this: EditorNode, value: unknown, _options?: object): Validity {
  return /^[1-9]\d{0,4}$/.test(String(value)) || this._('sync.bad-hold');
}
