import { explainReason, fillReasons } from './reason-choice.editor';
import type { EditorNode } from './red.editor';

RED.nodes.registerType('replay', {
  category: 'accounts payable',
  color: '#C0DEED',
  icon: 'replay.svg',
  defaults: {
    name: { value: '' },
    sync: { value: '', type: 'sync', required: true },
    reason: { value: '' },
    dryRun: { value: false },
  },
  inputs: 1,
  outputs: 1,
  inputLabels: 'go',
  outputLabels: 'how many',
  label(this: EditorNode) {
    return this.name || (this['dryRun'] ? 'count parked' : 'replay parked');
  },
  labelStyle(this: EditorNode) {
    return this.name ? 'node_label_italic' : '';
  },
  oneditprepare(this: EditorNode) {
    const reason = $('#node-input-reason');
    fillReasons(reason, String(this['reason'] ?? ''), this._('replay.any-reason'));
    explainReason(reason, $('#ml-reason-hint'));
  },
});
