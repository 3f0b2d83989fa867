import type { JsonObject } from '../../runtime/connector/json';
import type { Calls } from '../../runtime/connector/system';
import type { AirbaseConnection } from './connection';
import type { Master } from './master-book';
import { idOf, textAt } from './members';

const keptMs = 120_000;
const mostCandidates = 5;
const leastScore = 40;

/** How companies are called after their name, without a difference for who they are. */
const legalForms =
  /\b(inc|incorporated|llc|llp|lp|ltd|limited|corp|corporation|co|company|gmbh|ag|kg|sa|sas|sarl|bv|nv|plc|pty|oy|ab|srl|spa|the|and)\b/g;
/** Senders that say nothing about a company. */
const publicMail = /@(gmail|googlemail|outlook|hotmail|live|yahoo|icloud|aol|proton|protonmail|gmx)\./i;

export interface Candidate {
  readonly erp_reference_id: string;
  readonly name: string;
  readonly airbase_id: string;
  /** From 0 to 100. */
  readonly score: number;
  readonly why: string;
}

/**
 * What is known about a vendor without a key of the ERP: its key, if it was linked since; else the vendors of the ERP
 * that it could be, the likeliest first.
 */
export async function candidatesFor(
  airbase: AirbaseConnection,
  calls: Calls,
  party: JsonObject,
): Promise<JsonObject> {
  const vendors = (await airbase.books.vendors.all(airbase, calls, keptMs)) ?? [];
  const id = idOf(party);
  const reference = vendors.find((vendor) => vendor.id === id)?.reference ?? '';
  if (reference !== '') return { erp_reference_id: reference };
  const ranked = rank(textAt(party, 'name') ?? '', textAt(party, 'email'), vendors);
  return { candidates: ranked.map((candidate) => ({ ...candidate })) };
}

/** Vendors with a key of the ERP that could be called so, the likeliest first, the same for the same vendors. */
export function rank(
  name: string,
  email: string | undefined,
  vendors: readonly Master[],
): readonly Candidate[] {
  return vendors
    .filter(({ reference, active }) => reference !== '' && active)
    .map((vendor): Candidate => {
      const { score, why } = likeness(name, email, vendor);
      return { erp_reference_id: vendor.reference, name: vendor.name, airbase_id: vendor.id, score, why };
    })
    .filter(({ score }) => score >= leastScore)
    .sort(
      (one, other) =>
        other.score - one.score ||
        one.name.localeCompare(other.name) ||
        one.erp_reference_id.localeCompare(other.erp_reference_id),
    )
    .slice(0, mostCandidates);
}

function likeness(
  name: string,
  email: string | undefined,
  vendor: Master,
): { readonly score: number; readonly why: string } {
  const sameMail = sharesDomain(email, vendor.email);
  const byName = nameLikeness(name, vendor.name);
  if (!sameMail) return byName;
  const score = Math.max(60, Math.min(99, byName.score + 20));
  return { score: Math.max(score, byName.score), why: `${byName.why}, the same mail domain` };
}

function nameLikeness(one: string, other: string): { readonly score: number; readonly why: string } {
  if (plainName(one) === plainName(other)) return { score: 100, why: 'the same name' };
  if (bareName(one) === bareName(other)) return { score: 95, why: 'the same name but for its legal form' };
  const score = Math.round(90 * overlap(pairsOf(bareName(one)), pairsOf(bareName(other))));
  return { score, why: 'a similar name' };
}

/** A name without what people write differently: case, accents, punctuation, spaces. */
export function plainName(name: string): string {
  return unaccented(name).replace(/[^\p{L}\p{N}]/gu, '') || name.trim();
}

function bareName(name: string): string {
  const words = unaccented(name).replace(/[^\p{L}\p{N}]+/gu, ' ');
  const bare = words.replace(legalForms, '').replace(/ /g, '');
  return bare || plainName(name);
}

function unaccented(name: string): string {
  return name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}

/** Pairs of neighboring letters, with how often each comes. */
function pairsOf(text: string): ReadonlyMap<string, number> {
  const letters = [...text];
  const pairs = new Map<string, number>();
  for (let at = 0; at + 1 < letters.length; at += 1) {
    const pair = `${letters[at]}${letters[at + 1]}`;
    pairs.set(pair, (pairs.get(pair) ?? 0) + 1);
  }
  return pairs;
}

/** Share of pairs that both have (Dice's coefficient), from 0 to 1. */
function overlap(one: ReadonlyMap<string, number>, other: ReadonlyMap<string, number>): number {
  const count = (pairs: ReadonlyMap<string, number>) => [...pairs.values()].reduce((sum, n) => sum + n, 0);
  const all = count(one) + count(other);
  if (all === 0) return 0;
  const shared = [...one].reduce((sum, [pair, n]) => sum + Math.min(n, other.get(pair) ?? 0), 0);
  return (2 * shared) / all;
}

function sharesDomain(one: string | undefined, other: string | undefined): boolean {
  const domain = (mail: string | undefined) =>
    mail === undefined || publicMail.test(mail) ? undefined : /@([^@\s]+)$/.exec(mail)?.[1]?.toLowerCase();
  return domain(one) !== undefined && domain(one) === domain(other);
}
