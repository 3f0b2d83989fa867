import type { JsonObject } from '../../connector/json';
import type { StreamDeclaration } from '../../connector/manifest';
import type { SourceRow } from '../../ledger/reconcile-differences';
import { compileCondition } from '../../mapping/condition';
import type { LiveConnection } from '../connections/connections';
import { type FlowNode, isRead, nameOf } from '../flows/flow-node';
import type { Runtime } from '../runtime';
import { tallyOf } from './tally';

export type SourceRuntime = Pick<Runtime, 'connections' | 'clock' | 'options' | 'lookups' | 'programs'>;

/**
 * Every row of a sync's source stream, with the read node's own fields, and whether the rule of its dedup node takes it
 * for work. Reads only; undefined where the flow does not read the sync.
 * @throws SystemError while it is read
 */
export function sourceRows(
  runtime: SourceRuntime,
  sync: FlowNode,
  nodes: readonly FlowNode[],
): AsyncIterable<SourceRow> | undefined {
  const live = runtime.connections.byNode(String(sync['source']));
  const name = String(sync['stream']);
  const declaration = live?.module.manifest.streams[name];
  const read = nodes.find((node) => isRead(node.type) && node['sync'] === sync.id);
  if (!live || !declaration || !read) return undefined;
  const options = runtime.options(declaration.options, read['options'], `read node "${nameOf(read)}"`);
  const dedup = nodes.find((node) => node.type === 'dedup' && node['sync'] === sync.id);
  const isWork = compileCondition(String(dedup?.['onlyWork'] ?? ''), runtime.lookups, runtime.programs);
  return readAll(runtime, live, { stream: name, sync: nameOf(sync), declaration, options, isWork });
}

interface SourceRead {
  readonly stream: string;
  readonly sync: string;
  readonly declaration: StreamDeclaration;
  readonly options: JsonObject;
  /** The rule of the dedup node. */
  readonly isWork: ReturnType<typeof compileCondition>;
}

async function* readAll(
  { clock }: SourceRuntime,
  live: LiveConnection,
  { stream, sync, declaration, options, isWork }: SourceRead,
): AsyncGenerator<SourceRow> {
  const { client, calls } = await live.use(async (connection) => connection);
  const { signal } = new AbortController();
  const context = { calls: calls({ signal }), now: () => clock.now(), signal };
  const pages = client.streams[stream]?.read({ cursor: undefined, options, full: true }, context) ?? [];
  for await (const { rows } of pages) {
    for (const { key, company, data, notNow } of rows) {
      const tally = tallyOf(data, declaration);
      // A row that the rule fails on has landed all the same.
      const work = await isWork(data, { sync, company, key, sent: false }).catch(() => true);
      yield { key, company, ...tally, optional: !work || notNow === true };
    }
  }
}
