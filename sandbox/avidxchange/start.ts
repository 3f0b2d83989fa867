import { type Clock, MovableClock } from '../clock';
import { serve } from '../http/serve';
import { Traffic } from '../http/traffic';
import { Access, type AvidAccess } from './access';
import { Batches } from './batches';
import { ImageHost } from './image-host';
import { Invoices } from './invoice-routes';
import { MasterData } from './master-routes';
import { Payments } from './payment-routes';
import { avidServer } from './server';
import { type AccountingSystem, AvidSite } from './site';
import { AVIDXCHANGE_DEFAULTS, type AvidSwitches } from './switches';

export interface AvidOptions {
  /** The first one is the customer's whose payments are always shown. */
  readonly accountingSystems: readonly AccountingSystem[];
  readonly access: AvidAccess;
  readonly switches?: Partial<AvidSwitches>;
  readonly clock?: Clock;
  /** What must never arrive in a body. */
  readonly forbidden?: readonly RegExp[];
  /** Seed of the ids. */
  readonly seed?: number;
  /** 0 or absent: a free port. */
  readonly port?: number;
}

/** A running simulated AvidXchange: one customer. */
export interface Avidxchange {
  readonly url: string;
  /** Where partners get their tokens. */
  readonly tokenUrl: string;
  readonly site: AvidSite;
  readonly batches: Batches;
  readonly imageHost: ImageHost;
  readonly access: Access;
  /** What arrived although it must not. */
  readonly leaked: readonly string[];
  /** What it leaves open; may be changed while it runs. */
  readonly switches: AvidSwitches;
  readonly traffic: Traffic;
  stop(): Promise<void>;
}

/** Starts a simulated AvidXchange, and its images' other host, on the loopback address. */
export async function startAvidxchange(options: AvidOptions): Promise<Avidxchange> {
  const clock = options.clock ?? new MovableClock();
  const switches: AvidSwitches = { ...AVIDXCHANGE_DEFAULTS, ...options.switches };
  const site = new AvidSite(options.accountingSystems, switches, clock, options.seed ?? 1);
  const [access, traffic] = [new Access(options.access, switches, clock), new Traffic()];
  const [batches, imageHost] = [new Batches(site), new ImageHost(site)];
  await imageHost.start();
  const routes = [
    ...new MasterData(site).routes(),
    ...new Invoices(site, batches, imageHost).routes(),
    ...batches.routes(),
    ...new Payments(site).routes(),
  ];
  const leaked: string[] = [];
  const parts = { site, access, traffic, leaked, forbidden: options.forbidden ?? [] };
  const served = await serve(avidServer(parts, routes), options.port);
  return {
    url: served.url,
    tokenUrl: `${served.url}/token`,
    site,
    batches,
    imageHost,
    access,
    leaked,
    switches,
    traffic,
    stop: async () => {
      await Promise.all([served.close(), imageHost.stop()]);
    },
  };
}
