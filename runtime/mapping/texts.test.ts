import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clip, normalNumber, shorten } from './texts';

describe('texts', () => {
  it('shortens to the given length, always the same, different texts differently', () => {
    const long = 'INV-2026-000000000000000017';
    const other = 'INV-2026-000000000000000018';
    expect(shorten(long, 21)).toMatch(/^INV-2026-000-[0-9A-F]{8}$/);
    expect(shorten(long, 21)).toHaveLength(21);
    expect(shorten(long, 21)).toBe(shorten(long, 21));
    expect(shorten(long, 21)).not.toBe(shorten(other, 21));
    expect(shorten('INV-17', 21)).toBe('INV-17');
  });

  it('B20 never exceeds the length and never cuts a character in half', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 60 }),
        fc.integer({ min: 10, max: 40 }),
        (text, max) => {
          for (const short of [shorten(text, max), clip(text, max)] as string[]) {
            expect(short.length).toBeLessThanOrEqual(max);
            expect(short.isWellFormed()).toBe(true);
          }
        },
      ),
    );
  });

  it('B11 sees through case, spaces, punctuation and leading zeros', () => {
    const spellings = ['INV-0017', 'inv 0017', 'Inv/0017', ' INV0017 ', 'ＩＮＶ－0017'];
    expect(new Set(spellings.map(normalNumber))).toEqual(new Set(['INV0017']));
    expect(normalNumber('000123')).toBe(normalNumber(123));
    expect(normalNumber('0')).toBe('0');
    expect(normalNumber('---')).toBe('---');
    expect(normalNumber('發票-1')).toBe('發票1');
  });

  it('gives nothing for nothing and refuses a length without room', () => {
    expect(shorten(undefined, 21)).toBeUndefined();
    expect(clip(undefined, 5)).toBeUndefined();
    expect(normalNumber(undefined)).toBeUndefined();
    expect(() => shorten('x', 9)).toThrow(/greatest length/);
    expect(() => clip('x', 0)).toThrow(/greatest length/);
  });
});
