import type { Json, JsonObject } from '../../runtime/connector/json';
import { externalCodeOf } from './external-code';
import { codeOf, companiesOf, type ImportKind, isActive, type Options, pick, touchText } from './imports';
import { objectsAt, textAt, withoutBlanks } from './members';
import { object } from './schema-parts';

const longestStreet = 50;

/** Vendors of the ERP. Bank accounts are never sent: they are kept in one place. */
export const vendors: ImportKind = {
  one: 'vendor',
  entityType: () => 'Vendor',
  path: () => ['vendors'],
  codeOf: (document) => textAt(document, 'vendorCode') ?? '',
  record: (document, basware, options) => ({
    ...pick(document, 'vendorCode name vendorParent description supplierAssignedAccountId vendorClass'),
    sourceSystem: document['sourceSystem'] ?? basware.sourceSystem ?? null,
    companies: companiesOf(document, basware, (company) => ({
      inheritToChildUnits: (company['inheritToChildUnits'] ?? true) !== false,
    })),
    identifiers: identifiersOf(document, options),
    addresses: objectsAt(document, 'addresses').map((address) => addressOf(document, address)),
    contacts: objectsAt(document, 'contacts').map((contact) =>
      pick(contact, 'name email telephone telefax website role'),
    ),
    paymentTerms: pick(document, 'paymentTermCode'),
    paymentMeans: paymentMeansOf(document, options),
    processingStatus: { active: isActive(document), paymentDenied: document['paymentDenied'] === true },
    customFields: objectsAt(document, 'customFields').map((field) => pick(field, 'name value groupName')),
  }),
  touched: (record) => ({ ...record, name: touchText(textAt(record, 'name') ?? '') }),
  schema: object({}),
};

function identifiersOf(document: JsonObject, options: Options): Json[] {
  const taxId = textAt(document, 'taxId');
  const schemeId = textAt(options, 'taxIdScheme') ?? 'VATID';
  return [
    ...(taxId === undefined ? [] : [{ id: taxId, schemeId }]),
    ...objectsAt(document, 'identifiers').map((one) => pick(one, 'id schemeId defaultPartyId')),
  ];
}

/** Basware's own application uses the street and additional fields, never the numbered address lines. */
function addressOf(vendor: JsonObject, address: JsonObject): JsonObject {
  const addressType = textAt(address, 'addressType') ?? 'PostalAddress';
  const ofVendor = codeOf(vendor, vendors);
  const [street, rest] = split(textAt(address, 'streetName')?.trim() ?? '');
  const countryId = textAt(address, 'countryId');
  return withoutBlanks({
    ...pick(
      address,
      'poBox postalZone cityName locality countrySubEntity countrySubEntityDescription countryId',
    ),
    externalCode: externalCodeOf(textAt(address, 'externalCode') ?? `${ofVendor}-${addressType}`),
    name: textAt(address, 'name') ?? (textAt(vendor, 'name') ?? '').slice(0, 200),
    addressType,
    streetName: street,
    default: address['default'] ?? addressType === 'PostalAddress',
    additionalAddressFields: [
      ...(rest === '' ? [] : [{ key: 'AdditionalStreetName', value: rest }]),
      ...(countryId === undefined ? [] : [{ key: 'Country', value: countryId }]),
    ],
  });
}

/** A long street goes on in another field, where it can at a space. */
function split(street: string): readonly [string, string] {
  if (street.length <= longestStreet) return [street, ''];
  const space = street.lastIndexOf(' ', longestStreet);
  const at = space > 0 ? space : longestStreet;
  return [street.slice(0, at).trim(), street.slice(at).trim()];
}

/** The default means of payment carries the vendor's currency. */
function paymentMeansOf(document: JsonObject, options: Options): Json[] {
  const code = textAt(document, 'paymentMeansCode') ?? textAt(options, 'paymentMeansCode');
  if (code === undefined) return [];
  return [
    withoutBlanks({ paymentMeansCode: code, currencyCode: textAt(document, 'currencyCode'), default: true }),
  ];
}
