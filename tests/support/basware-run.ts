import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DocumentRecord } from '../../sandbox/basware/document-record';
import type { Row } from '../../sandbox/epicor-kinetic/table-rows';
import { invoicesFor } from '../../sandbox/world/basware-books';
import {
  type EpicorBaswareOptions,
  type EpicorBaswareWorld,
  startEpicorBaswareWorld,
} from '../../sandbox/worlds/epicor-kinetic-basware';
import { type Ended, type Running, runCommand, startCommand } from './command';
import { freePort } from './free-port';

const TEMPLATE = 'epicor-kinetic-basware';
const LOOK_MS = 20;

type Variables = Readonly<Record<string, string>>;

/** The built command with a data folder of its own, between a simulated Epicor and a simulated Basware. */
export interface BaswareRun {
  readonly world: EpicorBaswareWorld;
  readonly folder: string;
  /** `run --once --json`. */
  once(variables?: Variables): Promise<Ended>;
  /** The same, not yet ended. */
  begin(variables?: Variables): Running;
  /** Runs until it is stopped, and is subscribed to Basware's notifications. Polls seldom unless told otherwise. */
  listen(variables?: Variables): Promise<Running>;
  command(words: readonly string[], variables?: Variables): Promise<Ended>;
  /** The one document of this number. */
  document(invoiceNumber: string): DocumentRecord;
  /** What stands in Epicor under a document's supplier and number. */
  invoices(document: DocumentRecord): Row[];
  stop(): Promise<void>;
}

export async function startBaswareRun(options: EpicorBaswareOptions = {}): Promise<BaswareRun> {
  const world = await startEpicorBaswareWorld(options);
  const folder = await mkdtemp(join(tmpdir(), 'ml-connector-test-'));
  const data = ['--data', folder];
  const begin = (variables: Variables = {}) =>
    startCommand(['run', TEMPLATE, '--once', '--json', ...data], { ...world.env, ...variables });
  const started: Running[] = [];
  return {
    world,
    folder,
    begin,
    once: (variables) => begin(variables).ended,
    listen: async (variables = {}) => {
      const port = await freePort();
      const running = startCommand(['run', TEMPLATE, ...data], {
        ...world.env,
        PORT: String(port),
        ML_PUBLIC_URL: `http://127.0.0.1:${port}`,
        ML_POLL_SECONDS: '3600',
        ...variables,
      });
      started.push(running);
      const { subscriptions } = world.basware.push;
      const isOurs = ({ url }: { readonly url: string }) => url.includes(`:${port}/`);
      await until('it is subscribed', () => [...subscriptions.values()].some(isOurs));
      return running;
    },
    command: (words, variables = {}) =>
      runCommand([...words, ...(words[0] === 'verify' ? data : [])], { ...world.env, ...variables }),
    document: (invoiceNumber) => {
      const found = world.books.documents.filter(
        ({ document }) => document.content.invoiceNumber === invoiceNumber,
      );
      if (found.length !== 1 || !found[0]) throw new Error(`${found.length} documents ${invoiceNumber}`);
      return found[0].document;
    },
    invoices: (document) => invoicesFor(world.books, document),
    stop: async () => {
      for (const running of started) running.kill('SIGKILL');
      await Promise.all(started.map(({ ended }) => ended));
      await world.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Looks again and again until it is so. @throws Error naming what did not come about */
export async function until(what: string, isSo: () => boolean, longestMs = 60_000): Promise<void> {
  for (const end = performance.now() + longestMs; !isSo(); ) {
    if (performance.now() > end) throw new Error(`not within ${longestMs} ms: ${what}`);
    await sleep(LOOK_MS);
  }
}
