import type { JsonObject } from '../../../runtime/connector/json';
import type { TallyRow } from '../../../runtime/connector/system';
import { equal } from '../../../runtime/mapping/decimals';
import { ownRows } from '../accounting-system';
import { type AvidConnection, urlOf } from '../connection';
import { invoiceDocument } from '../document-schemas';
import { readAll, readPages } from '../list-reader';
import { memberOf, objectAt, objectsAt, objectsIn, textAt, withoutBlanks } from '../members';
import { invoiceState } from '../statuses';
import { windowsOf } from '../windows';
import { chunksOf } from './asked-in-chunks';
import type { BatchKind } from './batch-kind';
import { groupNamed } from './code-kind';
import { checkInvoice } from './invoice-check';

/** Wire names of what a document says shorter. */
const wireSchema: JsonObject = {
  ...invoiceDocument,
  properties: { ...(objectAt(invoiceDocument, 'properties') ?? {}), Images: {} },
};
/** How far back the proof of completeness looks. */
const tallyDays = 730;

export const invoices: BatchKind = {
  one: 'invoice',
  at: 'invoice',
  batches: 'invoiceBatchesPath',
  schema: wireSchema,
  idOf: externalIdOf,
  placeOf: externalIdOf,
  record: (document, avid, options) => {
    checkInvoice(document, options);
    return invoiceRecord(document, avid);
  },
  isAbout: (said, document) => {
    const id = textAt(said, 'ExternalInvoiceId');
    if (id !== undefined) return id === externalIdOf(document);
    const [vendor, number] = [textAt(said, 'VendorExternalCode'), textAt(said, 'Number')];
    if (vendor === undefined || number === undefined) return undefined;
    return vendor === textAt(document, 'VendorExternalCode') && number === textAt(document, 'Number');
  },
  isAsSent: (row, document, avid, { images = 'inline', imageTrouble }) => {
    const amount = textAt(row, avid.fieldNames.get('invoice.GrossAmount') ?? 'GrossAmount');
    if (amount !== undefined && !equal(amount, textAt(document, 'GrossAmount') ?? '')) return false;
    const wantsImages = images === 'inline' && imageTrouble !== 'without';
    // Lists may show no addresses of images at all; one that is there and empty says that there is none.
    const isWithout = memberOf(row, 'ImageUrl') === null;
    return !(wantsImages && isWithout && objectsAt(document, 'Images').length > 0);
  },
  readsBack: true,
  attributes: (said, { remembered }) => {
    const id = textAt(said, 'Id');
    const kept = [...objectsIn(remembered['uploaded']), ...objectsIn(remembered['images'])];
    const files = new Map(kept.map((image) => [textAt(image, 'file'), image]));
    const images = [...files.values()].map(
      (image) => `${textAt(image, 'name')} ${textAt(image, 'bytes')} bytes sha256:${textAt(image, 'sha256')}`,
    );
    return {
      ...(id === undefined ? {} : { id }),
      ...(images.length === 0 ? {} : { images: images.join('; ') }),
    };
  },
  async find(avid, calls, documents) {
    const rows: JsonObject[] = [];
    for (const ids of chunksOf(documents.map(externalIdOf))) {
      const query = { [avid.name('invoiceParameter')]: ids.join(',') };
      rows.push(...(await readAll(avid, calls, { ...list(avid), query })));
    }
    const isOurs = await ownRows(avid, calls);
    return rows.filter((row) => isOurs(row) && invoiceState(avid, row) !== 'void');
  },
  tally,
};

/** Ids are listed with commas between them, so none may have one. */
export function externalIdOf(document: JsonObject): string {
  return (textAt(document, 'ExternalInvoiceId') ?? '').replace(/[%,]/g, encodeURIComponent);
}

function invoiceRecord(document: JsonObject, avid: AvidConnection): JsonObject {
  const { Images: _, Distributions: _lines, CurrencyCode, ...head } = document;
  const lines = objectsAt(document, 'Distributions').map((line, at) => ({
    LineNumber: at + 1,
    ...line,
    EnterpriseCodes: objectsAt(line, 'EnterpriseCodes').map(({ GroupName, ...code }) => ({
      ...code,
      EnterpriseCodeGroups: [
        { CodeGroupName: groupNamed(typeof GroupName === 'string' ? GroupName : undefined, avid) },
      ],
    })),
  }));
  return withoutBlanks({
    ...head,
    ExternalInvoiceId: externalIdOf(document),
    // There is no such member but where it is needed.
    ...(CurrencyCode === undefined || CurrencyCode === 'USD' ? {} : { CurrencyCode }),
    Distributions: lines,
  });
}

async function* tally(
  avid: AvidConnection,
  calls: Parameters<BatchKind['tally']>[1],
  now: Date,
): AsyncGenerator<TallyRow, void, void> {
  const query = { cursor: undefined, options: { lookBackDays: tallyDays }, full: true };
  const isOurs = await ownRows(avid, calls);
  const seen = new Set<string>();
  for (const { from, to } of windowsOf(query, now)) {
    const days = { [avid.name('modifiedFromParameter')]: from, [avid.name('modifiedToParameter')]: to };
    for await (const { rows } of readPages(avid, calls, { ...list(avid), query: days })) {
      for (const row of rows.filter(isOurs)) {
        const ref = textAt(row, avid.fieldNames.get('invoice.ExternalInvoiceId') ?? 'ExternalInvoiceId');
        if (ref === undefined || seen.has(ref) || invoiceState(avid, row) === 'void') continue;
        seen.add(ref);
        const amount = textAt(row, avid.fieldNames.get('invoice.GrossAmount') ?? 'GrossAmount');
        const date = textAt(row, 'InvoiceDate')?.slice(0, 10);
        yield {
          ref,
          ...(amount === undefined ? {} : { amount, currency: textAt(row, 'CurrencyCode') ?? 'USD' }),
          ...(date === undefined ? {} : { date }),
        };
      }
    }
  }
}

function list(avid: AvidConnection) {
  return { name: 'find-invoices', url: urlOf(avid, 'invoicesPath'), pageSize: 500 };
}
