import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, inject, it } from 'vitest';
import { SIMULATED } from '../../sandbox/simulations';
import { PROJECT } from '../support/project';
import { seedBase } from './seed-base';
import { planOf } from './seed-plan';
import { runSeed, type SeedResult } from './seed-run';
import type { StoreName } from './stores';

/** Templates that are played with every run of the tests: with a flow, and with both systems simulated. */
export const PLAYED = SIMULATED.filter((name) => existsSync(join(PROJECT, 'flows', name, 'flow.json')));

/** In which another seed may begin, of all templates and both stores together, milliseconds. */
const BUDGET_MS = Number(process.env['ML_FAULT_SECONDS'] ?? 60) * 1000;
const STORES: readonly StoreName[] = ['embedded', 'server'];
/** Played of each template on each store, whatever it takes. */
const FEWEST = Number(process.env['ML_FAULT_SEEDS'] ?? 1);
export const LONGEST_SEED_MS = 300_000;
const LONGEST_MS = BUDGET_MS + FEWEST * LONGEST_SEED_MS;

/** The tests of a template: seeds on each store while its share of the time lasts, other ones for every commit. */
export function playOnEachStore(template: string): void {
  it.each(STORES)(
    'lose nothing and double nothing on the %s store, whatever is dropped, repeated or killed',
    (store) => playSeeds(template, store),
    LONGEST_MS,
  );
}

async function playSeeds(template: string, store: StoreName): Promise<void> {
  const until = performance.now() + BUDGET_MS / STORES.length / PLAYED.length;
  const server = store === 'server' ? await (await fetch(inject('postgresDoor'))).text() : undefined;
  const first = seedBase();
  for (let seed = first; ; seed += 1) {
    const options = { template, store, server, preloads: ['short-waits'] as const };
    const result = await runSeed(planOf(template, seed), options);
    expect(told(template, result)).toBe('');
    const played = seed - first + 1;
    if (played >= FEWEST && performance.now() > until) return;
  }
}

/** How to play a seed again that broke a promise, and which; empty when it broke none. */
export function told(template: string, { seed, store, broken, passport }: SeedResult): string {
  if (broken.length === 0) return '';
  const again = `npm run faults -- --template ${template} --from ${seed} --seeds 1 --store ${store}`;
  return [again, ...broken, passport].join('\n');
}
