import { countRecords, listRecords, NONE } from '../ledger/overview';
import { passportOf } from '../ledger/passport';
import type { Operations } from '../ops/api-router';
import type { ConnectionView, Overview, SyncView } from '../ops/api-types';
import type { FlowNode } from './flows/flow-node';
import type { Runtime } from './runtime';
import { verifyBooks } from './verify-books';

/** What the operations API asks, answered by the runtime. Acts are audited by delivery, with who and why. */
export function operationsOf(
  runtime: Runtime,
  version: string,
  flows: () => readonly FlowNode[],
): Operations {
  const { store, ledger, delivery, syncs } = runtime;
  return {
    overview: () => overviewOf(runtime, version),
    records: (query) => listRecords(store, query),
    passport: (id) => passportOf(ledger, id),
    replay: (body, by) => delivery.replay({ ...body, by }),
    resolve: (id, { why, happened, ref }, by) =>
      delivery.resolve({
        by,
        why,
        recordId: id,
        decision: happened ? { happened, ref: ref ?? '' } : { happened },
      }),
    readNow: (sync) => {
      const read = syncs.get(sync)?.read;
      void read?.readNow();
      return read !== undefined;
    },
    verify: () => verifyBooks(runtime, flows()),
  };
}

async function overviewOf(runtime: Runtime, version: string): Promise<Overview> {
  return {
    runtime: { version, store: runtime.store.kind, startedAt: runtime.startedAt.toISOString() },
    connections: connectionViews(runtime),
    syncs: await syncViews(runtime),
  };
}

function connectionViews({ connections }: Runtime): readonly ConnectionView[] {
  const totals = connections.totals();
  return connections.all().map(({ name, module, connection, fault }) => {
    const { system, title, connection: declaration } = module.manifest;
    const { since, ...health } = connection?.health ?? {
      state: 'offline' as const,
      since: undefined,
      ...(fault ? { code: fault.code, cause: fault.message, remedy: fault.remedy } : {}),
    };
    return {
      name,
      system,
      title,
      ...health,
      ...(since ? { since: since.toISOString() } : {}),
      calls: totals[name]?.calls ?? 0,
      inFlight: connection?.counters.inFlight ?? 0,
      limit: connection?.limit.inFlight ?? declaration.limits.inFlight,
      throttled: totals[name]?.throttled ?? 0,
      signIns: totals[name]?.signIns ?? 0,
    };
  });
}

/** Syncs on the canvas in the order of dependency, then those that only the ledger still knows. */
async function syncViews({ store, syncs, connections }: Runtime): Promise<readonly SyncView[]> {
  const counts = await countRecords(store);
  const live = syncs.all();
  const nameOf = (nodeId: string) => connections.byNode(nodeId)?.name ?? '';
  const views = live.map(({ settings, read, dedup }) => {
    const { name, source, stream, target, after } = settings;
    const fault = read?.fault ?? dedup?.fault;
    return {
      name,
      source: nameOf(source),
      stream,
      target: nameOf(target),
      after,
      counts: counts.get(name) ?? NONE,
      ...(read?.nextReadAt ? { nextReadAt: read.nextReadAt.toISOString() } : {}),
      ...(read?.lastReadAt ? { lastReadAt: read.lastReadAt.toISOString() } : {}),
      ...(fault ? { fault } : {}),
    };
  });
  const gone = [...counts].filter(([name]) => !live.some(({ settings }) => settings.name === name));
  return [
    ...views,
    ...gone.map(([name, ofSync]) => ({
      name,
      source: '',
      stream: '',
      target: '',
      after: [],
      counts: ofSync,
    })),
  ];
}
