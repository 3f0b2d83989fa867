import type { Clock } from '../../runtime/connector/clock';
import type { ConnectionSettings } from '../../runtime/connector/system';
import type { Account } from './chart-of-accounts';
import type { Department } from './departments';
import { type Endpoints, endpointsOf } from './endpoints';
import { ShortMemory } from './short-memory';
import type { Credentials } from './sign-in';
import { VendorDirectory } from './vendor-directory';
import type { Vendor } from './vendors';

/**
 * Vendors that are kept one by one. Where lists are thin, each vendor of the organization is asked for by its id:
 * if they did not all fit, every new one would ask for all of them again.
 */
const mostVendors = 100_000;

/** One organization at BILL, with what was learned about it since the process started. */
export interface BillConnection {
  readonly endpoints: Endpoints;
  readonly credentials: Credentials;
  /** The chart of accounts, under a single key. */
  readonly chart: ShortMemory<readonly Account[]>;
  /** The departments, under a single key. */
  readonly departments: ShortMemory<readonly Department[]>;
  /** Single vendors by id. */
  readonly vendors: ShortMemory<Vendor | undefined>;
  readonly directory: VendorDirectory;
  /** What this BILL has refused as unknown to it: filters of lists, members of bodies. */
  readonly unsupported: Set<string>;
  readonly clock: Clock;
}

export function openBill(settings: ConnectionSettings, clock: Clock): BillConnection {
  const now = () => clock.now();
  const field = (name: string) => String(settings[name] ?? '');
  const endpoints = endpointsOf(field('baseUrl'));
  return {
    endpoints,
    credentials: {
      devKey: field('devKey'),
      username: field('username'),
      password: field('password'),
      organizationId: field('organizationId'),
    },
    chart: new ShortMemory(now, 1),
    departments: new ShortMemory(now, 1),
    vendors: new ShortMemory(now, mostVendors),
    directory: new VendorDirectory(endpoints, now),
    unsupported: new Set(),
    clock,
  };
}
