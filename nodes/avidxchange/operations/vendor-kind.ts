import type { JsonObject } from '../../../runtime/connector/json';
import { accountingSystemId } from '../accounting-system';
import { type AvidConnection, urlOf } from '../connection';
import { vendorDocument } from '../document-schemas';
import { readAll, readPages } from '../list-reader';
import { textAt, withoutBlanks } from '../members';
import { chunksOf } from './asked-in-chunks';
import type { BatchKind } from './batch-kind';
import { saysAll } from './row-as-sent';

export const vendors: BatchKind = {
  one: 'vendor',
  at: 'vendor',
  batches: 'vendorBatchesPath',
  schema: vendorDocument,
  idOf,
  placeOf: idOf,
  record: (document, avid) => {
    const { AddressCode: _, ...rest } = document;
    return withoutBlanks({ ...rest, ExternalVendorCode: idOf(document, avid) });
  },
  isAbout: (said, document, avid) => {
    const code = textAt(said, 'ExternalVendorCode');
    return code === undefined ? undefined : code === idOf(document, avid);
  },
  isAsSent: (row, document, avid, options) =>
    saysAll(avid, vendors, row, vendors.record(document, avid, options)),
  readsBack: false,
  attributes: (said) => {
    const id = textAt(said, 'VendorId') ?? textAt(said, 'Id');
    return id === undefined ? {} : { id };
  },
  async find(avid, calls, documents) {
    const rows: JsonObject[] = [];
    for (const codes of chunksOf(documents.map((document) => idOf(document, avid)))) {
      const query = { ...(await ofSystem(avid, calls)), [avid.name('vendorParameter')]: codes.join(',') };
      rows.push(...(await readAll(avid, calls, { ...list(avid), query })));
    }
    return rows;
  },
  async *tally(avid, calls) {
    const query = await ofSystem(avid, calls);
    for await (const { rows } of readPages(avid, calls, { ...list(avid), query })) {
      for (const row of rows) {
        const ref = textAt(row, avid.fieldNames.get('vendor.ExternalVendorCode') ?? 'ExternalVendorCode');
        if (ref !== undefined) yield { ref };
      }
    }
  },
};

/** The code that AvidXchange knows the vendor by: with the key of the address, where the two are joined. */
function idOf(document: JsonObject, { vendorJoiner }: AvidConnection): string {
  const code = textAt(document, 'ExternalVendorCode') ?? '';
  const address = textAt(document, 'AddressCode');
  return vendorJoiner === '' || address === undefined ? code : `${code}${vendorJoiner}${address}`;
}

function list(avid: AvidConnection) {
  return { name: 'find-vendors', url: urlOf(avid, 'vendorsPath'), pageSize: 500 };
}

async function ofSystem(avid: AvidConnection, calls: Parameters<typeof accountingSystemId>[1]) {
  return { [avid.name('accountingSystemParameter')]: await accountingSystemId(avid, calls) };
}
