import type { JsonObject } from '../../runtime/connector/json';
import { conform } from '../../runtime/connector/schema';
import type { Page, ReadContext, ReadQuery, Row, StreamReader } from '../../runtime/connector/system';
import type { AirbaseConnection } from './connection';
import { readSettled } from './list-reader';
import { idOf, objectsAt, textAt, withoutBlanks } from './members';
import { vendorRow } from './row-schemas';
import { type Belonging, type Belongs, belongingOf } from './subsidiaries';
import { unreadable } from './troubles';
import { candidatesFor } from './vendor-candidates';

const name = 'list-vendors';

/** Vendors as Airbase has them; those without a key of the ERP were made in Airbase. */
export function vendorReader(airbase: AirbaseConnection): StreamReader {
  return {
    read: (query, context) => readVendors(airbase, query, context),
    get: async (key, { calls, signal }) => {
      const belonging = await belongingOf(airbase, calls);
      const all = await airbase.books.vendors.all(airbase, calls, 0);
      signal.throwIfAborted();
      const found = all?.find(({ id }) => id === key);
      if (!found) return undefined;
      const vendor = shaped(found.row, belonging);
      if (found.reference !== '') return vendor;
      return conform({ ...vendor, ...(await candidatesFor(airbase, calls, found.row)) }, vendorRow);
    },
  };
}

async function* readVendors(
  airbase: AirbaseConnection,
  { options }: ReadQuery,
  { calls, signal }: ReadContext,
): AsyncGenerator<Page, void, void> {
  const belonging = await belongingOf(airbase, calls);
  const onlyUnlinked = options['only'] === 'unlinked';
  const list = { name, path: 'vendors', ...(onlyUnlinked && { query: { erp_reference_id: '' } }) } as const;
  for await (const raws of readSettled(airbase, calls, list, (row) => idOf(row) ?? '', signal)) {
    const rows = raws
      .filter((raw) => !onlyUnlinked || textAt(raw, 'erp_reference_id') === undefined)
      .map((raw): Row => {
        const key = idOf(raw);
        if (key === undefined) throw unreadable(name, 'a vendor without an id');
        return { key, company: belonging.companyOf(undefined), data: shaped(raw, belonging) };
      });
    if (rows.length > 0) yield { rows, cursor: null };
  }
}

function shaped(raw: JsonObject, belonging: Belonging): JsonObject {
  return conform(
    withoutBlanks({ ...raw, airbase_id: idOf(raw), belongs: belongsOf(raw, belonging) }),
    vendorRow,
  );
}

/** A vendor may be there for several subsidiaries; one that names none is there for all. */
function belongsOf(raw: JsonObject, belonging: Belonging): Belongs {
  const places = objectsAt(raw, 'subsidiary_reference_ids')
    .filter((one) => textAt(one, 'erp_reference_id') !== undefined)
    .map((one) => belonging.of(one));
  if (places.length === 0 || places.includes('here')) return belonging.of(undefined);
  return places.includes('unknown') ? 'unknown' : 'elsewhere';
}
