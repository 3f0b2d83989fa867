import type { JsonObject } from '../../../runtime/connector/json';
import { ownRows } from '../accounting-system';
import { type AvidConnection, urlOf } from '../connection';
import { purchaseOrderDocument } from '../document-schemas';
import { readAll, readPages } from '../list-reader';
import { textAt, withoutBlanks } from '../members';
import { chunksOf } from './asked-in-chunks';
import type { BatchKind } from './batch-kind';
import { saysAll } from './row-as-sent';

export const purchaseOrders: BatchKind = {
  one: 'purchase-order',
  at: 'purchaseOrder',
  batches: 'purchaseOrderBatchesPath',
  schema: purchaseOrderDocument,
  idOf: numberOf,
  placeOf: numberOf,
  record: (document) => withoutBlanks(document),
  isAbout: (said, document) => {
    const number = textAt(said, 'OrderNumber');
    if (number !== undefined) return number === numberOf(document);
    const code = textAt(said, 'ExternalCode');
    return code === undefined ? undefined : code === textAt(document, 'ExternalCode');
  },
  isAsSent: (row, document, avid, options) =>
    saysAll(avid, purchaseOrders, row, purchaseOrders.record(document, avid, options)),
  readsBack: false,
  attributes: (said) => {
    const id = textAt(said, 'Id');
    return id === undefined ? {} : { id };
  },
  async find(avid, calls, documents) {
    const rows: JsonObject[] = [];
    for (const numbers of chunksOf(documents.map(numberOf))) {
      const query = { [avid.name('orderParameter')]: numbers.join(',') };
      rows.push(...(await readAll(avid, calls, { ...list(avid), query })));
    }
    return rows.filter(await ownRows(avid, calls));
  },
  async *tally(avid, calls) {
    const isOurs = await ownRows(avid, calls);
    for await (const { rows } of readPages(avid, calls, { ...list(avid), query: {} })) {
      for (const row of rows.filter(isOurs)) {
        const ref = textAt(row, avid.fieldNames.get('purchaseOrder.OrderNumber') ?? 'OrderNumber');
        if (ref !== undefined) yield { ref };
      }
    }
  },
};

function numberOf(document: JsonObject): string {
  return textAt(document, 'OrderNumber') ?? '';
}

function list(avid: AvidConnection) {
  return { name: 'find-purchase-orders', url: urlOf(avid, 'purchaseOrdersPath'), pageSize: 500 };
}
