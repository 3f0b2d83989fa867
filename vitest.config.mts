import { defineConfig } from 'vitest/config';
import { SlowFirst } from './tests/support/slow-first.mts';

export default defineConfig({
  test: {
    include: ['{runtime,nodes,sandbox,flows,build,bench,demo,tests}/**/*.test.ts'],
    testTimeout: 120_000,
    // Real processes, servers and browsers on a machine with other work; the report names what needed it.
    retry: 1,
    hookTimeout: 120_000,
    pool: 'forks',
    // As the product runs, see bin/ml-connector.js.
    execArgv: ['--no-wasm-tier-up', '--no-wasm-dynamic-tiering'],
    // No file leaves anything behind for the next: modules hold no state, and loading them costs as much as most tests.
    isolate: false,
    // Four more than the machines of the project have cores: what runs whole products waits most of its time.
    maxWorkers: 6,
    sequence: { sequencer: SlowFirst },
    globalSetup: ['tests/support/postgres-server.ts'],
  },
});
