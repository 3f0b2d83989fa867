import { REASONS } from '../../runtime/connector/reasons';
import { fillSelect } from './systems.editor';

const CHOICES = Object.entries(REASONS)
  .map(([value, { text, remedy }]) => ({ value, label: value, title: `${text} ${remedy}` }))
  .sort((a, b) => a.value.localeCompare(b.value));

export const REASON_CODES: readonly string[] = CHOICES.map(({ value }) => value);

/** Fills a select with the reasons of the table; each shows what it means while the mouse rests on it. */
export function fillReasons(select: JQuery, chosen: string, empty?: string): void {
  const none = empty === undefined ? [] : [{ value: '', label: empty }];
  fillSelect(select, [...none, ...CHOICES], chosen);
}

/** Shows below a select what the chosen reason means. */
export function explainReason(select: JQuery, hint: JQuery): void {
  const show = () => {
    const reason = REASONS[String(select.val()) as keyof typeof REASONS];
    hint.text(reason ? `${reason.text} ${reason.remedy}` : '');
  };
  select.on('change', show);
  show();
}

/** A list of reasons to tick, kept as comma-separated text. */
export function fillReasonList(list: JQuery, chosen: string): void {
  const ticked = new Set(chosen.split(',').map((code) => code.trim()));
  list.empty();
  for (const { value, title } of CHOICES) {
    const box = $('<input type="checkbox">').val(value).prop('checked', ticked.has(value));
    list.append($('<label class="ml-tick">').attr('title', title).append(box, ' ', $('<span>').text(value)));
  }
}

export function readReasonList(list: JQuery): string {
  return list
    .find('input:checked')
    .toArray()
    .map((box) => String($(box).val()))
    .join(',');
}
