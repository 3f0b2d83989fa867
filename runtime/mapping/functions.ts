import { RecordOutcome } from '../connector/errors';
import type { JsonObject } from '../connector/json';
import { REASONS, type ReasonCode } from '../connector/reasons';
import * as dates from './calendar-dates';
import { countryCode } from './countries';
import { inScale } from './currencies';
import * as decimals from './decimals';
import type { Bindings } from './expression';
import type { Budget } from './limits';
import { MappingFault } from './mapping-fault';
import * as texts from './texts';

/** What a mapping may ask the ledger. */
export interface Lookups {
  /** The link of a source key in another sync, or undefined. */
  link(sync: string, company: string, key: string): Promise<Link | undefined>;
  /** The source record behind a target's id: the way back. Its latest landed row or document. */
  source(sync: string, company: string, ref: string): Promise<Source | undefined>;
  /** The reason that the sync's configuration gives for a missing link. */
  missingReason?(sync: string): Promise<string | undefined> | string | undefined;
}

export interface Link {
  readonly ref: string;
  readonly attributes: Readonly<Record<string, string>>;
}

export interface Source {
  readonly key: string;
  readonly data: JsonObject;
}

/** What the functions know about the record being mapped. */
export interface RecordFacts {
  readonly sync: string;
  readonly company: string;
  /** The record's own key. Absent only where no record stands behind the data. */
  readonly key?: string;
  /** Whether the record was sent before. */
  readonly sent: boolean;
  /** Id of what it became in the target, when it was. */
  readonly ref?: string;
}

/** Functions that depend on their arguments alone, by the name they have in an expression. */
export const PURE_FUNCTIONS = {
  add: decimals.add,
  subtract: decimals.subtract,
  multiply: decimals.multiply,
  negate: decimals.negate,
  absolute: decimals.absolute,
  compare: decimals.compare,
  equal: decimals.equal,
  sumOf: decimals.sumOf,
  round: decimals.round,
  inScale,
  date: dates.date,
  addDays: dates.addDays,
  addMonths: dates.addMonths,
  daysBetween: dates.daysBetween,
  shorten: texts.shorten,
  clip: texts.clip,
  normalNumber: texts.normalNumber,
  country: (given: string | readonly string[] | undefined, whenBlank?: string) =>
    countryCode(given === undefined || typeof given === 'string' ? [given] : given, whenBlank),
} as const;

/** Reason for a missing link when neither the call nor the sync's configuration says one. */
const MISSING: readonly (readonly [RegExp, ReasonCode])[] = [
  [/vendor/, 'vendor-not-linked'],
  [/^gl-|account|gl-code/, 'gl-account-unmapped'],
  [/department|dimension/, 'department-unmapped'],
];

/** Everything that is bound while one record is mapped. Fresh for each run: the engine leaves marks on functions. */
export function bindFunctions(facts: RecordFacts, lookups: Lookups, budget: Budget): Bindings {
  const linked = async (sync: unknown, key: unknown): Promise<Link | undefined> =>
    key === undefined || key === null
      ? undefined
      : budget.wait(lookups.link(name(sync, 'sync'), facts.company, keyText(key)));

  return {
    ...Object.fromEntries(Object.entries(PURE_FUNCTIONS).map(([called, work]) => [called, fresh(work)])),

    record: { ...facts },
    linked,
    async link(sync: unknown, key: unknown, reason?: unknown): Promise<string> {
      const found = await linked(sync, key);
      if (found) return found.ref;
      const why =
        reason === undefined ? await missingReason(name(sync, 'sync'), lookups) : knownReason(reason);
      if (key === undefined || key === null || key === '') {
        throw park(why, {
          message: `the record names no key to look up in ${sync}`,
          sync: name(sync, 'sync'),
        });
      }
      const wanted = { sync: name(sync, 'sync'), key: keyText(key) };
      throw new RecordOutcome(
        'park',
        why,
        { message: `${wanted.key} has no link in ${wanted.sync}`, ...wanted },
        wanted,
      );
    },
    async source(sync: unknown, ref: unknown): Promise<Source | undefined> {
      if (ref === undefined || ref === null) return undefined;
      return budget.wait(lookups.source(name(sync, 'sync'), facts.company, keyText(ref)));
    },

    sent: () => facts.sent,
    park(reason: unknown, detail?: unknown) {
      throw park(knownReason(reason), detailOf(detail));
    },
    ignore(reason: unknown, detail?: unknown) {
      throw new RecordOutcome('ignore', knownReason(reason), detailOf(detail));
    },
  };
}

/** What a rule or a call says about its reason: an object as it is, anything else as the message. */
export function detailOf(detail: unknown): Readonly<Record<string, unknown>> {
  if (detail === undefined || detail === null) return {};
  return typeof detail === 'object' && !Array.isArray(detail)
    ? (detail as Record<string, unknown>)
    : { message: typeof detail === 'string' ? detail : JSON.stringify(detail) };
}

function park(reason: ReasonCode, detail: Readonly<Record<string, unknown>>): RecordOutcome {
  return new RecordOutcome('park', reason, detail);
}

async function missingReason(sync: string, lookups: Lookups): Promise<ReasonCode> {
  const configured = await lookups.missingReason?.(sync);
  if (configured) return knownReason(configured);
  return MISSING.find(([pattern]) => pattern.test(sync))?.[1] ?? 'not-ours';
}

/** @throws MappingFault UNKNOWN_REASON: a reason outside the table would have no text for operators. */
export function knownReason(reason: unknown): ReasonCode {
  if (typeof reason === 'string' && Object.hasOwn(REASONS, reason)) return reason as ReasonCode;
  throw new MappingFault(
    'UNKNOWN_REASON',
    `${JSON.stringify(reason) ?? 'nothing'} is not a reason of the table`,
  );
}

function name(value: unknown, role: string): string {
  if (typeof value === 'string' && value !== '') return value;
  throw new MappingFault(
    'NOT_A_NAME',
    `the ${role} must be a name, not ${JSON.stringify(value) ?? 'nothing'}`,
  );
}

function keyText(key: unknown): string {
  if (typeof key === 'string') return key;
  if (Number.isSafeInteger(key)) return String(key);
  throw new MappingFault(
    'NOT_A_KEY',
    `a key is text or a whole number, not ${JSON.stringify(key) ?? 'nothing'}`,
  );
}

function fresh(work: (...values: never[]) => unknown): (...values: never[]) => unknown {
  // The engine asks a function's arity before it passes index and list along, and optional arguments would hide it.
  return Object.assign((...values: never[]) => work(...values), { arity: work.length });
}
