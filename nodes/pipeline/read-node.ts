import type { Node, NodeAPI, NodeDef, NodeMessage } from 'node-red';
import { ConfigurationError, SystemError } from '../../runtime/connector/errors';
import type { SystemModule } from '../../runtime/connector/system';
import type { LiveConnection } from '../../runtime/host/connections/connections';
import { Poller, type PollerParts, type PollState } from '../../runtime/host/reading/poller';
import { readPass } from '../../runtime/host/reading/read-pass';
import { parseSchedule, type Schedule } from '../../runtime/host/reading/schedule';
import type { LiveRead, SyncSettings } from '../../runtime/host/reading/syncs';
import type { Runtime } from '../../runtime/host/runtime';
import { readCursor } from '../../runtime/ledger/cursors';
import { connectionOf } from './connection-node';
import { badgeText, fullText } from './failure-text';
import { onClose, onFlowsStarted } from './flow-start';
import { runtimeOf } from './runtime-of';
import { StatusBadge } from './status-badge';
import { syncOf } from './sync-node';
import type { WebhookWake } from './webhook-node';

interface ReadConfig extends NodeDef {
  readonly sync?: string;
  readonly schedule?: string;
  readonly options?: unknown;
}

interface ReadMessage extends NodeMessage {
  /** Read everything, whatever the cursor says. */
  readonly full?: boolean;
  /** Deliveries that this read follows. */
  readonly webhook?: WebhookWake;
}

/** What a read node needs, once its settings have been checked. */
interface Source {
  readonly sync: SyncSettings;
  readonly live: LiveConnection;
  readonly schedule: Schedule | undefined;
  readonly read: PollerParts['read'];
}

/** `<system>-read`: reads a sync's stream when it is due or told to, and sends it on page by page. */
export function registerRead(RED: NodeAPI, module: SystemModule): void {
  RED.nodes.registerType(`${module.manifest.system}-read`, function (this: Node, config: ReadConfig) {
    RED.nodes.createNode(this, config);
    const runtime = runtimeOf(RED);
    const badge = new StatusBadge(this);
    try {
      const source = sourceOf(RED, this, config, module, runtime);
      runRead(RED, this, source, runtime, badge);
    } catch (error) {
      refuse(this, badge, error);
    }
    this.on('close', () => badge.close());
  });
}

function runRead(RED: NodeAPI, node: Node, source: Source, runtime: Runtime, badge: StatusBadge): void {
  const { sync, live, schedule, read } = source;
  let fault: string | undefined;
  let failed: unknown;
  const poller = new Poller({
    ...runtime,
    sync: sync.name,
    schedule,
    read,
    onState: (state) => {
      failed = state.state === 'failed' ? state.error : undefined;
      show(state, badge);
      if (failed) node.warn(`${sync.name}: ${fullText(failed)}`);
    },
  });
  const shown: LiveRead = {
    readNow: (full) => poller.readNow(full),
    get nextReadAt() {
      return poller.nextReadAt;
    },
    get lastReadAt() {
      return poller.lastReadAt;
    },
    get fault() {
      return fault ?? (failed ? fullText(failed) : undefined);
    },
  };
  const remove = runtime.syncs.addRead(sync.name, shown);
  const stopListening = runtime.connections.onHealth((changed, { state, cause }) => {
    if (changed !== live) return;
    if (state === 'offline') badge.failed(badgeText(cause ?? state));
    else if (waitsForConnection(failed)) void poller.readNow();
  });

  onFlowsStarted(RED, node, () => {
    try {
      runtime.syncs.refuseClash(sync.name);
      fault = undefined;
      poller.start();
    } catch (error) {
      fault = fullText(error);
      refuse(node, badge, error);
    }
  });
  node.on('input', (message: ReadMessage, _send, done) => {
    if (fault) return done(new Error(fault));
    followUp(message, poller, runtime).then(
      () => done(),
      (error) => done(error),
    );
  });
  onClose(node, () => {
    remove();
    stopListening();
    return poller.stop();
  });
}

/** Reads now; deliveries that asked for it have then been heeded. */
async function followUp(message: ReadMessage, poller: Poller, { webhooks }: Runtime): Promise<void> {
  // A wake without events says that some may have been missed: then everything is looked after.
  const { connection = '', events = [] } = message.webhook ?? {};
  const named = await webhooks.store.keysOf(connection, events);
  await poller.readNow(message.full === true, events.length > 0, named);
  await webhooks.store.markHandled(connection, events);
}

function sourceOf(
  RED: NodeAPI,
  node: Node,
  config: ReadConfig,
  module: SystemModule,
  runtime: Runtime,
): Source {
  const where = `read node "${config.name || config.id}"`;
  const sync = syncOf(RED, config.sync, where);
  const { system, streams } = module.manifest;
  const live = connectionOf(RED, sync.source, where, system);
  const stream = streams[sync.stream];
  if (!stream) {
    throw new ConfigurationError(
      'STREAM_UNKNOWN',
      `${system} has no stream "${sync.stream}".`,
      where,
      `Choose one of ${Object.keys(streams).join(', ')} in the sync.`,
    );
  }
  const options = runtime.options(stream.options, config.options, where);
  const seconds = runtime.environment.pollSeconds;
  const { clock, pages, store } = runtime;
  return {
    sync,
    live,
    schedule:
      runtime.mode === 'once' ? undefined : parseSchedule(String(config.schedule ?? ''), seconds, where),
    read: (full, signal, hinted, named) =>
      live.use(async ({ client, calls }) => {
        const reader = client.streams[sync.stream];
        if (!reader) throw new TypeError(`${system} declares the stream ${sync.stream} and cannot read it`);
        return readPass({
          sync: sync.name,
          reader,
          cursor: (await readCursor(store, sync.name))?.value,
          options,
          full,
          hinted,
          named,
          context: { calls: calls({ sync: sync.name, signal }), now: () => clock.now(), signal },
          pages,
          emit: (page, { rows }) => node.send({ topic: sync.name, page, payload: rows } as NodeMessage),
        });
      }),
  };
}

function waitsForConnection(failed: unknown): boolean {
  return failed instanceof SystemError && failed.recovery === 'configuration';
}

function show(state: PollState, badge: StatusBadge): void {
  if (state.state === 'reading') badge.working('reading');
  else if (state.state === 'idle') badge.done(`${state.last.rows} rows${next(state.nextAt)}`);
  else badge.failed(badgeText(state.error));
}

function next(at: Date | undefined): string {
  return at ? `, next ${at.toTimeString().slice(0, 5)}` : '';
}

function refuse(node: Node, badge: StatusBadge, error: unknown): void {
  badge.failed(badgeText(error));
  node.error(fullText(error));
}
