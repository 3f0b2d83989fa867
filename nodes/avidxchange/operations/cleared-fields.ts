import type { JsonObject } from '../../../runtime/connector/json';
import { asObject } from '../members';

/**
 * A changed record with null for what it had before and has no more. Nobody knows whether AvidXchange keeps what an
 * upsert leaves out; null empties it either way. Lists go as they are.
 */
export function withClearedFields(record: JsonObject, before: JsonObject): JsonObject {
  const gone = Object.keys(before).filter((name) => !(name in record));
  const kept = Object.entries(record).map(([name, value]) => {
    const [now, then] = [asObject(value), asObject(before[name])];
    return [name, now && then ? withClearedFields(now, then) : value];
  });
  return { ...Object.fromEntries(kept), ...Object.fromEntries(gone.map((name) => [name, null])) };
}
