import { createHash } from 'node:crypto';
import { ConfigurationError, RecordOutcome } from '../connector/errors';
import type { Json, JsonObject } from '../connector/json';
import { REASONS } from '../connector/reasons';
import { validator } from '../connector/schema';
import { detailOf, type Lookups, type RecordFacts } from './functions';
import type { MappingRule } from './mapping-rule';
import { IN_THIS_THREAD, type ProgramResult, type ProgramRunner } from './program';
import { shapeDocument } from './shape-document';

export interface MappingSource {
  readonly rules: readonly MappingRule[];
  /** JSONata over the record, giving the target's document. */
  readonly document: string;
  /** JSON Schema of the target's document. */
  readonly documentSchema: JsonObject;
  readonly lookups: Lookups;
  /** Default: this thread. */
  readonly runner?: ProgramRunner;
}

export interface Mapped {
  readonly document: JsonObject;
  /** Of the rules and the expression: the same text has the same version everywhere. */
  readonly version: string;
}

export interface Mapping {
  readonly version: string;
  /**
   * @throws RecordOutcome when a rule or the expression parks or ignores the record, when the expression fails
   * (`mapping-failed`, with field, line, column and snippet) and when the schema refuses the document
   * (`schema-failed`, with the fields). Whatever a look-up throws comes out unchanged.
   */
  map(data: JsonObject, record: RecordFacts): Promise<Mapped>;
}

/** @throws ConfigurationError for expressions that do not parse and reasons that the table does not have. */
export function compileMapping(source: MappingSource): Mapping {
  const { rules, document, documentSchema, lookups, runner = IN_THIS_THREAD } = source;
  rules.forEach(checkRule);
  const program = runner.prepare({
    rules: rules.map(({ applies, when, detail }) => ({ applies, when, ...(detail ? { detail } : {}) })),
    document,
  });
  const validate = validator(documentSchema);
  const version = versionOf(rules, document);

  return {
    version,
    async map(data, record) {
      const result = await program.run({ data, record }, lookups);
      if (result.kind !== 'document') throw outcomeOf(result, rules, version);
      const shaped = shapeDocument(result.document ?? null, documentSchema);
      if (!isObject(shaped))
        throw mappingFailed({ message: 'the document is not an object', field: 'document' }, version);
      const problems = validate(shaped);
      if (problems.length > 0) throw schemaFailed(problems, version, result.waitsFor);
      return { document: shaped, version };
    },
  };
}

function outcomeOf(
  result: Exclude<ProgramResult, { kind: 'document' }>,
  rules: readonly MappingRule[],
  version: string,
): Error {
  switch (result.kind) {
    case 'rule': {
      const rule = rules[result.index] as MappingRule;
      const detail = { ...detailOf(result.detail), rule: `${result.index + 1}: ${rule.when}` };
      return new RecordOutcome(rule.outcome, rule.reason, detail, result.waitsFor);
    }
    case 'outcome':
      return new RecordOutcome(result.outcome, result.reason, result.detail, result.waitsFor);
    case 'failed':
      return mappingFailed({ ...result.failure }, version, result.waitsFor);
    case 'no-rule':
      return new ConfigurationError(
        'MAPPING_EMPTY',
        'The mapping has no document.',
        'document',
        'Write one.',
      );
  }
}

function mappingFailed(
  failure: Readonly<Record<string, unknown>>,
  version: string,
  waitsFor?: RecordOutcome['waitsFor'],
): RecordOutcome {
  return new RecordOutcome('park', 'mapping-failed', { ...failure, mapping: version }, waitsFor);
}

function schemaFailed(
  problems: readonly { readonly field: string; readonly message: string }[],
  version: string,
  waitsFor: RecordOutcome['waitsFor'],
): RecordOutcome {
  const message = problems.map((problem) => `${problem.field}: ${problem.message}`).join('; ');
  return new RecordOutcome(
    'park',
    'schema-failed',
    { message, fields: problems, mapping: version },
    waitsFor,
  );
}

function checkRule(rule: MappingRule, index: number): void {
  const where = `rules[${index}]`;
  const choices: readonly (readonly [string, string, readonly string[]])[] = [
    ['applies', rule.applies, ['new', 'sent', 'any']],
    ['outcome', rule.outcome, ['park', 'ignore']],
    ['reason', rule.reason, Object.keys(REASONS)],
  ];
  for (const [field, value, allowed] of choices) {
    if (allowed.includes(value)) continue;
    throw new ConfigurationError(
      'MAPPING_RULE',
      `Rule ${index + 1}: ${field} is ${JSON.stringify(value) ?? 'missing'}.`,
      `${where}.${field}`,
      `Choose one of: ${allowed.join(', ')}.`,
    );
  }
}

function versionOf(rules: readonly MappingRule[], document: string): string {
  const parts = rules.map((rule) => [rule.applies, rule.when, rule.outcome, rule.reason, rule.detail ?? '']);
  return createHash('sha256')
    .update(JSON.stringify([parts, document]))
    .digest('hex')
    .slice(0, 12);
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
