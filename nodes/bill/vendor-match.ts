import type { Json } from '../../runtime/connector/json';
import type { Vendor } from './vendors';

/** The ways a vendor of the ERP is recognized in BILL. */
export const matchRules = ['shortName', 'taxId', 'nameAndPostcode'] as const;
export type MatchRule = (typeof matchRules)[number];

/** What is done with a match that carries the short name of another vendor. */
export type OtherShortName = 'ask' | 'adopt' | 'create';

export interface WantedVendor {
  /** Code in the ERP, BILL's short name. */
  readonly code: string | undefined;
  readonly name: string;
  readonly taxId: string | undefined;
  readonly postcode: string | undefined;
}

export type VendorMatch =
  | { readonly found: 'none' }
  | { readonly found: 'one'; readonly vendor: Vendor }
  | {
      readonly found: 'ask';
      readonly reason: 'vendor-ambiguous' | 'vendor-inactive';
      readonly message: string;
      readonly candidates: readonly Vendor[];
    };

/** Whether a vendor is worth a closer look: any rule could find it. */
export function couldMatch(vendor: Vendor, wanted: WantedVendor): boolean {
  return hasCode(vendor, wanted) || hasTaxId(vendor, wanted) || hasName(vendor, wanted);
}

/** Whether a list row is too thin to say that no rule could find its vendor. */
export function couldHideMatch({ thin, shortName }: Vendor, wanted: WantedVendor): boolean {
  return thin && (shortName === undefined || plainTaxId(wanted.taxId) !== undefined);
}

/**
 * Looks for the one vendor that is meant. One just as it would be made here is it, by whatever rules: it may be
 * ours, and only the answer was lost. Else the first rule with a candidate decides; where it leaves a doubt, a
 * person is asked, because a bill sent to the wrong payee is money sent to the wrong payee.
 */
export function matchVendor(
  vendors: readonly Vendor[],
  wanted: WantedVendor,
  rules: readonly MatchRule[],
  otherShortName: OtherShortName,
): VendorMatch {
  const own = vendors.filter((vendor) => isAsWeMakeIt(vendor, wanted));
  if (own.length === 1 && own[0]) return { found: 'one', vendor: own[0] };
  for (const rule of rules) {
    const candidates = vendors
      .filter((vendor) => finds(rule, vendor, wanted))
      .filter((vendor) => otherShortName !== 'create' || !hasOtherCode(vendor, wanted));
    if (candidates.length > 0) return decide(rule, candidates, wanted, otherShortName);
  }
  return askAboutNamesakes(vendors, wanted, rules) ?? { found: 'none' };
}

/** The same name at another address may be the same company's other office, or another company. */
function askAboutNamesakes(
  vendors: readonly Vendor[],
  wanted: WantedVendor,
  rules: readonly MatchRule[],
): VendorMatch | undefined {
  if (!rules.includes('nameAndPostcode')) return undefined;
  const candidates = vendors.filter(
    (vendor) =>
      !vendor.archived &&
      hasName(vendor, wanted) &&
      !hasOtherCode(vendor, wanted) &&
      !hasOtherTaxId(vendor, wanted),
  );
  if (candidates.length === 0) return undefined;
  const message =
    candidates.length > 1
      ? `Several vendors in BILL are called ${wanted.name}, none at this postal code.`
      : `${wanted.name} is in BILL at another postal code.`;
  return { found: 'ask', reason: 'vendor-ambiguous', message, candidates };
}

function decide(
  rule: MatchRule,
  candidates: readonly Vendor[],
  wanted: WantedVendor,
  otherShortName: OtherShortName,
): VendorMatch {
  const active = candidates.filter((vendor) => !vendor.archived);
  const [first] = candidates;
  if (active.length === 0) {
    return {
      found: 'ask',
      reason: 'vendor-inactive',
      message: `${first?.name} is archived in BILL. Restore it there, or link another vendor by hand.`,
      candidates,
    };
  }
  const doubt = (vendor: Vendor) =>
    rule === 'shortName' ? undefined : doubtAbout(vendor, wanted, otherShortName);
  const sure = active.filter((vendor) => doubt(vendor) === undefined);
  const best = sure.length > 1 ? narrowed(sure, wanted) : sure;
  if (best.length === 1 && best[0]) return { found: 'one', vendor: best[0] };
  const why = active.flatMap((vendor) => doubt(vendor) ?? [])[0];
  return {
    found: 'ask',
    reason: 'vendor-ambiguous',
    message:
      sure.length > 1
        ? `Several vendors in BILL could be ${wanted.name}.`
        : `${active[0]?.name} in BILL could be ${wanted.name}, but ${why}.`,
    candidates: active,
  };
}

