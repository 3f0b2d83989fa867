import type { MappingRule } from '../../runtime/mapping/mapping-rule';
import { REASON_CODES } from './reason-choice.editor';
import type { EditorNode, Validity } from './red.editor';
import { fillSelect } from './systems.editor';
import { validExpression } from './valid-expression.editor';

export const NEW_RULE: MappingRule = {
  applies: 'any',
  when: '',
  outcome: 'park',
  reason: 'not-approved',
  detail: '',
};

/** Makes the list of rules: one row each, read as a sentence, in the order in which they are asked. */
export function prepareRules(
  list: JQuery,
  node: EditorNode,
  rules: readonly MappingRule[],
  onChange: () => void,
): void {
  list.editableList<Partial<MappingRule>>({
    addButton: node._('map.add-rule'),
    removable: true,
    sortable: true,
    height: 'auto',
    addItem(row, _index, rule) {
      buildRow(row, node, { ...NEW_RULE, ...rule }, onChange);
    },
    removeItem: onChange,
    sortItems: onChange,
  });
  list.editableList('addItems', [...rules]);
}

export function readRules(list: JQuery): MappingRule[] {
  return list
    .editableList('items')
    .toArray()
    .map((row) => {
      const value = (name: string) => String($(row).find(`[data-ml-rule="${name}"]`).val() ?? '').trim();
      return {
        applies: value('applies') as MappingRule['applies'],
        when: value('when'),
        outcome: value('outcome') as MappingRule['outcome'],
        reason: value('reason'),
        detail: value('detail'),
      };
    });
}

export function validRules(rules: unknown): Validity {
  for (const [index, rule] of ((rules ?? []) as readonly MappingRule[]).entries()) {
    if (rule.when.trim() === '') return `Rule ${index + 1} has no condition`;
    const parsed = [rule.when, rule.detail ?? ''].filter((text) => text !== '').map(validExpression);
    const problem = parsed.find((validity) => validity !== true);
    if (problem !== undefined) return `Rule ${index + 1}: ${problem}`;
    if (!REASON_CODES.includes(rule.reason)) return `Rule ${index + 1}: ${rule.reason} is not a reason`;
  }
  return true;
}

function buildRow(row: JQuery, node: EditorNode, rule: MappingRule, onChange: () => void): void {
  const word = (key: string) => $('<span class="ml-rule-word">').text(node._(`map.rule-${key}`));
  const choice = (name: string, values: readonly string[], chosen: string) => {
    const select = $('<select class="ml-rule-choice">').attr({
      'data-ml-rule': name,
      'aria-label': node._(`map.aria-${name}`),
    });
    const labels = name === 'reason' ? values : values.map((value) => node._(`map.${name}-${value}`));
    fillSelect(
      select,
      values.map((value, index) => ({ value, label: labels[index] ?? value })),
      chosen,
    );
    return select.on('change', onChange);
  };
  const expression = (name: 'when' | 'detail', text: string) =>
    $('<textarea rows="1" spellcheck="false" class="ml-rule-expression">')
      .attr({
        'data-ml-rule': name,
        'aria-label': node._(`map.aria-${name}`),
        placeholder: node._(`map.example-${name}`),
      })
      .val(text)
      .on('input', (event) => {
        grow($(event.currentTarget));
        mark($(event.currentTarget), name);
        onChange();
      });

  const when = expression('when', rule.when);
  const detail = expression('detail', rule.detail ?? '');
  row
    .addClass('ml-rule')
    .append(
      $('<div class="ml-rule-line">').append(
        word('for'),
        choice('applies', ['any', 'new', 'sent'], rule.applies),
        word('when'),
        when,
      ),
      $('<div class="ml-rule-line">').append(
        word('then'),
        choice('outcome', ['park', 'ignore'], rule.outcome),
        word('as'),
        choice('reason', REASON_CODES, rule.reason),
        word('showing'),
        detail,
      ),
    );
  for (const [input, name] of [
    [when, 'when'],
    [detail, 'detail'],
  ] as const) {
    mark(input, name);
    setTimeout(() => grow(input), 0);
  }
}

/** As high as its text, so that a long condition is read without scrolling. */
function grow(area: JQuery): void {
  area.css('height', 'auto');
  area.css('height', `${Math.max((area.prop('scrollHeight') as number) + 2, 30)}px`);
}

function mark(input: JQuery, name: 'when' | 'detail'): void {
  const text = String(input.val() ?? '').trim();
  const validity = text === '' ? name === 'detail' || 'The rule needs a condition' : validExpression(text);
  input.toggleClass('input-error', validity !== true).attr('title', validity === true ? '' : validity);
}
