import { type Clock, MovableClock } from '../clock';
import { serve } from '../http/serve';
import { Traffic } from '../http/traffic';
import { Access } from './access';
import { EntryShow } from './entry-show';
import { LedgerRoutes } from './ledger-routes';
import { MasterRoutes } from './master-routes';
import { airbaseServer } from './server';
import { Spend } from './spend';
import { SpendRoutes } from './spend-routes';
import { SpendShow } from './spend-show';
import { AIRBASE_DEFAULTS, type AirbaseSwitches } from './switches';
import { SyncSession } from './sync-session';
import { AirbaseTenant } from './tenant';
import { WebhookDelivery } from './webhook-delivery';
import { WebhookRoutes } from './webhook-routes';

export interface AirbaseOptions {
  /** Made in the portal, the latest last. */
  readonly tokens: readonly string[];
  /** With which deliveries are signed. */
  readonly webhookSecret: string;
  readonly baseCurrency?: string;
  readonly switches?: Partial<AirbaseSwitches>;
  readonly clock?: Clock;
  /** Seed of the ids. */
  readonly seed?: number;
  /** 0 or absent: a free port. */
  readonly port?: number;
}

/** A running simulated Airbase: one tenant with its accounting surface and the one for spend. */
export interface Airbase {
  readonly url: string;
  readonly tenant: AirbaseTenant;
  /** What people do there. */
  readonly spend: Spend;
  readonly session: SyncSession;
  readonly webhooks: WebhookDelivery;
  readonly access: Access;
  /** What it leaves open; may be changed while it runs. */
  readonly switches: AirbaseSwitches;
  readonly traffic: Traffic;
  stop(): Promise<void>;
}

/** Starts a simulated Airbase on the loopback address. */
export async function startAirbase(options: AirbaseOptions): Promise<Airbase> {
  const clock = options.clock ?? new MovableClock();
  const switches: AirbaseSwitches = { ...AIRBASE_DEFAULTS, ...options.switches };
  const tenant = new AirbaseTenant(switches, clock, options.seed ?? 1);
  const [access, traffic] = [new Access(options.tokens, switches, clock), new Traffic()];
  const [session, webhooks] = [new SyncSession(tenant), new WebhookDelivery(tenant)];
  const routes = [
    ...new LedgerRoutes(tenant, new EntryShow(tenant, options.baseCurrency ?? 'USD')).routes(),
    ...session.routes(),
    ...new MasterRoutes(tenant, session).routes(),
    ...new SpendRoutes(tenant, new SpendShow(tenant)).routes(),
    ...new WebhookRoutes(tenant, webhooks, options.webhookSecret).routes(),
  ];
  const served = await serve(airbaseServer({ tenant, access, traffic }, routes), options.port);
  return {
    url: served.url,
    tenant,
    spend: new Spend(tenant),
    session,
    webhooks,
    access,
    switches,
    traffic,
    stop: async () => {
      await webhooks.stop();
      await served.close();
    },
  };
}
