import { describe, expect, it } from 'vitest';
import { PROJECT } from '../support/project';
import { namesIn, testsByRow } from './named-tests';
import { NOT_YET } from './not-yet';
import { tableOf } from './table';

describe('the table of scenarios', () => {
  it('has a test or a reason for every row, never both', () => {
    const table = tableOf(testsByRow(PROJECT), NOT_YET);
    expect({ open: table.open, twice: table.twice }).toEqual({ open: [], twice: [] });
  });

  it('finds the rows in the names of tests, however these are written', () => {
    // Quotes of another kind around the samples, so that this file is not taken for their proof.
    const sample = [
      `it(@A3 B1: one@, () => {});`,
      `  it(\n    @B5: two@,`,
      `it.each([1, 2])(@C1: three@,`,
      `it.each([\n  [@x@, 1],\n])(@C2, C3: four %s@,`,
      `describe(@D1 sums@, () => {`,
      `it(@does what it must (E1, E2)@, () => {});`,
      `it(@does not (see A1) or V1@, () => {});`,
      `it(@says A1 in the middle@, () => {});`,
    ].join('\n');
    expect(namesIn(sample.replaceAll('@', "'")).flatMap(({ ids }) => ids)).toEqual([
      'A3',
      'B1',
      'B5',
      'C1',
      'C2',
      'C3',
      'D1',
      'E1',
      'E2',
    ]);
  });

  it('says when a row has neither', () => {
    const { open, twice } = tableOf(new Map([['A1', [{ file: 'x', name: 'y' }]]]), { A1: 'why', A2: 'why' });
    expect(open).not.toContain('A1');
    expect(open).not.toContain('A2');
    expect(open).toContain('A3');
    expect(twice).toEqual(['A1']);
  });
});
