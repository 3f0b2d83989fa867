import { afterEach, describe, expect, it } from 'vitest';
import { serve } from '../http/serve';
import { Random } from '../random';
import {
  atRequests,
  eitherOf,
  everyTime,
  type Fault,
  type FaultPlan,
  firstOf,
  onlyFor,
  randomFaults,
} from './plan';
import { startFaultProxy } from './proxy';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function behindProxy(plan?: FaultPlan) {
  const handled: string[] = [];
  const system = await serve((request, response) => {
    let body = '';
    request.on('data', (part) => {
      body += part;
    });
    request.on('end', () => {
      handled.push(`${request.method} ${request.url} ${body}`);
      response.setHeader('x-own', 'yes').end('{"amount": 1.00, "name": "Müller"}');
    });
  });
  const proxy = await startFaultProxy({ target: system.url, ...(plan ? { plan } : {}) });
  stops.push(
    () => proxy.stop(),
    () => system.close(),
  );
  const post = (path: string) =>
    fetch(`${proxy.url}${path}`, { method: 'POST', body: '{"a": 1.10}', signal: AbortSignal.timeout(300) });
  return { proxy, handled, post };
}

const only = (fault: Fault) => firstOf(/./, [fault]);

describe('the fault proxy', () => {
  it('passes requests and answers on byte for byte', async () => {
    const { handled, post } = await behindProxy();
    const answer = await post('/x?filter=name:eq:%22O%27Brien%22&x=a+b');
    expect(answer.headers.get('x-own')).toBe('yes');
    expect(await answer.text()).toBe('{"amount": 1.00, "name": "Müller"}');
    expect(handled).toEqual(['POST /x?filter=name:eq:%22O%27Brien%22&x=a+b {"a": 1.10}']);
  });

  it.each([
    ['drop-before', 0],
    ['drop-after', 1],
    ['hang', 0],
    ['truncate', 1],
  ] as const)(
    '%s: the caller gets no whole answer, and the system handled %i requests',
    async (kind, handledCount) => {
      const { proxy, handled, post } = await behindProxy(only({ kind }));
      await expect(post('/x').then((answer) => answer.text())).rejects.toThrow();
      expect(handled).toHaveLength(handledCount);
      expect(proxy.injected.get(kind)).toBe(1);
      expect((await post('/x')).status).toBe(200);
    },
  );

  it('answers 502 with HTML after the system has committed', async () => {
    const { handled, post } = await behindProxy(only({ kind: 'bad-gateway-after' }));
    const answer = await post('/x');
    expect([answer.status, handled.length]).toEqual([502, 1]);
    expect(await answer.text()).toContain('<html>');
  });

  it('refuses the rate with and without a wait, unseen by the system', async () => {
    const { handled, post } = await behindProxy(
      firstOf(/POST/, [{ kind: 'too-many', retryAfterSeconds: 2 }, { kind: 'too-many' }]),
    );
    const waits = [
      (await post('/x')).headers.get('retry-after'),
      (await post('/x')).headers.get('retry-after'),
    ];
    expect(waits).toEqual(['2', null]);
    expect(handled).toEqual([]);
  });

  it('aims a fault at one route', async () => {
    const { post } = await behindProxy(firstOf(/POST \/bills/, [{ kind: 'drop-before' }]));
    expect((await post('/vendors')).status).toBe(200);
    await expect(post('/bills')).rejects.toThrow();
  });

  it('is a network that is down until it is up again', async () => {
    const { proxy, post } = await behindProxy();
    proxy.setDown(true);
    await expect(post('/x')).rejects.toThrow();
    proxy.setDown(false);
    expect((await post('/x')).status).toBe(200);
  });

  it('refuses connections while it does not listen, and listens again at the same port', async () => {
    const { proxy, handled, post } = await behindProxy();
    await proxy.refuseConnections();
    await expect(post('/x')).rejects.toThrow('fetch failed');
    await proxy.listenAgain();
    expect((await post('/x')).status).toBe(200);
    expect(handled).toHaveLength(1);
  });

  it('keeps an answer for itself after the system has committed', async () => {
    const { handled, post } = await behindProxy(only({ kind: 'hang-after' }));
    await expect(post('/x')).rejects.toThrow();
    expect(handled).toHaveLength(1);
  });

  it('answers in the place of a system that sees nothing', async () => {
    const { handled, post } = await behindProxy(
      firstOf(/POST/, [{ kind: 'bad-gateway-before' }, { kind: 'answer', status: 503, body: 'later' }]),
    );
    expect((await post('/x')).status).toBe(502);
    const answer = await post('/x');
    expect([answer.status, await answer.text()]).toEqual([503, 'later']);
    expect(handled).toEqual([]);
  });

  it('meets chosen requests, every request, or at most so many', async () => {
    const fault: Fault = { kind: 'bad-gateway-before' };
    const statuses = async (plan: FaultPlan) => {
      const { post } = await behindProxy(plan);
      const seen: number[] = [];
      for (let round = 0; round < 4; round += 1) seen.push((await post('/x')).status);
      return seen;
    };
    expect(await statuses(atRequests(/POST/, [2, 4], fault))).toEqual([200, 502, 200, 502]);
    expect(await statuses(everyTime(/GET/, fault))).toEqual([200, 200, 200, 200]);
    expect(await statuses(onlyFor(/POST/, everyTime(/./, fault), 1))).toEqual([502, 200, 200, 200]);
  });

  it('counts calls in flight as the caller makes them', async () => {
    const { proxy, post } = await behindProxy(firstOf(/./, [{ kind: 'delay', ms: 50 }]));
    await Promise.all([post('/x'), post('/x')]);
    expect(proxy.traffic.maxInFlight).toBe(2);
    expect(proxy.traffic.inFlight).toBe(0);
  });

  it('draws the same faults from the same seed', () => {
    const draw = () => {
      const plan = eitherOf(randomFaults(new Random(7), { 'drop-after': 0.2, hang: 0.1, 'too-many': 0.2 }));
      return Array.from(
        { length: 200 },
        (_, i) => plan({ number: i, method: 'GET', url: '/' })?.kind ?? 'none',
      );
    };
    expect(draw()).toEqual(draw());
    expect(new Set(draw())).toEqual(new Set(['none', 'drop-after', 'hang', 'too-many']));
  });
});
