import { harshAirbaseSwitches } from '../airbase/harsh-switches';
import { type Airbase, startAirbase } from '../airbase/start';
import type { AirbaseSwitches } from '../airbase/switches';
import { dateOf, MovableClock } from '../clock';
import { type AirbaseCompanySeed, makeAirbaseCompany } from '../data/airbase-company';
import { DEMO_SIZE, makeCompany } from '../data/company';
import { harshEntrySwitches, harshEpicorSwitches } from '../epicor-kinetic/harsh-switches';
import type { Epicor } from '../epicor-kinetic/start';
import type { EpicorSwitches } from '../epicor-kinetic/switches';
import { behindProxy, type FaultProxy, startFaultProxy } from '../faults/proxy';
import { Random } from '../random';
import type { SimulatedSystem, Simulation, SimulationOptions } from '../simulation';
import { type AirbaseBooks, type ExpectedEntry, isMarkedBlindly } from '../world/airbase-books';
import { checkManners, checkNothingElse, checkPayments } from '../world/airbase-ledger';
import { checkMasters } from '../world/airbase-masters';
import { AirbasePeople } from '../world/airbase-people';
import { checkEntries } from '../world/airbase-promises';
import { invoicesOf } from '../world/basware-books';
import {
  COMPANY,
  drawnEpicorAuth,
  EPICOR_PAYMENT_FIELDS,
  EPICOR_SECRETS,
  type EpicorAuth,
  epicorEnvironment,
  epicorSystem,
  OTHER_COMPANY,
  startEpicorSide,
} from '../world/epicor-side';
import { LedgerClerk } from '../world/ledger-clerk';
import { PayablesClerk } from '../world/payables-clerk';

export interface EpicorAirbaseOptions {
  /** The same seed gives the same companies, entries and payments. Default 1. */
  readonly seed?: number;
  /** Entries of the main company; the special cases are always there. Default: the demonstration's. */
  readonly size?: number;
  /** Puts a fault proxy, calm at first, before each system. */
  readonly faults?: boolean;
  readonly epicorSwitches?: Partial<EpicorSwitches>;
  readonly airbaseSwitches?: Partial<AirbaseSwitches>;
  /** What must become of payments that Airbase made. Default: recorded. */
  readonly payments?: AirbaseBooks['payments'];
  /** Numbers of purchase orders must travel with their bills. Default false. */
  readonly ordersTravel?: boolean;
  /** The first of the two tokens has been revoked already. */
  readonly rotated?: boolean;
  readonly epicorAuth?: EpicorAuth;
  readonly ports?: { readonly epicor?: number; readonly airbase?: number };
}

/** Epicor Kinetic and Airbase. */
export interface EpicorAirbaseWorld extends Simulation {
  readonly epicor: Epicor;
  readonly airbase: Airbase;
  readonly books: AirbaseBooks;
  readonly payables: PayablesClerk;
  readonly ledger: LedgerClerk;
  readonly people: AirbasePeople;
}

/** Retries of events after 0.03, 0.15, 0.9 and 3.6 seconds; calls are counted anew every five seconds. */
const FAST = { deliveryPace: 0.0005, rateWindowMs: 5_000 };
const WATCHABLE = {
  epicor: { latencyMs: 15, postingMs: 150 },
  airbase: { latencyMs: 40, deliveryPace: 0.05 },
};

/** Secrets of the sandbox; easy to find again wherever they should not be. */
export const SECRETS = {
  ...EPICOR_SECRETS,
  airbaseToken: 'canary-airbase-token-4TN',
  airbaseTokenNext: 'canary-airbase-token-next-8ZP',
  airbaseWebhookSecret: 'canary-airbase-webhook-sécret-6KD',
} as const;

