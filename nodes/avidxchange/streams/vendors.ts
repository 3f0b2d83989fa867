import type { JsonObject } from '../../../runtime/connector/json';
import type { StreamReader } from '../../../runtime/connector/system';
import { accountingSystemId } from '../accounting-system';
import { type AvidConnection, urlOf } from '../connection';
import { readPages } from '../list-reader';
import { flagAt, numberAt, textAt } from '../members';
import { vendorRow } from '../row-schemas';
import { vendorCodeOf } from '../statuses';
import { windowReader } from '../stream-reader';

/** Vendors of the accounting system, by the day of their last change. */
export function vendorReader(avid: AvidConnection): StreamReader {
  return windowReader(avid, {
    name: 'list-vendors',
    at: 'vendor',
    schema: vendorRow,
    key: ['VendorId'],
    wholeAtOnce: true,
    complete: (row) => withCodes(avid, row),
    async *pages(window, { options }, { calls, signal }) {
      const list = {
        name: 'list-vendors',
        url: urlOf(avid, 'vendorsPath'),
        query: {
          [avid.name('accountingSystemParameter')]: await accountingSystemId(avid, calls),
          ...(window ? { [avid.name('modifiedFromParameter')]: window.from } : {}),
        },
        pageSize: numberAt({ ...options }, 'pageSize') ?? 100,
      };
      yield* readPages(avid, calls, list, signal);
    },
  });
}

function withCodes(avid: AvidConnection, row: JsonObject): JsonObject {
  const active = flagAt(row, 'Active');
  return {
    ...row,
    ...(active === undefined ? {} : { Active: active }),
    ...vendorCodeOf(avid, textAt(row, 'ExternalVendorCode')),
  };
}
