import type { Node, NodeAPI, NodeDef, NodeMessage } from 'node-red';
import type { Consumer } from '../../runtime/delivery/protocol';
import type { PageRef } from '../../runtime/host/reading/pages';
import type { SyncSettings } from '../../runtime/host/reading/syncs';
import type { Runtime } from '../../runtime/host/runtime';
import { connectionOf } from './connection-node';
import { automaticWindow, DedupWork } from './dedup-work';
import { badgeText, fullText } from './failure-text';
import { onClose, onFlowsStarted } from './flow-start';
import { runtimeOf } from './runtime-of';
import { StatusBadge } from './status-badge';
import { namesIn, syncOf } from './sync-node';

interface DedupConfig extends NodeDef {
  readonly sync?: string;
  readonly onlyWork?: string;
  readonly otherwise?: string;
  readonly retryParked?: string | readonly string[];
}

interface PageMessage extends NodeMessage {
  readonly page?: PageRef;
}

/** How long a close waits for records in the flow before they go back to the ledger, milliseconds. */
const GRACE_MS = 10_000;
/** How often the badge follows the ledger, milliseconds. */
const SHOW_MS = 1_000;

/** `dedup`: lands pages on its input side, sends records one by one on its output side. */
export function registerDedup(RED: NodeAPI): void {
  RED.nodes.registerType('dedup', function (this: Node, config: DedupConfig) {
    RED.nodes.createNode(this, config);
    const runtime = runtimeOf(RED);
    const badge = new StatusBadge(this);
    try {
      const sync = syncOf(RED, config.sync, `dedup node "${config.name || config.id}"`);
      runDedup(RED, this, config, sync, runtime, badge);
    } catch (error) {
      badge.failed(badgeText(error));
      this.error(fullText(error));
    }
    this.on('close', () => badge.close());
  });
}

function runDedup(
  RED: NodeAPI,
  node: Node,
  config: DedupConfig,
  sync: SyncSettings,
  runtime: Runtime,
  badge: StatusBadge,
): void {
  const where = `dedup node "${config.name || config.id}"`;
  const source = connectionOf(RED, sync.source, where);
  const target = connectionOf(RED, sync.target, where);
  const stream = source.module.manifest.streams[sync.stream];
  if (!stream) throw new TypeError(`${source.name} has no stream ${sync.stream}`);
  const work = new DedupWork({
    runtime,
    sync,
    source,
    stream,
    onlyWork: config.onlyWork ?? '',
    otherwise: config.otherwise ?? '',
    retryParked: namesIn(config.retryParked),
    label: config.name || 'dedup',
    emit: (payload, record) => node.send({ topic: sync.name, payload, record } as NodeMessage),
  });
  let fault: string | undefined;
  const consuming = new Consuming(runtime, sync, work, sync.window ?? automaticWindow(target));
  const remove = runtime.syncs.addDedup(sync.name, {
    get inFlight() {
      return consuming.inFlight;
    },
    get fault() {
      return fault;
    },
  });
  const shower = setInterval(() => !fault && consuming.show(badge), SHOW_MS).unref();

  onFlowsStarted(RED, node, () => {
    try {
      runtime.syncs.refuseClash(sync.name);
      fault = undefined;
      consuming.start((error) => {
        badge.failed(badgeText(error));
        node.error(fullText(error));
      });
    } catch (error) {
      fault = fullText(error);
      badge.failed(badgeText(error));
      void consuming.stop();
    }
  });
  node.on('input', (message: PageMessage, _send, done) => {
    if (fault) return done(new Error(fault));
    runtime.pages
      .take(message.page, sync.name, message.payload, (page, ref) => work.land(page, ref.hinted))
      .then(
        () => done(),
        (error) => {
          badge.failed(badgeText(error));
          done(error);
        },
      );
  });
  onClose(node, async () => {
    clearInterval(shower);
    remove();
    await consuming.stop();
    work.close();
  });
}

/** The side of a dedup node that takes records from the ledger. */
class Consuming {
  #consumer: Promise<Consumer> | undefined;
  #current: Consumer | undefined;
  #begun = 0;

  constructor(
    private readonly runtime: Runtime,
    private readonly sync: SyncSettings,
    private readonly work: DedupWork,
    private readonly window: number,
  ) {}

  start(onFailure: (error: unknown) => void): void {
    if (this.#consumer) return;
    const { name, holdMs } = this.sync;
    this.#consumer = this.runtime.delivery.consume({
      sync: name,
      window: this.window,
      holdMs,
      onAttempt: (attempt) => {
        this.#begun += 1;
        void this.work.begin(attempt);
      },
    });
    this.#consumer.then(
      (consumer) => {
        this.#current = consumer;
      },
      (error: unknown) => {
        this.#consumer = undefined;
        onFailure(error);
      },
    );
  }

  async stop(): Promise<void> {
    const consumer = await this.#consumer?.catch(() => undefined);
    this.#consumer = undefined;
    this.#current = undefined;
    await consumer?.stop(GRACE_MS);
  }

  get inFlight(): number {
    return this.#current?.inFlight ?? 0;
  }

  show(badge: StatusBadge): void {
    if (this.inFlight > 0) badge.working(`${this.inFlight} in work, ${this.#begun} begun`);
    else if (this.#begun > 0) badge.done(`${this.#begun} worked`);
  }
}