/** Starts both systems on the loopback address: a company's Epicor, and the Airbase that its spend comes from. */
export async function startEpicorAirbaseWorld(
  options: EpicorAirbaseOptions = {},
): Promise<EpicorAirbaseWorld> {
  const clock = new MovableClock();
  const { seed = 1, size = DEMO_SIZE } = options;
  const today = dateOf(clock.now());
  const main = makeAirbaseCompany({ seed, size, company: COMPANY, today });
  const other = makeCompany({ seed: seed + 1, size: DEMO_SIZE, company: OTHER_COMPANY, today });
  const epicor = await startEpicorSide({
    clock,
    companies: [main.epicor, other.epicor],
    switches: options.epicorSwitches,
    port: options.ports?.epicor,
  });
  const airbase = await startAirbase({
    clock,
    seed,
    tokens: [SECRETS.airbaseToken, SECRETS.airbaseTokenNext],
    webhookSecret: SECRETS.airbaseWebhookSecret,
    switches: { ...FAST, ...options.airbaseSwitches },
    port: options.ports?.airbase ?? 0,
  });
  if (options.rotated === true) airbase.access.rotate();
  const company = epicor.state.company(COMPANY);
  const numbers = (table: string, column: string) =>
    new Set(company.rows(table).all.map((row) => Number(row[column])));
  const books: AirbaseBooks = {
    company,
    airbase,
    subsidiary: COMPANY,
    entries: fill(airbase, main),
    invoicesBefore: invoicesOf(company),
    vendorsOfPeople: numbers('Vendor', 'VendorNum'),
    headsBefore: numbers('CheckHed', 'HeadNum'),
    payments: options.payments ?? 'recorded',
    ordersTravel: options.ordersTravel ?? false,
    released: new Set(),
  };
  const proxies = options.faults === true ? await startProxies(epicor, airbase) : undefined;
  const payables = new PayablesClerk(epicor.state, company, new Set(books.invoicesBefore.keys()));
  const ledger = new LedgerClerk(epicor.state, company);
  return {
    template: 'epicor-kinetic-airbase',
    clock,
    epicor,
    airbase,
    books,
    payables,
    ledger,
    env: environment(epicor, airbase, proxies, options),
    systems: systemsOf(epicor, airbase, proxies),
    people: new AirbasePeople(books, epicor.state, payables, ledger, new Random(seed)),
    changedLate: () =>
      new Set(
        books.entries
          .filter(({ entry, disputed }) => disputed || isMarkedBlindly(entry))
          .map(({ entry }) => entry.id),
      ),
    documents: () => documentsIn(books),
    writable: () => writableIn(books),
    checkPromises: () => [
      ...checkMasters(books),
      ...checkEntries(books),
      ...checkPayments(books),
      ...checkNothingElse(books),
      ...checkManners(books),
    ],
    stop: async () => {
      await Promise.all([proxies?.epicor.stop(), proxies?.airbase.stop()]);
      await Promise.all([epicor.stop(), airbase.stop()]);
    },
  };
}

/** The same, as a harness of any template starts it. */
export function simulateEpicorAirbase({
  seed,
  size,
  faults,
  harsh,
  pace,
}: SimulationOptions): Promise<EpicorAirbaseWorld> {
  const slow = pace === 'watchable';
  return startEpicorAirbaseWorld({
    ...(seed === undefined ? {} : { seed }),
    ...(size === undefined ? {} : { size }),
    ...(faults === true ? { faults } : {}),
    ...(slow ? { epicorSwitches: WATCHABLE.epicor, airbaseSwitches: WATCHABLE.airbase } : {}),
    ...(harsh
      ? {
          epicorAuth: drawnEpicorAuth(harsh),
          epicorSwitches: { ...harshEpicorSwitches(harsh), ...harshEntrySwitches(harsh) },
          airbaseSwitches: harshAirbaseSwitches(harsh),
          rotated: harsh.chance(0.2),
        }
      : {}),
  });
}

