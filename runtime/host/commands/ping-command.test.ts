import { expect, it } from 'vitest';
import type { Connection } from '../../connector/connection';
import { SystemError } from '../../connector/errors';
import { pingOne } from './ping-command';

const answering = (ping: () => Promise<unknown>) => ({
  connection: { ping } as Connection,
  fault: undefined,
});

it('does not wait for ever for a system that takes the call and never answers', async () => {
  const patience = new AbortController();
  const asked = pingOne(
    answering(() => new Promise(() => {})),
    patience.signal,
  );
  patience.abort();
  expect(await asked).toMatchObject({
    ok: false,
    code: 'NETWORK_TIMEOUT',
    cause: expect.stringContaining('did not answer'),
  });
});

it('names what the system refused', async () => {
  const refused = new SystemError({
    recovery: 'configuration',
    code: 'KEY',
    text: 'wrong key',
    remedy: 'mend',
  });
  const outcome = await pingOne(
    answering(() => Promise.reject(refused)),
    new AbortController().signal,
  );
  expect(outcome).toEqual({ ok: false, code: 'KEY', cause: 'wrong key', remedy: 'mend' });
});
