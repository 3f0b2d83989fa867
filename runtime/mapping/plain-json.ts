import type { Json, JsonObject } from '../connector/json';
import { MappingFault } from './mapping-fault';

export interface OutputLimits {
  /** Characters of text and names, plus one per value. */
  readonly size: number;
  readonly depth: number;
}

/**
 * Turns what an expression returned into plain JSON: ordinary prototypes, no functions, nothing undefined.
 * Counts while it copies, so that a result too large is refused before it takes memory.
 * @returns undefined when the expression returned nothing.
 * @throws MappingFault MAPPING_TOO_LARGE, MAPPING_TOO_DEEP, MAPPING_NOT_JSON
 */
export function toPlainJson(value: unknown, limits: OutputLimits): Json | undefined {
  let left = limits.size;
  const spend = (size: number) => {
    left -= size;
    if (left >= 0) return;
    throw new MappingFault('MAPPING_TOO_LARGE', `the result is larger than ${limits.size} characters`);
  };

  const copy = (part: unknown, depth: number): Json | undefined => {
    spend(1);
    if (depth > limits.depth) {
      throw new MappingFault('MAPPING_TOO_DEEP', `the result is nested deeper than ${limits.depth} levels`);
    }
    if (part === null || typeof part === 'boolean') return part;
    if (typeof part === 'string') {
      spend(part.length);
      return part;
    }
    if (typeof part === 'number') {
      if (Number.isFinite(part)) return part;
      throw new MappingFault('MAPPING_NOT_JSON', `the result holds ${part}, which is not a number in JSON`);
    }
    if (Array.isArray(part)) return part.map((item) => copy(item, depth + 1) ?? null);
    return typeof part === 'object' ? copyObject(part, depth) : undefined;
  };

  const copyObject = (part: object, depth: number): JsonObject | undefined => {
    if ('_jsonata_lambda' in part || '_jsonata_function' in part) return undefined;
    const result: JsonObject = {};
    for (const [name, item] of Object.entries(part)) {
      spend(name.length);
      const plain = copy(item, depth + 1);
      // Not by assignment: a name such as `__proto__` must stay an ordinary name.
      if (plain !== undefined) {
        Object.defineProperty(result, name, {
          value: plain,
          enumerable: true,
          writable: true,
          configurable: true,
        });
      }
    }
    return result;
  };

  return copy(value, 0);
}
