import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEpicorAvidWorld } from '../sandbox/worlds/epicor-kinetic-avidxchange';
import type { Figure, StoreChoice } from './cases';
import { startRuntime } from './runtime-process';

const TEMPLATE = 'epicor-kinetic-avidxchange';
/** Scans of an invoice are about this large, bytes. */
const IMAGE_BYTES = 200_000;
const MOST_IN_A_BATCH = 50;
const SUBMISSION = /^POST .*\/invoices\/batches$/;

interface Sending {
  readonly invoices: number;
  readonly batches: number;
  /** At AvidXchange, about invoices, from the first batch on. */
  readonly calls: number;
  /** Peak of the resident memory from then on, MB. */
  readonly peakMb: number;
}

/** What it takes to send many invoices with images, against few: memory, fullness of batches, calls. */
export async function batchesWithImages(
  store: StoreChoice,
  small: number,
  large: number,
): Promise<readonly Figure[]> {
  const [few, many] = [await send(store, small), await send(store, large)];
  const figure = (name: string, value: number, unit: string, goal: string, how: string): Figure => ({
    name,
    store: store.name,
    value: Math.round(value * 100) / 100,
    unit,
    goal,
    how,
  });
  const full = Math.ceil(many.invoices / MOST_IN_A_BATCH);
  return [
    figure(
      `memory, ${large} invoices with images to ${small}`,
      many.peakMb / few.peakMb,
      'times',
      '1.2',
      `${many.peakMb} MB against ${few.peakMb} MB resident while batches are sent, ${IMAGE_BYTES / 1000} kB an image`,
    ),
    figure(
      'batches, against as few as there could be',
      many.batches / full,
      'times',
      '1.1',
      `${many.invoices} invoices in ${many.batches} batches of at most ${MOST_IN_A_BATCH}`,
    ),
    figure(
      'calls at AvidXchange for an invoice',
      many.calls / many.invoices,
      'calls',
      '0.2',
      `${many.calls} calls for ${many.invoices} invoices, look-ups and status of batches included`,
    ),
  ];
}

async function send(store: StoreChoice, size: number): Promise<Sending> {
  const folder = await mkdtemp(join(tmpdir(), 'ml-connector-bench-'));
  const world = await startEpicorAvidWorld({
    size,
    imageBytes: IMAGE_BYTES,
    avidSwitches: { callsPerMinute: 6_000 },
  });
  try {
    let begun = Number.POSITIVE_INFINITY;
    world.avid.traffic.before(SUBMISSION, () => {
      begun = Math.min(begun, performance.now());
    });
    const runtime = startRuntime(TEMPLATE, folder, { ...world.env, ...(await store.environment()) });
    await runtime.ended;
    const { log } = world.avid.traffic;
    const sent = log.filter(({ method, url }) => SUBMISSION.test(`${method} ${url}`));
    const from = sent[0]?.at ?? 0;
    return {
      invoices: world.avid.site.batches
        .filter(({ kind }) => kind === 'invoices')
        .reduce((sum, { itemCount }) => sum + itemCount, 0),
      batches: sent.length,
      calls: log.filter(({ at, url }) => at >= from && /invoices/.test(url)).length,
      peakMb: runtime.peakMbSince(begun),
    };
  } finally {
    await world.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
