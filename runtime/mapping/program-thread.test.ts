import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../connector/json';
import type { Lookups } from './functions';
import { DEFAULT_LIMITS } from './limits';
import { ProgramThread } from './program-thread';

const RECORD = { sync: 'invoices', company: 'EPIC06', sent: false };
const NO_LINKS: Lookups = { link: async () => undefined, source: async () => undefined };

let folder: string;
let file: string;
let thread: ProgramThread;

beforeAll(async () => {
  folder = mkdtempSync(join(__dirname, '../../node_modules/.program-thread-'));
  file = join(folder, 'program-worker.cjs');
  const bundle = await rolldown({
    input: join(__dirname, 'program-worker.ts'),
    platform: 'node',
    external: /^[a-z@]/,
  });
  await bundle.write({ file, format: 'cjs' });
});
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => thread.close());

function start(options: { timeMs?: number; memoryMb?: number } = {}): ProgramThread {
  const limits = { ...DEFAULT_LIMITS, timeMs: options.timeMs ?? DEFAULT_LIMITS.timeMs };
  thread = new ProgramThread({ limits, file, ...(options.memoryMb ? { memoryMb: options.memoryMb } : {}) });
  return thread;
}

function evaluate(document: string, data: JsonObject = {}, lookups = NO_LINKS) {
  return thread.prepare({ rules: [], document }).run({ data, record: RECORD }, lookups);
}

/** Longest time that this thread's timers were kept waiting meanwhile, milliseconds. */
async function stallDuring(work: Promise<unknown>): Promise<number> {
  let worst = 0;
  let last = performance.now();
  const timer = setInterval(() => {
    worst = Math.max(worst, performance.now() - last - 10);
    last = performance.now();
  }, 10);
  await work.finally(() => clearInterval(timer));
  return worst;
}

describe('mappings in a thread of their own', () => {
  it('give the same results, many at once, with look-ups answered here', async () => {
    start();
    const lookups: Lookups = {
      link: async (sync, company, key) =>
        key === 'lost' ? undefined : { ref: `${company}/${sync}/${key}`, attributes: {} },
      source: async () => ({ key: 'k', data: { a: '1.10' } }),
      missingReason: () => 'department-unmapped',
    };
    const program = thread.prepare({
      rules: [{ applies: 'any', when: 'n = 7' }],
      document: '{"ref": $link("vendors", $string(n)), "sum": $add($source("x", "y").data.a, n)}',
    });
    const results = await Promise.all(
      Array.from({ length: 50 }, (_, n) => program.run({ data: { n }, record: RECORD }, lookups)),
    );
    expect(results[3]).toEqual({ kind: 'document', document: { ref: 'EPIC06/vendors/3', sum: '4.1' } });
    expect(results[7]).toMatchObject({ kind: 'rule', index: 0 });
    expect(await evaluate('$link("vendors", "lost")', {}, lookups)).toMatchObject({
      kind: 'outcome',
      reason: 'department-unmapped',
      waitsFor: { sync: 'vendors', key: 'lost' },
    });
  });

  it('I5 loop without end while this thread goes on', async () => {
    start({ timeMs: 1_000 });
    const looping = evaluate('($f := function($n){ $f($n + 1) }; $f(1))');
    const stall = await stallDuring(looping);
    expect(await looping).toMatchObject({
      kind: 'failed',
      failure: { code: 'MAPPING_TIMEOUT', field: 'document' },
    });
    expect(stall).toBeLessThan(1_500);
  });

  it('I5 are interrupted where the engine cannot do it, and the others are run again', async () => {
    start({ timeMs: 200 });
    let answer: (() => void) | undefined;
    const waiting = evaluate(
      '$link("vendors", "1")',
      {},
      {
        ...NO_LINKS,
        link: () => new Promise((resolve) => (answer = () => resolve({ ref: 'v-1', attributes: {} }))),
      },
    );
    const stuck = evaluate(`$match("${'a'.repeat(40)}!", /(a+)+$/)`);
    expect(await stuck).toMatchObject({ kind: 'failed', failure: { code: 'MAPPING_TIMEOUT' } });
    const after = evaluate('1 + 1');
    expect(await after).toEqual({ kind: 'document', document: 2 });
    answer?.();
    expect(await waiting).toEqual({ kind: 'document', document: 'v-1' });
  });

  it('I5 end with a coded error when they take too much memory', async () => {
    start({ timeMs: 20_000, memoryMb: 32 });
    const grower =
      '($grow := function($list){ $grow($append($list, [$list.{"a": [1..2000]}])) }; $grow([{"a": 1}]))';
    expect(await evaluate(grower)).toMatchObject({ kind: 'failed', failure: { code: 'MAPPING_TOO_LARGE' } });
    expect(await evaluate('"still here"')).toEqual({ kind: 'document', document: 'still here' });
  });

  it('let an error of a look-up through as it is', async () => {
    start();
    const down: Lookups = { ...NO_LINKS, link: () => Promise.reject(new Error('connection lost')) };
    await expect(evaluate('$link("vendors", "1")', {}, down)).rejects.toThrow('connection lost');
    expect(await evaluate('1')).toEqual({ kind: 'document', document: 1 });
  });

  it('are refused before they start when they do not parse', () => {
    start();
    expect(() => thread.prepare({ rules: [], document: '{"a": ' })).toThrow(
      expect.objectContaining({ code: 'MAPPING_SYNTAX' }),
    );
  });

  it('are rejected when the thread is closed under them', async () => {
    start();
    const waiting = evaluate('$link("vendors", "1")', {}, { ...NO_LINKS, link: () => new Promise(() => {}) });
    const rejected = expect(waiting).rejects.toThrow('closed');
    await thread.close();
    await rejected;
  });
});
