import { expect, it } from 'vitest';
import { compared, sum } from '../money';
import { makeAirbaseCompany } from './airbase-company';

const wish = { seed: 3, size: 200, company: 'EPIC06', today: '2026-10-15' };

it('gives the wanted number of entries, the same for the same seed', () => {
  const company = makeAirbaseCompany(wish);
  expect(company.entries).toHaveLength(200);
  expect(makeAirbaseCompany(wish)).toEqual(company);
  expect(makeAirbaseCompany({ ...wish, size: 1 }).entries.length).toBeGreaterThan(90);
});

it('applies entries to earlier ones only, and names payees that Airbase has', () => {
  const { entries, masters } = makeAirbaseCompany(wish);
  const payees = new Set(
    masters
      .filter(({ kind }) => kind === 'vendors')
      .map(({ reference, data }) => reference || String(data['name'])),
  );
  const named = new Set<string>();
  for (const { content, name, title } of entries) {
    for (const to of content.appliedTo) expect(named.has(to), title).toBe(true);
    if (content.payee !== null) expect(payees.has(content.payee), title).toBe(true);
    if (name !== undefined) named.add(name);
  }
});

it('has lines that add up in everything that must be taken over', () => {
  const { entries } = makeAirbaseCompany(wish);
  for (const { content, accepts, title } of entries) {
    if (accepts.length > 1 || accepts[0] !== 'confirmed') continue;
    const total = sum(
      content.lines.map((line) => line.amount),
      6,
    );
    expect(compared(total, content.total), title).toBe(0);
  }
});

it('has master data in Airbase that is missing, outdated, doubled or switched off', () => {
  const { epicor, masters } = makeAirbaseCompany(wish);
  const count = (kind: string, fits: (each: (typeof masters)[number]) => boolean) =>
    masters.filter((each) => each.kind === kind && fits(each)).length;
  expect(count('vendors', ({ reference }) => reference === '')).toBe(3);
  expect(count('accounts', ({ active }) => active === false)).toBe(1);
  expect(count('accounts', () => true)).toBe((epicor.tables['GLAccount']?.length ?? 0) - 2);
  expect(count('currencies', ({ data }) => data['iso_code'] === 'EUR')).toBe(2);
});
