import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { EmbeddedStore } from '../ledger/embedded-store';
import type { Runtime } from './runtime';

/** Tells other processes that want the embedded store where this one answers. */
export function announce({ store, environment }: Runtime, server: Pick<Server, 'address'>): void {
  if (store.kind !== 'embedded') return;
  const { port } = server.address() as AddressInfo;
  const host = ['0.0.0.0', '::'].includes(environment.host) ? '127.0.0.1' : environment.host;
  (store as EmbeddedStore).announce(`http://${host}:${port}`);
}
