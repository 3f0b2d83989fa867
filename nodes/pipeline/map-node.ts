import type { Node, NodeAPI, NodeDef } from 'node-red';
import { ConfigurationError, RecordOutcome } from '../../runtime/connector/errors';
import type { JsonObject } from '../../runtime/connector/json';
import type { AttemptOutcome } from '../../runtime/delivery/protocol';
import { isAnswered } from '../../runtime/host/flows/flow-graph';
import type { FlowNode } from '../../runtime/host/flows/flow-node';
import type { Runtime } from '../../runtime/host/runtime';
import type { RecordFacts } from '../../runtime/mapping/functions';
import { compileMapping, type Mapping } from '../../runtime/mapping/mapping';
import type { MappingRule } from '../../runtime/mapping/mapping-rule';
import { connectionOf } from './connection-node';
import { badgeText, fullText, parkedError } from './failure-text';
import { onFlowsStarted } from './flow-start';
import { attemptOf, type RecordMessage } from './record-message';
import { runtimeOf } from './runtime-of';
import { StatusBadge } from './status-badge';

interface MapConfig extends NodeDef {
  readonly connection?: string;
  readonly operation?: string;
  readonly rules?: readonly MappingRule[];
  readonly document?: string;
}

/** Facts of a payload that no record stands behind: a consultant tries a mapping with an inject node. */
const NOBODY: RecordFacts = { sync: '', company: '', sent: false };

/** What a map node maps with: the compiled mapping, or why there is none. */
interface MapWork {
  readonly mapping: Mapping | undefined;
  readonly fault: unknown;
  readonly label: string;
  readonly runtime: Runtime;
  /** A Catch leads from here to a write that tells the sender. */
  answered: boolean;
}

/** `map`: business rules, then one expression that gives the target's document. */
export function registerMap(RED: NodeAPI): void {
  RED.nodes.registerType('map', function (this: Node, config: MapConfig) {
    RED.nodes.createNode(this, config);
    const badge = new StatusBadge(this);
    const work = workOf(RED, config);
    if (work.fault) {
      badge.failed(badgeText(work.fault));
      this.error(fullText(work.fault));
    }
    onFlowsStarted(RED, this, () => {
      const nodes: FlowNode[] = [];
      RED.nodes.eachNode((node) => nodes.push(node as unknown as FlowNode));
      const { _alias } = this as Node & { _alias?: string };
      work.answered = isAnswered(nodes, _alias ?? this.id);
    });
    let mapped = 0;
    this.on('input', (message: RecordMessage, send, done) => {
      mapMessage(work, message).then(
        (sent) => {
          if (sent) {
            mapped += 1;
            badge.done(`${mapped} mapped`);
            send(sent);
          }
          done();
        },
        (error) => done(error),
      );
    });
    this.on('close', () => badge.close());
  });
}

function workOf(RED: NodeAPI, config: MapConfig): MapWork {
  const runtime = runtimeOf(RED);
  const label = config.name || 'map';
  try {
    return { mapping: mappingOf(RED, config, runtime), fault: undefined, label, runtime, answered: false };
  } catch (fault) {
    return { mapping: undefined, fault, label, runtime, answered: false };
  }
}

/**
 * The message with its document, or undefined when the record ends here without being parked.
 * @throws RecordOutcome when it parked, for Catch nodes
 */
async function mapMessage(
  { mapping, fault, label, runtime, answered }: MapWork,
  message: RecordMessage,
): Promise<RecordMessage | undefined> {
  const { attemptFacts, delivery } = runtime;
  const attempt = attemptOf(message);
  if (attempt) delivery.touch(attempt, label);
  try {
    if (!mapping) throw fault;
    const facts = attempt ? attemptFacts.of(attempt) : NOBODY;
    // An attempt of an earlier deploy: the ledger hands its record out again.
    if (!facts) return undefined;
    const { document, version } = await mapping.map(message.payload as JsonObject, facts);
    return Object.assign(message, { payload: document, mapping: version });
  } catch (error) {
    if (!attempt) throw error;
    const settlement = await delivery.settle(attempt, outcomeOf(error, label, answered));
    if (settlement.state === 'parked') throw parkedError(settlement.reason, detailOf(error));
    return undefined;
  }
}

function mappingOf(RED: NodeAPI, config: MapConfig, runtime: Runtime): Mapping {
  const where = `map node "${config.name || config.id}"`;
  const { module } = connectionOf(RED, config.connection, where);
  const { system, operations } = module.manifest;
  const declaration = operations[config.operation ?? ''];
  if (!declaration) {
    throw new ConfigurationError(
      'OPERATION_UNKNOWN',
      `${system} has no operation "${config.operation ?? ''}".`,
      where,
      `Choose one of ${Object.keys(operations).join(', ')}.`,
    );
  }
  return compileMapping({
    rules: config.rules ?? [],
    document: config.document ?? '',
    documentSchema: declaration.document,
    lookups: runtime.lookups,
    runner: runtime.programs,
  });
}

/** A mapping that cannot work at all parks its records like one that fails on them: both are mended in the dialog. */
function outcomeOf(error: unknown, node: string, answered: boolean): AttemptOutcome {
  if (!(error instanceof ConfigurationError)) return { outcome: 'failed', error, node, answered };
  const { code, message, where, remedy } = error;
  return { outcome: 'parked', reason: 'mapping-failed', detail: { code, message, where, remedy } };
}

function detailOf(error: unknown): Readonly<Record<string, unknown>> {
  return error instanceof RecordOutcome ? error.detail : { message: fullText(error) };
}
