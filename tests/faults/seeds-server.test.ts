import { describe, it } from 'vitest';
import { LONGEST_MS, PLAYED, playSeeds } from './seeds';

describe('seeded faults and kills, server store', () => {
  it.each(PLAYED)(
    'H1: %s loses nothing and doubles nothing, whatever is dropped, repeated or killed',
    (template) => playSeeds(template, 'server'),
    LONGEST_MS,
  );
});
