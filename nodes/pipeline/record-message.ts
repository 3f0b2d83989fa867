import type { NodeMessage } from 'node-red';
import type { AttemptRef } from '../../runtime/delivery/protocol';

/** What dedup sends, one for each record. */
export interface RecordMessage extends NodeMessage {
  payload?: unknown;
  /** Says which record this is; everything else about it stands in the ledger. */
  record?: AttemptRef;
  /** Version of the rules and the expression that made the payload. */
  mapping?: string;
  /** Set by write. */
  outcome?: {
    readonly operation: string;
    readonly result: 'confirmed' | 'updated' | 'unchanged';
    readonly ref: string;
  };
}

/** The attempt a message belongs to; undefined when it carries none, or something made up. */
export function attemptOf(message: object): AttemptRef | undefined {
  const record = (message as RecordMessage).record as Partial<AttemptRef> | null | undefined;
  const whole =
    typeof record?.id === 'string' &&
    typeof record.sync === 'string' &&
    typeof record.key === 'string' &&
    Number.isSafeInteger(record.attempt);
  return whole ? (record as AttemptRef) : undefined;
}
