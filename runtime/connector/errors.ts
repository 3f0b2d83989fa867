import type { Recovery } from './manifest';

/** A failed call to a system, named by how one recovers from it. */
export class SystemError extends Error {
  override readonly name = 'SystemError';
  readonly recovery: Recovery;
  /** Upper snake case, from the manifest's error table or the table in `classify`. */
  readonly code: string;
  /** The system's own words, redacted. */
  readonly systemWords: string | undefined;
  readonly remedy: string;
  /** Wait before the next attempt, milliseconds, when the server or the error table gives one. */
  readonly waitMs: number | undefined;
  /** Reason under which the record parks when the recovery is `rejected`. */
  readonly reason: string;
  readonly status: number | undefined;
  /** Name of the call, as audited. */
  readonly call: string | undefined;

  constructor(facts: {
    readonly recovery: Recovery;
    readonly code: string;
    readonly text: string;
    readonly remedy: string;
    readonly systemWords?: string | undefined;
    readonly waitMs?: number | undefined;
    readonly reason?: string | undefined;
    readonly status?: number | undefined;
    readonly call?: string | undefined;
    readonly cause?: unknown;
  }) {
    super(facts.text, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.recovery = facts.recovery;
    this.code = facts.code;
    this.remedy = facts.remedy;
    this.systemWords = facts.systemWords;
    this.waitMs = facts.waitMs;
    this.reason = facts.reason ?? 'rejected-by-target';
    this.status = facts.status;
    this.call = facts.call;
  }
}

/**
 * Ends a record's attempt on purpose: a mapping rule, an operation's policy or a check of ours says that this
 * record parks or is ignored. Not a fault.
 */
export class RecordOutcome extends Error {
  override readonly name = 'RecordOutcome';

  constructor(
    readonly outcome: 'park' | 'ignore',
    /** A code of the table in `reasons.ts`. */
    readonly reason: string,
    /** What a person needs to decide: codes, amounts, candidates. Never a secret. */
    readonly detail: Readonly<Record<string, unknown>> = {},
    /** A link that releases the record when it appears: of this sync, with this source key or target id. */
    readonly waitsFor?: { readonly sync: string; readonly key: string },
  ) {
    super(typeof detail['message'] === 'string' ? `${reason}: ${detail['message']}` : reason);
  }

  /** Node-RED's Catch shows it as `msg.error.code`. */
  get code(): string {
    return this.reason;
  }
}

/** A setting, mapping, flow or command line that cannot work. Names what is wrong, where, and what to do. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';

  constructor(
    readonly code: string,
    message: string,
    readonly where: string,
    readonly remedy: string,
  ) {
    super(message);
  }
}
