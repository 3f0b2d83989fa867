import { afterAll } from 'vitest';
import { openEmbeddedStore } from '../../runtime/ledger/embedded-store';
import { migrate } from '../../runtime/ledger/migrate';
import type { Store } from '../../runtime/ledger/store';
import { EMPTY_DATABASE } from '../support/project';

/** The ledger of all tests of a file; each works on a sync of its own. */
export function sharedStore(): () => Promise<Store> {
  let opening: Promise<Store> | undefined;
  afterAll(async () => (await opening)?.close());
  return () => {
    opening ??= open();
    return opening;
  };
}

async function open(): Promise<Store> {
  const store = await openEmbeddedStore({ folder: 'memory', archive: EMPTY_DATABASE });
  await migrate(store);
  return store;
}
