import { connectBasware } from '../../../nodes/basware/client';
import { manifest } from '../../../nodes/basware/manifest';
import { type Basware, startBasware } from '../../../sandbox/basware/start';
import { MovableClock } from '../../../sandbox/clock';
import { startFaultProxy } from '../../../sandbox/faults/proxy';
import type { Bench, Settings, Stand } from '../bench';
import { operationSamples } from './basware-operations';
import { streamSamples } from './basware-streams';

const CLIENT = 'conformance';
const SECRET = 'canary sécret+"&/1';

export const bench: Bench = {
  troubles: [
    {
      name: 'a scope that the client lacks',
      settings: { scope: 'users.read' },
      code: 'BASWARE_SCOPE_REFUSED',
    },
    { name: 'no right to vendors', settings: { scope: 'accountingDocuments.read' }, failsCheck: /vendors/ },
  ],
  module: (clock) => ({ manifest, connect: (settings) => connectBasware(settings, clock) }),
  start,
};

async function start(): Promise<Stand> {
  const clock = new MovableClock();
  const scope = String(manifest.connection.fields.find(({ name }) => name === 'scope')?.default);
  const basware = await startBasware({
    clock,
    companies: ['BW01'],
    access: { clients: [{ id: CLIENT, secret: SECRET, scopes: scope.split(' ') }] },
    switches: {
      deliveryPace: 0.01,
      importMs: 0,
      failedImportMs: 0,
      redirects: 'never',
      numberStyle: 'fraction',
    },
  });
  const proxy = await startFaultProxy({ target: basware.url });
  const settings: Settings = {
    baseUrl: proxy.url,
    clientId: CLIENT,
    clientSecret: SECRET,
    companyCode: 'BW01',
  };
  return {
    proxy,
    clock,
    settings,
    limitPages: (rows) => {
      basware.switches.codingRowsPerPage = rows;
    },
    expireSessions: () => basware.access.expireTokens(),
    rotateSecret: () => {
      const secret = 'another secret 2';
      const [client] = basware.access.access.clients;
      if (client) basware.access.access = { ...basware.access.access, clients: [{ ...client, secret }] };
      return { ...settings, clientSecret: secret };
    },
    arrange: () => {},
    streams: streamSamples(basware),
    operations: operationSamples(basware),
    webhook: {
      happen: (count) => void streamSamples(basware)['accounting-documents']?.add(count),
      switchOff: (url) => {
        for (const [key, one] of basware.push.subscriptions)
          if (one.url === url) basware.push.subscriptions.delete(key);
      },
      aged: (delivery) => ({
        ...delivery,
        headers: { ...delivery.headers, 'x-bwapi-timestamp': '1000000000' },
      }),
    },
    hiddenError: JSON.stringify({
      hasErrors: true,
      errors: [{ code: 'UNEXPECTED_ERROR', message: 'Invalid data.' }],
    }),
    writable: () => writable(basware),
    stop: async () => {
      await proxy.stop();
      await basware.stop();
    },
  };
}

function writable({ tenant }: Basware): unknown {
  return structuredClone([
    [...tenant.p2p].map(([path, records]) => [path, [...records.values()].map(({ data }) => data)]),
    [...tenant.documents.values()].map(({ status, transferResponses, paymentResponses }) => [
      status,
      transferResponses,
      paymentResponses,
    ]),
  ]);
}
