import type { Organization } from '../../../sandbox/bill/organization';
import { type Bill, startBill } from '../../../sandbox/bill/start';
import { MovableClock } from '../../../sandbox/clock';
import { startFaultProxy } from '../../../sandbox/faults/proxy';
import type { Bench, Settings, Stand } from '../bench';
import { operationSamples } from './bill-operations';
import { streamSamples } from './bill-streams';

const ORGANIZATION = '00801CONFORMANCE00001';
const PASSWORD = 'canary pässword+"&/1';
const DEV_KEY = 'canary-dev-key/+=2';
const USER = 'ap@company.example';

export const bench: Bench = {
  troubles: [
    {
      name: 'wrong organization',
      settings: { organizationId: '00801NOBODYNOBODY0001' },
      code: 'BILL_WRONG_PASSWORD',
    },
    { name: 'organization locked', arranged: true, code: 'BILL_ORGANIZATION_LOCKED' },
    { name: 'no right to bills', arranged: true, failsCheck: /bills/ },
  ],
  start,
};

async function start(): Promise<Stand> {
  const clock = new MovableClock();
  const bill = await startBill({
    clock,
    organizations: [ORGANIZATION],
    access: { devKeys: [DEV_KEY], users: [{ username: USER, password: PASSWORD }] },
    switches: { deliveryPace: 0.01 },
  });
  const proxy = await startFaultProxy({ target: bill.url });
  const organization = bill.organizations.get(ORGANIZATION) as Organization;
  const settings: Settings = {
    baseUrl: proxy.url,
    devKey: DEV_KEY,
    username: USER,
    password: PASSWORD,
    organizationId: ORGANIZATION,
  };
  return {
    proxy,
    clock,
    settings,
    limitPages: (rows) => {
      bill.switches.pageLimit = rows;
    },
    expireSessions: () => bill.access.expireSessions(),
    rotateSecret: () => {
      const password = 'another password 2';
      bill.access.access = { ...bill.access.access, users: [{ username: USER, password }] };
      return { ...settings, password };
    },
    arrange: (trouble) => arrange(bill, trouble),
    streams: streamSamples(organization),
    operations: operationSamples(organization),
    webhook: {
      happen: (count) => {
        for (let nth = 0; nth < count; nth += 1) streamSamples(organization)['payments']?.add(1);
      },
      switchOff: (url) => {
        for (const subscription of bill.deliveries.get(ORGANIZATION)?.subscriptions.values() ?? []) {
          if (subscription.notificationUrl === url) subscription.enabled = false;
        }
      },
    },
    hiddenError: JSON.stringify([
      { code: 'BDC_1143', severity: 'ERROR', category: 'REQUEST', message: 'Invalid data.' },
    ]),
    writable: () => writable(organization),
    stop: async () => {
      await proxy.stop();
      await bill.stop();
    },
  };
}

function arrange({ switches }: Bill, trouble: string): void {
  if (trouble === 'organization locked') switches.organizationLocked = true;
  if (trouble === 'no right to bills') switches.forbiddenPaths = ['/v3/bills'];
}

function writable({ vendors, bills, credits, payments }: Organization): unknown {
  return structuredClone([vendors.all, bills.all, credits.all, payments.all]);
}
