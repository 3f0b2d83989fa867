import { describe, expect, it } from 'vitest';
import { differs, type LedgerRow } from './reconcile-differences';

const record = (amount: string | null, currency: string | null): LedgerRow => ({
  id: '1',
  company: 'EPIC06',
  source_key: 'P-1',
  amount,
  currency,
  ref: '5001',
});

describe('a document and its record differ', () => {
  it('when amounts or currencies that both say are others', () => {
    expect(differs({ amount: '10.00', currency: 'USD' }, record('10.01', 'USD'))).toBe(true);
    expect(differs({ amount: '10.00', currency: 'EUR' }, record('10.00', 'USD'))).toBe(true);
    expect(differs({ amount: '10.00', currency: 'USD' }, record('10', 'USD'))).toBe(false);
  });

  it('not when one side has no currency, as payments have none, or no amount', () => {
    expect(differs({ amount: '10.00', currency: 'USD' }, record('10.00', ''))).toBe(false);
    expect(differs({ amount: '10.00', currency: 'USD' }, record('10.00', null))).toBe(false);
    expect(differs({ amount: '10.00' }, record('10.00', 'USD'))).toBe(false);
    expect(differs({ currency: 'USD' }, record('10.00', 'USD'))).toBe(false);
    expect(differs({ amount: '11.00', currency: 'USD' }, record('10.00', ''))).toBe(true);
  });
});
