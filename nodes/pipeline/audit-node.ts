import type { Node, NodeAPI, NodeDef } from 'node-red';
import type { AttemptOutcome } from '../../runtime/delivery/protocol';
import { attemptOf, type RecordMessage } from './record-message';
import { runtimeOf } from './runtime-of';
import { StatusBadge } from './status-badge';

interface AuditConfig extends NodeDef {
  readonly outcome?: 'auto' | 'confirmed' | 'ignored' | 'parked';
  readonly reason?: string;
}

interface AuditMessage extends RecordMessage {
  /** Reason for an outcome that the node does not name itself. */
  readonly reason?: string;
  /** As Node-RED's Catch sends it. */
  readonly error?: {
    readonly message?: string;
    readonly code?: string;
    readonly source?: { readonly name?: string; readonly type?: string; readonly id?: string };
  };
}

/** `audit`: closes the record. One that is settled already stays as it is. */
export function registerAudit(RED: NodeAPI): void {
  RED.nodes.registerType('audit', function (this: Node, config: AuditConfig) {
    RED.nodes.createNode(this, config);
    const { delivery } = runtimeOf(RED);
    const badge = new StatusBadge(this);
    const counts = new Map<string, number>();
    this.on('input', (message: AuditMessage, send, done) => {
      const attempt = attemptOf(message);
      if (!attempt) {
        // An error of a page or of a node elsewhere on the tab: nothing in the ledger to close.
        if (message.error) badge.failed(message.error.message ?? 'error');
        return done();
      }
      delivery.settle(attempt, outcomeOf(config, message)).then(
        ({ state }) => {
          counts.set(state, (counts.get(state) ?? 0) + 1);
          badge.done([...counts].map(([name, n]) => `${n} ${name}`).join(', '));
          send(message);
          done();
        },
        (error) => done(error),
      );
    });
    this.on('close', () => badge.close());
  });
}

function outcomeOf({ outcome = 'auto', reason }: AuditConfig, message: AuditMessage): AttemptOutcome {
  const why = reason || message.reason || '';
  if (outcome === 'ignored') return { outcome, reason: why || 'unchanged' };
  if (outcome === 'parked') return { outcome, reason: why || 'flow-failed', detail: detailOf(message) };
  if (outcome === 'auto' && message.error) {
    return {
      outcome: 'failed',
      error: Object.assign(new Error(message.error.message ?? 'an error without words'), {
        code: message.error.code,
      }),
      node: nameOf(message),
    };
  }
  return { outcome: 'confirmed' };
}

function detailOf(message: AuditMessage): Record<string, string> {
  return message.error?.message ? { message: message.error.message, node: nameOf(message) } : {};
}

function nameOf({ error }: AuditMessage): string {
  return error?.source?.name || error?.source?.type || error?.source?.id || 'flow';
}
