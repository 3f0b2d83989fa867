import type { Node, NodeAPI, NodeDef } from 'node-red';
import { ConfigurationError, RecordOutcome } from '../../runtime/connector/errors';
import type { JsonObject } from '../../runtime/connector/json';
import type { AttemptOutcome, AttemptRef } from '../../runtime/delivery/protocol';
import type { Runtime } from '../../runtime/host/runtime';
import type { RecordFacts } from '../../runtime/mapping/functions';
import { compileMapping, type Mapping } from '../../runtime/mapping/mapping';
import type { MappingRule } from '../../runtime/mapping/mapping-rule';
import { connectionOf } from './connection-node';
import { badgeText, fullText, parkedError } from './failure-text';
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

/** `map`: business rules, then one expression that gives the target's document. */
export function registerMap(RED: NodeAPI): void {
  RED.nodes.registerType('map', function (this: Node, config: MapConfig) {
    RED.nodes.createNode(this, config);
    const runtime = runtimeOf(RED);
    const badge = new StatusBadge(this);
    const label = config.name || 'map';
    let mapping: Mapping | undefined;
    let fault: unknown;
    try {
      mapping = mappingOf(RED, config, runtime);
    } catch (error) {
      fault = error;
      badge.failed(badgeText(error));
      this.error(fullText(error));
    }
    let mapped = 0;
    this.on('input', (message: RecordMessage, send, done) => {
      const attempt = attemptOf(message);
      if (attempt) runtime.delivery.touch(attempt, label);
      mapOne(mapping, fault, attempt, message, runtime)
        .then((document) => {
          if (!document) return;
          mapped += 1;
          badge.done(`${mapped} mapped`);
          send(document);
        })
        .then(
          () => done(),
          (error) => done(error),
        );
    });
    this.on('close', () => badge.close());

    /** The message to send on; undefined when the record ends here without being parked. */
    async function mapOne(
      program: Mapping | undefined,
      problem: unknown,
      attempt: AttemptRef | undefined,
      message: RecordMessage,
      { attemptFacts, delivery }: Runtime,
    ): Promise<RecordMessage | undefined> {
      try {
        if (!program) throw problem;
        const facts = attempt ? attemptFacts.of(attempt) : NOBODY;
        // An attempt of an earlier deploy: the ledger hands its record out again.
        if (!facts) return undefined;
        const { document, version } = await program.map(message.payload as JsonObject, facts);
        return Object.assign(message, { payload: document, mapping: version });
      } catch (error) {
        if (!attempt) throw error;
        const settlement = await delivery.settle(attempt, outcomeOf(error, label));
        if (settlement.state === 'parked') throw parkedError(settlement.reason, detailOf(error));
        return undefined;
      }
    }
  });
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
function outcomeOf(error: unknown, node: string): AttemptOutcome {
  if (!(error instanceof ConfigurationError)) return { outcome: 'failed', error, node };
  const { code, message, where, remedy } = error;
  return { outcome: 'parked', reason: 'mapping-failed', detail: { code, message, where, remedy } };
}

function detailOf(error: unknown): Readonly<Record<string, unknown>> {
  return error instanceof RecordOutcome ? error.detail : { message: fullText(error) };
}
