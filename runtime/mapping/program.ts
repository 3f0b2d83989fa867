import { RecordOutcome } from '../connector/errors';
import type { Json, JsonObject } from '../connector/json';
import { compileExpression, type Expression, ExpressionError } from './expression';
import { bindFunctions, type Lookups, type RecordFacts } from './functions';
import { DEFAULT_LIMITS, type MappingLimits, startBudget, threadTime } from './limits';
import type { ExpressionFailure } from './mapping-fault';

/** The expressions of one mapping, as text; what a worker thread is given to compile. */
export interface ProgramSource {
  readonly rules: readonly {
    readonly applies: 'new' | 'sent' | 'any';
    readonly when: string;
    readonly detail?: string;
  }[];
  /** Absent when only the rules are asked. */
  readonly document?: string;
}

export interface ProgramInput {
  readonly data: JsonObject;
  readonly record: RecordFacts;
}

/** How a run ended; plain data, so that it travels between threads. */
export type ProgramResult =
  /** `waitsFor`: what was asked for and has no link, should the document be refused. */
  | {
      readonly kind: 'document';
      readonly document: Json | undefined;
      readonly waitsFor: RecordOutcome['waitsFor'];
    }
  /** The rule at this index said yes. */
  | {
      readonly kind: 'rule';
      readonly index: number;
      readonly detail: Json | undefined;
      readonly waitsFor: RecordOutcome['waitsFor'];
    }
  | { readonly kind: 'no-rule' }
  /** A function of the expression ended the attempt: `$park`, `$ignore`, a missing link. */
  | ({ readonly kind: 'outcome' } & Pick<RecordOutcome, 'outcome' | 'reason' | 'detail' | 'waitsFor'>)
  | {
      readonly kind: 'failed';
      readonly failure: ExpressionFailure;
      readonly waitsFor?: RecordOutcome['waitsFor'];
    };

export interface Program {
  /** Never throws for what the expressions do; throws what a look-up throws. */
  run(input: ProgramInput, lookups: Lookups): Promise<ProgramResult>;
}

/** Where programs run: in this thread (`IN_THIS_THREAD`) or in one of their own (`program-thread.ts`). */
export interface ProgramRunner {
  /** @throws ConfigurationError MAPPING_SYNTAX */
  prepare(source: ProgramSource): Program;
}

export const IN_THIS_THREAD: ProgramRunner = { prepare: (source) => compileProgram(source) };

/** @throws ConfigurationError MAPPING_SYNTAX naming the field, line and column. */
export function compileProgram(
  source: ProgramSource,
  limits: MappingLimits = DEFAULT_LIMITS,
  now: () => number = threadTime,
): Program {
  const rules = source.rules.map((rule, index) => ({
    applies: rule.applies,
    when: compileExpression(rule.when, `rules[${index}].when`, limits),
    detail: rule.detail ? compileExpression(rule.detail, `rules[${index}].detail`, limits) : undefined,
  }));
  const document =
    source.document === undefined ? undefined : compileExpression(source.document, 'document', limits);

  return {
    async run({ data, record }, lookups) {
      const asking = new RunLookups(lookups);
      const budget = startBudget(limits, now);
      const evaluate = (expression: Expression) =>
        expression.evaluate(data, bindFunctions(record, asking, budget), budget);
      try {
        for (const [index, rule] of rules.entries()) {
          if (rule.applies !== 'any' && (rule.applies === 'sent') !== record.sent) continue;
          if (!isTrue(await evaluate(rule.when), rule.when)) continue;
          const detail = rule.detail && (await evaluate(rule.detail));
          return { kind: 'rule', index, detail, waitsFor: asking.missing };
        }
        if (!document) return { kind: 'no-rule' };
        const made = await evaluate(document);
        return { kind: 'document', document: made, waitsFor: asking.missing };
      } catch (error) {
        asking.rethrow();
        if (error instanceof RecordOutcome) {
          const { outcome, reason, detail, waitsFor } = error;
          return { kind: 'outcome', outcome, reason, detail, waitsFor: waitsFor ?? asking.missing };
        }
        if (error instanceof ExpressionError)
          return { kind: 'failed', failure: error.failure, waitsFor: asking.missing };
        throw error;
      }
    },
  };
}

/**
 * Look-ups of one run: each asked once, however often the expression repeats it. A ledger that does not answer is
 * no fault of the mapping, so its error is kept and comes out as it is, not as the expression's.
 */
class RunLookups implements Lookups {
  private readonly asked = new Map<string, Promise<unknown>>();
  private failure: { readonly error: unknown } | undefined;
  private unlinked: RecordOutcome['waitsFor'];
  private unsourced: RecordOutcome['waitsFor'];

  constructor(private readonly lookups: Lookups) {}

  /**
   * What was asked for first and has no link: a record that ends for want of it waits for it. A document that is known by
   * its target id is there; one that is asked for by its key may never have been expected.
   */
  get missing(): RecordOutcome['waitsFor'] {
    return this.unsourced ?? this.unlinked;
  }

  link(...of: Parameters<Lookups['link']>) {
    return this.once(['link', ...of], async () => {
      const found = await this.lookups.link(...of);
      const [sync, , key] = of;
      if (!found) this.unlinked ??= { sync, key };
      return found;
    });
  }

  source(...of: Parameters<Lookups['source']>) {
    return this.once(['source', ...of], async () => {
      const found = await this.lookups.source(...of);
      const [sync, , ref] = of;
      if (!found) this.unsourced ??= { sync, key: ref };
      return found;
    });
  }

  missingReason(sync: string) {
    return this.lookups.missingReason?.(sync);
  }

  rethrow(): void {
    if (this.failure) throw this.failure.error;
  }

  private once<T>(question: readonly string[], ask: () => Promise<T>): Promise<T> {
    const key = JSON.stringify(question);
    const known = this.asked.get(key);
    if (known) return known as Promise<T>;
    const pending = ask().catch((error: unknown) => {
      this.failure = { error };
      throw error;
    });
    this.asked.set(key, pending);
    return pending;
  }
}

function isTrue(value: Json | undefined, expression: Expression): boolean {
  if (value === undefined || value === null) return false;
  if (typeof value === 'boolean') return value;
  throw new ExpressionError({
    code: 'NOT_A_CONDITION',
    message: `a condition gives true or false, this gave ${JSON.stringify(value).slice(0, 60)}`,
    field: expression.field,
  });
}
