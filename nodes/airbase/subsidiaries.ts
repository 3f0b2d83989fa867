import { RecordOutcome, SystemError } from '../../runtime/connector/errors';
import type { JsonObject } from '../../runtime/connector/json';
import type { Calls } from '../../runtime/connector/system';
import type { AirbaseConnection } from './connection';
import { readAllIfOffered } from './list-reader';
import { idOf, objectsAt, textAt } from './members';

/** A subsidiary of the tenant. */
export interface Subsidiary {
  /** Undefined where Airbase does not list its subsidiaries. */
  readonly id: string | undefined;
  /** The ERP's key. */
  readonly reference: string;
  readonly name: string;
  /** The ERP's key of its currency. */
  readonly currency: string | undefined;
}

/** Whether something belongs to the subsidiary of the connection. */
export type Belongs = 'here' | 'elsewhere' | 'unknown';

const keptMs = 600_000;
/** Company of records where a tenant has no subsidiaries at all. */
const wholeTenant = 'airbase';

/** All of them; undefined where Airbase does not list them. */
export function subsidiariesOf(
  airbase: AirbaseConnection,
  calls: Calls,
): Promise<readonly Subsidiary[] | undefined> {
  return airbase.subsidiaries.get(keptMs, async () => {
    const rows = await readAllIfOffered(airbase, calls, { name: 'list-subsidiaries', path: 'subsidiaries' });
    return rows?.map((row) => ({
      id: idOf(row),
      reference: textAt(row, 'erp_reference_id') ?? '',
      name: textAt(row, 'name') ?? '',
      currency: textAt(row, 'erp_currency_reference_id'),
    }));
  });
}

/**
 * The subsidiary that the connection stands for. Undefined when nobody named one and the tenant has several, or none.
 * @throws SystemError `configuration` when there is none of the given name
 */
export async function ownSubsidiary(
  airbase: AirbaseConnection,
  calls: Calls,
): Promise<Subsidiary | undefined> {
  const all = await subsidiariesOf(airbase, calls);
  const { subsidiary: wanted } = airbase;
  if (wanted === undefined) return all?.length === 1 ? all[0] : undefined;
  const found =
    all?.find(({ reference }) => reference === wanted) ??
    all?.find(({ id }) => id === wanted) ??
    all?.find(({ name }) => plain(name) === plain(wanted));
  if (found) return found;
  if (all && all.length > 0) throw unknownSubsidiary(wanted, all);
  return { id: undefined, reference: wanted, name: wanted, currency: undefined };
}

/** What tells rows of the own subsidiary from others, and the company of their records. */
export interface Belonging {
  of(subsidiary: JsonObject | undefined): Belongs;
  companyOf(subsidiary: JsonObject | undefined): string;
}

/** @throws SystemError as `ownSubsidiary` does */
export async function belongingOf(airbase: AirbaseConnection, calls: Calls): Promise<Belonging> {
  const own = await ownSubsidiary(airbase, calls);
  const several = own === undefined && ((await subsidiariesOf(airbase, calls)) ?? []).length > 1;
  const nameOf = (subsidiary: JsonObject | undefined) =>
    textAt(subsidiary, 'erp_reference_id') ?? textAt(subsidiary, 'name');
  const of = (subsidiary: JsonObject | undefined): Belongs => {
    if (!own) return several ? 'unknown' : 'here';
    const named = nameOf(subsidiary);
    // Entries of the whole company name none.
    if (named === undefined) return 'here';
    return [own.reference, own.name].includes(named) ? 'here' : 'elsewhere';
  };
  return {
    of,
    companyOf: (subsidiary) =>
      own && of(subsidiary) === 'here'
        ? own.reference || own.name
        : (nameOf(subsidiary) ?? own?.reference ?? wholeTenant),
  };
}

/**
 * How master data names the subsidiaries that it is for: those of the document, else the connection's own.
 * @throws RecordOutcome `setting-missing` when nobody said which
 */
export async function subsidiaryReferences(
  airbase: AirbaseConnection,
  calls: Calls,
  wanted: readonly string[],
): Promise<JsonObject[]> {
  if (wanted.length > 0) {
    const all = (await subsidiariesOf(airbase, calls)) ?? [];
    return wanted.map((reference) => nameOf(reference, all.find((each) => each.reference === reference)?.id));
  }
  const own = await ownSubsidiary(airbase, calls);
  if (own) return [nameOf(own.reference, own.id)];
  const known = ((await subsidiariesOf(airbase, calls)) ?? []).map(({ reference }) => reference);
  throw new RecordOutcome('park', 'setting-missing', {
    message:
      'Airbase wants to know which subsidiary this is for. Set AIRBASE_SUBSIDIARY, or the field Subsidiary of the connection.',
    setting: 'AIRBASE_SUBSIDIARY',
    choices: known,
  });
}

function nameOf(reference: string, id: string | undefined): JsonObject {
  return { ...(id === undefined ? {} : { airbase_id: id }), erp_reference_id: reference };
}

/** The subsidiaries that a row of master data is for. */
export function subsidiariesIn(row: JsonObject | undefined): readonly JsonObject[] {
  return objectsAt(row, 'subsidiary_reference_ids').filter(
    (one) => idOf(one) !== undefined || textAt(one, 'erp_reference_id') !== undefined,
  );
}

function unknownSubsidiary(wanted: string, all: readonly Subsidiary[]): SystemError {
  return new SystemError({
    recovery: 'configuration',
    code: 'AIRBASE_SUBSIDIARY_UNKNOWN',
    text: `Airbase has no subsidiary ${wanted}.`,
    remedy: `Set AIRBASE_SUBSIDIARY to one of: ${all.map(({ reference, name }) => `${reference || '(no key)'} ${name}`).join(', ')}.`,
    call: 'list-subsidiaries',
  });
}

function plain(text: string): string {
  return text.trim().toLowerCase();
}
