import { harshBaswareSwitches } from '../basware/harsh-switches';
import { type Basware, startBasware } from '../basware/start';
import type { BaswareSwitches } from '../basware/switches';
import { dateOf, MovableClock } from '../clock';
import { OTHER_COMPANY_CODE } from '../data/basware-cases';
import type { CodingStyle } from '../data/basware-coding';
import { makeBaswareCompany } from '../data/basware-company';
import { DEMO_SIZE, makeCompany } from '../data/company';
import { harshEntrySwitches, harshEpicorSwitches } from '../epicor-kinetic/harsh-switches';
import type { Epicor } from '../epicor-kinetic/start';
import type { EpicorSwitches } from '../epicor-kinetic/switches';
import { joinProxies } from '../faults/joined-proxy';
import { behindProxy, type FaultProxy, startFaultProxy } from '../faults/proxy';
import { Random } from '../random';
import type { SimulatedSystem, Simulation, SimulationOptions } from '../simulation';
import { type BaswareBooks, type Expected, invoicesOf } from '../world/basware-books';
import { checkMasters } from '../world/basware-masters';
import { BaswarePeople } from '../world/basware-people';
import { checkDocuments, checkManners, checkNothingElse, checkPaid } from '../world/basware-promises';
import {
  COMPANY,
  drawnEpicorAuth,
  EPICOR_SECRETS,
  type EpicorAuth,
  epicorEnvironment,
  epicorSystem,
  INTEGRATION_USER,
  OTHER_COMPANY,
  startEpicorSide,
} from '../world/epicor-side';
import { PayablesClerk } from '../world/payables-clerk';

export interface EpicorBaswareOptions {
  /** The same seed gives the same companies, documents and payments. Default 1. */
  readonly seed?: number;
  /** Documents of the main company; the special cases are always there. Default: the demonstration's. */
  readonly size?: number;
  /** Puts a fault proxy, calm at first, before each system. */
  readonly faults?: boolean;
  readonly epicorSwitches?: Partial<EpicorSwitches>;
  readonly baswareSwitches?: Partial<BaswareSwitches>;
  /** How the tenant's coders name an account. Default: the whole account. */
  readonly coding?: CodingStyle;
  readonly epicorAuth?: EpicorAuth;
  readonly ports?: { readonly epicor?: number; readonly basware?: number };
}

/** Epicor Kinetic and Basware. */
export interface EpicorBaswareWorld extends Simulation {
  readonly epicor: Epicor;
  readonly basware: Basware;
  readonly books: BaswareBooks;
  readonly clerk: PayablesClerk;
  readonly people: BaswarePeople;
}

export const COMPANY_CODE = 'BW06';
/** Retries of notifications after 0.3, 1.5 and 4.5 seconds. */
const FAST_DELIVERY = 0.005;
const WATCHABLE = {
  epicor: { latencyMs: 15, postingMs: 150 },
  basware: { latencyMs: 40, importMs: 400, failedImportMs: 800, deliveryPace: 0.05 },
};

/** Secrets of the sandbox; easy to find again wherever they should not be. */
export const SECRETS = {
  ...EPICOR_SECRETS,
  baswareClientSecret: 'canary-basware-client-secret-5WD',
  baswareWebhookToken: 'canary-basware-webhook-tökén-2HV',
} as const;

/** Starts both systems on the loopback address: a company's Epicor, and the Basware tenant that its invoices come from. */
export async function startEpicorBaswareWorld(
  options: EpicorBaswareOptions = {},
): Promise<EpicorBaswareWorld> {
  const clock = new MovableClock();
  const { seed = 1, size = DEMO_SIZE, coding = 'whole' } = options;
  const today = dateOf(clock.now());
  const main = makeBaswareCompany({ seed, size, company: COMPANY, companyCode: COMPANY_CODE, coding, today });
  const other = makeCompany({ seed: seed + 1, size: DEMO_SIZE, company: OTHER_COMPANY, today });
  const epicor = await startEpicorSide({
    clock,
    companies: [main.epicor, other.epicor],
    switches: options.epicorSwitches,
    port: options.ports?.epicor,
  });
  const basware = await startBasware({
    clock,
    seed,
    companies: [COMPANY_CODE, OTHER_COMPANY_CODE],
    access: { clients: [{ id: INTEGRATION_USER, secret: SECRETS.baswareClientSecret }] },
    switches: { deliveryPace: FAST_DELIVERY, ...options.baswareSwitches },
    port: options.ports?.basware ?? 0,
  });
  const documents = main.documents.map(
    (each): Expected => ({
      document: basware.p2p.capture(each.content, each.status, each.mode),
      seed: each,
      disputed: false,
      corrected: false,
    }),
  );
  const company = epicor.state.company(COMPANY);
  const books: BaswareBooks = {
    company,
    basware,
    companyCode: COMPANY_CODE,
    documents,
    invoicesBefore: invoicesOf(company),
    integrationUser: INTEGRATION_USER,
  };
  const proxies = options.faults === true ? await startProxies(epicor, basware) : undefined;
  const clerk = new PayablesClerk(epicor.state, company, new Set(books.invoicesBefore.keys()));
  return {
    template: 'epicor-kinetic-basware',
    clock,
    epicor,
    basware,
    books,
    clerk,
    env: environment(epicor, basware, proxies, options.epicorAuth),
    systems: systemsOf(epicor, basware, proxies),
    people: new BaswarePeople(books, epicor.state, clerk, new Random(seed), coding),
    changedLate: () =>
      new Set(documents.filter((each) => each.disputed).map((each) => each.document.invoiceId)),
    documents: () => documentsIn(books),
    writable: () => writableIn(books),
    checkPromises: () => [
      ...checkMasters(books),
      ...checkDocuments(books),
      ...checkNothingElse(books),
      ...checkPaid(books),
      ...checkManners(books),
    ],
    stop: async () => {
      await Promise.all([proxies?.epicor.stop(), proxies?.basware.stop()]);
      await Promise.all([epicor.stop(), basware.stop()]);
    },
  };
}

