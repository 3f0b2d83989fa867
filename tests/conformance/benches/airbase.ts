import { connectAirbase } from '../../../nodes/airbase/client';
import { manifest } from '../../../nodes/airbase/manifest';
import { type Airbase, startAirbase } from '../../../sandbox/airbase/start';
import { MovableClock } from '../../../sandbox/clock';
import { firstOf } from '../../../sandbox/faults/plan';
import { startFaultProxy } from '../../../sandbox/faults/proxy';
import type { Bench, Settings, Stand } from '../bench';
import { operationSamples } from './airbase-operations';
import { SUBSIDIARY, streamSamples } from './airbase-streams';

const TOKEN = 'canary-token+"&/1';
const OTHER_TOKEN = 'another-token-2';

export const bench: Bench = {
  troubles: [
    {
      name: 'the other word before the token',
      settings: { authScheme: 'Token' },
      code: 'AIRBASE_TOKEN_REJECTED',
    },
    { name: 'no such subsidiary', settings: { subsidiary: 'EPIC99' }, code: 'AIRBASE_SUBSIDIARY_UNKNOWN' },
    {
      name: 'a wrong path',
      settings: { paths: 'ledgerEntries=/v2/entries/' },
      code: 'AIRBASE_WRONG_ADDRESS',
    },
    { name: 'no spend API', arranged: true, failsCheck: /bills.*payments/ },
    { name: 'an old token', settings: { tokenIssuedAt: '2024-01-01' }, failsCheck: /age/ },
  ],
  module: (clock) => ({ manifest, connect: (settings) => connectAirbase(settings, clock) }),
  start,
};

async function start(): Promise<Stand> {
  const clock = new MovableClock();
  const airbase = await startAirbase({
    clock,
    tokens: [TOKEN, OTHER_TOKEN],
    webhookSecret: 'unused',
    switches: {
      amountStyle: 'two',
      employeeIn: 'both',
      ownSecrets: true,
      deliveryPace: 0.01,
      rateLimit: 1_000_000,
    },
  });
  for (const [reference, name] of [SUBSIDIARY, ['EPIC07', 'Other Co']] as const) {
    airbase.tenant.addMaster('subsidiaries', {
      reference,
      data: { name, iso_code: 'US', erp_currency_reference_id: 'USD' },
    });
  }
  airbase.tenant.addMaster('currencies', { reference: 'USD', data: { iso_code: 'USD', name: 'US dollar' } });
  const proxy = await startFaultProxy({ target: airbase.url });
  const settings: Settings = {
    baseUrl: proxy.url,
    token: TOKEN,
    subsidiary: SUBSIDIARY[0],
    spendApi: true,
    orderPattern: 'PO (\\d+)',
  };
  return {
    proxy,
    clock,
    settings,
    limitPages: (rows) => {
      airbase.switches.largestPage = rows;
    },
    // A token has no end; Airbase may refuse one for a moment.
    expireSessions: () =>
      proxy.follow(firstOf(/./, [{ kind: 'answer', status: 401, body: '{"detail":"Invalid token."}' }])),
    rotateSecret: () => {
      airbase.access.rotate();
      return { ...settings, token: OTHER_TOKEN };
    },
    arrange: () => {
      airbase.switches.spendSurface = false;
    },
    streams: streamSamples(airbase),
    operations: operationSamples(airbase),
    webhook: {
      happen: (count) => void streamSamples(airbase)['ledger-entries']?.add(count),
      switchOff: (url) => {
        for (const one of airbase.webhooks.subscriptions.values()) if (one.url === url) one.isActive = false;
      },
      aged: (delivery) => ({
        ...delivery,
        headers: { ...delivery.headers, 'x-airbase-timestamp': '1000000000' },
      }),
    },
    hiddenError: JSON.stringify({ detail: 'Invalid data.' }),
    writable: () => writable(airbase),
    stop: async () => {
      await proxy.stop();
      await airbase.stop();
    },
  };
}

/** How often something was written does not count: a load states what is. */
function writable({ tenant }: Airbase): unknown {
  return structuredClone([
    (['vendors', 'accounts', 'tags'] as const).map((kind) =>
      [...tenant.masters[kind].values()].map(({ reference, active, subsidiaries, data }) => [
        reference,
        active,
        subsidiaries,
        data,
      ]),
    ),
    [...tenant.entries.values()].map(({ status, reference, errorMessage, marks }) => [
      status,
      reference,
      errorMessage,
      marks.length,
    ]),
  ]);
}
