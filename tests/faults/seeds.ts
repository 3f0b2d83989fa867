import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, inject } from 'vitest';
import { SIMULATED } from '../../sandbox/simulations';
import { PROJECT } from '../support/project';
import { seedBase } from './seed-base';
import { planOf } from './seed-plan';
import { runSeed, type SeedResult } from './seed-run';
import type { StoreName } from './stores';

/** How to play a seed again that broke a promise, and which; empty when it broke none. */
export function told(template: string, { seed, store, broken, passport }: SeedResult): string {
  if (broken.length === 0) return '';
  const again = `npm run faults -- --template ${template} --from ${seed} --seeds 1 --store ${store}`;
  return [again, ...broken, passport].join('\n');
}
