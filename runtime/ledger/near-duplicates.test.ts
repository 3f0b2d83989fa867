import { describe, expect, it } from 'vitest';
import { nearKeyOf } from './near-duplicates';

const NAMES = ['vendor.id', 'currency', 'amount', 'invoice.number'];
const books = { sync: 's', company: 'c' };

function document(number: string, amount = '100.50', vendor = 'V1') {
  return { vendor: { id: vendor }, currency: 'USD', amount, invoice: { number } };
}

describe('the key that near-duplicates share (B11)', () => {
  const key = nearKeyOf(books, document('INV-0042'), NAMES);

  it.each(['inv 0042', 'INV0042', 'Inv.-00/42', 'ＩＮＶ-0042'])('is that of %s', (number) => {
    expect(nearKeyOf(books, document(number), NAMES)).toBe(key);
  });

  it('is the same for equal amounts, however they are written', () => {
    expect(nearKeyOf(books, document('INV-0042', '100.500'), NAMES)).toBe(key);
    expect(nearKeyOf(books, document('00A', '100'), NAMES)).toBe(
      nearKeyOf(books, document('a', '100.00'), NAMES),
    );
  });

  it('is another one for another number, amount, vendor, company', () => {
    const others = [
      nearKeyOf(books, document('INV-0043'), NAMES),
      nearKeyOf(books, document('INV-0042', '1005.0'), NAMES),
      nearKeyOf(books, document('INV-0042', '100.50', 'V2'), NAMES),
      nearKeyOf({ ...books, company: 'd' }, document('INV-0042'), NAMES),
    ];
    expect(new Set([key, ...others]).size).toBe(5);
  });

  it('does not exist for a document that lacks a part of it', () => {
    expect(nearKeyOf(books, { currency: 'USD', amount: '1' }, NAMES)).toBeUndefined();
  });
});
