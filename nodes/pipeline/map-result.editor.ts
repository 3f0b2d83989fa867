import { REASONS } from '../../runtime/connector/reasons';
import type { Finding } from '../../runtime/mapping/lint';
import type { Preview } from '../../runtime/mapping/preview-report';

/** Shows what would become of the record: the document, or why there is none, and what to look at. */
export function showPreview(result: JQuery, preview: Preview): void {
  result.empty();
  if (preview.error) {
    const { message, where } = preview.error;
    result.append(banner('failed', 'fa-times-circle', 'The mapping cannot run', `${where}: ${message}`));
  }
  if (preview.outcome) result.append(outcomeBanner(preview.outcome));
  if (preview.document) {
    result.append(banner('ok', 'fa-check-circle', 'Would be sent', ''));
    result.append(jsonText(preview.document));
  }
  for (const finding of preview.findings) result.append(findingLine(finding));
}

function outcomeBanner({ outcome, reason, detail, waitsFor }: NonNullable<Preview['outcome']>): JQuery {
  const known = REASONS[reason as keyof typeof REASONS];
  const place = placeOf(detail);
  const title = `${outcome === 'park' ? 'Would be parked' : 'Would be ignored'}: ${reason}`;
  const shown = banner(
    outcome === 'park' ? 'parked' : 'ignored',
    'fa-pause-circle',
    title,
    known ? known.text : '',
  );
  if (place) shown.append($('<div class="ml-report-line">').text(place));
  if (waitsFor)
    shown.append($('<div class="ml-report-line">').text(`Waits for ${waitsFor.key} in ${waitsFor.sync}.`));
  if (typeof detail['snippet'] === 'string')
    shown.append($('<pre class="ml-snippet">').text(detail['snippet']));
  const fields = detail['fields'];
  if (Array.isArray(fields)) {
    for (const { field, message } of fields as { field: string; message: string }[]) {
      shown.append(
        $('<div class="ml-report-line">').append($('<code>').text(field || 'document'), ' ', message),
      );
    }
  } else if (!place && Object.keys(detail).length > 0) {
    shown.append(jsonText(detail));
  }
  return shown;
}

/** `document, line 3, column 9: the second summand is missing`, or undefined when nothing failed. */
function placeOf(detail: Readonly<Record<string, unknown>>): string | undefined {
  const { field, line, column, message } = detail;
  if (typeof field !== 'string') return undefined;
  const at = line === undefined ? field : `${field}, line ${line}, column ${column}`;
  return `${at}: ${message}`;
}

function findingLine({ field, line, column, message }: Finding): JQuery {
  const at = line === undefined ? field : `${field}, line ${line}, column ${column}`;
  return banner('warning', 'fa-exclamation-triangle', at, message);
}

function banner(kind: string, icon: string, title: string, text: string): JQuery {
  const shown = $('<div class="ml-report">').addClass(`ml-report-${kind}`);
  shown.append(
    $('<div class="ml-report-line ml-report-title">').append(
      $(`<i class="fa ${icon}">`),
      ' ',
      $('<span>').text(title),
    ),
  );
  if (text !== '') shown.append($('<div class="ml-report-line">').text(text));
  return shown;
}

/** A value as text: readable, searchable, to be copied. */
export function jsonText(value: unknown): JQuery {
  return $('<pre class="ml-json">').text(JSON.stringify(value, undefined, 2));
}
