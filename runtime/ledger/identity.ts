import { v5 } from 'uuid';

const NAMESPACE = '8f5b3f4e-3c0a-5d0e-9a53-0d6a7a3f6b11';

/** One business document of one sync. Company (tenant) is part of every identity. */
export interface RecordKey {
  readonly sync: string;
  readonly company: string;
  readonly key: string;
}

/** The id of a record follows from its identity, in every process and every rebuilt ledger. */
export function recordIdOf({ sync, company, key }: RecordKey): string {
  return v5(JSON.stringify(['record', sync, company, key]), NAMESPACE);
}

/**
 * The id of the job that wakes a version of a record for the `wake`-th time. The same wake enqueued twice is
 * one job.
 */
export function jobIdOf({ sync, company, key }: RecordKey, version: number, wake: number): string {
  return v5(JSON.stringify(['job', sync, company, key, version, wake]), NAMESPACE);
}

/** The id of an intent: also what goes into an idempotency key, where a target takes one. */
export function intentIdOf(recordId: string, operation: string, generation: number): string {
  return v5(JSON.stringify(['intent', recordId, operation, generation]), NAMESPACE);
}
