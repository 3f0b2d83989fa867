import type { OperationContext, TallyRow } from '../connector/system';
import { type ChainVerdict, verifyChain } from '../ledger/audit-chain';
import { type CertificateRow, certificate } from '../ledger/certificate';
import { type Reconciliation, reconcile } from '../ledger/reconcile';
import type { LiveConnection } from './connections/connections';
import { enabledNodes, type FlowNode, nameOf } from './flows/flow-node';
import { type SourceRuntime, sourceRows } from './reading/source-rows';
import type { Runtime } from './runtime';

/** What `verify` finds: the audit chain, what the ledger says, and what both systems say. */
export interface Verification {
  /** The chain is whole, and every approved document is where the ledger says. */
  readonly ok: boolean;
  readonly checkedAt: string;
  readonly audit: ChainVerdict;
  /** Counts and sums by sync, company, currency and month. */
  readonly certificate: readonly CertificateRow[];
  /** Each sync held against the source's stream and the target's documents. */
  readonly reconciliation: readonly Reconciliation[];
}

type VerifyRuntime = SourceRuntime & Pick<Runtime, 'store' | 'ledger'>;

/**
 * Proves the books: reads the source stream of every sync of these flows in full, and everything of the target's
 * that the ledger's links are about. Reads only.
 * @throws SystemError when a system cannot be read
 */
export async function verifyBooks(runtime: VerifyRuntime, nodes: readonly FlowNode[]): Promise<Verification> {
  await runtime.ledger.flush();
  const audit = await verifyChain(runtime.store);
  const enabled = enabledNodes(nodes);
  const syncs = enabled.filter(({ type }) => type === 'sync');
  const reconciliation: Reconciliation[] = [];
  for (const sync of syncs) {
    const sides = {
      ...present('source', sourceRows(runtime, sync, enabled)),
      ...present('target', await targetRows(runtime, nameOf(sync))),
    };
    reconciliation.push(await reconcile(runtime.store, nameOf(sync), sides));
  }
  // Documents that others made in the target are shown, and are no fault of ours.
  const ours = reconciliation
    .flatMap(({ differences }) => differences)
    .filter(({ kind }) => kind !== 'not-ours');
  return {
    ok: audit.ok && ours.length === 0,
    checkedAt: runtime.clock.now().toISOString(),
    audit,
    certificate: await certificate(runtime.store, syncs.map(nameOf)),
    reconciliation,
  };
}

/** The documents of every operation that links of this sync were written by. */
async function targetRows(
  runtime: VerifyRuntime,
  sync: string,
): Promise<AsyncIterable<TallyRow> | undefined> {
  const { rows } = await runtime.store.query<{ connection: string; operation: string }>(
    'select distinct connection, operation from link where sync = $1 order by connection, operation',
    [sync],
  );
  const tallies = rows.flatMap(({ connection, operation }) => {
    const live = runtime.connections.get(connection);
    const tally = live?.connection?.client.operations[operation]?.tally;
    return live && tally ? [{ live, operation }] : [];
  });
  return tallies.length === 0 || tallies.length < rows.length ? undefined : tallyAll(runtime, sync, tallies);
}

async function* tallyAll(
  { clock, store }: VerifyRuntime,
  sync: string,
  tallies: readonly { readonly live: LiveConnection; readonly operation: string }[],
): AsyncGenerator<TallyRow> {
  for (const { live, operation } of tallies) {
    const { client, calls } = await live.use(async (connection) => connection);
    const { signal } = new AbortController();
    const context: OperationContext = {
      calls: calls({ signal }),
      options: {},
      record: { sync, company: '', key: '' },
      remembered: {},
      remember: refuse,
      nextNumber: refuse,
      now: () => clock.now(),
      signal,
    };
    const rows = client.operations[operation]?.tally?.(context, await adoptedRefs(store, sync, operation));
    if (rows) yield* rows;
  }
}

async function adoptedRefs(
  store: VerifyRuntime['store'],
  sync: string,
  operation: string,
): Promise<ReadonlySet<string>> {
  const { rows } = await store.query<{ ref: string }>(
    'select ref from link where sync = $1 and operation = $2 and adopted and closed_at is null',
    [sync, operation],
  );
  return new Set(rows.map(({ ref }) => ref));
}

async function refuse(): Promise<never> {
  throw new TypeError('a tally only reads');
}

function present<Name extends string, Value>(name: Name, value: Value | undefined): { [K in Name]?: Value } {
  return value === undefined ? {} : ({ [name]: value } as { [K in Name]?: Value });
}