/** The candidate as a person tells it from others. Tax ids are not shown. */
export function describeVendor(vendor: Vendor): Record<string, Json> {
  const { id, name, shortName, city, postcode, archived } = vendor;
  return {
    id,
    name,
    ...(shortName === undefined ? {} : { shortName }),
    ...(city === undefined ? {} : { city }),
    ...(postcode === undefined ? {} : { postcode }),
    ...(archived ? { archived } : {}),
  };
}

function finds(rule: MatchRule, vendor: Vendor, wanted: WantedVendor): boolean {
  switch (rule) {
    case 'shortName':
      return hasCode(vendor, wanted);
    case 'taxId':
      return hasTaxId(vendor, wanted);
    case 'nameAndPostcode':
      return hasName(vendor, wanted) && (vendor.postcode === undefined || hasPostcode(vendor, wanted));
  }
}

function narrowed(vendors: readonly Vendor[], wanted: WantedVendor): readonly Vendor[] {
  const alike = vendors.filter((vendor) => hasName(vendor, wanted));
  const near = alike.filter((vendor) => hasPostcode(vendor, wanted));
  return alike.length === 1 ? alike : near.length === 1 ? near : vendors;
}

function doubtAbout(
  vendor: Vendor,
  wanted: WantedVendor,
  otherShortName: OtherShortName,
): string | undefined {
  if (otherShortName === 'ask' && hasOtherCode(vendor, wanted)) {
    return `it carries the short name ${vendor.shortName}`;
  }
  if (hasOtherTaxId(vendor, wanted)) return 'its tax id is another one';
  if (!hasName(vendor, wanted) || vendor.postcode !== undefined) return undefined;
  return hasTaxId(vendor, wanted) ? undefined : 'it has no postal code to compare';
}

function isAsWeMakeIt(vendor: Vendor, wanted: WantedVendor): boolean {
  const same = vendor.name === wanted.name && vendor.shortName === wanted.code;
  return same && !vendor.archived && hasPostcode(vendor, wanted);
}

function hasCode(vendor: Vendor, wanted: WantedVendor): boolean {
  return wanted.code !== undefined && vendor.shortName === wanted.code;
}

function hasOtherCode(vendor: Vendor, wanted: WantedVendor): boolean {
  return wanted.code !== undefined && vendor.shortName !== undefined && vendor.shortName !== wanted.code;
}

function hasTaxId(vendor: Vendor, wanted: WantedVendor): boolean {
  const theirs = plainTaxId(vendor.taxId);
  return theirs !== undefined && theirs === plainTaxId(wanted.taxId);
}

function hasOtherTaxId(vendor: Vendor, wanted: WantedVendor): boolean {
  const theirs = plainTaxId(vendor.taxId);
  const ours = plainTaxId(wanted.taxId);
  return theirs !== undefined && ours !== undefined && theirs !== ours;
}

function hasName(vendor: Vendor, wanted: WantedVendor): boolean {
  return plainName(vendor.name) === plainName(wanted.name);
}

function hasPostcode(vendor: Vendor, wanted: WantedVendor): boolean {
  const theirs = plainPostcode(vendor.postcode);
  return theirs !== undefined && theirs === plainPostcode(wanted.postcode);
}

/** A name without what people write differently: case, punctuation, spaces, kinds of apostrophe. */
export function plainName(name: string): string {
  const compatible = name.normalize('NFKC').toLowerCase();
  return compatible.replace(/[^\p{L}\p{M}\p{N}]/gu, '') || compatible.trim();
}

/** Letters and digits; undefined when masked, too short, or a placeholder such as 000000000. */
export function plainTaxId(taxId: string | undefined): string | undefined {
  if (taxId === undefined || /[*•#]|x{3}/i.test(taxId)) return undefined;
  const plain = taxId.toUpperCase().replace(/[^\p{L}\p{N}]/gu, '');
  return plain.length < 5 || /^(.)\1*$/.test(plain) ? undefined : plain;
}

/** US codes count by their first five digits: the other four come and go. */
function plainPostcode(postcode: string | undefined): string | undefined {
  const plain = postcode?.toUpperCase().replace(/[^\p{L}\p{N}]/gu, '');
  if (plain === undefined || plain === '') return undefined;
  return /^\d{9}$/.test(plain) ? plain.slice(0, 5) : plain;
}
