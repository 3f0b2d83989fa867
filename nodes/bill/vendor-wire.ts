import type { Json, JsonObject } from '../../runtime/connector/json';
import { conform } from '../../runtime/connector/schema';
import { countryCode } from '../../runtime/mapping/countries';
import { objectAt, textAt, withoutBlanks } from './members';
import { plainTaxId } from './vendor-match';

const text: JsonObject = { type: 'string' };

/** The only members that are ever sent for a vendor. Bank data is not among them. */
const vendorWire: JsonObject = {
  type: 'object',
  properties: {
    name: text,
    shortName: text,
    accountNumber: text,
    email: text,
    phone: text,
    address: {
      type: 'object',
      properties: {
        line1: text,
        line2: text,
        city: text,
        stateOrProvince: text,
        zipOrPostalCode: text,
        country: text,
      },
    },
    additionalInfo: {
      type: 'object',
      properties: { taxId: text, taxIdType: text, track1099: { type: 'boolean' }, companyName: text },
    },
    billCurrency: text,
  },
};

/** Members of `additionalInfo` that BILL keeps and we do not own; sent back so that a patch cannot lose them. */
const keptInfo = [
  'leadTimeInDays',
  'combinePayments',
  'paymentTermId',
  'companyName',
  'track1099',
  'taxIdType',
];

const patchable = ['name', 'shortName', 'accountNumber', 'email', 'phone', 'address', 'additionalInfo'];

/** The document as it is sent: blank values are left out, the country is a two-letter code where it is known. */
export function wiredVendor(document: JsonObject): JsonObject {
  const wired = withoutBlanks(conform(document, vendorWire));
  const address = objectAt(wired, 'address');
  const country = countryCode([textAt(address, 'country')]);
  return address && country !== undefined ? { ...wired, address: { ...address, country } } : wired;
}

/** A new vendor's body. The payee name is set once: later it belongs to who pays. */
export function newVendor(document: JsonObject): JsonObject {
  const payeeName = textAt(document, 'payeeName')?.trim();
  return {
    ...wiredVendor(document),
    ...(payeeName ? { paymentInformation: { payeeName } } : {}),
  };
}

/** Parts of the address that BILL requires and the document does not have, with what is wrong. */
export function missingAddressParts(document: JsonObject): readonly string[] {
  const address = objectAt(wiredVendor(document), 'address');
  const missing = ['line1', 'city', 'zipOrPostalCode', 'country'].filter(
    (part) => textAt(address, part) === undefined,
  );
  const country = textAt(address, 'country');
  const unknown = country !== undefined && !/^[A-Z]{2}$/.test(country);
  return [
    ...missing.map((part) => `address.${part}`),
    ...(unknown ? [`address.country (${country} is no country)`] : []),
  ];
}

/**
 * The patch that brings the vendor from what was sent before to what is wanted now. What somebody changed in
 * BILL stays unless the same field changed at the source; the currency never changes.
 */
export function vendorPatch(current: JsonObject, wanted: JsonObject, sentBefore: JsonObject): JsonObject {
  const patch: JsonObject = {};
  for (const name of patchable) {
    const value = name === 'address' ? wantedAddress(current, wanted, sentBefore) : wanted[name];
    if (value === undefined || isSame(wanted[name], sentBefore[name])) continue;
    if (name === 'additionalInfo') {
      const info = patchedInfo(objectAt(current, name), objectAt(wanted, name) ?? {});
      if (info) patch[name] = info;
    } else if (!covers(current[name], value)) {
      patch[name] = value;
    }
  }
  return patch;
}

/** The suite of an address that was left must not stay behind in the new one: what is gone is emptied. */
function wantedAddress(
  current: JsonObject,
  wanted: JsonObject,
  sentBefore: JsonObject,
): JsonObject | undefined {
  const [theirs, ours, before] = [current, wanted, sentBefore].map((vendor) => objectAt(vendor, 'address'));
  const isGone = (part: string) =>
    textAt(ours, part) === undefined &&
    textAt(before, part) !== undefined &&
    textAt(theirs, part) !== undefined;
  const gone = ['line2', 'stateOrProvince'].filter(isGone).map((part) => [part, '']);
  return ours && { ...ours, ...Object.fromEntries(gone) };
}

function patchedInfo(current: JsonObject | undefined, wanted: JsonObject): JsonObject | undefined {
  const changed = Object.keys(wanted).some((name) =>
    name === 'taxId'
      ? !isSameTaxId(textAt(current, name), textAt(wanted, name))
      : !isSame(wanted[name], current?.[name]),
  );
  if (!changed) return undefined;
  const kept = keptInfo.flatMap((name) => {
    const value = current?.[name];
    return value === undefined || value === null ? [] : [[name, value] as const];
  });
  return { ...Object.fromEntries(kept), ...wanted };
}

/** BILL may mask a tax id on reading: then its visible end decides. */
function isSameTaxId(theirs: string | undefined, ours: string | undefined): boolean {
  if (theirs === undefined || ours === undefined) return theirs === ours;
  const plain = plainTaxId(theirs);
  if (plain !== undefined) return plain === plainTaxId(ours);
  const visible = /[\p{L}\p{N}]+$/u.exec(theirs.replace(/[-\s]/g, ''))?.[0].replace(/^x+/i, '') ?? '';
  return visible !== '' && ours.replace(/[-\s]/g, '').endsWith(visible);
}

/** Whether the current value already says all that is wanted; BILL adds members of its own to an address. */
function covers(current: Json | undefined, wanted: Json): boolean {
  if (wanted === null || typeof wanted !== 'object' || Array.isArray(wanted)) return isSame(current, wanted);
  const theirs =
    current !== null && typeof current === 'object' && !Array.isArray(current) ? current : undefined;
  return Object.entries(wanted).every(([name, value]) => isSame(theirs?.[name], value));
}

function isSame(one: Json | undefined, other: Json | undefined): boolean {
  if (one !== null && typeof one === 'object' && other !== null && typeof other === 'object') {
    const names = new Set([...Object.keys(one), ...Object.keys(other)]);
    return [...names].every((name) => isSame((one as JsonObject)[name], (other as JsonObject)[name]));
  }
  return one === other;
}
