import type { Log } from '../../connector/log';
import { DataFolder } from '../data-folder';
import type { FlowNode } from '../flows/flow-node';
import { enabledNodes, nameOf } from '../flows/flow-node';
import { startHeadless } from '../flows/headless';
import { readTemplate } from '../flows/templates';
import { type Installation, openInstallation, requireFields } from '../installation';
import { openRuntime } from '../open-runtime';
import { inOrder } from '../reading/syncs';
import type { Runtime } from '../runtime';
import { EXIT, type ExitStatus } from './exit-status';
import { type OnceSync, runOnce } from './once';
import { Progress } from './progress';
import { rememberTemplate } from './remembered-templates';
import { type Summary, summaryOf } from './summary';

export interface RunOptions {
  readonly template: string;
  /** Ends when nothing is left to do. */
  readonly once: boolean;
  readonly dataFolder: string | undefined;
  readonly variables: NodeJS.ProcessEnv;
  readonly log: Log;
  /** Progress, for a person. */
  readonly say: (text: string) => void;
  /** Told to stop: drains and ends. */
  readonly signal: AbortSignal;
}

export interface RunResult {
  readonly status: ExitStatus;
  readonly summary: Summary;
}

const DRAIN_MS = 20_000;

/**
 * `ml-connector run`: one template, headless, against the systems that the environment names.
 * @throws ConfigurationError before any call is made
 */
export async function runCommand(options: RunOptions): Promise<RunResult> {
  const installation = openInstallation(options.variables, options.dataFolder);
  const nodes = readTemplate(installation.flows, options.template);
  requireFields(nodes, installation);
  const { environment, secrets } = installation;
  const runtime = await openRuntime({
    environment,
    secrets,
    log: options.log,
    mode: options.once ? 'once' : 'continuous',
  });
  try {
    rememberTemplate(new DataFolder(environment.dataFolder), options.template);
    return await runFlows(runtime, installation, nodes, options);
  } finally {
    await runtime.close();
  }
}

async function runFlows(
  runtime: Runtime,
  { root }: Installation,
  nodes: readonly FlowNode[],
  { template, once, say, signal }: RunOptions,
): Promise<RunResult> {
  const flows = await startHeadless({ runtime, root, nodes });
  const names = syncNames(nodes);
  const progress = new Progress(runtime, names, say);
  let status: ExitStatus = EXIT.failed;
  try {
    if (once) status = await toTheEnd(runtime, names, say, signal);
    else await untilStopped(signal);
  } finally {
    progress.close();
    if (signal.aborted) say('stopping: waiting for work in flight to end');
    await runtime.delivery.drain(DRAIN_MS);
    await flows.stop();
  }
  if (!once) status = await statusLeft(runtime, names);
  return { status, summary: await summaryOf(runtime, template, names, status === EXIT.done) };
}

function toTheEnd(
  runtime: Runtime,
  names: readonly string[],
  say: RunOptions['say'],
  signal: AbortSignal,
): Promise<ExitStatus> {
  return runOnce({
    syncs: names.map((name) => onceSync(runtime, name)),
    pending: (syncs) => runtime.delivery.pending(syncs),
    offline: () =>
      runtime.connections.all().flatMap(({ name, connection }) => {
        const {
          state,
          cause = '',
          remedy = '',
          since = runtime.startedAt,
        } = connection?.health ?? { state: 'unknown' };
        return state === 'offline' ? [{ name, cause, remedy, since }] : [];
      }),
    clock: runtime.clock,
    longestWaitMs: runtime.environment.onceWaitSeconds * 1000,
    signal,
    say,
  });
}

function onceSync({ syncs }: Runtime, name: string): OnceSync {
  const live = syncs.get(name);
  const read = live?.read;
  return {
    name,
    read: read && (() => read.readNow()),
    inFlight: () => syncs.get(name)?.dedup?.inFlight ?? 0,
  };
}

/** Runs until it is told to stop; what is then left is done by the next start. */
async function untilStopped(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
}

/** Asked once nothing is in flight any more: a write that was under way has ended, or its outcome is unknown. */
async function statusLeft({ delivery }: Runtime, names: readonly string[]): Promise<ExitStatus> {
  const { unknown } = await delivery.pending(names);
  return unknown > 0 ? EXIT.unknown : EXIT.done;
}

function syncNames(nodes: readonly FlowNode[]): readonly string[] {
  const enabled = enabledNodes(nodes);
  // A part of a template that is switched off as a whole has nothing to say.
  const used = new Set(enabled.map((node) => node['sync']));
  const syncs = enabled.filter(({ type, id }) => type === 'sync' && used.has(id));
  const after = (node: FlowNode) =>
    String(node['after'] ?? '')
      .split(',')
      .map((name) => name.trim());
  return inOrder(syncs, nameOf, after).map(nameOf);
}
