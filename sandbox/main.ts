import { Command, InvalidArgumentError, Option } from 'commander';
import { DEMO_SIZE } from './data/company';
import { SIMULATED, startSimulation } from './simulations';

interface Choices {
  readonly template: string;
  readonly size: number;
  readonly seed: number;
  readonly work: number;
}

/** Starts the systems of a template alone, for a runtime that somebody starts by hand. */
async function main(): Promise<void> {
  const { template, size, seed, work } = new Command('sandbox')
    .description(
      'Starts the simulated systems of a template, and prints the environment that points a runtime at them.',
    )
    .addOption(
      new Option('--template <name>', 'whose two systems').choices(SIMULATED).default('epicor-kinetic-bill'),
    )
    .option('--size <n>', 'documents of the main company', wholeNumber, DEMO_SIZE)
    .option('--seed <n>', 'choice of the data', wholeNumber, 1)
    .option('--work <seconds>', 'people approve, pay and clear at this interval; 0: never', wholeNumber, 0)
    .parse()
    .opts<Choices>();
  const world = await startSimulation(template, { size, seed });
  const lines = Object.entries(world.env).map(([name, value]) => `${name}=${value}`);
  process.stdout.write(`${lines.join('\n')}\n`);
  const working = work === 0 ? undefined : setInterval(() => world.people.work(), work * 1000);
  const stop = () => {
    clearInterval(working);
    void world.stop();
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('a whole number');
  return Number(text);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
});