/** The same, as a harness of any template starts it. */
export function simulateEpicorBasware({
  seed,
  size,
  faults,
  harsh,
  pace,
}: SimulationOptions): Promise<EpicorBaswareWorld> {
  const slow = pace === 'watchable';
  return startEpicorBaswareWorld({
    ...(seed === undefined ? {} : { seed }),
    ...(size === undefined ? {} : { size }),
    ...(faults === true ? { faults } : {}),
    ...(slow ? { epicorSwitches: WATCHABLE.epicor, baswareSwitches: WATCHABLE.basware } : {}),
    ...(harsh
      ? {
          epicorAuth: drawnEpicorAuth(harsh),
          epicorSwitches: { ...harshEpicorSwitches(harsh), ...harshEntrySwitches(harsh) },
          baswareSwitches: harshBaswareSwitches(harsh),
        }
      : {}),
  });
}

interface Proxies {
  readonly epicor: FaultProxy;
  readonly basware: FaultProxy;
}

async function startProxies(epicor: Epicor, basware: Basware): Promise<Proxies> {
  const [before, behind, storage] = await Promise.all([
    startFaultProxy({ target: epicor.url }),
    startFaultProxy({ target: basware.url }),
    startFaultProxy({ target: basware.storage.address }),
  ]);
  basware.storage.address = storage.url;
  return { epicor: before, basware: joinProxies(behind, storage) };
}

function systemsOf(
  epicor: Epicor,
  basware: Basware,
  proxies: Proxies | undefined,
): Record<string, SimulatedSystem> {
  return {
    basware: {
      traffic: basware.traffic,
      proxy: proxies?.basware,
      expireSessions: () => basware.access.expireTokens(),
      get lagMs() {
        const { listLagMs, responseMs, failedImportMs } = basware.switches;
        return Math.max(listLagMs, responseMs, failedImportMs);
      },
      disableSubscriptions: () => basware.push.subscriptions.clear(),
    },
    'epicor-kinetic': epicorSystem(epicor, proxies?.epicor),
  };
}

const SOURCE_TABLES = ['GLAccount', 'COASegValues', 'PurTerms', 'SalesTax', 'Vendor', 'APTran'];
const WRITABLE_TABLES = [
  'APInvGrp',
  'APInvHed',
  'APInvDtl',
  'APInvExp',
  'APInvExpTGLC',
  'APIHAPInvMsc',
  'APInvMsc',
];

function documentsIn({ company, basware }: BaswareBooks): number {
  return SOURCE_TABLES.reduce(
    (sum, table) => sum + company.rows(table).all.length,
    basware.tenant.documents.size,
  );
}

function writableIn({ company, basware }: BaswareBooks): unknown {
  const documents = [...basware.tenant.documents.values()].map((document) => [
    document.invoiceId,
    document.status,
    document.acknowledgements.length,
    document.transferResponses.map((response) => response.body),
    document.paymentResponses.map((response) => response.body),
  ]);
  const masters = [...basware.tenant.p2p].map(([path, table]) => [path, [...table.values()]]);
  return [documents, masters, ...WRITABLE_TABLES.map((table) => company.rows(table).all)];
}

function environment(
  epicor: Epicor,
  basware: Basware,
  proxies: Proxies | undefined,
  auth: EpicorAuth | undefined,
): Record<string, string> {
  return {
    ...epicorEnvironment(epicor, proxies?.epicor, auth),
    BASWARE_BASE_URL: behindProxy(basware.url, proxies?.basware),
    BASWARE_CLIENT_ID: INTEGRATION_USER,
    BASWARE_CLIENT_SECRET: SECRETS.baswareClientSecret,
    BASWARE_COMPANY_CODE: COMPANY_CODE,
    BASWARE_WEBHOOK_TOKEN: SECRETS.baswareWebhookToken,
  };
}
