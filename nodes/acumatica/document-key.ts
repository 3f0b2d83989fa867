import type { RecordKey } from './api';

/** Where the document of a key such as `Debit Adj.|000012` is. */
export function documentKey(entity: 'Bill' | 'Check', key: string): RecordKey {
  const bar = key.indexOf('|');
  return { entity, keys: { Type: key.slice(0, bar), ReferenceNbr: key.slice(bar + 1) } };
}
