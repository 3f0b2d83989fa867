import { type Clock, MovableClock } from '../clock';
import { serve } from '../http/serve';
import { Traffic } from '../http/traffic';
import { showAsPayment } from './bills';
import { storedCheck } from './checks';
import { rowsOf, text } from './entity-store';
import { INSTANCE } from './http-call';
import { License } from './license';
import { Operations } from './operations';
import { PushSender } from './push';
import { Server } from './server';
import { Sessions } from './sessions';
import { type AcumaticaAccess, SignIn } from './sign-in';
import { ACUMATICA_DEFAULTS, type AcumaticaSwitches } from './switches';
import { Tenant, type TenantData } from './tenant';

export interface AcumaticaOptions {
  /** The first is the one that a sign-in without a tenant lands on. */
  readonly tenants: readonly TenantData[];
  readonly access: AcumaticaAccess;
  readonly switches?: Partial<AcumaticaSwitches>;
  readonly clock?: Clock;
  /** Seed of the ids. */
  readonly seed?: number;
  /** 0 or absent: a free port. */
  readonly port?: number;
}

/** A running simulated Acumatica. */
export interface Acumatica {
  /** The instance, without `/entity`. */
  readonly url: string;
  readonly tenants: ReadonlyMap<string, Tenant>;
  /** Push notifications by tenant. */
  readonly pushes: ReadonlyMap<string, PushSender>;
  readonly sessions: Sessions;
  readonly signIn: SignIn;
  readonly license: License;
  readonly operations: Operations;
  /** What it leaves open; may be changed while it runs. */
  readonly switches: AcumaticaSwitches;
  readonly traffic: Traffic;
  stop(): Promise<void>;
}

/** Starts a simulated Acumatica on the loopback address. */
export async function startAcumatica(options: AcumaticaOptions): Promise<Acumatica> {
  const clock = options.clock ?? new MovableClock();
  const switches: AcumaticaSwitches = { ...ACUMATICA_DEFAULTS, ...options.switches };
  const tenants = new Map(
    options.tenants.map((data, index) => [
      data.name,
      new Tenant(data, switches, clock, (options.seed ?? 1) * 1_000 + index),
    ]),
  );
  for (const tenant of tenants.values()) {
    for (const bill of tenant.rows('Bill').all) {
      const released = ['Open', 'Closed'].includes(text(bill, 'Status'));
      if (released && text(bill, 'Type') === 'Debit Adj.') showAsPayment(tenant, bill);
    }
    for (const check of tenant.rows('Check').all) {
      if (rowsOf(check, 'Details').length > 0) storedCheck(tenant, check);
    }
  }
  const sessions = new Sessions(switches, clock);
  const parts = {
    clock,
    switches,
    sessions,
    signIn: new SignIn(options.access, tenants, sessions, switches, clock),
    license: new License(switches, clock),
    operations: new Operations(switches, clock),
    traffic: new Traffic(),
  };
  const pushes = new Map([...tenants].map(([name, tenant]) => [name, new PushSender(tenant)]));
  const server = new Server(parts);
  const served = await serve((request, response) => {
    server.handle(request, response).catch(() => response.destroy());
  }, options.port);
  const { clock: _clock, ...shown } = parts;
  return {
    ...shown,
    url: `${served.url}/${INSTANCE}`,
    tenants,
    pushes,
    stop: async () => {
      await Promise.all([...pushes.values()].map((push) => push.stop()));
      await served.close();
    },
  };
}
