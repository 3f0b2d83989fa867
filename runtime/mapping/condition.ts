import { RecordOutcome } from '../connector/errors';
import type { JsonObject } from '../connector/json';
import type { Lookups, RecordFacts } from './functions';
import { IN_THIS_THREAD, type ProgramRunner } from './program';

/**
 * Compiles one JSONata condition, for example dedup's "only work on". Empty text is always true.
 * @returns a function that throws RecordOutcome `mapping-failed` when the expression fails on a record.
 * @throws ConfigurationError MAPPING_SYNTAX
 */
export function compileCondition(
  text: string,
  lookups: Lookups,
  runner: ProgramRunner = IN_THIS_THREAD,
): (data: JsonObject, record: RecordFacts) => Promise<boolean> {
  if (text.trim() === '') return async () => true;
  const program = runner.prepare({ rules: [{ applies: 'any', when: text }] });
  return async (data, record) => {
    const result = await program.run({ data, record }, lookups);
    switch (result.kind) {
      case 'rule':
        return true;
      case 'outcome':
        throw new RecordOutcome(result.outcome, result.reason, result.detail, result.waitsFor);
      case 'failed':
        throw new RecordOutcome('park', 'mapping-failed', { ...result.failure }, result.waitsFor);
      default:
        return false;
    }
  };
}
