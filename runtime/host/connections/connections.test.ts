import { describe, expect, it } from 'vitest';
import { sampleSystem } from '../../../tests/support/sample-system';
import { serve } from '../../../tests/support/serve';
import { systemClock } from '../../connector/clock';
import { createInProcessLimiter } from '../../connector/in-process-limiter';
import { takeSecrets } from '../../connector/secrets';
import { Connections, type SavedConnection, withEnvironment } from './connections';

const quiet = { info: () => {}, warn: () => {}, error: () => {} };

function connections(variables: Record<string, string>): Connections {
  return new Connections({
    secrets: takeSecrets(variables, Object.keys(variables)),
    limiter: createInProcessLimiter(systemClock),
    audit: { append: () => {} },
    log: quiet,
    clock: systemClock,
  });
}
const saved: SavedConnection = {
  module: sampleSystem,
  nodeId: 'n1',
  webhookName: 'default',
  config: { auth: 'key' },
};
const variables = { SAMPLE_BASE_URL: 'http://127.0.0.1:9', SAMPLE_COMPANY: 'C1', SAMPLE_API_KEY: 'canary' };

describe('live connections', () => {
  it('take fields that were never saved from the variables they declare', () => {
    const live = connections({ ...variables }).open(saved);
    expect(live.fault).toBeUndefined();
    expect(live).toMatchObject({ name: 'sample-books', connection: { settings: { company: 'C1' } } });
  });

  it('leave a field that was saved empty without its variable', () => {
    const { config } = withEnvironment(sampleSystem.manifest.connection.fields, { company: '' });
    expect(config).toMatchObject({ company: '', baseUrl: `\${SAMPLE_BASE_URL}` });
  });

  it('name the variable that is not set, and open nothing', () => {
    const live = connections({ SAMPLE_BASE_URL: 'http://127.0.0.1:9', SAMPLE_COMPANY: 'C1' }).open(saved);
    expect(live.connection).toBeUndefined();
    expect(live.fault).toMatchObject({
      code: 'SETTING_MISSING',
      message: expect.stringContaining('SAMPLE_API_KEY'),
    });
  });

  it('refuse a second connection of the same name and keep the first', async () => {
    const all = connections({ ...variables });
    const first = all.open(saved);
    const second = all.open(saved);
    expect(second.fault).toMatchObject({ code: 'CONNECTION_TWICE' });
    await second.close();
    expect(all.get('sample-books')).toBe(first);
    expect(all.open({ ...saved, webhookName: 'east' })).toMatchObject({
      name: 'sample-books/east',
      fault: undefined,
    });
  });

  it('let work that makes calls end before they close', async () => {
    const live = connections({ ...variables }).open(saved);
    const gate = Promise.withResolvers<string>();
    const work = live.use(() => gate.promise);
    let closed = false;
    const closing = live.close().then(() => {
      closed = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(closed).toBe(false);
    gate.resolve('done');
    expect(await work).toBe('done');
    await closing;
  });

  it('let work wait while their fields are wrong', async () => {
    const live = connections({}).open(saved);
    await expect(live.use(async () => 'done')).rejects.toMatchObject({
      recovery: 'configuration',
      code: 'SETTING_MISSING',
    });
  });

  it('are asked themselves when they are tested with just the fields that they run with', async () => {
    const logins: string[] = [];
    const server = await serve((request, response) => {
      if (request.url === '/login') logins.push('login');
      response.setHeader('content-type', 'application/json');
      response.end('{"token":"t"}');
    });
    try {
      const all = connections({ ...variables, SAMPLE_BASE_URL: server.url });
      const config = { auth: 'login', username: 'ann' };
      const signIn = { ...saved, config, credentials: { password: 'canary' } };
      const live = all.open(signIn);
      await live.use((connection) => connection.ping());
      await all.probe(signIn);
      expect(logins).toHaveLength(1);
      await all.probe({ ...signIn, credentials: { password: 'another' } });
      expect(logins).toHaveLength(2);
      await live.close();
    } finally {
      await server.stop();
    }
  });

  it('count on when a deploy closes and opens them again', async () => {
    const server = await serve((_, response) => response.end('{}'));
    try {
      const all = connections({ ...variables, SAMPLE_BASE_URL: server.url });
      for (const _ of [1, 2]) {
        const live = all.open(saved);
        await live.connection?.ping();
        await live.close();
      }
      expect(all.all()).toEqual([]);
      expect(all.totals()['sample-books']).toMatchObject({
        calls: 2,
        byOperation: { me: 2 },
        maxInFlight: 1,
      });
    } finally {
      await server.stop();
    }
  });
});
