import { describe, expect, it } from 'vitest';
import { compared, sum } from '../money';
import { accountOf, codingRow } from './basware-coding';
import { makeBaswareCompany } from './basware-company';

const wish = {
  seed: 3,
  size: 90,
  company: 'EPIC06',
  companyCode: 'BW06',
  coding: 'whole' as const,
  today: '2026-09-15',
};

describe('the documents of a Basware company', () => {
  it('are the same for the same seed and another for another', () => {
    expect(makeBaswareCompany(wish)).toEqual(makeBaswareCompany(wish));
    expect(makeBaswareCompany(wish).documents).not.toEqual(
      makeBaswareCompany({ ...wish, seed: 4 }).documents,
    );
  });

  it('are each said to become something, most of them an invoice', () => {
    const { documents } = makeBaswareCompany({ ...wish, size: 600 });
    expect(documents).toHaveLength(600);
    const sure = documents.filter((each) => each.accepts.length === 1 && each.accepts[0] === 'confirmed');
    expect(sure.length).toBeGreaterThan(500);
  });

  it('add up wherever they must arrive', () => {
    for (const { content, accepts } of makeBaswareCompany(wish).documents) {
      if (accepts.length > 1 || accepts[0] !== 'confirmed') continue;
      const rows = sum(
        content.rows.map((row) => row.net),
        2,
      );
      expect(compared(rows, content.gross), content.title).toBe(0);
    }
  });

  it('have one supplier and number each, but for the twins', () => {
    const { documents } = makeBaswareCompany(wish);
    const keys = documents
      .filter((each) => each.twin === undefined)
      .map(({ content }) => `${content.supplierCode}|${content.invoiceNumber}`);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it.each(['whole', 'segments'] as const)('code an account so that it can be read back: %s', (style) => {
    expect(accountOf(codingRow(style, '6100|40|200', '1'))).toBe('6100|40|200');
  });
});
