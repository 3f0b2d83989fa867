import type { Node, NodeAPI, NodeDef } from 'node-red';
import { ConfigurationError } from '../../runtime/connector/errors';
import type { SystemModule } from '../../runtime/connector/system';
import { isAnswered, reachesWrite } from '../../runtime/host/flows/flow-graph';
import type { FlowNode } from '../../runtime/host/flows/flow-node';
import type { Runtime } from '../../runtime/host/runtime';
import { connectionOf } from './connection-node';
import { badgeText, fullText } from './failure-text';
import { onClose, onFlowsStarted } from './flow-start';
import { attemptOf, type RecordMessage } from './record-message';
import { runtimeOf } from './runtime-of';
import { StatusBadge } from './status-badge';
import { type Destination, Writer } from './write-work';

interface WriteConfig extends NodeDef {
  readonly connection?: string;
  readonly operation?: string;
  readonly options?: unknown;
}

/** `<system>-write`: brings one document into the target, at most once, whatever happens on the way. */
export function registerWrite(RED: NodeAPI, module: SystemModule): void {
  RED.nodes.registerType(`${module.manifest.system}-write`, function (this: Node, config: WriteConfig) {
    RED.nodes.createNode(this, config);
    const runtime = runtimeOf(RED);
    const badge = new StatusBadge(this);
    const label = config.name || `${config.operation ?? 'write'}`;
    let destination: Destination | undefined;
    let fault: unknown;
    try {
      destination = destinationOf(RED, config, module, runtime);
      if (destination.live.fault) badge.failed(badgeText(destination.live.fault));
    } catch (error) {
      fault = error;
      badge.failed(badgeText(error));
      this.error(fullText(error));
    }
    const writer = new Writer(runtime, badge, label);

    const stopListening = runtime.connections.onHealth((changed, health) => {
      if (changed === destination?.live) writer.showHealth(health);
    });
    onFlowsStarted(RED, this, () => {
      const nodes: FlowNode[] = [];
      RED.nodes.eachNode((node) => nodes.push(node as unknown as FlowNode));
      const { _alias } = this as Node & { _alias?: string };
      writer.closes = !reachesWrite(nodes, _alias ?? this.id);
      writer.answered = isAnswered(nodes, _alias ?? this.id);
    });
    this.on('input', (message: RecordMessage, send, done) => {
      const attempt = attemptOf(message);
      if (!attempt) return done(noRecord(label));
      const work = destination ? writer.write(attempt, message, destination) : writer.refuse(attempt, fault);
      work.then(
        (sent) => {
          if (sent) send(sent);
          done();
        },
        (error) => done(error),
      );
    });
    onClose(this, async () => {
      stopListening();
      await writer.close();
      badge.close();
    });
  });
}

function destinationOf(
  RED: NodeAPI,
  config: WriteConfig,
  module: SystemModule,
  runtime: Runtime,
): Destination {
  const where = `write node "${config.name || config.id}"`;
  const { system, operations } = module.manifest;
  const live = connectionOf(RED, config.connection, where, system);
  const operation = config.operation ?? '';
  const declaration = operations[operation];
  if (!declaration) {
    throw new ConfigurationError(
      'OPERATION_UNKNOWN',
      `${system} has no operation "${operation}".`,
      where,
      `Choose one of ${Object.keys(operations).join(', ')}.`,
    );
  }
  return {
    live,
    operation,
    declaration,
    options: runtime.options(declaration.options, config.options, where),
  };
}

function noRecord(label: string): ConfigurationError {
  return new ConfigurationError(
    'NO_RECORD',
    'The message carries no record of the ledger, so nothing was written.',
    label,
    'Wire the node behind a dedup node, and leave msg.record as it is.',
  );
}
