import type { BatchAnswer, BatchContext } from '../../runtime/connector/batch';
import type { Connection } from '../../runtime/connector/connection';
import type { Json, JsonObject } from '../../runtime/connector/json';
import { batchContext, batchOf, invoice } from './avidxchange-connection';
import type { Row, SmallAvidXchange } from './small-avidxchange';

/** The operation that submits invoices, with all the parts that it must have. */
export function submitInvoice(connection: Connection) {
  const found = connection.client.operations['submit-invoice'];
  const { batch } = found ?? {};
  if (!found?.update || !found.resume || !batch?.lookUp || !batch.lookUpItems)
    throw new Error('parts are missing');
  const { update, resume, lookUp, tally } = found;
  const send = (
    documents: readonly JsonObject[],
    options: Record<string, Json> = {},
    more: Partial<BatchContext> = {},
    items = batchOf(documents),
  ) => batch.send(items, batchContext(connection, options, more));
  return { lookUp, update, resume, tally, batch, send, find: batch.lookUpItems, lookUpBatch: batch.lookUp };
}

/** What became of each item, in order, short. */
export function outcomesOf(answer: BatchAnswer | { readonly status: 'absent' }): string[] {
  if (answer.status === 'absent') return ['absent'];
  return [...(answer.results ?? [])]
    .sort((one, other) => (one.id < other.id ? -1 : 1))
    .map((result) => {
      if (result.outcome === 'done') return `done ${result.ref}`;
      return result.outcome === 'refused' ? `refused ${result.reason}` : result.outcome;
    });
}

/** All invoices that were submitted, as they came. */
export function submittedTo(server: SmallAvidXchange): Row[] {
  return server.seen('POST /invoices/batches').flatMap(({ body }) => (body?.['Items'] ?? []) as Row[]);
}

export function withImage(number: string, file = '77', more: JsonObject = {}): JsonObject {
  return invoice(number, { Images: [{ SourceFile: file, FileName: `${number}.pdf` }], ...more });
}
