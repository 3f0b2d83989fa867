import type { Node, NodeAPI, NodeDef } from 'node-red';
import { ConfigurationError } from '../../runtime/connector/errors';
import type { SyncSettings } from '../../runtime/host/reading/syncs';
import { runtimeOf } from './runtime-of';

interface SyncConfig extends NodeDef {
  readonly source?: string;
  readonly stream?: string;
  readonly target?: string;
  readonly after?: string | readonly string[];
  readonly orderKey?: string;
  readonly window?: string | number;
  readonly hold?: string | number;
  readonly missingReason?: string;
}

export interface SyncNode extends Node {
  readonly settings: SyncSettings;
}

const HOLD_SECONDS = 60;

export function registerSync(RED: NodeAPI): void {
  RED.nodes.registerType('sync', function (this: Node, config: SyncConfig) {
    RED.nodes.createNode(this, config);
    const settings = syncSettings(config);
    Object.assign(this, { settings } satisfies Partial<SyncNode>);
    const remove = runtimeOf(RED).syncs.define(settings);
    this.on('close', (done: () => void) => {
      remove();
      done();
    });
  });
}

/** @throws ConfigurationError when the node's sync is not there */
export function syncOf(RED: NodeAPI, id: string | undefined, where: string): SyncSettings {
  const node = RED.nodes.getNode(id ?? '') as SyncNode | null;
  if (node?.settings) return node.settings;
  throw new ConfigurationError(
    'SYNC_MISSING',
    'No sync is chosen.',
    where,
    'Choose or add a sync in the node.',
  );
}

function syncSettings(config: SyncConfig): SyncSettings {
  const seconds = Number(config.hold);
  const window = Number(config.window);
  return {
    name: config.name || config.id,
    source: config.source ?? '',
    target: config.target ?? '',
    stream: config.stream ?? '',
    after: namesIn(config.after),
    orderKey: config.orderKey ?? '',
    window: Number.isInteger(window) && window > 0 ? window : undefined,
    holdMs: (seconds > 0 ? seconds : HOLD_SECONDS) * 1000,
    missingReason: config.missingReason || undefined,
  };
}

/** Names as a list, or in one text with commas between them. */
export function namesIn(value: string | readonly string[] | undefined): readonly string[] {
  const names = typeof value === 'string' ? value.split(',') : (value ?? []);
  return names.map((name) => name.trim()).filter((name) => name !== '');
}