/** Puts into Airbase what stands there before the first sync. */
function fill({ tenant, spend }: Airbase, { masters, entries }: AirbaseCompanySeed): ExpectedEntry[] {
  for (const { subsidiary, ...master } of masters) {
    const owner = tenant.byReference('subsidiaries', subsidiary ?? '');
    tenant.addMaster(master.kind, { ...master, subsidiaries: owner === undefined ? [] : [owner.id] });
  }
  const vendors = [...tenant.masters.vendors.values()];
  const payeeOf = (key: string) =>
    vendors.find((record) => record.reference === key) ??
    vendors.find((record) => record.reference === '' && record.data['name'] === key);
  const named = new Map<string, string>();
  return entries.map((seed) => {
    const { content, approval, status } = seed;
    const placed = {
      ...content,
      payee: content.payee === null ? null : (payeeOf(content.payee)?.id ?? null),
      appliedTo: content.appliedTo.flatMap((name) => named.get(name) ?? []),
    };
    const entry =
      status === undefined ? spend.submit(placed, approval) : tenant.addEntry(placed, approval, status);
    if (status === 'sync_complete') entry.reference = 'EPIC06|101|AB-OLD';
    if (seed.name !== undefined) named.set(seed.name, entry.id);
    return { entry, seed, disputed: false, corrected: false };
  });
}

interface Proxies {
  readonly epicor: FaultProxy;
  readonly airbase: FaultProxy;
}

async function startProxies(epicor: Epicor, airbase: Airbase): Promise<Proxies> {
  const [before, behind] = await Promise.all([
    startFaultProxy({ target: epicor.url }),
    startFaultProxy({ target: airbase.url }),
  ]);
  return { epicor: before, airbase: behind };
}

function systemsOf(
  epicor: Epicor,
  airbase: Airbase,
  proxies: Proxies | undefined,
): Record<string, SimulatedSystem> {
  return {
    airbase: {
      traffic: airbase.traffic,
      proxy: proxies?.airbase,
      expireSessions: () => airbase.access.rotate(),
      get lagMs() {
        return airbase.switches.listLagMs;
      },
      disableSubscriptions: () => {
        for (const subscription of airbase.webhooks.subscriptions.values()) subscription.isActive = false;
      },
    },
    'epicor-kinetic': epicorSystem(epicor, proxies?.epicor),
  };
}

const SOURCE_TABLES = ['GLAccount', 'COASegValues', 'Vendor'];
const WRITABLE_TABLES = [
  'Vendor',
  'APInvGrp',
  'APInvHed',
  'APInvDtl',
  'APInvExp',
  'APInvExpTGLC',
  'APChkGrp',
  'CheckHed',
  'APTran',
  'GLJrnGrp',
  'GLJrnHed',
  'GLJrnDtlMnl',
  'GLJrnDtl',
];

function documentsIn({ company, airbase }: AirbaseBooks): number {
  return SOURCE_TABLES.reduce(
    (sum, table) => sum + company.rows(table).all.length,
    airbase.tenant.entries.size,
  );
}

function writableIn({ company, airbase }: AirbaseBooks): unknown {
  const { entries, masters, orders } = airbase.tenant;
  return [
    [...entries.values()].map((entry) => [
      entry.id,
      entry.status,
      entry.reference,
      entry.errorMessage,
      entry.marks.length,
    ]),
    Object.values(masters).map((table) => [...table.values()]),
    [...orders.values()],
    WRITABLE_TABLES.map((table) => company.rows(table).all),
  ];
}

function environment(
  epicor: Epicor,
  airbase: Airbase,
  proxies: Proxies | undefined,
  { epicorAuth }: EpicorAirbaseOptions,
): Record<string, string> {
  return {
    ...epicorEnvironment(epicor, proxies?.epicor, epicorAuth),
    ...EPICOR_PAYMENT_FIELDS,
    EPICOR_JOURNAL_CODE: 'GJ',
    AIRBASE_BASE_URL: behindProxy(airbase.url, proxies?.airbase),
    AIRBASE_TOKEN: SECRETS.airbaseToken,
    AIRBASE_AUTH_SCHEME: airbase.switches.scheme === 'Token' ? 'Token' : 'Bearer',
    AIRBASE_TOKEN_NEXT: SECRETS.airbaseTokenNext,
    AIRBASE_SUBSIDIARY: COMPANY,
    AIRBASE_WEBHOOK_SECRET: SECRETS.airbaseWebhookSecret,
  };
}
