import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ACUMATICA_SECRETS } from '../sandbox/worlds/acumatica-bill';
import { openSessions, signInsOf, startProduct as start, until } from './support/acumatica-run';
import { runCommand } from './support/command';
import { freePort } from './support/free-port';

const TEMPLATE = 'acumatica-bill';
const RUN_MS = 240_000;

describe('the connection to Acumatica, from outside', () => {
  it.each(['oauth', 'cookie'] as const)(
    'G1: signs in once per run and once per expiry, and goes on in the session that a killed run left (%s)',
    async (auth) => {
      const { world, serve, run } = await start({ auth, acumaticaSwitches: { latencyMs: 5 } });
      const { acumatica } = world;
      let expired = 0;
      acumatica.traffic.before(/GET .*\/Bill\/Bill\/\d+/, (nth) => {
        if (nth !== 10 && nth !== 20) return;
        expired += 1;
        acumatica.sessions.closeAll();
        acumatica.signIn.expireTokens();
      });
      const first = await run();
      expect([first.status, expired, signInsOf(first)]).toEqual([0, 2, 3]);
      expect(openSessions(world)).toBe(0);

      world.clerk.touchBills(40);
      const before = acumatica.traffic.total;
      const killed = serve({}, ['--once']);
      await until('the second run reads bills', () => acumatica.traffic.total > before + 20);
      killed.kill('SIGKILL');
      await killed.ended;
      expect(openSessions(world)).toBe(1);
      const signIns = acumatica.traffic.signIns;
      const third = await run();
      expect([third.status, signInsOf(third)]).toEqual([0, 0]);
      expect(acumatica.traffic.signIns).toBe(signIns);
      expect(openSessions(world)).toBe(0);
    },
    RUN_MS,
  );

  it.each(['oauth', 'cookie'] as const)(
    'leaves no session behind when it is told to end, in the middle of its work (%s)',
    async (auth) => {
      const { world, serve } = await start({ auth, acumaticaSwitches: { latencyMs: 20 } });
      const running = serve();
      await until('it reads bills', () => world.acumatica.traffic.total > 30);
      expect(openSessions(world)).toBe(1);
      running.kill('SIGTERM');
      const { stderr } = await running.ended;
      expect([openSessions(world), stderr]).toEqual([0, expect.any(String)]);
    },
    RUN_MS,
  );

  it(
    'comes by the code of a sign-in in a browser once, and by renewals from then on, without user and password',
    async () => {
      const { world, run } = await start({ acumaticaSwitches: { latencyMs: 0 } });
      const { signIn } = world.acumatica;
      const redirect = 'https://runtime.example/oauth';
      signIn.access = { ...signIn.access, redirectUris: [redirect] };
      const query = new URLSearchParams({
        response_type: 'code',
        client_id: world.env['ACUMATICA_CLIENT_ID'] ?? '',
        redirect_uri: redirect,
        scope: 'api offline_access',
      });
      const authorize = `${world.env['ACUMATICA_BASE_URL']}/identity/connect/authorize?${query}`;
      const back = (await fetch(authorize, { redirect: 'manual' })).headers.get('location') ?? '';
      const signedIn = {
        ACUMATICA_AUTH: 'oauth-code',
        ACUMATICA_AUTHORIZATION_CODE: new URL(back).searchParams.get('code') ?? '',
        ACUMATICA_REDIRECT_URI: redirect,
        ACUMATICA_USERNAME: '',
        ACUMATICA_PASSWORD: '',
      };
      for (const time of ['first', 'second']) {
        const ended = await run(signedIn);
        expect([time, ended.status, signInsOf(ended)]).toEqual([time, 0, 1]);
        expect(openSessions(world)).toBe(0);
      }
      const used = await runCommand(['ping', TEMPLATE, '--json'], { ...world.env, ...signedIn });
      expect([used.status, used.stdout]).toEqual([3, expect.stringContaining('ACUMATICA_SIGN_IN_AGAIN')]);
      const { ACUMATICA_AUTHORIZATION_CODE: _code, ...without } = signedIn;
      const missing = await run(without);
      expect([missing.status, missing.stderr]).toEqual([2, expect.stringContaining('AUTHORIZATION_CODE')]);
    },
    RUN_MS,
  );

  it(
    'G5, G7: names the cause and the remedy when Acumatica cannot be used, and leaves no session behind',
    async () => {
      const { world } = await start();
      const ping = (environment: Record<string, string> = {}) =>
        runCommand(['ping', TEMPLATE, '--json'], { ...world.env, ...environment });
      const clientId = world.env['ACUMATICA_CLIENT_ID'] ?? '';
      const troubles: readonly (readonly [RegExp, Record<string, string>])[] = [
        [/22\.200\.001.*23\.200\.001.*24\.200\.001/, { ACUMATICA_VERSION: '25.200.001' }],
        [/ACUMATICA_PASSWORD/, { ACUMATICA_PASSWORD: 'wrong' }],
        [/ACUMATICA_CLIENT_SECRET/, { ACUMATICA_CLIENT_SECRET: 'wrong' }],
        [/ACUMATICA_TENANT/, { ACUMATICA_AUTH: 'cookie', ACUMATICA_TENANT: 'Nowhere' }],
        [/ACUMATICA_BRANCH/, { ACUMATICA_AUTH: 'cookie', ACUMATICA_BRANCH: 'NOWHERE' }],
        [/NOWHERE \(ACUMATICA_BRANCH\); the tenant has MAIN/, { ACUMATICA_BRANCH: 'NOWHERE' }],
        [/Brightwater Labs/, { ACUMATICA_CLIENT_ID: clientId.replace(/@.*/, '@Brightwater Labs') }],
        [/ACUMATICA_BASE_URL/, { ACUMATICA_BASE_URL: `${world.env['ACUMATICA_BASE_URL']}/elsewhere` }],
      ];
      expect((await ping()).status).toBe(0);
      for (const [said, environment] of troubles) {
        const { status, stdout } = await ping(environment);
        expect([status, stdout]).toEqual([3, expect.stringMatching(said)]);
      }
      world.acumatica.switches.forbidden = ['Check'];
      const { status, stdout } = await ping();
      expect([status, stdout]).toEqual([3, expect.stringMatching(/AP payments[^}]*"ok": ?false/)]);
      expect(openSessions(world)).toBe(0);
    },
    RUN_MS,
  );

  it(
    'F1: wakes for a push notification, refuses one without the secret, and sends the bill once however often it is told',
    async () => {
      const { world, serve } = await start({ acumaticaSwitches: { duplicatePushes: true, pushPace: 0.05 } });
      const port = await freePort();
      const address = `http://127.0.0.1:${port}`;
      const running = serve({ PORT: String(port), ML_PUBLIC_URL: address, ML_POLL_SECONDS: '3600' });
      const sent = (number: string) =>
        world.organization.bills.all.filter((bill) => bill.number === number).length;
      await until('the first sync is over', () => sent('BD-1001') === 1 && sent('TD-502') === 1);
      world.pushTo(address);
      world.clerk.copyBill(world.clerk.billOf('BRIGHTDESK', 'BD-1001'), 'PUSHED-1');
      await until('the bill is there', () => sent('PUSHED-1') === 1);
      await world.push.settled();
      expect(world.push.sent.map(({ status }) => status)).not.toContain(401);
      const forged = await fetch(`${address}/hooks/acumatica/default`, {
        method: 'POST',
        headers: { 'x-push': 'guessed' },
        body: world.push.sent[0]?.body ?? '',
      });
      expect(forged.status).toBe(401);
      running.kill('SIGTERM');
      await running.ended;
      expect(sent('PUSHED-1')).toBe(1);
    },
    RUN_MS,
  );

  it(
    'I3: lets no secret, no token and no session into its output or its data folder',
    async () => {
      const { world, folder, serve, run } = await start({ acumaticaSwitches: { latencyMs: 5 } });
      const killed = serve({}, ['--once']);
      await until('it reads bills', () => world.acumatica.traffic.total > 20);
      killed.kill('SIGKILL');
      const ended = [
        await killed.ended,
        await run(),
        await run({ ACUMATICA_PASSWORD: `${ACUMATICA_SECRETS.password}-wrong` }),
      ];
      const texts = ended.flatMap(({ stdout, stderr }) => [stdout, stderr]);
      for (const file of await readdir(folder, { recursive: true, withFileTypes: true })) {
        if (file.isFile()) texts.push(await readFile(join(file.parentPath, file.name), 'latin1'));
      }
      const canaries = [...Object.values(ACUMATICA_SECRETS), '9900554471'];
      expect(canaries.filter((canary) => texts.some((each) => each.includes(canary)))).toEqual([]);
    },
    RUN_MS,
  );
});
