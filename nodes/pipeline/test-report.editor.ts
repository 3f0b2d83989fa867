import type { PingCheck, PingReport } from '../../runtime/connector/system';

/** Answer of `POST ml/connections/test`. */
export type TestReport =
  | PingReport
  | { readonly ok: false; readonly code?: string; readonly cause: string; readonly remedy: string };

/** A clock that is off by more makes signatures and time filters go wrong. */
const NOTABLE_SKEW_MS = 120_000;

export function testing(report: JQuery, title: string): void {
  report
    .empty()
    .attr('class', 'ml-report ml-report-busy')
    .append('<i class="fa fa-circle-o-notch fa-spin"></i> ', $('<span>').text(`Signing in to ${title} …`));
}

export function showTestReport(report: JQuery, answer: TestReport): void {
  report.empty().attr('class', `ml-report ${answer.ok ? 'ml-report-ok' : 'ml-report-failed'}`);
  if (!answer.ok) {
    report.append(line('fa-times-circle', answer.cause).addClass('ml-report-title'));
    if (answer.remedy) report.append(line('fa-wrench', answer.remedy));
    if (answer.code) report.append($('<div class="ml-report-code">').text(answer.code));
    return;
  }
  report.append(line('fa-check-circle', `Signed in: ${answer.identity}`).addClass('ml-report-title'));
  for (const check of answer.checks) report.append(checkLine(check));
  if (Math.abs(answer.clockSkewMs ?? 0) > NOTABLE_SKEW_MS) {
    const minutes = Math.round((answer.clockSkewMs ?? 0) / 60_000);
    report.append(checkLine({ name: 'clock', ok: false, detail: `differs from ours by ${minutes} min` }));
  }
}

function checkLine({ name, detail, ok, warning }: PingCheck): JQuery {
  const text = detail ? `${name}: ${detail}` : name;
  if (!ok) return line('fa-times', text).addClass('ml-check-failed');
  if (warning) return line('fa-exclamation-triangle', text).addClass('ml-check-warning');
  return line('fa-check', text).addClass('ml-check-ok');
}

function line(icon: string, text: string): JQuery {
  return $('<div class="ml-report-line">').append($(`<i class="fa ${icon}">`), ' ', $('<span>').text(text));
}
