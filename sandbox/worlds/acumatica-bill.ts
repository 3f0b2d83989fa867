import { harshAcumaticaSwitches } from '../acumatica/harsh-switches';
import type { PushSender } from '../acumatica/push';
import { type Acumatica, startAcumatica } from '../acumatica/start';
import type { AcumaticaSwitches } from '../acumatica/switches';
import type { Tenant } from '../acumatica/tenant';
import { harshBillSwitches } from '../bill/harsh-switches';
import type { Organization } from '../bill/organization';
import { type Bill, startBill } from '../bill/start';
import type { BillSwitches } from '../bill/switches';
import { MovableClock } from '../clock';
import { ACUMATICA_DEMO_SIZE, type AcumaticaCompany, makeAcumaticaCompany } from '../data/acumatica-company';
import { expectedOfAcumatica } from '../data/acumatica-expected';
import type { Expectation } from '../data/expected';
import { behindProxy, type FaultProxy, startFaultProxy } from '../faults/proxy';
import { Random } from '../random';
import type { People, SimulatedSystem, Simulation, SimulationOptions } from '../simulation';
import {
  type AcumaticaBooks,
  documentsInAcumatica,
  paidSoFarIn,
  writableInAcumatica,
} from '../world/acumatica-books';
import { AcumaticaClerk } from '../world/acumatica-clerk';
import { correctSome } from '../world/acumatica-corrections';
import {
  checkCopiesOnce,
  checkDocumentsArrived,
  checkPaidOnce,
  checkPaymentsWhole,
  checkSessions,
  checkVendorsOnce,
} from '../world/acumatica-promises';
import { billSystem, checkBillLimit, fillOrganization } from '../world/bill-side';
import { Payer } from '../world/payer';
import { namesOf } from '../world/promises';

export interface AcumaticaBillOptions {
  /** The same seed gives the same companies, ids and payments. Default 1. */
  readonly seed?: number;
  /** Bills of the main company; the special cases are always there. Default: the demonstration's. */
  readonly size?: number;
  /** Puts a fault proxy, calm at first, before both systems. */
  readonly faults?: boolean;
  readonly acumaticaSwitches?: Partial<AcumaticaSwitches>;
  readonly billSwitches?: Partial<BillSwitches>;
  /** Sign-in to Acumatica that the environment asks for. Default `oauth`. */
  readonly auth?: 'oauth' | 'cookie';
  readonly ports?: { readonly acumatica?: number; readonly bill?: number };
}

/** Acumatica and BILL. */
export interface AcumaticaBillWorld extends Simulation {
  readonly acumatica: Acumatica;
  readonly bill: Bill;
  /** The tenant that the environment names. */
  readonly tenant: Tenant;
  /** The organization that the environment names. */
  readonly organization: Organization;
  readonly seed: AcumaticaCompany;
  readonly proxies: { readonly acumatica: FaultProxy; readonly bill: FaultProxy } | undefined;
  readonly clerk: AcumaticaClerk;
  readonly payer: Payer;
  readonly books: AcumaticaBooks;
  /** Notifications of the tenant. */
  readonly push: PushSender;
  pushTo(address: string): void;
  /** What the first sync must make of each bill. */
  readonly expected: readonly Expectation[];
}

const TENANT = 'Brightwater';
const OTHER_TENANT = 'Brightwater Labs';
const ORGANIZATION = '00801SANDBOXMLAPAY03c';
const OTHER_ORGANIZATION = '00801SANDBOXMLAPAY04d';
const INTEGRATION_USER = 'integration';
const CLIENT = '7B2E4C6A-41D3-4A55-9E0C-5A1F0C9D8E77';

/** Slow enough to watch, fast enough for a minute. */
const WATCHABLE = {
  acumaticaSwitches: { latencyMs: 15, actionMs: 120, pushPace: 0.05 },
  billSwitches: { latencyMs: 40, deliveryPace: 0.05 },
};

