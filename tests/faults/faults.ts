import { Command, InvalidArgumentError, Option } from 'commander';
import { startPostgres } from '../support/postgres';
import { planOf } from './seed-plan';
import { runSeed, type SeedResult } from './seed-run';
import type { StoreName } from './stores';
import { inWords, totalsOf } from './totals';

interface Choices {
  readonly seeds: number;
  readonly from: number;
  readonly template: string;
  readonly store: StoreName | 'both';
  readonly ownWaits?: boolean;
  readonly json?: boolean;
}

async function main(): Promise<void> {
  const choices = new Command('faults')
    .description('Seeded runs under faults and kills, judged by the state of both systems.')
    .option('--seeds <n>', 'how many seeds, each on every store', wholeNumber, 20)
    .option('--from <n>', 'the first seed; a failing one replays with --from N --seeds 1', wholeNumber, 1)
    .option('--template <name>', 'the template that runs', 'epicor-kinetic-bill')
    .addOption(new Option('--store <name>').choices(['embedded', 'server', 'both']).default('both'))
    .option('--own-waits', "the product's own waits and time-outs instead of short ones")
    .option('--json', 'print the totals as one JSON object, as the last line')
    .parse()
    .opts<Choices>();
  const stores: StoreName[] = choices.store === 'both' ? ['embedded', 'server'] : [choices.store];
  const server = stores.includes('server') ? await startPostgres({ fsync: 'off' }) : undefined;
  const started = performance.now();
  const results: SeedResult[] = [];
  try {
    for (let seed = choices.from; seed < choices.from + choices.seeds && !stopping; seed += 1) {
      for (const store of stores) {
        const result = await runSeed(planOf(choices.template, seed), {
          template: choices.template,
          store,
          server: server?.connectionString,
          preloads: choices.ownWaits ? [] : ['short-waits'],
        });
        results.push(result);
        tell(result);
      }
    }
  } finally {
    await server?.stop();
  }
  const totals = totalsOf(results, (performance.now() - started) / 1000);
  process.stderr.write(`${inWords(totals)}\n`);
  if (choices.json) process.stdout.write(`${JSON.stringify(totals)}\n`);
  process.exitCode = totals.brokenPromises === 0 ? 0 : 1;
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('a whole number from 1 on');
  return value;
}

function tell({ seed, store, kills, calls, seconds, broken, passport }: SeedResult): void {
  const verdict = broken.length === 0 ? 'holds' : 'BROKEN';
  process.stderr.write(
    `seed ${seed} ${store}: ${verdict} (${kills} kills, ${calls} calls, ${Math.round(seconds)} s)\n`,
  );
  for (const promise of broken) process.stderr.write(`  ${promise}\n`);
  if (passport) process.stderr.write(`${passport}\n`);
}

let stopping = false;
// The first time it ends after the seed at hand, with totals; the second time at once, and what was started ends too.
process.on('SIGINT', () => {
  if (stopping) process.exit(130);
  stopping = true;
});
void main();
