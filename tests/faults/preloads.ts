import { join } from 'node:path';
import { PROJECT } from '../support/project';

/** Modules that the fault runs load into the runtime process before it starts; the product knows none of them. */
export type Preload = 'short-waits' | BrokenBuild;

/** What a build can lack without any single answer looking wrong. */
export const BROKEN_BUILDS = ['dedup-off', 'intent-after-call', 'look-up-skipped', 'limiter-off'] as const;
export type BrokenBuild = (typeof BROKEN_BUILDS)[number];

/** Environment that loads them, in the order given. */
export function loading(preloads: readonly Preload[]): Record<string, string> {
  if (preloads.length === 0) return {};
  const files = preloads.map((name) => join(PROJECT, 'dist/tests/faults/preload', `${name}.js`));
  return { NODE_OPTIONS: files.map((file) => `--require ${JSON.stringify(file)}`).join(' ') };
}
