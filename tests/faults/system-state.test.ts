import { expect, it } from 'vitest';
import { changesBetween } from './system-state';

it('says where two states differ, what was there and what is', () => {
  const before = { bills: [{ id: 'b-1', amount: '10.00' }, { id: 'b-2' }], vendors: ['v-1'] };
  const after = { bills: [{ id: 'b-1', amount: '12.00' }, { id: 'b-2' }, { id: 'b-3' }], vendors: ['v-1'] };
  expect(changesBetween(before, after)).toEqual([
    '/bills/0/amount: "10.00" became "12.00"',
    '/bills/2: nothing became {"id":"b-3"}',
  ]);
  expect(changesBetween(before, structuredClone(before))).toEqual([]);
});
