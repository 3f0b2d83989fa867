import { describe, expect, it } from 'vitest';
import { countryCode } from './countries';

describe('country codes', () => {
  it.each([
    ['US', 'US'],
    ['usa', 'US'],
    ['840', 'US'],
    ['United States', 'US'],
    ['United Kingdom', 'GB'],
    ['Germany ', 'DE'],
  ])('reads %s as %s', (text, code) => {
    expect(countryCode([text])).toBe(code);
  });

  it('takes the first text that is given', () => {
    expect(countryCode(['', undefined, 'DEU', 'France'])).toBe('DE');
  });

  it('takes the default only when nothing is given, never for a country it does not know', () => {
    expect(countryCode(['', undefined], 'US')).toBe('US');
    expect(countryCode(['Atlantis'], 'US')).toBeUndefined();
  });
});
