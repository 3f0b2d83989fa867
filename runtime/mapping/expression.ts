import jsonata from 'jsonata';
import { ConfigurationError, RecordOutcome } from '../connector/errors';
import type { Json } from '../connector/json';
import type { Budget, MappingLimits } from './limits';
import { type ExpressionFailure, locate, MappingFault } from './mapping-fault';
import { toPlainJson } from './plain-json';

/** Names bound for one evaluation: functions and values. */
export type Bindings = Readonly<Record<string, unknown>>;

export interface Expression {
  readonly text: string;
  /** Name of the expression in the mapping: `document`, `rules[2].when`. */
  readonly field: string;
  /**
   * @returns plain JSON, or undefined when the expression gives nothing.
   * @throws ExpressionError for everything that goes wrong in it; RecordOutcome when it says so itself.
   */
  evaluate(input: Json, bindings: Bindings, budget: Budget): Promise<Json | undefined>;
}

export class ExpressionError extends Error {
  override readonly name = 'ExpressionError';

  constructor(readonly failure: ExpressionFailure) {
    super(`${failure.field}: ${failure.message}`);
  }
}

interface Frame {
  readonly base: Frame & { depth: number; guardrails: () => void };
  lookup(name: string | symbol): unknown;
  bind(name: string | symbol, value: unknown): void;
}

/** The engine calls what is bound to this before it evaluates a node; it is its only way into a running evaluation. */
const ENTRY = Symbol.for('jsonata.__evaluate_entry') as unknown as string;
/** No expression can name this: a variable has no space in its name. */
const BUDGET = 'the budget';
/** Names without which a result depends on its input alone, and no text becomes code on the way. */
const WITHHELD = ['now', 'millis', 'random', 'shuffle', 'eval'];

/**
 * Compiles a JSONata expression for many evaluations.
 * @throws ConfigurationError MAPPING_SYNTAX with line and column.
 */
export function compileExpression(text: string, field: string, limits: MappingLimits): Expression {
  const compiled = parse(text, field, limits);
  compiled.assign(ENTRY, (_node: unknown, _input: unknown, frame: Frame) => {
    const { base } = frame;
    const budget = base.lookup(BUDGET) as Budget;
    base.guardrails = () => budget.check(base.depth);
    base.bind(ENTRY, undefined);
  });
  for (const name of WITHHELD) {
    compiled.assign(name, () => {
      throw new MappingFault(
        'MAPPING_IMPURE',
        `$${name} is not available: a mapping depends on the record alone`,
      );
    });
  }

  return {
    text,
    field,
    async evaluate(input, bindings, budget) {
      try {
        const result = await compiled.evaluate(input, { ...bindings, [BUDGET]: budget });
        return toPlainJson(result, { size: limits.size, depth: limits.depth });
      } catch (error) {
        if (error instanceof RecordOutcome) throw error;
        throw new ExpressionError(describe(error, text, field));
      }
    },
  };
}

function parse(text: string, field: string, limits: MappingLimits): jsonata.Expression {
  try {
    return jsonata(text, { sequence: limits.sequence });
  } catch (error) {
    const failure = describe(error, text, field);
    const where =
      failure.line === undefined ? field : `${field}, line ${failure.line}, column ${failure.column}`;
    throw new ConfigurationError(
      'MAPPING_SYNTAX',
      `${failure.message}${failure.snippet ? ` near "${failure.snippet}"` : ''}`,
      where,
      'Correct the expression there.',
    );
  }
}

/** The engine throws plain objects; ours are MappingFaults; the machine's own limits are RangeErrors. */
function describe(error: unknown, text: string, field: string): ExpressionFailure {
  const { code, message, position } = (error ?? {}) as {
    code?: unknown;
    message?: unknown;
    position?: number;
  };
  return {
    code: codeOf(error, code),
    message: typeof message === 'string' && message !== '' ? message : String(error),
    field,
    ...locate(text, position),
  };
}

function codeOf(error: unknown, code: unknown): string {
  if (error instanceof MappingFault) return error.code;
  if (error instanceof RangeError) {
    return /call stack/i.test(error.message) ? 'MAPPING_TOO_DEEP' : 'MAPPING_TOO_LARGE';
  }
  if (code === 'D2014' || code === 'D2015') return 'MAPPING_TOO_LARGE';
  if (code === 'D1011') return 'MAPPING_TOO_DEEP';
  return typeof code === 'string' ? `JSONATA_${code}` : 'MAPPING_FAILED';
}
