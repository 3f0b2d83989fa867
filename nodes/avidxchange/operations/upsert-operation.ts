import { onlyInBatches } from '../../../runtime/connector/batch';
import type { Json, JsonObject } from '../../../runtime/connector/json';
import type { LookUp, Operation, OperationContext } from '../../../runtime/connector/system';
import type { AvidConnection } from '../connection';
import { toOurNames } from '../field-names';
import { asObject } from '../members';
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
  const sent = kind.record(document, avid, options);
  for (const row of rows) {
    const named = toOurNames(row, kind.schema, avid.fieldNames, kind.at);
    if (kind.isAbout(named, document, avid) !== true || !says(named, sent)) continue;
    return {
      found: 'present',
      ref: kind.idOf(document, avid),
      attributes: kind.attributes(row, { remembered }),
    };
  }
  return { found: 'absent' };
}

/** Whether a row has all that is sent and that it shows at all: numbers by their value, dates by their day. */
function says(shown: Json | undefined, sent: Json): boolean {
  if (shown === undefined) return true;
  if (Array.isArray(sent)) {
    return (
      Array.isArray(shown) && shown.length === sent.length && sent.every((item, at) => says(shown[at], item))
    );
  }
  const object = asObject(sent);
  if (object) return Object.entries(object).every(([name, value]) => says(asObject(shown)?.[name], value));
  return plain(shown) === plain(sent);
}

function plain(value: Json): string {
  const text = String(value).trim().toLowerCase();
  if (/^\d{4}-\d{2}-\d{2}t/.test(text)) return text.slice(0, 10);
  return /^-?\d+\.\d+$/.test(text) ? text.replace(/\.?0+$/, '') : text;
}
