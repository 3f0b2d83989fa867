import type { BatchedWrite } from '../../runtime/connector/batch';
import type { BatchDeclaration } from '../../runtime/connector/manifest';
import type { Policies } from '../../runtime/delivery/policies';
import type { Attempt, WriteRequest, WriteResult } from '../../runtime/delivery/protocol';
import type { Store } from '../../runtime/ledger/store';
import { landing, openRuntime, type Runtime, row, SYNC, writeRequest } from './delivery';
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

export function rows(n: number) {
  return landing(...keys(n).map((key) => row(key)));
}

/** Records by key, and their states. */
export async function states(store: Store): Promise<Record<string, string>> {
  const { rows: found } = await store.query<{ source_key: string; state: string }>(
    'select source_key, state from record order by source_key',
  );
  return Object.fromEntries(found.map(({ source_key, state }) => [source_key, state]));
}

/** `A-1 create 1 confirmed`, by record and generation. */
export async function intents(store: Store): Promise<readonly string[]> {
  const { rows: found } = await store.query<{ text: string }>(
    `select r.source_key || ' ' || i.effect || ' ' || i.generation || ' ' || i.state as text
       from intent i join record r on r.id = i.record_id order by r.source_key, i.generation`,
  );
  return found.map(({ text }) => text);
}
