import type { Validity } from './red.editor';

/** Five or six fields of a cron expression; what they mean is checked at the start. */
const CRON = /^\s*\S+(\s+\S+){4,5}\s*$/;

/** A read node's schedule: empty for the default, a number of seconds, or a cron expression. */
export function validSchedule(value: unknown, _options?: object): Validity {
  const text = String(value ?? '').trim();
  if (text === '' || /^\$\{\w+\}$/.test(text)) return true;
  if (/^\d+$/.test(text)) return Number(text) >= 5 || 'Schedule: at least 5 seconds';
  return CRON.test(text) || 'Schedule: a number of seconds, or a cron expression such as 0 6 * * 1-5';
}

/** Puts a choice of default, interval and cron over the input that holds the text. */
export function prepareSchedule(input: JQuery): void {
  const kind = $('#ml-schedule-kind');
  const saved = String(input.val() ?? '').trim();
  kind.val(saved === '' ? 'default' : /^\d+$/.test(saved) ? 'seconds' : 'cron');
  const show = () => {
    const chosen = kind.val();
    input.toggle(chosen !== 'default').attr('placeholder', chosen === 'cron' ? '0 6 * * 1-5' : '300');
    $('.ml-schedule-hint').hide().filter(`[data-ml-kind="${chosen}"]`).show();
  };
  kind.on('change', () => {
    input.val('');
    show();
  });
  show();
}

export function readSchedule(): string {
  return $('#ml-schedule-kind').val() === 'default'
    ? ''
    : String($('#node-input-schedule').val() ?? '').trim();
}
