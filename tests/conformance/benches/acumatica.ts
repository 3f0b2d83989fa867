import { createSystem } from '../../../nodes/acumatica/system';
import { type Acumatica, startAcumatica } from '../../../sandbox/acumatica/start';
import type { Tenant, TenantData } from '../../../sandbox/acumatica/tenant';
import { MovableClock } from '../../../sandbox/clock';
import { startFaultProxy } from '../../../sandbox/faults/proxy';
import type { Bench, Settings, Stand } from '../bench';
import { failed } from '../check';
import { operationSamples } from './acumatica-operations';
import { streamSamples } from './acumatica-streams';

const TENANT = 'Conformance';
const CLIENT = 'F0E1';
const USER = 'integration';
const PASSWORD = 'canary pässword+"&/1';
const CLIENT_SECRET = 'canary client sécret/+=2';
const PUSH_SECRET = 'canary-push-secret-3';

export const bench: Bench = {
  troubles: [
    { name: 'wrong version', settings: { version: '25.200.001' }, code: 'ACUMATICA_NO_SUCH_ENDPOINT' },
    {
      name: 'no such tenant',
      settings: { auth: 'cookie', tenant: 'Nobody' },
      code: 'ACUMATICA_NO_SUCH_TENANT',
    },
    {
      name: 'a connected application of another tenant',
      settings: { tenant: 'Other' },
      failsCheck: /tenant/,
    },
    { name: 'no right to payments', arranged: true, failsCheck: /payments/ },
    { name: 'no free seat', arranged: true, code: 'ACUMATICA_NO_SEAT' },
  ],
  module: createSystem,
  start,
};

async function start(): Promise<Stand> {
  const clock = new MovableClock();
  const acumatica = await startAcumatica({
    clock,
    tenants: [tenantData('Other'), tenantData(TENANT)],
    access: { users: { [USER]: PASSWORD }, clients: { [CLIENT]: CLIENT_SECRET } },
    // Every connection of a check takes a seat.
    switches: { seats: 100, concurrentCalls: 100, decimalScale: 2, actionMs: 2, pushPace: 0.01 },
  });
  const tenant = acumatica.tenants.get(TENANT) ?? failed('there is no tenant');
  const push = acumatica.pushes.get(TENANT) ?? failed('nothing is pushed');
  const proxy = await startFaultProxy({ target: new URL(acumatica.url).origin });
  const settings: Settings = {
    baseUrl: `${proxy.url}${new URL(acumatica.url).pathname}`,
    version: '24.200.001',
    tenant: TENANT,
    auth: 'oauth',
    clientId: `${CLIENT}@${TENANT}`,
    clientSecret: CLIENT_SECRET,
    username: USER,
    password: PASSWORD,
    cashAccount: '10200',
    paymentMethod: 'BILLCOM',
  };
  const streams = streamSamples(tenant);
  return {
    proxy,
    clock,
    settings,
    limitPages: (rows) => {
      acumatica.switches.pageLimit = rows;
    },
    expireSessions: () => {
      acumatica.sessions.closeAll();
      acumatica.signIn.expireTokens();
    },
    rotateSecret: () => {
      const clientSecret = 'another client secret 4';
      acumatica.signIn.access = { ...acumatica.signIn.access, clients: { [CLIENT]: clientSecret } };
      return { ...settings, clientSecret };
    },
    arrange: (trouble) => arrange(acumatica, trouble),
    streams,
    operations: operationSamples(tenant),
    webhook: {
      happen: (count) => void streams['bills']?.add(count),
      subscribe: (url) => {
        push.destination = { url, header: 'X-Push', value: PUSH_SECRET };
        return [PUSH_SECRET];
      },
      switchOff: () => {
        push.destination = undefined;
      },
      bodyIsSigned: false,
    },
    hiddenError: JSON.stringify({
      message: 'An error has occurred.',
      exceptionMessage: 'Operation failed.',
      exceptionType: 'PX.Data.PXInvalidOperationException',
    }),
    writable: () => {
      acumatica.operations.runAll();
      return writable(tenant);
    },
    stop: async () => {
      await proxy.stop();
      await acumatica.stop();
    },
  };
}

/** What documents refer to and no stream reads; the rest is made when it is needed. */
function tenantData(name: string): TenantData {
  return {
    name,
    baseCurrency: 'USD',
    branches: ['MAIN'],
    closedThrough: '2015-12-31',
    entities: {
      PaymentMethod: [
        {
          values: { PaymentMethodID: 'BILLCOM', Description: 'Paid by BILL', Active: true, UseInAP: true },
          details: { AllowedCashAccounts: [{ CashAccount: '10200', UseInAP: true, APDefault: true }] },
        },
      ],
    },
  };
}

function arrange({ switches }: Acumatica, trouble: string): void {
  if (trouble === 'no right to payments') switches.forbidden = ['Check'];
  if (trouble === 'no free seat') switches.seats = 0;
}

function writable(tenant: Tenant): unknown {
  return structuredClone(
    ['Bill', 'Check'].map((entity) =>
      tenant.rows(entity).all.map(({ values, note, details }) => {
        const { LastModifiedDateTime: _stamp, ...rest } = values;
        return { rest, note, details };
      }),
    ),
  );
}
