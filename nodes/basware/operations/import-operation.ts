import { type BatchedWrite, onlyInBatches } from '../../../runtime/connector/batch';
import type { JsonObject } from '../../../runtime/connector/json';
import type { LookUp, Operation, OperationContext } from '../../../runtime/connector/system';
import { type BaswareConnection, urlOf } from '../connection';
import { codeOf, type ImportKind, recordOf, refOf, says } from '../imports';
import { readOne } from '../list-reader';
import { heaviestBatch } from '../operation-declarations';
import { recordsIn } from '../request-status';
import { stillProcessing } from '../troubles';
import { judgeBatch } from './import-judging';
import { sendBatch } from './import-sending';

/** A record takes more of the body than its document: names in several languages, companies. */
const growth = 2;

/**
 * Imports one kind of master data. A record makes or wholly replaces the one of its external code, so sending it
 * again doubles nothing, and nobody has to look before.
 */
export function importOperation(basware: BaswareConnection, kind: ImportKind): Operation {
  const batch: BatchedWrite = {
    send: async (items, context) => {
      const sent = await sendBatch(basware, kind, items, context);
      return judgeBatch(basware, kind, items, sent, context);
    },
    lookUp: (items, context) => judgeBatch(basware, kind, items, undefined, context),
    lookUpItems: async (items) => items.map(() => ({ found: 'absent' })),
    weigh: (document) => Math.min(heaviestBatch, JSON.stringify(document).length * growth),
  };
  return {
    businessKey: (document) => `${kind.one} ${codeOf(document, kind)}`,
    lookUp: (document, context) => lookUp(basware, kind, document, context),
    create: onlyInBatches,
    batch,
  };
}

/** Whether a record whose import is in doubt is there as it was sent, and its second phase is over. */
async function lookUp(
  basware: BaswareConnection,
  kind: ImportKind,
  document: JsonObject,
  { calls, options, resolving }: OperationContext,
): Promise<LookUp> {
  if (!resolving) return { found: 'absent' };
  const code = codeOf(document, kind);
  const name = `get-${kind.one}`;
  const url = urlOf(basware, ...kind.path(document, options), code);
  const stored = await readOne(calls, { name, url }, 'externalCode');
  if (!stored || !says(stored, recordOf(kind, document, basware, options))) return { found: 'absent' };
  const entityType = kind.entityType(document, options);
  if ((await recordsIn(basware, calls, 'InProgress', entityType)).has(code))
    throw stillProcessing(name, 10_000);
  if ((await recordsIn(basware, calls, 'Error', entityType)).has(code)) return { found: 'absent' };
  return { found: 'present', ref: refOf(document, kind, options), attributes: { externalCode: code } };
}
