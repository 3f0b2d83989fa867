import { v5 as uuid5 } from 'uuid';

/** Names of this connector's codes among all UUIDs. */
const namespace = '6f0c1f3a-5d0b-5a7e-9d56-2b8f6a0f4c11';
const longest = 36;

/**
 * The external code of a record: its own code where that is short and plain enough to stand in an address, else
 * a UUID made of it. The same record has the same code for ever.
 */
export function externalCodeOf(written: string): string {
  const text = written.trim();
  return text.length <= longest && /^[A-Za-z0-9_-]+$/.test(text) ? text : uuid5(text, namespace);
}

/**
 * The code of a response. It says what the response says: the same response sent again has the same code and
 * collides with itself.
 * @param turn 1 for the first; higher when the same has to be said again after something else
 */
export function responseCodeOf(content: string, turn: number): string {
  return uuid5(turn === 1 ? content : `${content}#${turn}`, namespace);
}
