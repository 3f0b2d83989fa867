import { isDecimalText } from '../../runtime/connector/decimal-text';
import type { JsonObject } from '../../runtime/connector/json';
import { equal, shortest } from '../../runtime/mapping/decimals';
import { decimalAt, objectAt, objectsAt, textAt } from './members';

export const classificationNames = [
  'chartOfAccountId',
  'accountingClassId',
  'departmentId',
  'employeeId',
  'jobId',
  'locationId',
  'itemId',
  'customerId',
] as const;

const text: JsonObject = { type: 'string' };

export const classificationsWire: JsonObject = {
  type: 'object',
  properties: Object.fromEntries(classificationNames.map((name) => [name, text])),
};

/** A line as it is sent; the account belongs under `classifications`, anywhere else BILL drops it silently. */
export const lineWire: JsonObject = {
  type: 'object',
  properties: {
    id: text,
    amount: { type: 'string', format: 'decimal' },
    description: text,
    classifications: classificationsWire,
  },
};

/**
 * A document with the amounts of its lines written as short as they are. BILL takes an amount to the places of its
 * currency, and ERPs keep more of them: `100.0500` is refused where `100.05` is not.
 * @param member that holds the lines
 */
export function withShortAmounts(document: JsonObject, member: string): JsonObject {
  const lines = objectsAt(document, member).map((line) => {
    const amount = decimalAt(line, 'amount');
    return amount !== undefined && isDecimalText(amount) ? { ...line, amount: shortest(amount) } : line;
  });
  return lines.length === 0 ? document : { ...document, [member]: lines };
}

export interface LinePair {
  readonly ours: JsonObject;
  readonly theirs: JsonObject;
}

export interface PairedLines {
  readonly pairs: readonly LinePair[];
  readonly onlyOurs: readonly JsonObject[];
  readonly onlyTheirs: readonly JsonObject[];
}

type Likeness = (ours: JsonObject, theirs: JsonObject) => boolean;

const sameAmount: Likeness = (ours, theirs) => {
  const amount = decimalAt(theirs, 'amount');
  return amount !== undefined && equal(amount, decimalAt(ours, 'amount') ?? '0');
};

const likeness: readonly Likeness[] = [
  (ours, theirs) => sameAmount(ours, theirs) && sameText(ours, theirs) && isCodedAs(ours, theirs),
  (ours, theirs) => sameAmount(ours, theirs) && isCodedAs(ours, theirs),
  (ours, theirs) => sameAmount(ours, theirs) && sameText(ours, theirs),
  sameAmount,
];

/** Finds each of our lines among theirs. BILL keeps their order, but nothing of ours names a line. */
export function pairLines(ours: readonly JsonObject[], theirs: readonly JsonObject[]): PairedLines {
  const paired = new Map<JsonObject, JsonObject>();
  const free = new Set(theirs);
  for (const isLike of likeness) {
    ours.forEach((line, at) => {
      if (paired.has(line)) return;
      const beside = theirs[at];
      const match =
        beside && free.has(beside) && isLike(line, beside)
          ? beside
          : [...free].find((other) => isLike(line, other));
      if (!match) return;
      paired.set(line, match);
      free.delete(match);
    });
  }
  return {
    pairs: ours.flatMap((line) => {
      const match = paired.get(line);
      return match ? [{ ours: line, theirs: match }] : [];
    }),
    onlyOurs: ours.filter((line) => !paired.has(line)),
    onlyTheirs: theirs.filter((line) => free.has(line)),
  };
}

/** Whether a stored line carries every classification that was sent. */
export function isCodedAs(ours: JsonObject, theirs: JsonObject): boolean {
  return missingCodes({ ours, theirs }).length === 0;
}

/** Names of the classifications that were sent and are not there, or are others. */
export function missingCodes({ ours, theirs }: LinePair): readonly string[] {
  const wanted = objectAt(ours, 'classifications');
  const stored = objectAt(theirs, 'classifications');
  return classificationNames.filter((name) => {
    const code = textAt(wanted, name);
    return code !== undefined && code !== textAt(stored, name);
  });
}

/** Our classifications over those that are there: what was coded in BILL by hand stays. */
export function mergedCodes({ ours, theirs }: LinePair): JsonObject {
  const stored = objectAt(theirs, 'classifications');
  const kept = classificationNames.flatMap((name) => {
    const code = textAt(stored, name);
    return code === undefined ? [] : [[name, code] as const];
  });
  return { ...Object.fromEntries(kept), ...objectAt(ours, 'classifications') };
}

function sameText(ours: JsonObject, theirs: JsonObject): boolean {
  return (textAt(ours, 'description') ?? '') === (textAt(theirs, 'description') ?? '').trim();
}
