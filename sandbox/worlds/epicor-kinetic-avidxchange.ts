import { harshAvidSwitches } from '../avidxchange/harsh-switches';
import { startPayment } from '../avidxchange/payment-life';
import type { InvoiceRecord } from '../avidxchange/records';
import type { AvidSite } from '../avidxchange/site';
import { type Avidxchange, startAvidxchange } from '../avidxchange/start';
import type { AvidSwitches } from '../avidxchange/switches';
import { addDays, dateOf, MovableClock } from '../clock';
import { type AvidSeed, type HandSeed, makeAvidCompany } from '../data/avidxchange-company';
import { expectedAtAvid } from '../data/avidxchange-expected';
import { DEMO_SIZE, makeCompany } from '../data/company';
import { harshEpicorSwitches } from '../epicor-kinetic/harsh-switches';
import type { Epicor } from '../epicor-kinetic/start';
import type { EpicorSwitches } from '../epicor-kinetic/switches';
import { behindProxy, type FaultProxy, startFaultProxy } from '../faults/proxy';
import { Random } from '../random';
import type { SimulatedSystem, Simulation, SimulationOptions } from '../simulation';
import {
  type AvidBooks,
  documentsIn,
  elsewhereThan,
  invoicesBefore,
  writableIn,
} from '../world/avidxchange-books';
import { checkCodesAt, checkOrdersAt, checkVendorsAt } from '../world/avidxchange-masters';
import { AvidPayer } from '../world/avidxchange-payer';
import { checkPaidIn } from '../world/avidxchange-payments';
import { AvidPeople } from '../world/avidxchange-people';
import { checkInvoicesAt, checkLeftAlone, checkManners } from '../world/avidxchange-promises';
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
import { PayablesClerk } from '../world/payables-clerk';

export interface EpicorAvidOptions {
  /** The same seed gives the same companies, images and payments. Default 1. */
  readonly seed?: number;
  /** Invoices of the main company beside the cases of this pair. Default: the demonstration's. */
  readonly size?: number;
  /** With images as large as AvidXchange allows, and a larger one. Default: without. */
  readonly bulky?: boolean;
  /** Size of each everyday image, bytes. Default: different ones, up to 30,000. */
  readonly imageBytes?: number;
  /** Puts a fault proxy, calm at first, before each system. */
  readonly faults?: boolean;
  readonly epicorSwitches?: Partial<EpicorSwitches>;
  readonly avidSwitches?: Partial<AvidSwitches>;
  readonly epicorAuth?: EpicorAuth;
  readonly avidAuth?: AvidAuth;
  /** The accounting system as the environment names it; blanks and case do not matter. Default: its name. */
  readonly accountingSystem?: string;
  readonly ports?: { readonly epicor?: number; readonly avidxchange?: number };
}

type AvidAuth = 'tokens' | 'session' | 'partner';

/** Epicor Kinetic and AvidXchange. */
export interface EpicorAvidWorld extends Simulation {
  readonly epicor: Epicor;
  readonly avid: Avidxchange;
  readonly books: AvidBooks;
  readonly clerk: Clerk;
  readonly people: AvidPeople;
}

const SYSTEM = { id: 4_811, name: COMPANY };
const OTHER_SYSTEM = { id: 4_812, name: OTHER_COMPANY };
const COMPANY_ID = 'AVID-77120';
/** Numbers of the bank accounts of vendors, which must stay in Epicor. */
const BANK_ACCOUNTS = /9900\d{3}4471/;
const WATCHABLE = {
  epicor: { latencyMs: 8, postingMs: 100 },
  avid: { latencyMs: 40, receivedMs: 300, processingMs: 900 },
};

/** Secrets of the sandbox; easy to find again wherever they should not be. */
export const SECRETS = {
  ...EPICOR_SECRETS,
  avidCompanyToken: 'canary-avid-company-token-4TS',
  avidUserToken: 'canary-avid-user-token-8KE',
  avidGatewayKey: 'canary-avid-gateway-key-6PN',
  avidPassword: 'canary-avid-password-1VB',
  avidClientSecret: 'canary-avid-client-secret-3GZ',
} as const;

const AVID_USER = 'ml-service';

