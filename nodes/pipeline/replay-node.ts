import type { Node, NodeAPI, NodeDef, NodeMessage } from 'node-red';
import type { ReplayRequest } from '../../runtime/delivery/protocol';
import { badgeText } from './failure-text';
import { runtimeOf } from './runtime-of';
import { StatusBadge } from './status-badge';
import { syncOf } from './sync-node';

interface ReplayConfig extends NodeDef {
  readonly sync?: string;
  readonly reason?: string;
  readonly dryRun?: boolean;
}

interface ReplayMessage extends NodeMessage {
  /** Only these records of the sync, by their ids. */
  readonly recordIds?: unknown;
  /** Only records parked for this reason; the node's own reason goes first. */
  readonly reason?: unknown;
  readonly why?: unknown;
}

/** `replay`: makes parked records of a sync work again, or counts them. */
export function registerReplay(RED: NodeAPI): void {
  RED.nodes.registerType('replay', function (this: Node, config: ReplayConfig) {
    RED.nodes.createNode(this, config);
    const { delivery } = runtimeOf(RED);
    const badge = new StatusBadge(this);
    const label = config.name || 'replay';
    this.on('input', (message: ReplayMessage, send, done) => {
      replay(message).then(
        (payload) => {
          badge.done(`${payload.count} ${payload.dryRun ? 'would be replayed' : 'replayed'}`);
          send(Object.assign(message, { payload }));
          done();
        },
        (error) => {
          badge.failed(badgeText(error));
          done(error);
        },
      );
    });
    this.on('close', () => badge.close());

    const replay = async (message: ReplayMessage) => {
      const { name: sync } = syncOf(RED, config.sync, `replay node "${label}"`);
      const dryRun = config.dryRun === true;
      const reason = config.reason || (typeof message.reason === 'string' ? message.reason : '');
      const request: ReplayRequest = {
        by: `flow: ${label}`,
        why: typeof message.why === 'string' ? message.why : `pressed in the flow (${label})`,
        sync,
        dryRun,
        ...(reason ? { reason } : {}),
        ...(isTexts(message.recordIds) ? { recordIds: message.recordIds } : {}),
      };
      const count = await delivery.replay(request);
      RED.log.audit({ level: RED.log.AUDIT, msg: { event: 'replay', sync, reason, dryRun, count } });
      return { count, dryRun, sync, ...(reason ? { reason } : {}) };
    };
  });
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === 'string');
}