/** Secrets of the sandbox; easy to find again wherever they should not be. */
export const ACUMATICA_SECRETS = {
  password: 'canary-acumatica-password-5HJ',
  clientSecret: 'canary-acumatica-client-secret-2WD',
  webhookSecret: 'canary-acumatica-webhook-secret-8PB',
  billPassword: 'canary-bill-password-3RT',
  billDevKey: 'canary-bill-dev-key-K88',
} as const;

/** Starts both systems with two companies' data on the loopback address. */
export async function startAcumaticaBillWorld(
  options: AcumaticaBillOptions = {},
): Promise<AcumaticaBillWorld> {
  const clock = new MovableClock();
  const seed = options.seed ?? 1;
  const now = clock.now();
  const size = options.size ?? ACUMATICA_DEMO_SIZE;
  const main = makeAcumaticaCompany({ seed, size, tenant: TENANT, now });
  const other = makeAcumaticaCompany({
    seed: seed + 1,
    size: ACUMATICA_DEMO_SIZE,
    tenant: OTHER_TENANT,
    now,
  });
  const acumatica = await startAcumatica({
    clock,
    seed,
    // The tenant that the environment names is not the one that a sign-in without a tenant lands on.
    tenants: [other.acumatica, main.acumatica],
    access: {
      users: { [INTEGRATION_USER]: ACUMATICA_SECRETS.password, clerk: 'clerk' },
      clients: { [CLIENT]: ACUMATICA_SECRETS.clientSecret },
    },
    switches: options.acumaticaSwitches ?? {},
    port: options.ports?.acumatica ?? 0,
  });
  const bill = await startBill({
    clock,
    seed,
    organizations: [ORGANIZATION, OTHER_ORGANIZATION],
    access: {
      devKeys: [ACUMATICA_SECRETS.billDevKey],
      users: [{ username: 'ap@company.example', password: ACUMATICA_SECRETS.billPassword }],
    },
    switches: options.billSwitches ?? {},
    port: options.ports?.bill ?? 0,
  });
  const tenant = needed(acumatica.tenants.get(TENANT));
  const push = needed(acumatica.pushes.get(TENANT));
  const organization = needed(bill.organizations.get(ORGANIZATION));
  const billsBefore = fillOrganization(organization, main.bill);
  fillOrganization(needed(bill.organizations.get(OTHER_ORGANIZATION)), other.bill);
  const proxies = options.faults === true ? await startProxies(acumatica, bill) : undefined;
  const books: AcumaticaBooks = {
    tenant,
    organization,
    paidBefore: paidSoFarIn(tenant),
    billsBefore,
    vendorsBefore: namesOf(organization),
    integrationUser: INTEGRATION_USER,
    changes: [],
  };
  const expected = expectedOfAcumatica(main);
  const clerk = new AcumaticaClerk(tenant);
  const payer = new Payer(organization, new Random(seed), billsBefore);
  return {
    template: 'acumatica-bill',
    clock,
    env: environment(acumatica, bill, proxies, options.auth ?? 'oauth'),
    systems: systemsOf(acumatica, bill, proxies),
    people: peopleOf(books, clerk, payer),
    changedLate: () => new Set(books.changes.map(({ key }) => key)),
    documents: () => documentsInAcumatica(books),
    writable: () => {
      acumatica.operations.runAll();
      return writableInAcumatica(books);
    },
    checkPromises: () => {
      acumatica.operations.runAll();
      return [
        ...checkVendorsOnce(books),
        ...checkCopiesOnce(books),
        ...checkDocumentsArrived(books, expected),
        ...checkPaidOnce(books),
        ...checkPaymentsWhole(books),
        ...checkSessions(acumatica.sessions),
        ...checkBillLimit(bill),
      ];
    },
    acumatica,
    bill,
    tenant,
    organization,
    seed: main,
    proxies,
    clerk,
    payer,
    books,
    push,
    pushTo: (address) => {
      const url = `${address}/hooks/acumatica/default`;
      push.destination = { url, header: 'X-Push', value: ACUMATICA_SECRETS.webhookSecret };
    },
    expected,
    stop: async () => {
      await Promise.all([proxies?.acumatica.stop(), proxies?.bill.stop()]);
      await Promise.all([acumatica.stop(), bill.stop()]);
    },
  };
}

