import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ExpectedEntry, invoicesFor, journalsByEntry } from '../../sandbox/world/airbase-books';
import {
  type EpicorAirbaseOptions,
  type EpicorAirbaseWorld,
  startEpicorAirbaseWorld,
} from '../../sandbox/worlds/epicor-kinetic-airbase';
import { type Ended, type Running, runCommand, startCommand } from './command';

const TEMPLATE = 'epicor-kinetic-airbase';

type Variables = Readonly<Record<string, string>>;

/** The built command with a data folder of its own, between a simulated Epicor and a simulated Airbase. */
export interface AirbaseRun {
  readonly world: EpicorAirbaseWorld;
  readonly folder: string;
  /** `run --once --json`. */
  once(variables?: Variables): Promise<Ended>;
  /** The same, not yet ended. */
  begin(variables?: Variables): Running;
  command(words: readonly string[], variables?: Variables): Promise<Ended>;
  /** The one entry that the simulation calls by this title. */
  entry(title: string): ExpectedEntry;
  /** Somebody enters the same once more, under another number, and it is approved. */
  submitLike(title: string): ExpectedEntry;
  /** How many documents in Epicor stand for an entry: invoices, or journals. */
  standing(expected: ExpectedEntry): number;
  stop(): Promise<void>;
}

export async function startAirbaseRun(options: EpicorAirbaseOptions = {}): Promise<AirbaseRun> {
  const world = await startEpicorAirbaseWorld(options);
  const folder = await mkdtemp(join(tmpdir(), 'ml-connector-test-'));
  const data = ['--data', folder];
  const begin = (variables: Variables = {}) =>
    startCommand(['run', TEMPLATE, '--once', '--json', ...data], { ...world.env, ...variables });
  const entryCalled = (title: string): ExpectedEntry => {
    const found = world.books.entries.filter(({ seed }) => seed.title === title);
    if (found.length !== 1 || !found[0]) throw new Error(`${found.length} entries called "${title}"`);
    return found[0];
  };
  let submitted = 0;
  return {
    world,
    folder,
    begin,
    once: (variables) => begin(variables).ended,
    command: (words, variables = {}) =>
      runCommand([...words, ...(words[0] === 'verify' ? data : [])], { ...world.env, ...variables }),
    entry: entryCalled,
    submitLike: (title) => {
      const { content } = entryCalled(title).entry;
      submitted += 1;
      const invoiceNumber = content.invoiceNumber && `MORE-${submitted}`;
      const expected: ExpectedEntry = {
        entry: world.airbase.spend.submit({ ...content, invoiceNumber }, 'approved'),
        seed: { title: `like ${title}, ${submitted}`, accepts: ['confirmed'] },
        disputed: false,
        corrected: false,
      };
      world.books.entries.push(expected);
      return expected;
    },
    standing: ({ entry }) =>
      entry.content.kind === 'card'
        ? (journalsByEntry(world.books).get(entry) ?? []).length
        : invoicesFor(world.books, entry).length,
    stop: async () => {
      await world.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
