import { describe, expect, it } from 'vitest';
import { differs, type LedgerRow, Totals } from './reconcile-differences';

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

describe('totals', () => {
  it('are exact by company and currency, and by month within', () => {
    const totals = new Totals();
    totals.add('A', { amount: '0.10', currency: 'USD', date: '2026-10-31' });
    totals.add('A', { amount: '0.20', currency: 'USD', date: '2026-11-01' });
    totals.add('A', { amount: '-0.05', currency: 'USD', date: '2026-11-30' });
    totals.add('A', { amount: '100', currency: 'JPY', date: '2026-11-30' });
    totals.add('B', { amount: '1', currency: 'USD' });
    totals.add('B', { currency: 'USD', date: '2026-11-30' });
    expect(totals.list()).toEqual([
      {
        company: 'A',
        currency: 'JPY',
        count: 1,
        sum: '100',
        periods: [{ period: '2026-11', count: 1, sum: '100' }],
      },
      {
        company: 'A',
        currency: 'USD',
        count: 3,
        sum: '0.25',
        periods: [
          { period: '2026-10', count: 1, sum: '0.1' },
          { period: '2026-11', count: 2, sum: '0.15' },
        ],
      },
      { company: 'B', currency: 'USD', count: 1, sum: '1', periods: [{ period: '', count: 1, sum: '1' }] },
    ]);
  });
});
