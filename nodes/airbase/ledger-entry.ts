import type { JsonObject } from '../../runtime/connector/json';
import { conform } from '../../runtime/connector/schema';
import { signOf } from './amounts';
import type { Conventions } from './conventions';
import { fingerprint } from './fingerprint';
import { asObject, idOf, objectAt, objectsAt, textAt, withoutBlanks } from './members';
import { ledgerEntryRow } from './row-schemas';
import type { Belonging } from './subsidiaries';

/** Members that tell how far an entry is, and not what it says. */
const progress = ['status', 'erp_reference_id', 'erp_url', 'error_message'];
/** Members that are worked out, and may change although the entry does not. */
const derived = ['state', 'round', 'belongs'];
const parties = ['vendor', 'employee', 'payee'];
const shownId = 8;

/**
 * A ledger entry in the declared form, with what a flow would else have to work out: its kind, whether it takes
 * something back, whether it is settled, who is paid, under which number it goes into the ERP.
 */
export function entryOf(raw: JsonObject, conventions: Conventions, belonging: Belonging): JsonObject {
  const entry = withoutBlanks(raw);
  const type = textAt(entry, 'type') ?? '';
  const kind = conventions.kindOf(type);
  const id = idOf(entry) ?? '';
  const total = textAt(entry, 'total_amount');
  const currency = objectAt(entry, 'currency');
  const row = conform(
    withoutBlanks({
      ...entry,
      airbase_id: id,
      airbase_url: textAt(entry, 'airbase_url') ?? textAt(entry, 'url'),
      kind,
      state: conventions.stateOf(textAt(entry, 'status')),
      reversal: conventions.takesBack(type) || signOf(total) === -1,
      settled: textAt(objectAt(objectAt(entry, 'amounts'), 'settlement_amount'), 'amount') !== undefined,
      belongs: belonging.of(objectAt(entry, 'subsidiary')),
      round: roundOf(entry, conventions),
      document_number: textAt(entry, 'invoice_number')?.trim() ?? shortNumber(id),
      currency_code: textAt(currency, 'iso_code') ?? textAt(currency, 'erp_reference_id'),
      vendor: withId(objectAt(entry, 'vendor')),
      employee: withId(objectAt(entry, 'employee')),
      payee: payeeOf(entry, kind === 'reimbursement' || kind === 'reimbursement-payment'),
      applied_to: objectsAt(entry, 'applied_to').map((applied) => ({
        ...applied,
        airbase_id: idOf(applied) ?? null,
        kind: conventions.kindOf(textAt(applied, 'transaction_type') ?? ''),
      })),
      po_number: orderIn(textAt(entry, 'notes'), conventions),
    }),
    ledgerEntryRow,
  );
  return { ...row, version: versionOf(row) };
}

/**
 * Names what an entry says: another version says something else. Who is paid is said by the id: what people call a
 * party, and under which key the ERP has it, may change meanwhile.
 */
function versionOf(row: JsonObject): string {
  const said = Object.entries(row).filter(([name]) => !progress.includes(name) && !derived.includes(name));
  const named = said.map(([name, value]) => [
    name,
    parties.includes(name) ? (idOf(asObject(value)) ?? value) : value,
  ]);
  return fingerprint(Object.fromEntries(named));
}

/**
 * The part of an entry that lists show and that tells one version from the next. How far the entry is does not
 * count, or our own mark would come back as a change; an entry that was put into the queue again does.
 */
export function headOf(entry: JsonObject): JsonObject {
  const again = entry['round'] !== undefined;
  return Object.fromEntries(
    Object.entries(entry).filter(([name]) => name !== 'state' && (again || !progress.includes(name))),
  );
}

/** The number of a document that has none of its own. */
export function shortNumber(id: string): string {
  return `AB-${id.slice(0, shownId)}`;
}

/** Tells apart the times that one entry stood in the queue: an earlier time left its reference or its message. */
function roundOf(entry: JsonObject, conventions: Conventions): string | undefined {
  const left = ['erp_reference_id', 'error_message'].map((name) => textAt(entry, name) ?? '');
  if (conventions.stateOf(textAt(entry, 'status')) !== 'ready' || left.join('') === '') return undefined;
  return fingerprint(left);
}

/** A reimbursement may name its employee as such, as its vendor, or as both: vendors are what the ERP knows. */
function payeeOf(entry: JsonObject, toEmployee: boolean): JsonObject | undefined {
  const vendor = withId(objectAt(entry, 'vendor'));
  if (!toEmployee) return vendor;
  const owner = objectAt(entry, 'spend_owner');
  const email = textAt(owner, 'email');
  return withoutBlanks({
    ...(email === undefined ? {} : { email }),
    ...withId(objectAt(entry, 'employee')),
    ...vendor,
  });
}

function withId(object: JsonObject | undefined): JsonObject | undefined {
  const id = idOf(object);
  return object && { ...object, ...(id === undefined ? {} : { airbase_id: id }) };
}

function orderIn(notes: string | undefined, { orderPattern }: Conventions): string | undefined {
  return notes === undefined ? undefined : orderPattern?.exec(notes)?.[1];
}
