import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConfigurationError } from '../connector/errors';
import { createVault } from './encryption';

const OLD = { id: 'old', secret: 'a secret of last year' };
const NEW = { id: 'new', secret: 'a secret of this year' };
const vault = createVault({ keys: [OLD] });

function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof ConfigurationError) return error.code;
    throw error;
  }
  return 'none';
}

describe('the vault', () => {
  it('opens what it sealed, whatever text it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(vault.open(vault.seal(text))).toBe(text);
      }),
      { numRuns: 200 },
    );
    const large = 'ü'.repeat(1_000_000);
    expect(vault.open(vault.seal(large))).toBe(large);
  });

  it('never gives the same text twice, and shows nothing of it', () => {
    const sealed = Array.from({ length: 100 }, () => vault.seal('021000021'));
    expect(new Set(sealed).size).toBe(100);
    expect(sealed.join()).not.toContain('021000021');
    expect(sealed[0]).toMatch(/^v1\.old\.[\w-]+$/);
  });

  it('seals with the first key and opens with every one, so that keys can be rotated', () => {
    const before = vault.seal('bank account');
    const rotated = createVault({ keys: [NEW, OLD] });
    expect(rotated.open(before)).toBe('bank account');
    expect(rotated.isOutdated(before)).toBe(true);
    const after = rotated.seal('bank account');
    expect(rotated.isOutdated(after)).toBe(false);
    expect(codeOf(() => vault.open(after))).toBe('VAULT_KEY_UNKNOWN');
  });

  it('refuses text that was changed anywhere', () => {
    const sealed = vault.seal('100.00');
    for (let index = 0; index < sealed.length; index++) {
      const other = sealed[index] === 'A' ? 'B' : 'A';
      const changed = sealed.slice(0, index) + other + sealed.slice(index + 1);
      // The last characters of base64url may hold bits that mean nothing.
      if (codeOf(() => vault.open(changed)) === 'none') expect(vault.open(changed)).toBe('100.00');
      else expect(codeOf(() => vault.open(changed))).toMatch(/^VAULT_/);
    }
    for (const text of ['', 'plain text', 'v1.old', 'v1.old.', 'v1.old.AAAA', `${sealed}.x`]) {
      expect(codeOf(() => vault.open(text))).toBe('VAULT_DAMAGED');
    }
  });

  it('refuses text under the name of another key, and a wrong secret', () => {
    const same = createVault({ keys: [OLD, { id: 'twin', secret: OLD.secret }] });
    expect(codeOf(() => same.open(same.seal('x').replace('.old.', '.twin.')))).toBe('VAULT_DAMAGED');
    const wrong = createVault({ keys: [{ ...OLD, secret: 'another secret entirely' }] });
    expect(codeOf(() => wrong.open(vault.seal('x')))).toBe('VAULT_DAMAGED');
  });

  it('refuses keys that cannot work, without showing them', () => {
    for (const keys of [
      [],
      [{ id: 'a.b', secret: OLD.secret }],
      [{ id: 'a', secret: 'short' }],
      [OLD, OLD],
    ]) {
      expect(codeOf(() => createVault({ keys }))).toBe('VAULT_KEY');
    }
    expect(() => createVault({ keys: [{ id: 'a', secret: 'tooshort' }] })).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining('tooshort') }),
    );
  });
});
