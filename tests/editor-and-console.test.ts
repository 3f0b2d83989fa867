import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EpicorBillWorld, startEpicorBillWorld } from '../sandbox/worlds/epicor-kinetic-bill';
import { startBrowser } from './support/browser';
import { type StartedRuntime, startRuntimeProcess } from './support/runtime';

const WAIT = { timeout: 30_000 };

/** Where pictures go: `ML_PICTURES=docs/pictures` renews those of the documentation. */
let pictures: string;
let world: EpicorBillWorld;
let runtime: StartedRuntime;
let browser: Browser;
let page: Page;
const outside: string[] = [];

beforeAll(async () => {
  pictures = process.env['ML_PICTURES'] ?? (await mkdtemp(join(tmpdir(), 'ml-connector-pictures-')));
  world = await startEpicorBillWorld({ pace: { postingMs: 20 } });
  runtime = await startRuntimeProcess('epicor-kinetic-bill', { ...world.env, ML_POLL_SECONDS: '5' });
  browser = await startBrowser();
  page = await browser.newPage({ viewport: { width: 1500, height: 950 } });
  page.on('request', (request) => {
    const { hostname, protocol } = new URL(request.url());
    if (protocol.startsWith('http') && hostname !== '127.0.0.1') outside.push(request.url());
  });
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await runtime?.stop();
  await world?.stop();
  if (!process.env['ML_PICTURES'] && pictures) await rm(pictures, { recursive: true, force: true });
});

/** Closes the sidebar and zooms until the tab fits. */
async function wholeFlow(): Promise<void> {
  await page.setViewportSize({ width: 1900, height: 1000 });
  await page.evaluate(() => {
    const { RED } = window as unknown as {
      RED: { actions: { invoke(action: string, state?: boolean): void } };
    };
    RED.actions.invoke('core:toggle-sidebar', false);
    RED.actions.invoke('core:zoom-fit');
  });
  await page.waitForTimeout(1500);
}

const take = (name: string) => page.screenshot({ path: join(pictures, `${name}.png`) });

describe('the operations console', () => {
  it('shows nothing without a sign-in, and takes the same one as the editor', async () => {
    expect((await fetch(`${runtime.url}/ops/api/overview`)).status).toBe(401);
    await page.goto(`${runtime.url}/ops/`);
    await page.fill('input[name=username]', 'admin');
    await page.fill('input[name=password]', runtime.password);
    await page.click('button[type=submit]');
    await page.waitForSelector('text=payments-to-epicor-kinetic', WAIT);
  });

  it('lists every sync with its counts while records arrive', async () => {
    await page.waitForFunction(
      () => {
        const rows = [...document.querySelectorAll('tr')];
        const invoices = rows.find((row) => row.textContent?.includes('invoices-to-bill'));
        return Number(invoices?.querySelector('.count.confirmed')?.textContent ?? 0) > 20;
      },
      undefined,
      WAIT,
    );
    const names = await page.$$eval('tbody td:first-child > a', (links) =>
      links.map((link) => link.textContent),
    );
    expect(names).toEqual([
      'gl-accounts-to-bill',
      'vendors-to-bill',
      'invoices-to-bill',
      'payments-to-epicor-kinetic',
    ]);
    await take('console');
  });

  it('lists parked records by reason, and explains one on its passport', async () => {
    await page.goto(`${runtime.url}/ops/#/records?sync=invoices-to-bill&state=parked`);
    await page.click('.chip:has-text("gl-account-unmapped")', WAIT);
    await page.waitForURL(/reason=gl-account-unmapped/);
    await page.waitForFunction(() => document.querySelectorAll('tbody tr').length < 10, undefined, WAIT);
    await take('records');
    await page.click('tbody td:first-child a');
    await page.waitForSelector('.passport', WAIT);
    const passport = (await page.textContent('.passport')) ?? '';
    expect(passport).toContain('No account over there has this number.');
    expect(passport).toContain('landed');
    await take('passport');
  });

  it('replays a record with a reason, which its passport then tells', async () => {
    await page.click('button:has-text("Replay…")');
    await page.waitForSelector('dialog >> text=1 record is', WAIT);
    await page.fill('dialog input[name=why]', 'checked the chart of accounts');
    await take('replay');
    await page.click('dialog button[type=submit]');
    await page.waitForSelector('text=checked the chart of accounts', WAIT);
    expect(await page.textContent('.history')).toContain('admin');
  });
});

// A browser on a loaded machine may miss a beat; what is wrong stays wrong.
describe('the flow editor', { retry: 2 }, () => {
  it('shows the template as a tab for each direction, and calls nobody outside', async () => {
    await page.goto(runtime.url);
    await page.waitForSelector('.red-ui-flow-node', WAIT);
    const tabs = await page.$$eval('.red-ui-tab-label', (labels) =>
      labels.map((label) => label.textContent?.trim()),
    );
    expect(tabs).toEqual(expect.arrayContaining(['Epicor Kinetic → BILL', 'BILL → Epicor Kinetic']));
    const marked = await page.$$eval('.red-ui-flow-node-error', (marks) =>
      marks
        .filter((mark) => getComputedStyle(mark).display !== 'none')
        .map((mark) => mark.parentElement?.textContent),
    );
    expect(marked).toEqual([]);
    await wholeFlow();
    await take('flow');
    await page.click('.red-ui-tab-label:has-text("BILL → Epicor Kinetic")');
    await wholeFlow();
    await take('flow-back');
    expect(outside).toEqual([]);
  });

  it('lists the template in the import dialog', async () => {
    const answer = await fetch(`${runtime.url}/library/ml-templates/flows/`, {
      headers: { authorization: `Bearer ${await runtime.token()}` },
    });
    expect(JSON.stringify(await answer.json())).toContain('Epicor Kinetic ↔ BILL');
  });

  it('keeps secrets out of what it gives to the browser', async () => {
    const answer = await fetch(`${runtime.url}/flows`, {
      headers: { authorization: `Bearer ${await runtime.token()}` },
    });
    const everything = (await answer.text()) + runtime.log();
    const canaries = Object.entries(world.env).filter(([name]) => /PASSWORD|KEY|SECRET/.test(name));
    expect(canaries.filter(([, secret]) => everything.includes(secret)).map(([name]) => name)).toEqual([]);
  });
});
