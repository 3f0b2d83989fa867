import type { Entity } from './small-acumatica';

const sourceText = JSON as unknown as { rawJSON(token: string): unknown };
const bare = new Set(['id', 'rowNumber']);
const dates = new Set(['Date', 'DueDate', 'ApplicationDate']);
const decimals =
  /^(Amount|Balance|AmountPaid|PaymentAmount|UnappliedBalance|Qty|UnitCost|ExtendedCost|Tax(Total|able)?Amount|TaxTotal)$/;

/** A record as it is sent: every value wrapped, empty ones without a value, parts only when they were asked for. */
export function shown(row: Entity, expand: readonly string[], path = ''): Entity {
  const entries = Object.entries(row).flatMap(([name, value]): [string, unknown][] => {
    if (bare.has(name)) return [[name, value]];
    if (typeof value === 'object' && value !== null) {
      const part = path === '' ? name : `${path}/${name}`;
      if (!expand.includes(part)) return [];
      if (!Array.isArray(value)) return [[name, shown(value as Entity, expand, part)]];
      return [[name, value.map((each: Entity) => shown(each, expand, part))]];
    }
    return [[name, wrapped(name, value)]];
  });
  return { rowNumber: 1, ...Object.fromEntries(entries), custom: {}, _links: { self: '/Books/x' } };
}

function wrapped(name: string, value: unknown): unknown {
  if (value === null || value === undefined || value === '') return {};
  if (decimals.test(name)) return { value: sourceText.rawJSON(String(value)) };
  return { value: dates.has(name) ? `${String(value)}T00:00:00+00:00` : value };
}

/** What was sent, as it is kept. A value that is not wrapped where it must be, or the other way, is no request. */
export function stored(entity: Entity): Entity {
  return Object.fromEntries(
    Object.entries(entity).map(([name, value]) => {
      if (Array.isArray(value)) return [name, value.map((each) => stored(each as Entity))];
      if (value === null || typeof value !== 'object') return [name, value];
      const inner = value as Entity;
      if (!('value' in inner)) return [name, stored(inner)];
      const plain = inner['value'];
      if (decimals.test(name)) {
        // Amounts travel as numbers; the lossless parser keeps fractions as text, and quoted ones look the same.
        return [name, String(plain)];
      }
      return [name, dates.has(name) ? String(plain).slice(0, 10) : plain];
    }),
  );
}
