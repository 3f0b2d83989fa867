import { type Clock, MovableClock } from '../clock';
import { serve } from '../http/serve';
import { Traffic } from '../http/traffic';
import { Access, type BaswareAccess } from './access';
import { DocumentReads } from './document-reads';
import { DocumentResponses } from './document-responses';
import { MasterData } from './master-routes';
import { P2p } from './p2p';
import { Pages } from './pages';
import { PushDelivery } from './push-delivery';
import { Requests } from './requests';
import { baswareServer } from './server';
import { Storage } from './storage';
import { Subscriptions } from './subscriptions';
import { BASWARE_DEFAULTS, type BaswareSwitches } from './switches';
import { Tenant } from './tenant';

export interface BaswareOptions {
  readonly companies: readonly string[];
  readonly access: BaswareAccess;
  readonly currencies?: readonly string[];
  readonly switches?: Partial<BaswareSwitches>;
  readonly clock?: Clock;
  /** Seed of the ids. */
  readonly seed?: number;
  /** 0 or absent: a free port. */
  readonly port?: number;
}

/** A running simulated Basware: one tenant, its API layer and the P2P behind it. */
export interface Basware {
  readonly url: string;
  /** Where downloads are sent to. */
  readonly storage: Storage;
  readonly tenant: Tenant;
  /** What people do there. */
  readonly p2p: P2p;
  readonly push: PushDelivery;
  readonly responses: DocumentResponses;
  readonly access: Access;
  /** What it leaves open; may be changed while it runs. */
  readonly switches: BaswareSwitches;
  readonly traffic: Traffic;
  stop(): Promise<void>;
}

const CURRENCIES = ['USD', 'EUR', 'GBP', 'JPY'];

/** Starts a simulated Basware, and its storage at another address, on the loopback address. */
export async function startBasware(options: BaswareOptions): Promise<Basware> {
  const clock = options.clock ?? new MovableClock();
  const switches: BaswareSwitches = { ...BASWARE_DEFAULTS, ...options.switches };
  const tenant = new Tenant(
    new Set(options.companies),
    new Set(options.currencies ?? CURRENCIES),
    switches,
    clock,
    options.seed ?? 1,
  );
  const [pages, p2p, push] = [new Pages(switches, clock), new P2p(tenant), new PushDelivery(tenant)];
  const [access, traffic] = [new Access(options.access, switches, clock), new Traffic()];
  const [storage, responses] = [new Storage(switches, clock), new DocumentResponses(tenant, p2p)];
  const routes = [
    ...new DocumentReads(tenant, pages).routes(),
    ...responses.routes(),
    ...new Requests(tenant, pages).routes(),
    ...new MasterData(tenant, pages).routes(),
    ...new Subscriptions(tenant, push, pages).routes(),
  ];
  await storage.start();
  const app = baswareServer({ tenant, access, storage, traffic }, routes);
  const served = await serve(app, options.port);
  return {
    url: served.url,
    storage,
    tenant,
    p2p,
    push,
    responses,
    access,
    switches,
    traffic,
    stop: async () => {
      tenant.stop();
      await push.stop();
      await Promise.all([served.close(), storage.stop()]);
    },
  };
}
