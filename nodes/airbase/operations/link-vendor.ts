import type { JsonObject } from '../../../runtime/connector/json';
import type { Effect, LookUp, Operation, OperationContext } from '../../../runtime/connector/system';
import { loadAll } from '../bulk';
import { type AirbaseConnection, ask, urlOf, wordsOf } from '../connection';
import { objectOf } from '../failures';
import { vendors } from '../feed-kinds';
import { type Master, masterOf } from '../master-book';
import { textAt } from '../members';
import { subsidiaryReferences } from '../subsidiaries';
import { notLinked } from '../troubles';
import { describeMaster } from '../vendor-doubts';

/** Writes the key of the ERP onto a vendor that was made in Airbase, so that its spend finds the ERP's vendor. */
export function linkVendorOperation(airbase: AirbaseConnection): Operation {
  return {
    businessKey: (document) => `vendor ${idIn(document)} is ${referenceIn(document)} of the ERP`,
    lookUp: (document, context) => lookUp(airbase, document, context),
    create: (document, context) => create(airbase, document, context),
  };
}

async function lookUp(
  airbase: AirbaseConnection,
  document: JsonObject,
  { calls }: OperationContext,
): Promise<LookUp> {
  const id = idIn(document);
  const reference = referenceIn(document);
  const book = airbase.books.vendors;
  const holder = (await book.find(airbase, calls, [reference], 0))?.get(reference);
  if (holder?.id === id) return { found: 'present', ref: id };
  if (holder) {
    return conflict(
      'vendor-ambiguous',
      `${holder.name} has the key ${reference} in Airbase. Merge the two there.`,
      holder,
    );
  }
  const vendor = await vendorOf(airbase, id, calls);
  if (!vendor) return conflict('vendor-not-linked', `Airbase has no vendor ${id}.`);
  if (vendor.reference === '') return { found: 'absent' };
  const message = `${vendor.name} has the key ${vendor.reference} in Airbase, and keys cannot be changed there.`;
  return conflict('vendor-ambiguous', message, vendor);
}

/** Among those without a key first: they are few. */
async function vendorOf(
  airbase: AirbaseConnection,
  id: string,
  calls: OperationContext['calls'],
): Promise<Master | undefined> {
  const book = airbase.books.vendors;
  const isIt = (vendor: Master) => vendor.id === id;
  return (await book.unlinked(airbase, calls))?.find(isIt) ?? (await book.all(airbase, calls, 0))?.find(isIt);
}

async function create(
  airbase: AirbaseConnection,
  document: JsonObject,
  { calls }: OperationContext,
): Promise<Effect> {
  const id = idIn(document);
  const reference = referenceIn(document);
  const answer = await ask(airbase, calls, {
    name: 'link-vendor',
    method: 'PATCH',
    url: urlOf(airbase, 'vendors', id),
    json: { erp_reference_id: reference },
    effect: 'idempotent',
    accept: [400, 403, 404, 405, 409, 422],
  });
  const shown = objectOf(answer);
  const linked = answer.status < 300 && shown ? masterOf({ airbase_id: id, ...shown }) : undefined;
  if (linked?.reference === reference) {
    airbase.books.vendors.note(linked);
    return { ref: id };
  }
  return load(airbase, id, reference, wordsOf(airbase, answer), calls);
}

/** An Airbase that takes no key by itself takes it with the whole vendor. */
async function load(
  airbase: AirbaseConnection,
  id: string,
  reference: string,
  words: string,
  calls: OperationContext['calls'],
): Promise<Effect> {
  const vendor = await vendorOf(airbase, id, calls);
  if (vendor?.reference === reference) return { ref: id };
  const places = vendor?.subsidiaries ?? [];
  const entity: JsonObject = {
    airbase_id: id,
    erp_reference_id: reference,
    name: vendor?.name ?? '',
    subsidiary_reference_ids:
      places.length > 0 ? [...places] : await subsidiaryReferences(airbase, calls, []),
  };
  const loaded = vendor && (await loadAll(airbase, calls, vendors, [{ key: id, entity }])).get(id);
  if (loaded?.became === 'stored') return { ref: id };
  const why = loaded && 'message' in loaded ? loaded.message : words;
  throw notLinked(id, reference, why);
}

function conflict(reason: string, message: string, vendor?: Master): LookUp {
  const candidates = vendor ? { candidates: [describeMaster(vendor)] } : {};
  return { found: 'conflict', reason, detail: { message, ...candidates }, absent: true };
}

function idIn(document: JsonObject): string {
  return textAt(document, 'airbaseId') ?? '';
}

function referenceIn(document: JsonObject): string {
  return textAt(document, 'reference')?.trim() ?? '';
}
