import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Entry } from '../../sandbox/airbase/records';
import { type ExpectedEntry, invoicesFor, journalsByEntry } from '../../sandbox/world/airbase-books';
import {
  type EpicorAirbaseOptions,
  type EpicorAirbaseWorld,
  startEpicorAirbaseWorld,
} from '../../sandbox/worlds/epicor-kinetic-airbase';
import { isWrite } from '../faults/write-calls';
import { type Ended, type Running, runCommand, startCommand } from './command';

export const SPEND = 'spend-to-epicor-kinetic';
/** Of one test, milliseconds. */
export const RUN_MS = 300_000;

const TEMPLATE = 'epicor-kinetic-airbase';

type Variables = Readonly<Record<string, string>>;

/** The built command with a data folder of its own, between a simulated Epicor and a simulated Airbase. */
export interface AirbaseRun {
  readonly world: EpicorAirbaseWorld;
  readonly folder: string;
  /** `run --once --json`. */
  once(variables?: Variables): Promise<Ended>;
  /** The same, and nothing is left to do. */
  well(variables?: Variables): Promise<Ended>;
  /** The same as `once`, not yet ended. */
  begin(variables?: Variables): Running;
  command(words: readonly string[], variables?: Variables): Promise<Ended>;
  /** The one entry that the simulation calls by this title. */
  entry(title: string): ExpectedEntry;
  /** Somebody enters the same once more, under another number, and it is approved. */
  submitLike(title: string): ExpectedEntry;
  /** How many documents in Epicor stand for an entry: invoices, or journals. */
  standing(expected: ExpectedEntry): number;
  /** `METHOD path` of the calls so far that may have changed something in a system. */
  writes(): string[];
  stop(): Promise<void>;
}

/** What a run counted of one sync. */
export interface Counts {
  readonly confirmed: number;
  readonly unknown: number;
  readonly ignored: Readonly<Record<string, number>>;
  readonly parked: Readonly<Record<string, number>>;
}

export function countsOf(ended: Ended, sync: string): Counts {
  return (ended.summary as { syncs: Record<string, Counts> }).syncs[sync] as Counts;
}

/** What Airbase was told about an entry, in order. */
export function markedAs({ marks }: Entry): string[] {
  return marks.map(({ status }) => status);
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
    well: async (variables) => {
      const ended = await begin(variables).ended;
      expect([ended.status, ended.stderr]).toEqual([0, expect.any(String)]);
      return ended;
    },
    writes: () =>
      Object.values(world.systems).flatMap(({ traffic }) =>
        traffic.log.filter((each) => isWrite(each)).map(({ method, url }) => `${method} ${url}`),
      ),
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
