import type { BatchedWrite } from '../../runtime/connector/batch';
import type { BatchDeclaration } from '../../runtime/connector/manifest';
import type { Policies } from '../../runtime/delivery/policies';
import type { Attempt, WriteRequest, WriteResult } from '../../runtime/delivery/protocol';
import type { Store } from '../../runtime/ledger/store';
import { openRuntime, type Runtime, SYNC, writeRequest } from './delivery';
import { batchDeclaration, batchedBills, FakeBatches } from './fake-batches';
import { FakeTarget } from './fake-target';

export interface BatchFlowOptions {
  readonly batches?: FakeBatches;
  readonly declaration?: Partial<BatchDeclaration>;
  readonly batch?: Partial<BatchedWrite>;
  readonly window?: number;
  readonly policies?: Partial<Policies>;
  readonly now?: () => Date;
  readonly request?: (attempt: Attempt) => Partial<WriteRequest>;
}

export interface BatchFlow {
  readonly runtime: Runtime;
  readonly batches: FakeBatches;
  readonly target: FakeTarget;
  readonly results: readonly WriteResult[];
}

/** A flow of one write node that writes in batches, and keeps what came of each write. */
export async function batchFlow(store: Store, options: BatchFlowOptions = {}): Promise<BatchFlow> {
  const { batches = new FakeBatches(new FakeTarget()), window = 100, policies = {}, now, request } = options;
  const { target } = batches;
  const runtime = await openRuntime(store, { policies }, now);
  const results: WriteResult[] = [];
  const operation = batchedBills(batches, options.batch);
  const declaration = batchDeclaration(options.declaration);
  await runtime.delivery.consume({
    sync: SYNC,
    window,
    holdMs: 60_000,
    onAttempt: async (attempt) => {
      const write = { operation, declaration, calls: batches.client, ...request?.(attempt) };
      results.push(await runtime.delivery.write(writeRequest(attempt, target, write)));
    },
  });
  return { runtime, batches, target, results };
}

export function keys(n: number): readonly string[] {
  return Array.from({ length: n }, (_, at) => `A-${at + 1}`);
}
