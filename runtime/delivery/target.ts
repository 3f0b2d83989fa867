import type { JsonObject } from '../connector/json';
import type { OperationDeclaration } from '../connector/manifest';
import type { Calls, Operation, OperationContext, SourceFiles } from '../connector/system';
import { hashJson } from '../ledger/canonical-json';
import type { Intent } from '../ledger/intents';
import { nextNumber } from '../ledger/numbers';
import type { Store } from '../ledger/store';
import type { HeldAttempt } from './held-attempt';

/** An operation of a connection with all that calling it takes. */
export interface Target {
  readonly connection: string;
  readonly operationName: string;
  readonly declaration: OperationDeclaration;
  readonly operation: Operation;
  readonly calls: Calls;
  /** Calls that belong to no one record; default: `calls`. */
  readonly batchCalls?: Calls;
  /** Of the system that the record was read from. */
  readonly sourceFiles?: SourceFiles | undefined;
  readonly options: JsonObject;
  readonly signal: AbortSignal;
}

/**
 * Finds an operation by the names an intent holds, whatever the canvas has become since. Undefined when no
 * such connection runs here.
 */
export type TargetSource = (intent: Intent, signal: AbortSignal, sync: string) => Target | undefined;

/** The fields of the document whose change counts as a change. */
export function materialOf(document: JsonObject, { material }: OperationDeclaration): JsonObject {
  if (!material) return document;
  return Object.fromEntries(
    material.flatMap((name) => (name in document ? [[name, document[name] ?? null]] : [])),
  );
}

/** What changed, field by field, as people are shown it. */
export function differenceOf(sent: JsonObject, now: JsonObject): JsonObject {
  const names = [...new Set([...Object.keys(sent), ...Object.keys(now)])];
  return Object.fromEntries(
    names
      .filter((name) => hashJson(sent[name] ?? null) !== hashJson(now[name] ?? null))
      .map((name) => [name, { sent: sent[name] ?? null, now: now[name] ?? null }]),
  );
}

export interface ContextParts {
  readonly held: HeldAttempt;
  readonly target: Target;
  readonly calls: Calls;
  readonly store: Store;
  readonly now: () => Date;
  /** The intent the calls are made under, with what earlier calls under it left. */
  readonly intent?: Intent | undefined;
  readonly remember?: (facts: JsonObject) => Promise<void>;
}

/** What an operation gets to work with. A later `remember` adds to the earlier ones. */
export function contextOf(parts: ContextParts): OperationContext {
  const { held, target, calls, store, now, intent, remember } = parts;
  const { sync, company, key } = held.claim;
  let remembered = intent?.remembered ?? {};
  return {
    calls,
    options: target.options,
    record: { sync, company, key },
    sourceFiles: target.sourceFiles,
    resolving: intent !== undefined,
    get remembered() {
      return remembered;
    },
    async remember(facts) {
      if (!remember) throw new TypeError('a look-up has nothing to remember: it only reads');
      const merged = { ...remembered, ...facts };
      await remember(merged);
      remembered = merged;
    },
    nextNumber: (name, start) => nextNumber(store, name, start),
    now,
    signal: target.signal,
  };
}
