import { randomUUID } from 'node:crypto';
import { Command } from 'commander';
import { Client } from 'pg';
import { startPostgres } from '../tests/support/postgres';
import { batchesWithImages } from './batch-cases';
import {
  type Figure,
  killToDelivered,
  memoryRatio,
  recordsPerSecond,
  type StoreChoice,
  shareOfCeiling,
  startToLanded,
} from './cases';
import { eventToVerified } from './event-cases';

/** How long the whole takes is set by these sizes, in invoices. */
const SIZES = { ceiling: 400, rate: 4000, small: 1000, large: 20_000, few: 500, many: 2000 } as const;

const CASES: Readonly<Record<string, (store: StoreChoice) => Promise<Figure | readonly Figure[]>>> = {
  start: startToLanded,
  ceiling: (store) => shareOfCeiling(store, SIZES.ceiling),
  rate: (store) => recordsPerSecond(store, SIZES.rate),
  kill: killToDelivered,
  memory: (store) => memoryRatio(store, SIZES.small, SIZES.large),
  event: eventToVerified,
  batches: (store) => batchesWithImages(store, SIZES.few, SIZES.many),
};

async function main(): Promise<void> {
  const {
    json,
    store,
    case: only,
  } = new Command('bench')
    .description(
      'Each figure a ratio or a size from one run, on the embedded store and on a PostgreSQL server.',
    )
    .option('--json', 'print one JSON array as the last line')
    .option('--store <name>', 'only `embedded` or only `server`')
    .option('--case <name>', `only one of ${Object.keys(CASES).join(', ')}`)
    .parse()
    .opts<{ json?: boolean; store?: string; case?: string }>();
  const server = await startPostgres();
  try {
    const figures: Figure[] = [];
    for (const choice of [embedded, onServer(server.connectionString)]) {
      if (store !== undefined && store !== choice.name) continue;
      for (const [name, measure] of Object.entries(CASES)) {
        if (only !== undefined && only !== name) continue;
        const measured = [await measure(choice)].flat();
        figures.push(...measured);
        for (const figure of measured) process.stderr.write(`${line(figure)}\n`);
      }
    }
    if (json) process.stdout.write(`${JSON.stringify(figures)}\n`);
  } finally {
    await server.stop();
  }
}

const embedded: StoreChoice = { name: 'embedded', environment: async () => ({}) };

/** Every case gets a database of its own. */
function onServer(connectionString: string): StoreChoice {
  return {
    name: 'server',
    async environment() {
      const name = `bench_${randomUUID().replaceAll('-', '')}`;
      const client = new Client({ connectionString });
      await client.connect();
      await client.query(`create database ${name}`);
      await client.end();
      const address = new URL(connectionString);
      address.pathname = `/${name}`;
      return { DATABASE_URL: address.href };
    },
  };
}

function line({ name, store, value, unit, goal, how }: Figure): string {
  return `${store.padEnd(8)}  ${name.padEnd(46)} ${String(value).padStart(7)} ${unit.padEnd(9)} (goal ${goal}; ${how})`;
}

void main();
