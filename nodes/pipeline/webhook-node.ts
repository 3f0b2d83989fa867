import type { Node, NodeAPI, NodeDef, NodeMessage } from 'node-red';
import { ConfigurationError } from '../../runtime/connector/errors';
import type { SubscriptionReport, SystemModule } from '../../runtime/connector/system';
import type { LiveConnection } from '../../runtime/host/connections/connections';
import { SubscriptionKeeping } from '../../runtime/host/connections/subscription-keeping';
import type { LiveWebhook } from '../../runtime/host/connections/webhook-endpoints';
import type { Runtime } from '../../runtime/host/runtime';
import { connectionOf } from './connection-node';
import { badgeText, fullText } from './failure-text';
import { onClose, onFlowsStarted } from './flow-start';
import { runtimeOf } from './runtime-of';
import { StatusBadge } from './status-badge';
import { SubscriptionNews } from './subscription-news';

interface WebhookConfig extends NodeDef {
  readonly connection?: string;
  readonly options?: unknown;
}

/** `msg.webhook`: the deliveries that a read is asked to follow. */
export interface WebhookWake {
  readonly connection: string;
  /** Ids of events. */
  readonly events: readonly string[];
}

/** Deliveries that come together wake one read. */
const GATHER_MS = 200;

/** `<system>-webhook`: takes a connection's deliveries and wakes the read node behind it. */
export function registerWebhook(RED: NodeAPI, module: SystemModule): void {
  const { system, webhook } = module.manifest;
  if (!webhook) return;
  RED.nodes.registerType(`${system}-webhook`, function (this: Node, config: WebhookConfig) {
    RED.nodes.createNode(this, config);
    const runtime = runtimeOf(RED);
    const badge = new StatusBadge(this);
    const where = `webhook node "${config.name || config.id}"`;
    try {
      const live = connectionOf(RED, config.connection, where, system);
      const options = runtime.options(webhook.options, config.options, where);
      runWebhook(RED, this, live, options, runtime, badge);
    } catch (error) {
      badge.failed(badgeText(error));
      this.error(fullText(error));
    }
    this.on('close', () => badge.close());
  });
}

function runWebhook(
  RED: NodeAPI,
  node: Node,
  live: LiveConnection,
  options: ReturnType<Runtime['options']>,
  runtime: Runtime,
  badge: StatusBadge,
): void {
  const { webhooks, environment, clock } = runtime;
  const { publicUrl, pollSeconds } = environment;
  const wakes = new Gathering((events) => {
    const webhook: WebhookWake = { connection: live.name, events };
    badge.done(`${events.length} events`);
    node.send({ topic: live.name, webhook, payload: events } as NodeMessage);
  });
  const news = new SubscriptionNews();
  const keeping = new SubscriptionKeeping({
    live,
    store: webhooks.store,
    url: publicUrl && `${publicUrl}/hooks/${live.module.manifest.system}/${live.webhookName}`,
    options,
    pollMs: pollSeconds * 1_000,
    clock,
    onReport: (report) => {
      show(report, badge);
      const line = news.of(report);
      if (line !== undefined) node.warn(line);
      if (report.catchUp) wakes.add([]);
    },
    onFailure: (error) => {
      badge.failed(badgeText(error));
      node.warn(fullText(error));
    },
  });
  const endpoint: LiveWebhook = {
    live,
    secrets: () => keeping.secrets(),
    newerSecrets: () => keeping.newerSecrets(),
    wake: (events) => wakes.add(events),
  };

  let begun = false;
  onFlowsStarted(RED, node, () => {
    if (begun) return;
    if (!webhooks.add(endpoint)) {
      const clash = twice(live.name, node.name || node.id);
      badge.failed(badgeText(clash));
      node.error(fullText(clash));
      return;
    }
    begun = true;
    if (!publicUrl) badge.idle('no ML_PUBLIC_URL: polled');
    void keeping.run();
    // What was stored and not yet followed when the last process ended.
    webhooks.store.unhandled(live.name).then(
      (events) => events.length > 0 && wakes.add(events),
      (error: unknown) => node.warn(fullText(error)),
    );
  });
  onClose(node, async () => {
    webhooks.remove(endpoint);
    keeping.close();
    wakes.close();
  });
}

class Gathering {
  readonly #events = new Set<string>();
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly send: (events: readonly string[]) => void) {}

  /** No event at all wakes too: something may have been missed. */
  add(events: readonly string[]): void {
    for (const event of events) this.#events.add(event);
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      const gathered = [...this.#events];
      this.#events.clear();
      this.send(gathered);
    }, GATHER_MS);
  }

  close(): void {
    clearTimeout(this.#timer);
  }
}

function show({ status, detail }: SubscriptionReport, badge: StatusBadge): void {
  if (status === 'refused') badge.waiting(`polled: ${detail}`);
  else badge.done(status);
}

function twice(connection: string, label: string): ConfigurationError {
  return new ConfigurationError(
    'WEBHOOK_TWICE',
    `The connection ${connection} has another webhook node already.`,
    label,
    'Wire that one to all reads that it should wake, and delete this one.',
  );
}
