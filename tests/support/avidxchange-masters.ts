import type { BatchAnswer } from '../../runtime/connector/batch';
import type { Connection } from '../../runtime/connector/connection';
import type { JsonObject } from '../../runtime/connector/json';

export const vendor = (code: string, more: JsonObject = {}): JsonObject => ({
  ExternalVendorCode: code,
  Name: `Vendor ${code}`,
  Active: true,
  ...more,
});

/** An operation that submits master data, with all the parts that it must have. */
export function batchesOf({ client }: Connection, name: string) {
  const found = client.operations[name];
  if (!found?.batch?.lookUp) throw new Error(`no batches of ${name}`);
  return { ...found, batch: found.batch, lookUpBatch: found.batch.lookUp };
}

/** What became of each item, short. */
export function outcomesInWords(answer: BatchAnswer | { readonly status: 'absent' }): string[] {
  if (answer.status === 'absent') return ['absent'];
  return (answer.results ?? []).map((result) => {
    if (result.outcome === 'done') return `done ${result.ref}`;
    if (result.outcome === 'refused') return `refused ${result.reason}: ${result.message}`;
    return result.outcome;
  });
}
