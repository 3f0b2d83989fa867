import { parseArgs } from 'node:util';
import { DEMO_SIZE } from './data/company';
import { startEpicorBillWorld } from './worlds/epicor-kinetic-bill';

const HELP = `Starts the simulated systems and prints the environment that points a runtime at them.

  --size N            invoices of the main company (${DEMO_SIZE})
  --seed N            choice of the data (1)
  --epicor-port N     port of the simulated Epicor Kinetic (a free one)
  --bill-port N       port of the simulated BILL (a free one)
  --latency MS        waiting time of every answer of BILL (0)
  --pay SECONDS       pays what may be paid, and moves payments on, at this interval (never)
`;

function whole(name: string, text: string | undefined, fallback: number): number {
  if (text === undefined) return fallback;
  if (!/^\d{1,9}$/.test(text)) throw new Error(`--${name} takes a whole number, not "${text}"`);
  return Number(text);
}

async function main(): Promise<void> {
  const option = { type: 'string' } as const;
  const { values } = parseArgs({
    options: {
      size: option,
      seed: option,
      'epicor-port': option,
      'bill-port': option,
      latency: option,
      pay: option,
      help: { type: 'boolean' },
    },
  });
  if (values.help === true) {
    process.stdout.write(HELP);
    return;
  }
  const world = await startEpicorBillWorld({
    size: whole('size', values.size, DEMO_SIZE),
    seed: whole('seed', values.seed, 1),
    ports: {
      epicor: whole('epicor-port', values['epicor-port'], 0),
      bill: whole('bill-port', values['bill-port'], 0),
    },
    pace: { billLatencyMs: whole('latency', values.latency, 0) },
  });
  const lines = Object.entries(world.env).map(([name, value]) => `${name}=${value}`);
  process.stdout.write(`${lines.join('\n')}\n`);
  const seconds = whole('pay', values.pay, 0);
  const paying =
    seconds === 0
      ? undefined
      : setInterval(() => {
          world.payer.tick();
          world.payer.payApprovedBills();
        }, seconds * 1000);
  const stop = () => {
    clearInterval(paying);
    void world.stop();
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
});
