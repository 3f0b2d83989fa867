import { harshBillSwitches } from '../bill/harsh-switches';
import type { Organization } from '../bill/organization';
import { type Bill, startBill } from '../bill/start';
import type { BillSwitches } from '../bill/switches';
import { dateOf, MovableClock } from '../clock';
import { type CompanySeed, DEMO_SIZE, makeCompany } from '../data/company';
import { type Expectation, expectedOutcomes } from '../data/expected';
import { harshEpicorSwitches } from '../epicor-kinetic/harsh-switches';
import type { Epicor } from '../epicor-kinetic/start';
import type { EpicorSwitches } from '../epicor-kinetic/switches';
import type { FaultPlan } from '../faults/plan';
import { behindProxy, type FaultProxy, startFaultProxy } from '../faults/proxy';
import { Random } from '../random';
import type { People, SimulatedSystem, Simulation, SimulationOptions } from '../simulation';
import { type LateChange, mutateAfterSent } from '../world/after-sent';
import { billSystem, checkBillLimit, fillOrganization } from '../world/bill-side';
import { Clerk } from '../world/clerk';
import {
  COMPANY,
  drawnEpicorAuth,
  EPICOR_PAYMENT_FIELDS,
  EPICOR_SECRETS,
  type EpicorAuth,
  epicorEnvironment,
  epicorSystem,
  INTEGRATION_USER,
  OTHER_COMPANY,
  startEpicorSide,
} from '../world/epicor-side';
import { Payer } from '../world/payer';
import {
  type Books,
  checkArrivals,
  checkNoDoubles,
  checkPayments,
  checkVendors,
  documentsIn,
  namesOf,
  paidSoFar,
  writableIn,
} from '../world/promises';

export interface EpicorBillOptions {
  /** The same seed gives the same companies, ids and payments. Default 1. */
  readonly seed?: number;
  /** Invoices of the main company; the special cases are always there. Default: the demonstration's. */
  readonly size?: number;
  /** Puts a fault proxy before both systems; an empty object passes everything until told otherwise. */
  readonly faults?: { readonly epicor?: FaultPlan; readonly bill?: FaultPlan };
  /** How slow the systems are. Milliseconds, except the factor on the waits between webhook deliveries. */
  readonly pace?: {
    readonly epicorLatencyMs?: number;
    readonly billLatencyMs?: number;
    readonly postingMs?: number;
    readonly delivery?: number;
  };
  readonly epicorSwitches?: Partial<EpicorSwitches>;
  readonly billSwitches?: Partial<BillSwitches>;
  /** Sign-in to Epicor that the environment asks for. */
  readonly epicorAuth?: EpicorAuth;
  readonly ports?: { readonly epicor?: number; readonly bill?: number };
}

/** Epicor Kinetic and BILL. */
export interface EpicorBillWorld extends Simulation {
  readonly epicor: Epicor;
  readonly bill: Bill;
  /** The organization that the environment names. */
  readonly organization: Organization;
  readonly seed: CompanySeed;
  readonly proxies: { readonly epicor: FaultProxy; readonly bill: FaultProxy } | undefined;
  readonly clerk: Clerk;
  readonly payer: Payer;
  readonly books: Books;
  /** What the first sync must make of each invoice. */
  readonly expected: readonly Expectation[];
}

export const ORGANIZATION = '00801SANDBOXMLAPAY01a';
const OTHER_ORGANIZATION = '00801SANDBOXMLAPAY02b';

/** Slow enough to watch, fast enough for a minute. */
const WATCHABLE = { epicorLatencyMs: 15, billLatencyMs: 40, postingMs: 150, delivery: 0.05 };
const CORRECTIONS = 3;

/** Secrets of the sandbox; easy to find again wherever they should not be. */
export const SECRETS = {
  ...EPICOR_SECRETS,
  billPassword: 'canary-bill-password-3RT',
  billDevKey: 'canary-bill-dev-key-K88',
} as const;

/** Columns that a company adds to its invoices for the payer's news. */
const CUSTOM_COLUMNS = { APInvHed: 'BillStatus_c:text BillId_c:text BillPaidOn_c:date BillPaidAmt_c:dec' };

const QUERIES = {
  'ML-Vendors': {
    table: 'Vendor',
    columns: ['Company', 'VendorNum', 'VendorID', 'Name', 'CurrencyCode', 'Inactive', 'SysRevID'],
  },
  'ML-Invoices': {
    table: 'APInvHed',
    columns: [
      'Company',
      'VendorNum',
      'InvoiceNum',
      'DocInvoiceAmt',
      'Posted',
      'OpenPayable',
      'ChangeDate',
      'SysRevID',
    ],
  },
};

