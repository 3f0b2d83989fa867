import { onlyInBatches } from '../../../runtime/connector/batch';
import type { JsonObject } from '../../../runtime/connector/json';
import type { LookUp, Operation, OperationContext } from '../../../runtime/connector/system';
import type { AvidConnection } from '../connection';
import { toOurNames } from '../field-names';
import type { BatchKind } from './batch-kind';
import { lookUpBatch } from './batch-lookup';
import { sendBatch } from './batch-sending';
import { weightOf } from './images';

/**
 * Submits master data and orders. A document makes or changes the one of its code, so sending it again doubles
 * nothing, and nobody has to look before.
 */
export function upsertOperation(avid: AvidConnection, kind: BatchKind): Operation {
  return {
    businessKey: (document) => `${kind.one} ${kind.idOf(document, avid)}`,
    lookUp: (document, context) => lookUp(avid, kind, document, context),
    create: onlyInBatches,
    batch: {
      send: (items, context) => sendBatch(avid, kind, items, context),
      lookUp: (items, context) => lookUpBatch(avid, kind, items, context),
      lookUpItems: async (items) => items.map(() => ({ found: 'absent' })),
      weigh: weightOf,
    },
    tally: ({ calls, now }) => kind.tally(avid, calls, now()),
  };
}

/** Whether a document whose batch is in doubt is there as it was sent. */
async function lookUp(
  avid: AvidConnection,
  kind: BatchKind,
  document: JsonObject,
  { calls, options, remembered, resolving }: OperationContext,
): Promise<LookUp> {
  if (!resolving) return { found: 'absent' };
  const rows = await kind.find(avid, calls, [document]);
  for (const row of rows) {
    const named = toOurNames(row, kind.schema, avid.fieldNames, kind.at);
    if (kind.isAbout(named, document, avid) !== true || !kind.isAsSent(row, document, avid, options))
      continue;
    return {
      found: 'present',
      ref: kind.idOf(document, avid),
      attributes: kind.attributes(row, { remembered }),
    };
  }
  return { found: 'absent' };
}