/** Starts both systems on the loopback address: two companies' Epicor, and the customer's AvidXchange. */
export async function startEpicorAvidWorld(options: EpicorAvidOptions = {}): Promise<EpicorAvidWorld> {
  const clock = new MovableClock();
  const { seed = 1, size = DEMO_SIZE, bulky = false, imageBytes } = options;
  const today = dateOf(clock.now());
  const main = makeAvidCompany({ seed, size, company: COMPANY, today, bulky, imageBytes });
  const other = makeCompany({ seed: seed + 1, size: DEMO_SIZE, company: OTHER_COMPANY, today });
  const epicor = await startEpicorSide({
    clock,
    companies: [main.epicor, other.epicor],
    customColumns: { APInvHed: 'AvidStatus_c:text AvidRejectReason_c:text' },
    switches: options.epicorSwitches,
    port: options.ports?.epicor,
  });
  const avid = await startAvidxchange({
    clock,
    seed,
    accountingSystems: [SYSTEM, OTHER_SYSTEM],
    access: {
      companyToken: SECRETS.avidCompanyToken,
      userToken: SECRETS.avidUserToken,
      gatewayKey: SECRETS.avidGatewayKey,
      users: [{ name: AVID_USER, password: SECRETS.avidPassword }],
      clients: [{ id: INTEGRATION_USER, secret: SECRETS.avidClientSecret, companyId: COMPANY_ID }],
    },
    forbidden: [BANK_ACCOUNTS],
    switches: options.avidSwitches ?? {},
    port: options.ports?.avidxchange ?? 0,
  });
  const byHand = new Set(fill(avid.site, SYSTEM.id, main.avid));
  fillOther(avid.site, today);
  const company = epicor.state.company(COMPANY);
  const before = company.rows('CheckHed').all.map((head) => Number(head['HeadNum']));
  const books: AvidBooks = {
    company,
    avid,
    systemId: SYSTEM.id,
    expected: expectedAtAvid(main),
    byHand,
    headsBefore: new Set(before),
    invoicesBefore: invoicesBefore(company),
    elsewhere: elsewhereThan(SYSTEM.id, avid),
    changes: [],
  };
  const proxies = options.faults === true ? await startProxies(epicor, avid) : undefined;
  const clerk = new Clerk(epicor.state, company);
  const payables = new PayablesClerk(epicor.state, company, new Set(books.invoicesBefore.keys()));
  const payer = new AvidPayer(avid.site, new Random(seed), byHand);
  return {
    template: 'epicor-kinetic-avidxchange',
    clock,
    epicor,
    avid,
    books,
    clerk,
    env: environment(epicor, avid, proxies, options),
    systems: systemsOf(epicor, avid, proxies),
    people: new AvidPeople(books, epicor.state, clerk, payables, payer),
    changedLate: () => changedLate(books),
    documents: () => documentsIn(books),
    writable: () => writableIn(books),
    checkPromises: () => {
      avid.site.runDue();
      return [
        ...checkVendorsAt(books),
        ...checkCodesAt(books),
        ...checkOrdersAt(books),
        ...checkInvoicesAt(books),
        ...checkPaidIn(books),
        ...checkLeftAlone(books),
        ...checkManners(books),
      ];
    },
    stop: async () => {
      await Promise.all([proxies?.epicor.stop(), proxies?.avid.stop()]);
      await Promise.all([epicor.stop(), avid.stop()]);
    },
  };
}

/** The same, as a harness of any template starts it. */
export function simulateEpicorAvid({
  seed,
  size,
  faults,
  harsh,
  pace,
}: SimulationOptions): Promise<EpicorAvidWorld> {
  const slow = pace === 'watchable';
  return startEpicorAvidWorld({
    ...(seed === undefined ? {} : { seed }),
    ...(size === undefined ? {} : { size }),
    ...(faults === true ? { faults } : {}),
    ...(slow ? { epicorSwitches: WATCHABLE.epicor, avidSwitches: WATCHABLE.avid } : {}),
    ...(harsh
      ? {
          bulky: harsh.chance(0.15),
          epicorAuth: drawnEpicorAuth(harsh),
          avidAuth: harsh.pick(['tokens', 'tokens', 'session', 'partner']),
          accountingSystem: harsh.pick([COMPANY, COMPANY.toLowerCase(), ` ${COMPANY} `]),
          epicorSwitches: harshEpicorSwitches(harsh),
          avidSwitches: harshAvidSwitches(harsh),
        }
      : {}),
  });
}

/** Puts into an accounting system what it holds before the first sync. Gives its invoices. */
function fill(site: AvidSite, accountingSystemId: number, seed: AvidSeed): InvoiceRecord[] {
  for (const { code, name, active } of seed.vendors) {
    site.addVendor({ accountingSystemId, code, active, data: { Name: name } });
  }
  for (const each of seed.codes) site.addCode({ accountingSystemId, active: true, ...each });
  return seed.invoices.map((each) => captured(site, accountingSystemId, each, undefined));
}

