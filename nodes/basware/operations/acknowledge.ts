import type { JsonObject } from '../../../runtime/connector/json';
import type { Effect, LookUp, Operation, OperationContext } from '../../../runtime/connector/system';
import { type BaswareConnection, urlOf } from '../connection';
import { textAt } from '../members';
import { invoiceOf } from './invoice-responses';

/** Answered already: what is to be brought about is there. */
const alreadyDone = 405;

/** Marks an invoice as received: from then on it is in progress, and no longer among those that wait. */
export function acknowledgeOperation(basware: BaswareConnection): Operation {
  return {
    businessKey: (document) => `acknowledge ${idOf(document)}`,
    lookUp: (document, context) => lookUp(basware, idOf(document), context),
    create: (document, context) => acknowledge(basware, idOf(document), context),
  };
}

async function lookUp(basware: BaswareConnection, id: string, context: OperationContext): Promise<LookUp> {
  const status = textAt(await invoiceOf(basware, id, context), 'processingStatus') ?? '';
  return /^Waiting/.test(status) ? { found: 'absent' } : { found: 'present', ref: id };
}

async function acknowledge(
  basware: BaswareConnection,
  id: string,
  { calls }: OperationContext,
): Promise<Effect> {
  await calls.call({
    name: 'acknowledge',
    method: 'POST',
    url: urlOf(basware, 'accountingDocuments', id, 'acknowledge'),
    effect: 'idempotent',
    accept: [alreadyDone],
  });
  return { ref: id };
}

function idOf(document: JsonObject): string {
  return textAt(document, 'invoiceId') ?? '';
}
