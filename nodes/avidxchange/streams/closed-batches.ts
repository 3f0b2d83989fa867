import type { JsonObject } from '../../../runtime/connector/json';
import type { ReadContext, ReadQuery, StreamReader } from '../../../runtime/connector/system';
import { accountingSystemId } from '../accounting-system';
import { type AvidConnection, linkUrl, urlOf } from '../connection';
import { type ListPage, readPages } from '../list-reader';
import { numberAt, objectAt, objectsAt, textAt } from '../members';
import { batchRow, capturedInvoiceRow } from '../row-schemas';
import { vendorCodeOf } from '../statuses';
import { windowReader } from '../stream-reader';
import type { Window } from '../windows';

/** Closed batches of invoices, by the day they were closed. */
export function batchStatusReader(avid: AvidConnection): StreamReader {
  return windowReader(avid, {
    name: 'list-closed-batches',
    at: 'batch',
    schema: batchRow,
    key: ['BatchGUID'],
    pages: (window, query, context) => closedBatches(avid, window, query, context),
  });
}

/** Coded invoices of closed batches, batch by batch. */
export function capturedInvoiceReader(avid: AvidConnection): StreamReader {
  return windowReader(avid, {
    name: 'list-captured-invoices',
    at: 'capturedInvoice',
    schema: capturedInvoiceRow,
    key: ['Id'],
    complete: (row) => withCodes(avid, row),
    pages: (window, query, context) => capturedInvoices(avid, window, query, context),
  });
}

async function* closedBatches(
  avid: AvidConnection,
  window: Window | undefined,
  { options }: ReadQuery,
  { calls, signal }: ReadContext,
): AsyncGenerator<ListPage, void, void> {
  const list = {
    name: 'list-closed-batches',
    url: urlOf(avid, 'closedBatchesPath', await accountingSystemId(avid, calls)),
    query: {
      [avid.name('closedFromParameter')]: window?.from ?? '',
      [avid.name('closedToParameter')]: window?.to ?? '',
    },
    pageSize: numberAt({ ...options }, 'pageSize') ?? 100,
  };
  yield* readPages(avid, calls, list, signal);
}

/** The count of a batch's invoices is checked batch by batch, by the pager; there is none over all of them. */
async function* capturedInvoices(
  avid: AvidConnection,
  window: Window | undefined,
  query: ReadQuery,
  context: ReadContext,
): AsyncGenerator<ListPage, void, void> {
  const pageSize = numberAt({ ...query.options }, 'pageSize') ?? 100;
  for await (const batches of closedBatches(avid, window, query, context)) {
    for (const batch of batches.rows) {
      const list = { name: 'list-captured-invoices', ...detailsOf(avid, batch), pageSize };
      for await (const { rows } of readPages(avid, context.calls, list, context.signal)) {
        const batchId = textAt(batch, 'BatchGUID') ?? null;
        yield { rows: rows.map((row) => ({ ...row, batchId })), last: false, total: undefined };
      }
    }
  }
  yield { rows: [], last: true, total: undefined };
}

/** Where the invoices of a batch are: behind its link, else in the list of all. */
function detailsOf(avid: AvidConnection, batch: JsonObject) {
  const link = objectsAt(batch, 'Links').find(
    (each) => textAt(each, 'Rel')?.toLowerCase() === 'full-details',
  );
  const url = linkUrl(avid, textAt(link, 'Href') ?? '');
  if (link && url !== undefined) return { url, query: {} };
  const query = { [avid.name('guidParameter')]: textAt(batch, 'BatchGUID') ?? '' };
  return { url: urlOf(avid, 'invoicesPath'), query };
}

/** AvidXchange writes the word "none" where there is no account. */
function withCodes(avid: AvidConnection, row: JsonObject): JsonObject {
  const { BuyerVendorAccount: _, ...rest } = row;
  const number = textAt(objectAt(row, 'BuyerVendorAccount'), 'AccountNo');
  const hasAccount = number !== undefined && number.toLowerCase() !== 'none';
  const vendor = textAt(objectAt(row, 'BuyerVendor'), 'VendorExternalSystemID');
  return {
    ...(hasAccount ? { ...row, accountNumber: number } : rest),
    CurrencyCode: textAt(row, 'CurrencyCode') ?? 'USD',
    ...vendorCodeOf(avid, vendor),
  };
}
