import type { Log } from '../../connector/log';
import type { SourceRow } from '../../ledger/reconcile-differences';
import { add } from '../../mapping/decimals';
import { openFlowConnections } from '../flows/flow-connections';
import { enabledNodes, nameOf } from '../flows/flow-node';
import { readTemplate } from '../flows/templates';
import { openInstallation, requireFields } from '../installation';
import { openRuntime } from '../open-runtime';
import { sourceRows } from '../reading/source-rows';
import { EXIT, type ExitStatus } from './exit-status';

/** What reading a sync from its beginning would bring. */
export interface SyncCount {
  readonly rows: number;
  /** Rows that the rule of the dedup node lets through. */
  readonly work: number;
  /** Of the work: calendar dates of the documents, where the stream has any. */
  readonly oldest?: string;
  readonly newest?: string;
  /** Of the work: decimal text by company and currency, where the stream has amounts. */
  readonly sums: readonly { readonly company: string; readonly currency: string; readonly sum: string }[];
}

export interface CountResult {
  readonly template: string;
  readonly syncs: Readonly<Record<string, SyncCount>>;
}

export interface CountOptions {
  readonly template: string;
  readonly dataFolder: string | undefined;
  readonly variables: NodeJS.ProcessEnv;
  readonly log: Log;
}

/**
 * `ml-connector count`: what a first sync of a template would bring, before it is let loose. Reads only: nothing lands,
 * no cursor moves, nothing is written over there.
 * @throws ConfigurationError, SystemError
 */
export async function countCommand({
  template,
  dataFolder,
  variables,
  log,
}: CountOptions): Promise<{ readonly status: ExitStatus; readonly result: CountResult }> {
  const installation = openInstallation(variables, dataFolder);
  const { environment, secrets, systems, flows } = installation;
  const nodes = readTemplate(flows, template);
  requireFields(nodes, installation);
  const runtime = await openRuntime({ environment, secrets, log, mode: 'once' });
  try {
    openFlowConnections(nodes, systems, runtime.connections);
    const enabled = enabledNodes(nodes);
    const syncs: Record<string, SyncCount> = {};
    for (const sync of enabled.filter(({ type }) => type === 'sync')) {
      const rows = sourceRows(runtime, sync, enabled);
      if (rows) syncs[nameOf(sync)] = await countOf(rows);
    }
    return { status: EXIT.done, result: { template, syncs } };
  } finally {
    await runtime.close();
  }
}

async function countOf(rows: AsyncIterable<SourceRow>): Promise<SyncCount> {
  const sums = new Map<string, { company: string; currency: string; sum: string }>();
  let [all, work] = [0, 0];
  let days: { oldest: string; newest: string } | undefined;
  for await (const { company, amount, currency = '', date, optional } of rows) {
    all += 1;
    if (optional) continue;
    work += 1;
    if (amount !== undefined) {
      const key = `${company} ${currency}`;
      sums.set(key, { company, currency, sum: add(sums.get(key)?.sum ?? '0', amount) });
    }
    if (date) days = within(days, date);
  }
  return { rows: all, work, ...days, sums: [...sums.values()] };
}

function within(days: { oldest: string; newest: string } | undefined, date: string) {
  if (!days) return { oldest: date, newest: date };
  return {
    oldest: date < days.oldest ? date : days.oldest,
    newest: date > days.newest ? date : days.newest,
  };
}

/** The result for a person. */
export function countText({ syncs }: CountResult): string {
  return Object.entries(syncs)
    .flatMap(([name, { rows, work, oldest, newest, sums }]) => [
      `${name}: ${work} to be worked on, of ${rows}${oldest === undefined ? '' : `, dated ${oldest} to ${newest}`}`,
      ...sums.map(({ company, currency, sum }) => `  ${company} ${currency}: ${sum}`),
    ])
    .join('\n');
}
