import { connectAvidXchange } from '../../../nodes/avidxchange/client';
import { manifest } from '../../../nodes/avidxchange/manifest';
import { type Avidxchange, startAvidxchange } from '../../../sandbox/avidxchange/start';
import { MovableClock } from '../../../sandbox/clock';
import { startFaultProxy } from '../../../sandbox/faults/proxy';
import type { Bench, Settings, Stand } from '../bench';
import { operationSamples } from './avidxchange-operations';
import { streamSamples } from './avidxchange-streams';

const USER = 'ap@company.example';
const PASSWORD = 'canary pässword+"&/1';
const GATEWAY_KEY = 'canary-gateway-key-2';

export const bench: Bench = {
  troubles: [
    {
      name: 'wrong accounting system',
      settings: { accountingSystem: 'EPIC99' },
      code: 'AVIDXCHANGE_NO_ACCOUNTING_SYSTEM',
    },
    {
      name: 'wrong sign-in path',
      settings: { signInPath: 'signin' },
      code: 'AVIDXCHANGE_WRONG_SIGN_IN_PATH',
    },
    { name: 'wrong path of payments', settings: { paymentsPath: 'pay' }, failsCheck: /payments/ },
  ],
  module: (clock) => ({ manifest, connect: (settings) => connectAvidXchange(settings, clock) }),
  start,
};

async function start(): Promise<Stand> {
  const clock = new MovableClock();
  const avid = await startAvidxchange({
    clock,
    accountingSystems: [
      { id: 4811, name: 'EPIC06' },
      { id: 4812, name: 'EPIC07' },
    ],
    access: {
      companyToken: 'unused-1',
      userToken: 'unused-2',
      gatewayKey: GATEWAY_KEY,
      users: [{ name: USER, password: PASSWORD }],
      clients: [],
    },
    switches: {
      receivedMs: 0,
      processingMs: 0,
      masterBatches: 'at-once',
      callsPerMinute: 1_000_000,
      concurrentLimit: 100,
      numberStyle: 'fraction',
      payeeCode: 'with-address',
    },
  });
  const proxy = await startFaultProxy({ target: avid.url });
  const settings: Settings = {
    baseUrl: proxy.url,
    auth: 'session',
    gatewayKey: GATEWAY_KEY,
    username: USER,
    password: PASSWORD,
    accountingSystem: 'EPIC06',
  };
  return {
    proxy,
    clock,
    settings,
    limitPages: (rows) => {
      avid.switches.largestPage = rows;
    },
    expireSessions: () => avid.access.expireSessions(),
    rotateSecret: () => {
      const password = 'another password 2';
      avid.access.access = { ...avid.access.access, users: [{ name: USER, password }] };
      return { ...settings, password };
    },
    arrange: () => {},
    streams: streamSamples(avid),
    operations: operationSamples(avid),
    hiddenError: JSON.stringify({
      Results: { Successful: 'false', Item: null, Errors: { Message: 'Invalid data.' } },
    }),
    writable: () => writable(avid),
    stop: async () => {
      await proxy.stop();
      await avid.stop();
    },
  };
}

function writable({ site }: Avidxchange): unknown {
  return structuredClone([
    site.vendors.map(({ code, active, data }) => [code, active, data]),
    site.codes.map(({ group, value, description, active }) => [group, value, description, active]),
    site.orders.map(({ number, data }) => [number, data]),
    site.invoices.map(({ vendorCode, number, gross, memo }) => [vendorCode, number, gross, memo]),
  ]);
}
