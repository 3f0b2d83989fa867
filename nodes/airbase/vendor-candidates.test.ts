import { describe, expect, it } from 'vitest';
import type { Master } from './master-book';
import { plainName, rank } from './vendor-candidates';

function vendor(reference: string, name: string, more: Partial<Master> = {}): Master {
  const id = `id-${reference}`;
  return { id, reference, name, email: undefined, active: true, subsidiaries: [], row: {}, ...more };
}

const refs = (name: string, vendors: readonly Master[], email?: string) =>
  rank(name, email, vendors).map((candidate) => candidate.erp_reference_id);

describe('the candidates for a vendor', () => {
  it('begin with the same name, then the same but for its legal form, then similar ones', () => {
    const vendors = [
      vendor('C', 'Acme Stel'),
      vendor('B', 'Acme Steel GmbH'),
      vendor('A', 'acme  steel inc'),
      vendor('Z', 'Zenith Paper'),
    ];
    expect(refs('ACME Steel, Inc.', vendors)).toEqual(['A', 'B', 'C']);
    expect(rank('ACME Steel, Inc.', undefined, vendors)[0]).toMatchObject({
      score: 100,
      why: 'the same name',
    });
  });

  it('count the domain of their mail, but not a public one', () => {
    const vendors = [
      vendor('A', 'Northern Lights', { email: 'ap@acme.example' }),
      vendor('B', 'Southern Cross', { email: 'x@gmail.com' }),
    ];
    expect(refs('Acme', vendors, 'sales@ACME.example')).toEqual(['A']);
    expect(refs('Acme', vendors, 'y@gmail.com')).toEqual([]);
  });

  it('are never without a key of the ERP, inactive, or more than five', () => {
    const many = Array.from({ length: 8 }, (_, at) => vendor(`R${at}`, 'Acme'));
    const vendors = [...many, vendor('', 'Acme'), vendor('I', 'Acme', { active: false })];
    expect(refs('Acme', vendors)).toEqual(['R0', 'R1', 'R2', 'R3', 'R4']);
    expect(refs('Acme', vendors.toReversed())).toEqual(refs('Acme', vendors));
  });

  it('are found for names without letters, and without any pair of them', () => {
    expect(refs('株式会社山田', [vendor('Y', '株式会社山田')])).toEqual(['Y']);
    expect(refs('X', [vendor('X1', 'X'), vendor('Y1', 'Y')])).toEqual(['X1']);
    expect(refs('', [vendor('X1', 'X')])).toEqual([]);
    expect(plainName('Müller & Söhne')).toBe('mullersohne');
  });
});
