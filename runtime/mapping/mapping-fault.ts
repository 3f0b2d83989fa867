/** What an expression did wrong, before it is known in which field and where it stands. */
export class MappingFault extends Error {
  override readonly name = 'MappingFault';
  /** Set by the expression engine when a bound function throws: offset in the text where the call ends. */
  position?: number;

  constructor(
    /** Upper snake case, stable: shown in the console and matched by tests. */
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** Where and why an expression failed; plain data, so that it travels between threads and into the ledger. */
export interface ExpressionFailure {
  readonly code: string;
  readonly message: string;
  /** Which expression of the mapping: `document`, `rules[2].when`. */
  readonly field: string;
  /** Counted from 1. Absent when the engine does not know. */
  readonly line?: number;
  readonly column?: number;
  /** The line of the expression, cut around the position. */
  readonly snippet?: string;
}

const SNIPPET_LENGTH = 80;

/** Line, column and snippet of an offset that the expression engine reports (it points behind the token). */
export function locate(
  text: string,
  position: number | undefined,
): Pick<ExpressionFailure, 'line' | 'column' | 'snippet'> {
  if (position === undefined || !Number.isSafeInteger(position) || position < 0) return {};
  const offset = Math.min(Math.max(position - 1, 0), text.length);
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  const lineEnd = text.indexOf('\n', offset);
  const line = text.slice(lineStart, lineEnd === -1 ? text.length : lineEnd);
  const from = Math.max(0, Math.min(offset - lineStart - SNIPPET_LENGTH / 2, line.length - SNIPPET_LENGTH));
  return {
    line: before.split('\n').length,
    column: offset - lineStart + 1,
    snippet: line.slice(from, from + SNIPPET_LENGTH).trim(),
  };
}
