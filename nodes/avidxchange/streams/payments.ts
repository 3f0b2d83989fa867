import { RecordOutcome } from '../../../runtime/connector/errors';
import type { StreamReader } from '../../../runtime/connector/system';
import { type AvidConnection, urlOf } from '../connection';
import { readPages } from '../list-reader';
import { numberAt, textAt } from '../members';
import { PaymentFetch } from '../payment-fetch';
import { withMeaning } from '../payments';
import { paymentRow } from '../row-schemas';
import { shapeRow, type WindowedSource, windowReader } from '../stream-reader';

/** Payments by the day of their last change; a single one is fetched by its number. */
export function paymentReader(avid: AvidConnection): StreamReader {
  const fetch = new PaymentFetch(avid);
  const source: WindowedSource = {
    name: 'list-payments',
    at: 'payment',
    schema: paymentRow,
    key: ['PaymentId'],
    // What a reissue pays is open again only once the payment that it stands for is void.
    first: ({ state }) => state === 'void',
    complete: (row, raw) =>
      withMeaning(
        avid,
        row,
        textAt(raw, avid.fieldNames.get('payment.LastModifiedDate') ?? 'LastModifiedDate'),
      ),
    pages: (window, { options }, { calls, signal }) =>
      readPages(
        avid,
        calls,
        {
          name: 'list-payments',
          url: urlOf(avid, 'paymentsPath'),
          query: {
            [avid.name('modifiedFromParameter')]: window?.from ?? '',
            [avid.name('modifiedToParameter')]: window?.to ?? '',
          },
          pageSize: numberAt({ ...options }, 'pageSize') ?? 100,
        },
        signal,
      ),
  };
  return {
    ...windowReader(avid, source),
    async get(key, context) {
      const found = await fetch.get(key, context);
      if (found) return shapeRow(avid, source, found);
      // Payments end, and are never taken away: where one is listed and not shown, it is not shown yet.
      const message = `AvidXchange lists payment ${key}, and does not show it.`;
      throw new RecordOutcome('park', 'not-settled', { message });
    },
  };
}
