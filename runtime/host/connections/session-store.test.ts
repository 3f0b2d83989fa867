import { expect, it } from 'vitest';
import { withStores } from '../../../tests/support/stores';
import type { Vault } from '../../ledger/vault';
import { SessionStore } from './session-store';

const vault: Vault = {
  seal: (plain) => Buffer.from(plain).toString('base64'),
  open: (sealed) => Buffer.from(sealed, 'base64').toString(),
};

withStores('sessions that outlive a runtime', (open) => {
  it('are remembered by connection, sealed, and forgotten when they ended', async () => {
    const store = await open();
    const now = () => new Date('2026-03-02T10:00:00.000Z');
    const memory = new SessionStore({ store, vault, now }).of('sample-books');
    expect(await memory.load()).toEqual({});
    await memory.save({ token: 'canary-token' });
    const later = new SessionStore({ store, vault, now });
    expect(await later.of('sample-books').load()).toEqual({ token: 'canary-token' });
    expect(await later.of('other-books').load()).toEqual({});
    const { rows } = await store.query('select * from open_session');
    expect(JSON.stringify(rows)).not.toContain('canary');
    await memory.save({});
    expect(await memory.load()).toEqual({});
  });
});
