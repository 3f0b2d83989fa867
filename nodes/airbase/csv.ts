import type { JsonObject } from '../../runtime/connector/json';
import { textAt } from './members';

/** One row under its head, for people who import by hand (RFC 4180). */
export function csvOf(columns: readonly string[], row: JsonObject): string {
  return [columns, columns.map((column) => textAt(row, column) ?? '')]
    .map((cells) => cells.map(cell).join(','))
    .join('\n');
}

/** What a spreadsheet would take for a formula stays text. */
function cell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
