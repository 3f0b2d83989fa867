import { expect, it } from 'vitest';
import { errorOf } from './embedded-database';

it.each([
  [{ name: 'ErrnoError', errno: 51 }, 'no space is left on the disk'],
  [{ name: 'ErrnoError', errno: 999 }, 'a file could not be used (WASI error 999)'],
  [new Error('as it is'), 'as it is'],
  ['text', 'text'],
])('says in words what the thread of the database threw: %j', (thrown, words) => {
  expect(errorOf(thrown).message).toBe(words);
});
