import { createExpressionEditor, type ExpressionEditor } from './expression.editor';
import { explainReason, fillReasonList, fillReasons, readReasonList } from './reason-choice.editor';
import type { EditorNode, Validity } from './red.editor';
import type { DocumentField } from './system-view';
import { streamOf, systemOf } from './systems.editor';
import { validExpression } from './valid-expression.editor';

const editors = new WeakMap<EditorNode, ExpressionEditor>();

RED.nodes.registerType('dedup', {
  category: 'accounts payable',
  color: '#C0DEED',
  icon: 'dedup.svg',
  defaults: {
    name: { value: '' },
    sync: { value: '', type: 'sync', required: true },
    onlyWork: { value: '', validate: validOnlyWork },
    otherwise: { value: 'not-approved' },
    retryParked: { value: '' },
  },
  inputs: 1,
  outputs: 1,
  inputLabels: 'pages',
  outputLabels: 'records',
  label(this: EditorNode) {
    return this.name || RED.nodes.node(String(this['sync']))?.name || 'dedup';
  },
  labelStyle(this: EditorNode) {
    return this.name ? 'node_label_italic' : '';
  },
  oneditprepare(this: EditorNode) {
    const otherwise = $('#node-input-otherwise');
    fillReasons(otherwise, String(this['otherwise'] ?? ''));
    explainReason(otherwise, $('#ml-otherwise-hint'));
    fillReasonList($('#ml-retry-parked'), String(this['retryParked'] ?? ''));
    editors.set(
      this,
      createExpressionEditor('ml-only-work', String(this['onlyWork'] ?? ''), this, rowOfChosenSync),
    );
  },
  oneditsave(this: EditorNode) {
    this['onlyWork'] = (editors.get(this)?.text() ?? '').trim();
    this['retryParked'] = readReasonList($('#ml-retry-parked'));
    close(this);
  },
  oneditcancel(this: EditorNode) {
    close(this);
  },
});

function validOnlyWork(value: unknown, _options?: object): Validity {
  return value === '' || validExpression(value);
}

function rowOfChosenSync(): readonly DocumentField[] {
  const sync = RED.nodes.node(String($('#node-input-sync').val()));
  const source = systemOf(RED.nodes.node(String(sync?.['source'])));
  return source?.streams[streamOf(sync) ?? '']?.row ?? [];
}

function close(node: EditorNode): void {
  editors.get(node)?.destroy();
  editors.delete(node);
}