function captured(
  site: AvidSite,
  accountingSystemId: number,
  { vendor, number, gross, date }: HandSeed,
  externalId: string | undefined,
): InvoiceRecord {
  return site.addInvoice({
    accountingSystemId,
    externalId,
    batch: undefined,
    vendorCode: String(vendor),
    vendorName: '',
    number,
    gross,
    invoiceDate: date,
    dueDate: addDays(date, 30),
    order: undefined,
    memo: '',
    distributions: [],
    images: [],
    status: 'Pending Approval',
    rejectReason: undefined,
    paid: '0.00',
    underWay: '0.00',
  });
}

/**
 * The other company, which pays through the same customer's AvidXchange. Where payments name their invoices by number
 * only, its numbers are its own; otherwise one is the same as in the main company.
 */
function fillOther(site: AvidSite, today: string): void {
  const numbers = site.switches.paymentInvoices === 'number' ? ['X7-1', 'X7-2'] : ['AF-1001', 'X7-2'];
  site.addVendor({
    accountingSystemId: OTHER_SYSTEM.id,
    code: '101',
    active: true,
    data: { Name: 'Allied Fasteners Inc' },
  });
  for (const number of numbers) {
    const seed = { vendor: 101, number, gross: '0.30', date: addDays(today, -5) };
    const invoice = captured(site, OTHER_SYSTEM.id, seed, `${OTHER_COMPANY}|101|${number}`);
    invoice.status = 'Approved';
    if (number === numbers[0]) startPayment(site, [{ invoice, amount: invoice.gross }], 'check');
  }
}

/** Invoices that people changed in Epicor, and payments that were taken back after they were cleared. */
function changedLate({ changes, avid }: AvidBooks): Set<string> {
  const back = avid.site.payments.filter(({ everCleared, status }) => everCleared && status !== 'Cleared');
  return new Set([...changes.map(({ key }) => key), ...back.map(({ id }) => String(id))]);
}

interface Proxies {
  readonly epicor: FaultProxy;
  readonly avid: FaultProxy;
}

async function startProxies(epicor: Epicor, avid: Avidxchange): Promise<Proxies> {
  const [before, behind] = await Promise.all([
    startFaultProxy({ target: epicor.url }),
    startFaultProxy({ target: avid.url }),
  ]);
  return { epicor: before, avid: behind };
}

function systemsOf(
  epicor: Epicor,
  avid: Avidxchange,
  proxies: Proxies | undefined,
): Record<string, SimulatedSystem> {
  return {
    'epicor-kinetic': epicorSystem(epicor, proxies?.epicor),
    avidxchange: {
      traffic: avid.traffic,
      proxy: proxies?.avid,
      expireSessions: () => avid.access.expireSessions(),
      get lagMs() {
        const { listLagMs, receivedMs, processingMs } = avid.switches;
        return Math.max(listLagMs, receivedMs + processingMs);
      },
    },
  };
}

function environment(
  epicor: Epicor,
  avid: Avidxchange,
  proxies: Proxies | undefined,
  { epicorAuth, avidAuth = 'tokens', accountingSystem = COMPANY }: EpicorAvidOptions,
): Record<string, string> {
  return {
    ...epicorEnvironment(epicor, proxies?.epicor, epicorAuth),
    ...EPICOR_PAYMENT_FIELDS,
    AVIDXCHANGE_BASE_URL: behindProxy(avid.url, proxies?.avid),
    AVIDXCHANGE_AUTH: avidAuth,
    AVIDXCHANGE_ACCOUNTING_SYSTEM: accountingSystem,
    ...signInFields(avidAuth, behindProxy(avid.tokenUrl, proxies?.avid)),
  };
}

/** What the chosen way of signing in needs, and nothing else. */
function signInFields(auth: AvidAuth, tokenUrl: string): Record<string, string> {
  if (auth === 'tokens') {
    return {
      AVIDXCHANGE_COMPANY_TOKEN: SECRETS.avidCompanyToken,
      AVIDXCHANGE_USER_TOKEN: SECRETS.avidUserToken,
    };
  }
  if (auth === 'session') {
    return {
      AVIDXCHANGE_GATEWAY_KEY: SECRETS.avidGatewayKey,
      AVIDXCHANGE_USERNAME: AVID_USER,
      AVIDXCHANGE_PASSWORD: SECRETS.avidPassword,
    };
  }
  return {
    AVIDXCHANGE_CLIENT_ID: INTEGRATION_USER,
    AVIDXCHANGE_CLIENT_SECRET: SECRETS.avidClientSecret,
    AVIDXCHANGE_COMPANY_ID: COMPANY_ID,
    AVIDXCHANGE_TOKEN_URL: tokenUrl,
  };
}
