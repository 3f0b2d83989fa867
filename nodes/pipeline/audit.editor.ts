import { explainReason, fillReasons } from './reason-choice.editor';
import type { EditorNode } from './red.editor';

RED.nodes.registerType('audit', {
  category: 'accounts payable',
  color: '#C0DEED',
  icon: 'audit.svg',
  defaults: {
    name: { value: '' },
    outcome: { value: 'auto' },
    reason: { value: '' },
  },
  inputs: 1,
  outputs: 1,
  inputLabels: 'result or error',
  outputLabels: 'closed record',
  align: 'right',
  label(this: EditorNode) {
    return this.name || (this['outcome'] === 'auto' ? 'audit' : `audit: ${this['outcome']}`);
  },
  labelStyle(this: EditorNode) {
    return this.name ? 'node_label_italic' : '';
  },
  oneditprepare(this: EditorNode) {
    const outcome = $('#node-input-outcome');
    const reason = $('#node-input-reason');
    fillReasons(reason, String(this['reason'] ?? ''), this._('audit.from-message'));
    explainReason(reason, $('#ml-reason-hint'));
    const show = () => $('#ml-reason-row').toggle(['ignored', 'parked'].includes(String(outcome.val())));
    outcome.on('change', show);
    show();
  },
});
