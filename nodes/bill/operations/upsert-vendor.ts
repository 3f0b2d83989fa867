import { ConfigurationError, RecordOutcome } from '../../../runtime/connector/errors';
import type { Json, JsonObject } from '../../../runtime/connector/json';
import type { Effect, LookUp, Operation, OperationContext } from '../../../runtime/connector/system';
import { parked } from '../bill-checks';
import type { BillConnection } from '../connection';
import { pathOf } from '../endpoints';
import { asObject, objectAt, textAt } from '../members';
import { unreadableWrite } from '../troubles';
import { vendorsKeptMs } from '../vendor-directory';
import {
  couldHideMatch,
  couldMatch,
  describeVendor,
  type MatchRule,
  matchRules,
  matchVendor,
  type OtherShortName,
  type WantedVendor,
} from '../vendor-match';
import { missingAddressParts, newVendor, vendorPatch, wiredVendor } from '../vendor-wire';
import { defaultCurrency, fetchVendor, type Vendor, vendorForBill, vendorOf } from '../vendors';

/** What a record parks for must not be older than this, milliseconds. */
const conflictKeptMs = 5_000;

/** Makes and changes payees. BILL has no field for a foreign key and finds no duplicates: both are done here. */
export function upsertVendorOperation(bill: BillConnection): Operation {
  return {
    businessKey: (document) =>
      `vendor ${textAt(document, 'shortName') ?? ''} ${textAt(document, 'name') ?? ''}`,
    lookUp: (document, context) => lookUp(bill, document, context),
    create: (document, context) => create(bill, document, context),
    update: (ref, document, previous, context) => update(bill, ref, document, previous, context),
  };
}

async function lookUp(
  bill: BillConnection,
  document: JsonObject,
  context: OperationContext,
): Promise<LookUp> {
  const found = await recognize(bill, document, context, vendorsKeptMs);
  if (found.found !== 'conflict') return found;
  // A person may just have made or restored the vendor, and replays now.
  return recognize(bill, document, context, conflictKeptMs);
}

async function recognize(
  bill: BillConnection,
  document: JsonObject,
  context: OperationContext,
  maxAgeMs: number,
): Promise<LookUp> {
  const wanted = wantedVendor(document);
  const around = await bill.directory.around(wanted.name, maxAgeMs, context.calls, context.signal);
  const vendors: Vendor[] = [];
  const whole = new Map<string, JsonObject>();
  for (const listed of around) {
    const { id } = listed;
    if (!couldMatch(listed, wanted)) {
      if (!couldHideMatch(listed, wanted)) continue;
      const known = await vendorForBill(bill, context.calls, id, false);
      if (!known || !couldMatch(known, wanted)) continue;
    }
    const row = await fetchVendor(bill, context.calls, id);
    const vendor = row && vendorOf(row);
    if (!vendor) continue;
    vendors.push(vendor);
    whole.set(id, row);
  }
  const match = matchVendor(vendors, wanted, rulesOf(context), otherShortNameOf(context));
  switch (match.found) {
    case 'one':
      return { found: 'present', ...effectOf(match.vendor.id, whole.get(match.vendor.id)) };
    case 'ask':
      // What we sent carries our code; somebody else's vendor does not, however much it looks like ours.
      if (context.resolving && !match.candidates.some(({ shortName }) => shortName === wanted.code)) {
        return { found: 'absent' };
      }
      return {
        found: 'conflict',
        reason: match.reason,
        detail: { message: match.message, candidates: match.candidates.map(describeVendor) },
      };
    case 'none':
      return incomplete(document) ?? { found: 'absent' };
  }
}

async function create(
  bill: BillConnection,
  document: JsonObject,
  context: OperationContext,
): Promise<Effect> {
  const name = 'create-vendor';
  const answer = await context.calls.call({
    name,
    method: 'POST',
    url: `${bill.endpoints.connect}/vendors`,
    json: newVendor(document),
    effect: 'once',
  });
  const created = asObject(answer.json);
  const id = textAt(created, 'id');
  if (created === undefined || id === undefined) throw unreadableWrite(name, answer.status);
  const whole = textAt(created, 'billCurrency') ? created : await fetchVendor(bill, context.calls, id);
  const vendor = vendorOf({ ...created, ...whole });
  if (vendor) bill.directory.note(vendor);
  return effectOf(id, whole ?? created);
}

async function update(
  bill: BillConnection,
  ref: string,
  document: JsonObject,
  previous: JsonObject,
  context: OperationContext,
): Promise<Effect> {
  const current = await fetchVendor(bill, context.calls, ref);
  if (!current || current['archived'] === true) {
    const message = `The vendor is ${current ? 'archived' : 'not'} in BILL. Restore it there, then replay.`;
    throw new RecordOutcome('park', 'vendor-inactive', { message, vendor: ref });
  }
  const patch = vendorPatch(current, wiredVendor(document), wiredVendor(previous));
  if (Object.keys(patch).length === 0) return effectOf(ref, current);
  const gap = patch['address'] === undefined ? undefined : incomplete(document);
  if (gap) throw parked(gap);
  const answer = await context.calls.call({
    name: 'update-vendor',
    method: 'PATCH',
    url: `${bill.endpoints.connect}/vendors${pathOf(ref)}`,
    json: patch,
    effect: 'idempotent',
  });
  return effectOf(ref, { ...current, ...asObject(answer.json) });
}

function incomplete(document: JsonObject): Extract<LookUp, { found: 'conflict' }> | undefined {
  const missing = missingAddressParts(document);
  if (missing.length === 0) return undefined;
  return {
    found: 'conflict',
    reason: 'vendor-incomplete',
    detail: { message: `BILL requires ${missing.join(', ')}.`, missing: [...missing] },
  };
}

function effectOf(ref: string, vendor: JsonObject | undefined): Effect {
  const currency = textAt(vendor, 'billCurrency') ?? defaultCurrency;
  return { ref, attributes: { currency, name: textAt(vendor, 'name') ?? '' } };
}

function wantedVendor(document: JsonObject): WantedVendor {
  const wired = wiredVendor(document);
  return {
    code: textAt(wired, 'shortName'),
    name: textAt(wired, 'name') ?? '',
    taxId: textAt(objectAt(wired, 'additionalInfo'), 'taxId'),
    postcode: textAt(objectAt(wired, 'address'), 'zipOrPostalCode'),
  };
}

function rulesOf({ options }: OperationContext): readonly MatchRule[] {
  const names = namesOf(options['matchBy'] ?? matchRules.join(','));
  const unknown = names.filter((name) => !matchRules.some((rule) => rule === name));
  if (unknown.length === 0) return names as MatchRule[];
  throw new ConfigurationError(
    'MATCH_RULE_UNKNOWN',
    `${unknown.join(', ')} is no way to recognize a vendor`,
    'BILL write node, "Recognize by" (matchBy)',
    `Use ${matchRules.join(', ')}, in the order they are to be tried.`,
  );
}

function namesOf(value: Json): string[] {
  const names = Array.isArray(value) ? value.map(String) : String(value).split(',');
  return names.map((name) => name.trim()).filter((name) => name !== '');
}

function otherShortNameOf({ options }: OperationContext): OtherShortName {
  const chosen = options['otherShortName'];
  return chosen === 'adopt' || chosen === 'create' ? chosen : 'ask';
}
