import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Running, runCommand, startCommand } from '../../../tests/support/command';

const TEMPLATE = 'epicor-kinetic-bill';
/** Nothing listens there. */
const NOWHERE = {
  EPICOR_BASE_URL: 'http://127.0.0.1:9/instance',
  EPICOR_COMPANY: 'EPIC06',
  EPICOR_API_KEY: 'canary-api-key',
  EPICOR_USERNAME: 'user',
  EPICOR_PASSWORD: 'canary-password',
  BILL_BASE_URL: 'http://127.0.0.1:9',
  BILL_DEV_KEY: 'canary-dev-key',
  BILL_USERNAME: 'user',
  BILL_PASSWORD: 'canary-bill-password',
  BILL_ORGANIZATION_ID: '00801',
};

let folder: string;
let running: Running[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cli-'));
});
afterEach(async () => {
  for (const each of running.splice(0)) {
    each.kill('SIGKILL');
    await each.ended;
  }
  rmSync(folder, { recursive: true, force: true });
});

/** A run that goes on until it is stopped, once it has the data folder. */
async function startRun(environment: Record<string, string> = NOWHERE): Promise<Running> {
  const run = startCommand(['run', TEMPLATE, '--data', folder], environment);
  running = [...running, run];
  await expect.poll(() => owner(), { timeout: 30_000 }).toBeDefined();
  return run;
}

function owner(): { pid: number } | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, 'database.owner'), 'utf8'));
  } catch {
    return undefined;
  }
}

describe('the command ml-connector', () => {
  it.each([
    [[], /Usage: ml-connector/],
    [['run'], /missing required argument 'template'/],
    [['run', TEMPLATE, '--twice'], /unknown option '--twice'/],
    [['sync'], /unknown command 'sync'/],
    [['run', 'nope'], /no template "nope"[\s\S]*Choose one of: .*epicor-kinetic-bill/],
    [['ping', '../flows'], /no template/],
    [['run', TEMPLATE], /EPICOR_BASE_URL is not set/],
  ])('ends with 2 and says what is wrong: %j', async (words, message) => {
    const { status, stdout, stderr } = await runCommand(words, {});
    expect([status, stdout, stderr]).toEqual([2, '', expect.stringMatching(message)]);
  });

  it('explains itself', async () => {
    const { status, stdout } = await runCommand(['--help'], {});
    expect([status, stdout]).toEqual([0, expect.stringContaining('run [options] <template>')]);
  });

  it('prints nothing but one line of JSON, whatever happens', async () => {
    const { status, stdout, stderr, summary } = await runCommand(['ping', TEMPLATE, '--json'], NOWHERE);
    expect(status).toBe(3);
    expect(stdout.trimEnd().split('\n')).toHaveLength(1);
    expect(summary).toMatchObject({
      template: TEMPLATE,
      ok: false,
      connections: { bill: { ok: false, code: expect.any(String), cause: expect.any(String) } },
    });
    expect(stdout + stderr).not.toContain('canary');
  });

  it('verifies a data folder where nothing has happened', async () => {
    const { status, summary } = await runCommand(['verify', '--json', '--data', folder], {});
    expect([status, summary]).toEqual([0, expect.objectContaining({ ok: true, reconciliation: [] })]);
  });

  it('ends with 2 naming the process that has the embedded store', async () => {
    await startRun();
    const { status, stderr } = await runCommand(['run', TEMPLATE, '--once', '--data', folder], NOWHERE);
    expect([status, stderr]).toEqual([2, expect.stringContaining(`in use by process ${owner()?.pid}`)]);
  });

  it('ends with 0 when it is told to stop, and leaves the data folder free', async () => {
    const run = await startRun();
    await sleep(2_000);
    run.kill('SIGTERM');
    expect(await run.ended).toMatchObject({ status: 0 });
    expect(owner()).toBeUndefined();
  });

  it.each(['ping', 'run'])(
    '%s ends when it is told to stop while a system does not answer',
    async (word) => {
      const asked = Promise.withResolvers<void>();
      const silent = createServer(() => asked.resolve());
      silent.listen(0, '127.0.0.1');
      try {
        await once(silent, 'listening');
        const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
        const words = word === 'run' ? ['run', TEMPLATE, '--once', '--data', folder] : ['ping', TEMPLATE];
        const command = startCommand(words, { ...NOWHERE, EPICOR_BASE_URL: url, BILL_BASE_URL: url });
        running = [...running, command];
        await asked.promise;
        command.kill('SIGTERM');
        expect(await command.ended).toMatchObject({ status: 1 });
      } finally {
        silent.close();
      }
    },
    25_000,
  );

  it('keeps the room for short-lived objects small, unless another size is chosen', async () => {
    const tell = join(folder, 'tell.js');
    writeFileSync(tell, "process.once('exit', () => console.error('flags ' + process.execArgv.join(' ')));");
    const said = async (options: string) =>
      (await runCommand(['--help'], { ...NOWHERE, NODE_OPTIONS: `--require ${tell}${options}` })).stderr;
    expect(await said('')).toContain('flags --max-semi-space-size=8');
    expect(await said(' --max-semi-space-size=32')).not.toContain('=8');
  });

  it('runs on the Node of the package, and leaves nothing running when the other Node is killed', async () => {
    const otherNode = join(folder, 'other-node.js');
    writeFileSync(
      otherNode,
      "if (/ml-connector.js$/.test(process.argv[1])) Object.defineProperty(process, 'version', { value: 'v20.0.0' });",
    );
    const run = await startRun({ ...NOWHERE, NODE_OPTIONS: `--require ${otherNode}` });
    const pid = owner()?.pid ?? 0;
    expect(pid).not.toBe(run.pid);
    process.kill(run.pid, 'SIGKILL');
    await expect.poll(() => isAlive(pid), { timeout: 5_000 }).toBe(false);
    expect((await runCommand(['verify', '--data', folder], NOWHERE)).stderr).not.toContain('in use');
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
