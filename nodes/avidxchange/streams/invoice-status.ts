import type { StreamReader } from '../../../runtime/connector/system';
import { type AvidConnection, urlOf } from '../connection';
import { readPages } from '../list-reader';
import { numberAt } from '../members';
import { invoiceStatusRow } from '../row-schemas';
import { invoiceState } from '../statuses';
import { windowReader } from '../stream-reader';

/** How far invoices are, by the day of their last change. */
export function invoiceStatusReader(avid: AvidConnection): StreamReader {
  return windowReader(avid, {
    name: 'list-invoices',
    at: 'invoiceStatus',
    schema: invoiceStatusRow,
    key: ['Id'],
    complete: (row) => ({ ...row, state: invoiceState(avid, row) }),
    pages: (window, { options }, { calls, signal }) =>
      readPages(
        avid,
        calls,
        {
          name: 'list-invoices',
          url: urlOf(avid, 'invoicesPath'),
          query: {
            [avid.name('modifiedFromParameter')]: window?.from ?? '',
            [avid.name('modifiedToParameter')]: window?.to ?? '',
          },
          pageSize: numberAt({ ...options }, 'pageSize') ?? 100,
        },
        signal,
      ),
  });
}
