import type { MappingRule } from '../../runtime/mapping/mapping-rule';
import { createExpressionEditor, type ExpressionEditor } from './expression.editor';
import { type PreviewPanel, preparePreview } from './map-preview.editor';
import { prepareRules, readRules, validRules } from './map-rules.editor';
import type { EditorNode, Validity } from './red.editor';
import type { DocumentField } from './system-view';
import { connections, fillSelect, streamOf, syncBefore, systemOf } from './systems.editor';
import { validExpression } from './valid-expression.editor';

interface OpenDialog {
  readonly expression: ExpressionEditor;
  readonly preview: PreviewPanel;
}

const open = new WeakMap<EditorNode, OpenDialog>();

/** Narrower than this, the preview stands below instead of beside. */
const SIDE_BY_SIDE = 820;

RED.nodes.registerType('map', {
  category: 'accounts payable',
  color: '#C0DEED',
  icon: 'map.svg',
  defaults: {
    name: { value: '' },
    // Any config type makes the editor follow the reference; the connection may belong to any system.
    connection: { value: '', type: 'sync', validate: validConnection },
    operation: { value: '', validate: validOperation },
    rules: { value: [], validate: validRuleList },
    document: { value: '{\n  \n}', validate: validDocument },
  },
  inputs: 1,
  outputs: 1,
  inputLabels: 'record',
  outputLabels: 'document',
  label(this: EditorNode) {
    const system = systemOf(RED.nodes.node(String(this['connection'])));
    return this.name || system?.operations[String(this['operation'])]?.title || 'map';
  },
  labelStyle(this: EditorNode) {
    return this.name ? 'node_label_italic' : '';
  },
  oneditprepare(this: EditorNode) {
    prepareTarget(this);
    const rules = $('#ml-rules');
    const expression = createExpressionEditor('ml-document', String(this['document'] ?? ''), this, () =>
      rowOf(this),
    );
    const preview = preparePreview(this, () => ({
      connection: String($('#node-input-connection').val() ?? ''),
      operation: String($('#node-input-operation').val() ?? ''),
      rules: readRules(rules),
      document: expression.text(),
    }));
    prepareRules(rules, this, (this['rules'] ?? []) as MappingRule[], () => preview.changed());
    expression.onChange(() => preview.changed());
    $('#node-input-connection, #node-input-operation').on('change', () => preview.changed());
    open.set(this, { expression, preview });
  },
  oneditsave(this: EditorNode) {
    this['rules'] = readRules($('#ml-rules'));
    this['document'] = open.get(this)?.expression.text() ?? this['document'];
    close(this);
  },
  oneditcancel(this: EditorNode) {
    close(this);
  },
  oneditresize(this: EditorNode, size: { width: number; height: number }) {
    $('#ml-map').toggleClass('ml-stacked', size.width < SIDE_BY_SIDE);
    const beside = size.width >= SIDE_BY_SIDE;
    $('#ml-map-preview').css('height', beside ? `${Math.max(size.height - 10, 320)}px` : '');
  },
});

function prepareTarget(node: EditorNode): void {
  const connection = $('#node-input-connection');
  const operation = $('#node-input-operation');
  const choices = connections().map((candidate) => ({
    value: candidate.id,
    label: `${candidate.name || candidate.type} (${systemOf(candidate)?.title})`,
  }));
  fillSelect(
    connection,
    [{ value: '', label: node._('map.choose') }, ...choices],
    String(node['connection'] ?? ''),
  );
  $('#node-input-btn-connection-edit, #node-input-btn-connection-add').hide();

  const operations = () => systemOf(RED.nodes.node(String(connection.val())))?.operations ?? {};
  const showOperations = (chosen: string) => {
    const entries = Object.entries(operations());
    fillSelect(
      operation,
      entries.map(([value, { title, help }]) => ({ value, label: title, title: help })),
      chosen,
    );
    showFields();
  };
  const showFields = () => {
    const chosen = operations()[String(operation.val())];
    $('#ml-operation-help').text(chosen?.help ?? '');
    showDocumentFields($('#ml-preview-fields'), chosen?.document ?? []);
  };
  connection.on('change', () => showOperations(String(operation.val() ?? '')));
  operation.on('change', showFields);
  showOperations(String(node['operation'] ?? ''));
}

/** What the target's document may hold, to look up while writing the expression. */
function showDocumentFields(pane: JQuery, fields: readonly DocumentField[]): void {
  const rows = fields.map(({ path, type, required, note }) =>
    $('<tr>').append(
      $('<td>').append($('<code>').text(path), required ? ' <b class="ml-required">*</b>' : ''),
      $('<td>').text(type),
      $('<td>').text(note),
    ),
  );
  pane.empty().append($('<table class="ml-fields">').append(rows));
}

function rowOf(node: EditorNode): readonly DocumentField[] {
  const sync = syncBefore(node);
  return systemOf(RED.nodes.node(String(sync?.['source'])))?.streams[streamOf(sync) ?? '']?.row ?? [];
}

function close(node: EditorNode): void {
  open.get(node)?.preview.close();
  open.get(node)?.expression.destroy();
  open.delete(node);
}

function validConnection(this: EditorNode, value: unknown, _options?: object): Validity {
  return systemOf(RED.nodes.node(String(value))) !== undefined || this._('map.no-connection');
}

function validOperation(this: EditorNode, value: unknown, _options?: object): Validity {
  const system = systemOf(RED.nodes.node(String(this['connection'])));
  if (value === '') return this._('map.no-operation');
  return !system || Object.hasOwn(system.operations, String(value)) || this._('map.no-operation');
}

function validRuleList(value: unknown, _options?: object): Validity {
  return validRules(value);
}

function validDocument(value: unknown, _options?: object): Validity {
  return validExpression(value);
}
