import type { Json, JsonObject } from '../../runtime/connector/json';
import type { Calls } from '../../runtime/connector/system';
import type { AirbaseConnection } from './connection';
import { currencyReference, onlyCurrency } from './currencies';
import type { Master } from './master-book';
import { textAt } from './members';
import { ownSubsidiary } from './subsidiaries';

/** A kind of master data that the ERP loads into Airbase. */
export interface FeedKind {
  /** Noun for people and for the names of calls. */
  readonly one: 'vendor' | 'account' | 'dimension';
  readonly path: 'vendors' | 'accounts' | 'tags';
  /** Vendors are also made in Airbase, without a key of the ERP. */
  readonly bornThere: boolean;
  /** Reason for leaving out what is inactive in the ERP and was never in Airbase. */
  readonly inactive: 'vendor-inactive' | 'account-inactive' | 'dimension-inactive';
  /** Members of the entity besides its keys, subsidiaries and activity. @throws RecordOutcome when it cannot be sent */
  members(document: JsonObject, airbase: AirbaseConnection, calls: Calls): Promise<JsonObject>;
  /** Columns of the file that people import where there is no feed. */
  readonly columns: readonly string[];
}

export const vendors: FeedKind = {
  one: 'vendor',
  path: 'vendors',
  bornThere: true,
  inactive: 'vendor-inactive',
  columns: ['erp_reference_id', 'name', 'email'],
  async members(document) {
    return {
      name: nameIn(document),
      ...given(document, { email: 'email', parentReference: 'erp_parent_reference_id' }),
    };
  },
};

export const accounts: FeedKind = {
  one: 'account',
  path: 'accounts',
  bornThere: false,
  inactive: 'account-inactive',
  columns: ['erp_reference_id', 'account_number', 'name', 'type', 'category'],
  async members(document, airbase, calls) {
    const wanted = textAt(document, 'currency');
    const currency =
      wanted === undefined
        ? ((await ownSubsidiary(airbase, calls))?.currency ?? (await onlyCurrency(airbase, calls)))
        : await currencyReference(airbase, calls, wanted);
    return {
      name: nameIn(document),
      account_number: textAt(document, 'number') ?? textAt(document, 'reference') ?? '',
      type: textAt(document, 'type') ?? '',
      category: textAt(document, 'category') ?? '',
      ...(currency === undefined ? {} : { erp_currency_reference_id: currency }),
    };
  },
};

export const dimensions: FeedKind = {
  one: 'dimension',
  path: 'tags',
  bornThere: false,
  inactive: 'dimension-inactive',
  columns: ['erp_reference_id', 'name', 'type_label'],
  async members(document, { conventions }) {
    return { name: nameIn(document), [conventions.tagTypeField]: textAt(document, 'type') ?? '' };
  },
};

export function referenceIn(document: JsonObject): string {
  return textAt(document, 'reference')?.trim() ?? '';
}

/** Whether Airbase has it as it was sent, as far as Airbase shows it. */
export function says(stored: Master, sent: JsonObject): boolean {
  return Object.entries(sent).every(([member, value]) => {
    const shown = stored.row[member];
    if (shown === undefined || shown === null || typeof value === 'object') return true;
    return plain(shown) === plain(value);
  });
}

/** Airbase may write its own words with a capital. */
function plain(value: Json): string {
  return String(value).trim().toLowerCase();
}

function nameIn(document: JsonObject): string {
  return textAt(document, 'name')?.trim() ?? '';
}

function given(document: JsonObject, members: Readonly<Record<string, string>>): JsonObject {
  return Object.fromEntries(
    Object.entries(members).flatMap(([field, member]) => {
      const value = textAt(document, field);
      return value === undefined ? [] : [[member, value.trim()]];
    }),
  );
}
