import { readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { expect, it } from 'vitest';
import { PLAYED } from '../play-seeds';

it('plays fault seeds of every template whose systems are simulated', () => {
  const files = readdirSync(__dirname).filter((file) => file !== basename(__filename));
  expect(files.sort()).toEqual(PLAYED.map((template) => `${template}.test.ts`).sort());
});
