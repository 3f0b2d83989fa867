import type { WebhookEvent } from '../../connector/system';
import type { WebhookEndpoint } from '../../ops/webhooks-router';
import type { LiveConnection } from './connections';
import type { WebhookStore } from './webhook-store';

/** A webhook node that lives at this moment. */
export interface LiveWebhook {
  readonly live: LiveConnection;
  /** Newest first. */
  secrets(): Promise<readonly string[]>;
  /** Undefined when there are no others than those. */
  newerSecrets(): Promise<readonly string[] | undefined>;
  /** Wakes the read behind the node. */
  wake(events: readonly string[]): void;
}

/** Where deliveries find the webhook node of their connection. */
export class WebhookEndpoints {
  readonly #nodes = new Map<string, LiveWebhook>();

  constructor(readonly store: WebhookStore) {}

  /** One node for each connection: false when another has it already. */
  add(node: LiveWebhook): boolean {
    const name = addressOf(node.live.module.manifest.system, node.live.webhookName);
    if (this.#nodes.has(name)) return false;
    this.#nodes.set(name, node);
    return true;
  }

  remove(node: LiveWebhook): void {
    for (const [name, known] of this.#nodes) {
      if (known === node) this.#nodes.delete(name);
    }
  }

  /** For the router: `/hooks/<system>/<connection>`. */
  find(system: string, webhookName: string): WebhookEndpoint | undefined {
    const node = this.#nodes.get(addressOf(system, webhookName));
    const receiver = node?.live.connection?.client.webhook;
    if (!node || !receiver) return undefined;
    const { name } = node.live;
    return {
      verify: async (delivery) => {
        const event = receiver.verify(delivery, await node.secrets());
        const newer = event ? undefined : await node.newerSecrets();
        return newer ? receiver.verify(delivery, newer) : event;
      },
      store: (event: WebhookEvent, body) => this.store.add(name, event, body),
      wake: (event) => node.wake([event.id]),
    };
  }
}

function addressOf(system: string, webhookName: string): string {
  return `${system}/${webhookName}`;
}
