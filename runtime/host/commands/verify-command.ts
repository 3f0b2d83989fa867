import { ConfigurationError } from '../../connector/errors';
import type { Log } from '../../connector/log';
import { ownerOf } from '../../ledger/folder-lock';
import type { SideTotal } from '../../ledger/reconcile-differences';
import { DataFolder } from '../data-folder';
import { openFlowConnections } from '../flows/flow-connections';
import type { FlowNode } from '../flows/flow-node';
import { parseFlow, readTemplate } from '../flows/templates';
import { type Installation, openInstallation, requireFields } from '../installation';
import { localToken } from '../login';
import { openRuntime } from '../open-runtime';
import { DATABASE_FOLDER } from '../open-store';
import { type Verification, verifyBooks } from '../verify-books';
import { EXIT, type ExitStatus } from './exit-status';
import { rememberedTemplates } from './remembered-templates';

export interface VerifyOptions {
  readonly dataFolder: string | undefined;
  readonly variables: NodeJS.ProcessEnv;
  readonly log: Log;
}

/**
 * `ml-connector verify`: the audit chain, and the books of every flow that ran on this data folder held against
 * both systems. When another process has the embedded store, that process is asked.
 * @throws ConfigurationError, SystemError
 */
export async function verifyCommand(
  options: VerifyOptions,
): Promise<{ readonly status: ExitStatus; readonly result: Verification }> {
  const installation = openInstallation(options.variables, options.dataFolder);
  const folder = new DataFolder(installation.environment.dataFolder);
  const result = await verifyHere(installation, folder, options.log).catch((error: unknown) => {
    const inUse = error instanceof ConfigurationError && error.code === 'STORE_IN_USE';
    const { address } = ownerOf(folder.file(DATABASE_FOLDER));
    if (!inUse || !address) throw error;
    return askRunning(address, localToken(folder));
  });
  return { status: result.ok ? EXIT.done : EXIT.failed, result };
}

async function verifyHere(installation: Installation, folder: DataFolder, log: Log): Promise<Verification> {
  const { environment, secrets, systems } = installation;
  const runtime = await openRuntime({ environment, secrets, log, mode: 'once' });
  try {
    const nodes = knownFlows(installation, folder);
    requireFields(nodes, installation);
    openFlowConnections(nodes, systems, runtime.connections);
    return await verifyBooks(runtime, nodes);
  } finally {
    await runtime.close();
  }
}

/** The flows deployed in the editor, else the templates that ran: both would name the same connections twice. */
function knownFlows({ flows }: Installation, folder: DataFolder): readonly FlowNode[] {
  const deployed = folder.read('flows.json');
  if (deployed) return parseFlow(deployed, folder.file('flows.json'));
  const nodes = rememberedTemplates(folder).flatMap((template) => readTemplate(flows, template));
  return [...new Map(nodes.map((node) => [node.id, node])).values()];
}

async function askRunning(address: string, token: string): Promise<Verification> {
  const answer = await fetch(`${address}/ops/api/verify`, {
    headers: { authorization: `Bearer ${token}` },
  }).catch(() => undefined);
  if (answer?.ok) return (await answer.json()) as Verification;
  throw new ConfigurationError(
    'STORE_IN_USE',
    `The data folder is in use by the process at ${address}, which ${answer ? `answered ${answer.status}` : 'does not answer'}.`,
    address,
    'Look at that process, or stop it and verify again.',
  );
}

/** The result for a person. */
export function verificationText({ ok, audit, reconciliation }: Verification): string {
  const chain = audit.ok
    ? `audit chain: whole, ${audit.events} events`
    : `audit chain: BROKEN at event ${audit.firstBad}: ${audit.why}`;
  const syncs = reconciliation.flatMap(({ sync, source, target, differences, totalDifferences }) => [
    `${sync}: ${totalDifferences} differences`,
    ...source.flatMap((total) => totalLines('source', total)),
    ...target.flatMap((total) => totalLines('target', total)),
    ...differences.slice(0, 20).map((difference) => `  ${Object.values(difference).join('  ')}`),
  ]);
  return [chain, ...syncs, ok ? 'verified' : 'NOT verified'].join('\n');
}

function totalLines(side: string, { company, currency, count, sum, periods }: SideTotal): string[] {
  return [
    `  ${side} ${company} ${currency}: ${count}, sum ${sum}`,
    ...periods.map((month) => `    ${month.period || 'no date'}: ${month.count}, sum ${month.sum}`),
  ];
}