/** Starts both systems with two companies' data on the loopback address. */
export async function startEpicorBillWorld(options: EpicorBillOptions = {}): Promise<EpicorBillWorld> {
  const clock = new MovableClock();
  const seed = options.seed ?? 1;
  const today = dateOf(clock.now());
  const main = makeCompany({ seed, size: options.size ?? DEMO_SIZE, company: COMPANY, today });
  const other = makeCompany({ seed: seed + 1, size: DEMO_SIZE, company: OTHER_COMPANY, today });
  const { pace = {} } = options;
  const epicor = await startEpicorSide({
    clock,
    companies: [main.epicor, other.epicor],
    customColumns: CUSTOM_COLUMNS,
    baqs: QUERIES,
    switches: defined({
      latencyMs: pace.epicorLatencyMs,
      postingMs: pace.postingMs,
      ...options.epicorSwitches,
    }),
    port: options.ports?.epicor,
  });
  const bill = await startBill({
    clock,
    seed,
    organizations: [ORGANIZATION, OTHER_ORGANIZATION],
    access: {
      devKeys: [SECRETS.billDevKey],
      users: [{ username: 'ap@company.example', password: SECRETS.billPassword }],
    },
    switches: defined({
      latencyMs: pace.billLatencyMs,
      deliveryPace: pace.delivery,
      ...options.billSwitches,
    }),
    port: options.ports?.bill ?? 0,
  });
  const organization = organizationOf(bill, ORGANIZATION);
  const billsBefore = fillOrganization(organization, main.bill);
  fillOrganization(organizationOf(bill, OTHER_ORGANIZATION), other.bill);
  const proxies = options.faults === undefined ? undefined : await startProxies(options.faults, epicor, bill);
  const company = epicor.state.company(COMPANY);
  const books: Books = {
    company,
    organization,
    paidBefore: paidSoFar(company),
    billsBefore,
    vendorsBefore: namesOf(organization),
    integrationUser: INTEGRATION_USER,
  };
  const expected = expectedOutcomes(main.epicor, main.bill);
  const clerk = new Clerk(epicor.state, company);
  const payer = new Payer(organization, new Random(seed), billsBefore);
  const lateChanges: LateChange[] = [];
  return {
    template: 'epicor-kinetic-bill',
    clock,
    systems: systemsOf(epicor, bill, proxies),
    people: peopleOf(books, clerk, payer, lateChanges),
    changedLate: () => new Set(lateChanges.map(({ key }) => key)),
    documents: () => documentsIn(books),
    writable: () => writableIn(books),
    epicor,
    bill,
    organization,
    seed: main,
    proxies,
    clerk,
    payer,
    env: environment(epicor, bill, proxies, options.epicorAuth),
    books,
    expected,
    checkPromises: () => [
      ...checkVendors(books),
      ...checkNoDoubles(books),
      ...checkArrivals(books, expected, lateChanges),
      ...checkPayments(books, lateChanges),
      ...checkBillLimit(bill),
    ],
    stop: async () => {
      await Promise.all([proxies?.epicor.stop(), proxies?.bill.stop()]);
      await Promise.all([epicor.stop(), bill.stop()]);
    },
  };
}

/** The same, as a harness of any template starts it. */
export function simulateEpicorBill({
  seed,
  size,
  faults,
  harsh,
  pace,
}: SimulationOptions): Promise<EpicorBillWorld> {
  return startEpicorBillWorld({
    ...defined({ seed, size }),
    ...(faults ? { faults: {} } : {}),
    ...(pace === 'watchable' ? { pace: WATCHABLE } : {}),
    ...(harsh
      ? {
          epicorAuth: drawnEpicorAuth(harsh),
          epicorSwitches: harshEpicorSwitches(harsh),
          billSwitches: harshBillSwitches(harsh),
        }
      : {}),
  });
}

function systemsOf(
  epicor: Epicor,
  bill: Bill,
  proxies: EpicorBillWorld['proxies'],
): Record<string, SimulatedSystem> {
  return {
    'epicor-kinetic': epicorSystem(epicor, proxies?.epicor),
    bill: billSystem(bill, proxies?.bill),
  };
}

function peopleOf(books: Books, clerk: Clerk, payer: Payer, lateChanges: LateChange[]): People {
  return {
    work: () => {
      payer.payApprovedBills();
      payer.tick();
    },
    finish: () => {
      payer.payApprovedBills();
      payer.settleAll();
    },
    touch: (count) => clerk.touchInvoices(count),
    correct: (random) => void lateChanges.push(...mutateAfterSent(books, clerk, random, CORRECTIONS)),
  };
}

function defined<T extends object>(values: { [K in keyof T]?: T[K] | undefined }): Partial<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>;
}

function organizationOf(bill: Bill, id: string): Organization {
  const organization = bill.organizations.get(id);
  if (organization === undefined) throw new Error(`no organization ${id}`);
  return organization;
}

async function startProxies(
  faults: NonNullable<EpicorBillOptions['faults']>,
  epicor: Epicor,
  bill: Bill,
): Promise<{ epicor: FaultProxy; bill: FaultProxy }> {
  const [before, behind] = await Promise.all([
    startFaultProxy({ target: epicor.url, ...(faults.epicor === undefined ? {} : { plan: faults.epicor }) }),
    startFaultProxy({ target: bill.url, ...(faults.bill === undefined ? {} : { plan: faults.bill }) }),
  ]);
  return { epicor: before, bill: behind };
}

function environment(
  epicor: Epicor,
  bill: Bill,
  proxies: EpicorBillWorld['proxies'],
  auth: EpicorAuth | undefined,
): Record<string, string> {
  return {
    ...epicorEnvironment(epicor, proxies?.epicor, auth),
    ...EPICOR_PAYMENT_FIELDS,
    BILL_BASE_URL: behindProxy(bill.url, proxies?.bill),
    BILL_DEV_KEY: SECRETS.billDevKey,
    BILL_USERNAME: 'ap@company.example',
    BILL_PASSWORD: SECRETS.billPassword,
    BILL_ORGANIZATION_ID: ORGANIZATION,
  };
}