/** The same, as a harness of any template starts it. */
export function simulateAcumaticaBill(options: SimulationOptions): Promise<AcumaticaBillWorld> {
  const { seed, size, faults, harsh, pace } = options;
  return startAcumaticaBillWorld({
    ...(seed === undefined ? {} : { seed }),
    ...(size === undefined ? {} : { size }),
    ...(faults === true ? { faults } : {}),
    ...(pace === 'watchable' ? WATCHABLE : {}),
    ...(harsh === undefined
      ? {}
      : {
          auth: harsh.pick(['oauth', 'cookie'] as const),
          acumaticaSwitches: harshAcumaticaSwitches(harsh),
          billSwitches: harshBillSwitches(harsh),
        }),
  });
}

function systemsOf(
  acumatica: Acumatica,
  bill: Bill,
  proxies: AcumaticaBillWorld['proxies'],
): Record<string, SimulatedSystem> {
  return {
    acumatica: {
      traffic: acumatica.traffic,
      proxy: proxies?.acumatica,
      expireSessions: () => {
        acumatica.sessions.closeAll();
        acumatica.signIn.expireTokens();
      },
      get lagMs() {
        return acumatica.switches.listLagMs;
      },
    },
    bill: billSystem(bill, proxies?.bill),
  };
}

function peopleOf(books: AcumaticaBooks, clerk: AcumaticaClerk, payer: Payer): People {
  return {
    work: () => {
      payer.payApprovedBills();
      payer.tick();
    },
    finish: () => {
      payer.payApprovedBills();
      payer.settleAll();
    },
    touch: (count) => clerk.touchBills(count),
    correct: (random) => correctSome(books, clerk, random),
  };
}

function needed<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the world lacks what its environment names');
  return value;
}

async function startProxies(
  acumatica: Acumatica,
  bill: Bill,
): Promise<{ acumatica: FaultProxy; bill: FaultProxy }> {
  const [before, behind] = await Promise.all([
    startFaultProxy({ target: acumatica.url }),
    startFaultProxy({ target: bill.url }),
  ]);
  return { acumatica: before, bill: behind };
}

function environment(
  acumatica: Acumatica,
  bill: Bill,
  proxies: AcumaticaBillWorld['proxies'],
  auth: 'oauth' | 'cookie',
): Record<string, string> {
  return {
    ACUMATICA_BASE_URL: behindProxy(acumatica.url, proxies?.acumatica),
    ACUMATICA_ENDPOINT: 'Default',
    ACUMATICA_VERSION: '24.200.001',
    ACUMATICA_TENANT: TENANT,
    ACUMATICA_AUTH: auth,
    ACUMATICA_CLIENT_ID: `${CLIENT}@${TENANT}`,
    ACUMATICA_CLIENT_SECRET: ACUMATICA_SECRETS.clientSecret,
    ACUMATICA_USERNAME: INTEGRATION_USER,
    ACUMATICA_PASSWORD: ACUMATICA_SECRETS.password,
    ACUMATICA_BRANCH: 'MAIN',
    ACUMATICA_CASH_ACCOUNT: '10200',
    ACUMATICA_PAYMENT_METHOD: 'BILLCOM',
    ACUMATICA_WEBHOOK_SECRET: ACUMATICA_SECRETS.webhookSecret,
    BILL_BASE_URL: behindProxy(bill.url, proxies?.bill),
    BILL_DEV_KEY: ACUMATICA_SECRETS.billDevKey,
    BILL_USERNAME: 'ap@company.example',
    BILL_PASSWORD: ACUMATICA_SECRETS.billPassword,
    BILL_ORGANIZATION_ID: ORGANIZATION,
  };
}
