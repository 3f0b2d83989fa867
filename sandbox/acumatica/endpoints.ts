import type { WireObject } from '../http/exact-json';
import type { Endpoint } from './show';
import type { AcumaticaSwitches } from './switches';

interface Served {
  readonly name: string;
  readonly version: string;
  /** Contract of the fields it shows. */
  readonly contract: string;
  /** Ships with the system; others show only to someone who is signed in. */
  readonly system: boolean;
  /** Whether the entities of accounts payable are on it. */
  readonly payables: boolean;
}

const SERVED: readonly Served[] = [
  { name: 'Default', version: '22.200.001', contract: '22.200.001', system: true, payables: true },
  { name: 'Default', version: '23.200.001', contract: '23.200.001', system: true, payables: true },
  { name: 'Default', version: '24.200.001', contract: '24.200.001', system: true, payables: true },
  { name: 'eCommerce', version: '23.200.001', contract: '23.200.001', system: true, payables: false },
  { name: 'Payables', version: '1', contract: '24.200.001', system: false, payables: true },
];

/** The endpoint of a path; undefined when the instance has none of that name and version. */
export function endpointOf(instance: string, name: string, version: string): Endpoint | undefined {
  const served = SERVED.find((each) => each.name === name && each.version === version);
  if (served?.payables !== true) return undefined;
  return { path: `/${instance}/entity/${name}/${version}`, version: served.contract };
}

/** What the instance answers about itself. `host` is for absolute links. */
export function endpointList(
  instance: string,
  host: string,
  signedIn: boolean,
  switches: AcumaticaSwitches,
): WireObject | WireObject[] {
  const root = switches.endpointLinks === 'absolute' ? `http://${host}` : '';
  const endpoints = SERVED.filter((each) => each.system || signedIn).map(({ name, version }) => ({
    name,
    version,
    href: `${root}/${instance}/entity/${name}/${version}/`,
  }));
  if (switches.endpointList === 'array') return endpoints;
  const build = '24.206.0024';
  return { version: { acumaticaBuildVersion: build, databaseVersion: build }, endpoints };
}
