import { RecordOutcome } from '../../runtime/connector/errors';
import type { Calls } from '../../runtime/connector/system';
import type { AirbaseConnection } from './connection';
import { readAllIfOffered } from './list-reader';
import { textAt } from './members';

const keptMs = 60_000;

/**
 * The ERP's key of a currency in Airbase. A currency may be there twice: one that a transaction made, without a key,
 * and one of the ERP.
 * @param wanted its ISO code, or its key
 * @throws RecordOutcome `currency-mismatch` when Airbase has it only without a key, or not at all
 */
export async function currencyReference(
  airbase: AirbaseConnection,
  calls: Calls,
  wanted: string,
): Promise<string> {
  const keys = await keysOf(airbase, calls);
  if (!keys) return wanted;
  const keyed = keys.filter(({ key }) => key !== '');
  const found = keyed.find(({ key }) => key === wanted) ?? keyed.find(({ code }) => code === wanted);
  if (found) return found.key;
  const blank = keys.some(({ code }) => code === wanted);
  throw new RecordOutcome('park', 'currency-mismatch', {
    message: blank
      ? `Airbase has the currency ${wanted} without the ERP's key, as a transaction left it. Give it its key in Airbase, then replay.`
      : `Airbase has no currency ${wanted}. Add it there, then replay.`,
    currency: wanted,
  });
}

/** The ERP's key of the only currency in Airbase. Undefined where several have one, or none. @throws SystemError */
export async function onlyCurrency(airbase: AirbaseConnection, calls: Calls): Promise<string | undefined> {
  const keys = (await keysOf(airbase, calls)) ?? [];
  const [only, ...others] = new Set(keys.flatMap(({ key }) => (key === '' ? [] : [key])));
  return others.length === 0 ? only : undefined;
}

/** Undefined where Airbase does not list its currencies. */
async function keysOf(
  airbase: AirbaseConnection,
  calls: Calls,
): Promise<readonly { readonly code: string; readonly key: string }[] | undefined> {
  const rows = await airbase.currencies.get(keptMs, () =>
    readAllIfOffered(airbase, calls, { name: 'list-currencies', path: 'currencies' }),
  );
  return rows?.map((row) => ({
    code: textAt(row, 'iso_code') ?? '',
    key: textAt(row, 'erp_reference_id') ?? '',
  }));
}
