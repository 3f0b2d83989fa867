import type { Validity } from './red.editor';

/** Whether a text parses as JSONata, by the engine that Node-RED brings to the browser. */
export function validExpression(value: unknown): Validity {
  const { jsonata } = window as unknown as { jsonata?: (text: string) => unknown };
  if (!jsonata) return true;
  try {
    jsonata(String(value));
    return true;
  } catch (error) {
    const { message, position } = error as { message?: string; position?: number };
    return `${message ?? 'does not parse'}${position === undefined ? '' : ` (at ${position})`}`;
  }
}
