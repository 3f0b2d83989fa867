import { afterEach, describe, expect, it } from 'vitest';
import { manualClock } from '../../tests/support/manual-clock';
import {
  create,
  drop,
  failureOf,
  jumpingClock,
  list,
  reply,
  type SampleConnection,
  sampleConnection,
  signedIn,
} from '../../tests/support/sample-connection';

let sample: SampleConnection;
afterEach(() => sample?.stop());

describe('a connection', () => {
  it('signs in once, sends key and session, keeps the base path and encodes spaces as %20', async () => {
    sample = await sampleConnection(signedIn((_call, answer) => reply(answer, 200, { n: 1 })));
    const query = { $filter: "Name eq 'A & B+C'" };
    const answer = await sample.connection.calls().call({ ...list, query });
    expect(answer.json).toEqual({ n: 1 });
    expect(sample.calls.map((call) => call.url)).toEqual([
      '/base/login',
      '/base/bills?$filter=Name%20eq%20%27A%20%26%20B%2BC%27',
    ]);
    expect(sample.calls[1]?.headers).toMatchObject({
      'x-api-key': 'canary-api-key+/=1',
      authorization: 'Bearer session-1',
      accept: 'application/json',
    });
    expect(sample.calls[0]?.headers['authorization']).toBeUndefined();
  });

  it('sends decimals as number tokens and reads them back losslessly', async () => {
    sample = await sampleConnection(
      signedIn((_call, answer) => void answer.end('{"amount":1.10,"id":9007199254740993}')),
    );
    const answer = await sample.connection.calls().call(create);
    expect(sample.calls[1]?.body).toBe('{"amount":12.50}');
    expect(answer.json).toEqual({ amount: '1.10', id: '9007199254740993' });
  });

  it('survives answers that are HTML, XML, empty or not UTF-8', async () => {
    const bodies = [
      '<html>Bad gateway</html>',
      '<?xml version="1.0"?><Error/>',
      '',
      Buffer.from([0xff, 0xfe]),
    ];
    sample = await sampleConnection(
      signedIn((_call, answer, nth) => {
        answer.statusCode = 422;
        answer.end(bodies[nth - 1]);
      }),
    );
    for (const body of bodies) {
      const error = await failureOf(sample.connection.calls().call(create));
      expect(error).toMatchObject({ recovery: 'rejected', code: 'HTTP_REJECTED', status: 422 });
      if (typeof body === 'string' && body !== '') expect(error.systemWords).toBe(body);
    }
  });

  it('gives a caller the failure statuses that it reads itself', async () => {
    sample = await sampleConnection(signedIn((_call, answer) => reply(answer, 404, {})));
    expect((await sample.connection.calls().call({ ...list, accept: [404] })).status).toBe(404);
    expect(await failureOf(sample.connection.calls().call(list))).toMatchObject({ recovery: 'not-found' });
  });

  it('finds the error that hides behind a good status (B15)', async () => {
    sample = await sampleConnection(signedIn((_call, answer) => reply(answer, 200, { error: 'Duplicate' })));
    expect(await failureOf(sample.connection.calls().call(create))).toMatchObject({
      recovery: 'rejected',
      code: 'HIDDEN_FAILURE',
      systemWords: 'Duplicate',
    });
  });

  it('calls no host but its own, and says so before a byte leaves', async () => {
    let strangers = 0;
    const stranger = await sampleConnection(() => void strangers++);
    sample = await sampleConnection(signedIn((_call, answer) => reply(answer, 200, {})));
    for (const url of [
      `${stranger.url}/base/bills`,
      'https://example.com/',
      sample.url.replace('http', 'https'),
    ]) {
      const error = await failureOf(sample.connection.calls().call({ ...list, url }));
      expect(error.code).toBe('HOST_NOT_ALLOWED');
    }
    expect(strangers).toBe(0);
    await stranger.stop();
  });

  it('follows a redirect of a read on the same host, and never to another with credentials', async () => {
    let strangers = 0;
    const stranger = await sampleConnection(() => void strangers++);
    sample = await sampleConnection(
      signedIn((call, answer) => {
        if (call.url === '/base/bills') return void answer.writeHead(302, { location: '/base/moved' }).end();
        if (call.url === '/base/moved') return reply(answer, 200, { moved: true });
        answer.writeHead(307, { location: `${stranger.url}/steal` }).end();
      }),
    );
    expect((await sample.connection.calls().call(list)).json).toEqual({ moved: true });
    const error = await failureOf(sample.connection.calls().call({ ...list, url: '/elsewhere' }));
    expect(error).toMatchObject({ recovery: 'configuration', code: 'HTTP_REDIRECTED' });
    expect(strangers).toBe(0);
    await stranger.stop();
  });

  it('follows a redirect of a bare read to another host, and takes nothing of ours there', async () => {
    const store = await sampleConnection((_call, answer) => reply(answer, 200, { kept: true }));
    sample = await sampleConnection(
      signedIn((call, answer) => {
        const location = call.url === '/base/far' ? `${store.url}/kept?signature=x` : 'ftp://example.com/x';
        answer.writeHead(302, { location, 'x-next': 'page-2' }).end();
      }),
    );
    const calls = sample.connection.calls();
    const far = { ...list, url: '/far', headers: { 'x-next': 'page-1' }, redirects: 'bare' } as const;
    const answer = await calls.call(far);
    expect(answer.json).toEqual({ kept: true });
    expect(answer.headers['x-next']).toBe('page-2');
    const { host, connection: _kept, ...sent } = store.calls[0]?.headers ?? {};
    expect(Object.keys(sent).sort()).toEqual(['accept', 'accept-encoding', 'user-agent']);
    expect(store.url).toContain(String(host));
    expect(sample.audit.at(-1)?.detail['path']).toBe('/base/far');
    expect(await failureOf(calls.call({ ...far, url: '/ftp' }))).toMatchObject({ code: 'HTTP_REDIRECTED' });
    await store.stop();
  });

  it('does not follow a redirect of a write', async () => {
    sample = await sampleConnection(
      signedIn((_call, answer) => void answer.writeHead(307, { location: '/base/other' }).end()),
    );
    expect((await failureOf(sample.connection.calls().call(create))).code).toBe('HTTP_REDIRECTED');
    expect(sample.calls.filter((call) => call.method === 'POST' && call.url !== '/base/login')).toHaveLength(
      1,
    );
  });

  it('writes every attempt to the audit trail, bound to its record', async () => {
    sample = await sampleConnection(
      signedIn((_call, answer, nth) => {
        answer.setHeader('X-Request-Id', '5f0c-77');
        return nth === 1 ? drop(answer) : reply(answer, 200, {});
      }),
    );
    await sample.connection.calls({ sync: 'bills', recordId: 'r1' }).call(list);
    expect(sample.audit).toHaveLength(sample.calls.length);
    expect(
      sample.audit.map(({ sync, recordId, detail }) => [
        sync,
        recordId,
        detail['call'],
        detail['phase'],
        detail['outcome'],
      ]),
    ).toEqual([
      [undefined, undefined, 'login', 'answered', 'ok'],
      ['bills', 'r1', 'list-bills', 'sent', 'NETWORK_RESET'],
      ['bills', 'r1', 'list-bills', 'answered', 'ok'],
    ]);
    expect(sample.audit[2]?.detail).toMatchObject({
      method: 'GET',
      path: '/base/bills',
      status: 200,
      connection: 'sample-books',
      requestId: '5f0c-77',
    });
    expect(sample.audit[0]?.detail).not.toHaveProperty('requestId');
  });

  it('reports a write as ambiguous when it cannot be written to the audit trail', async () => {
    const key = { auth: 'key' };
    sample = await sampleConnection((_call, answer) => reply(answer, 200, {}), {
      auditFails: true,
      config: key,
    });
    expect(await failureOf(sample.connection.calls().call(create))).toMatchObject({
      recovery: 'ambiguous',
      code: 'AUDIT_FAILED',
    });
  });

  it('counts what it did', async () => {
    sample = await sampleConnection(
      signedIn((_call, answer, nth) =>
        nth === 1 ? reply(answer, 429, {}, { 'retry-after': '1' }) : reply(answer, 200, {}),
      ),
    );
    await Promise.all([1, 2, 3].map(() => sample.connection.calls().call(list)));
    expect(sample.connection.counters).toEqual({
      calls: 5,
      byOperation: { login: 1, 'list-bills': 4 },
      inFlight: 0,
      maxInFlight: 3,
      retries: 1,
      throttled: 1,
      signIns: 1,
    });
  });

  it('never has more calls in flight than the limit, sign-ins and pings included (G3)', async () => {
    let inFlight = 0;
    let most = 0;
    sample = await sampleConnection(async (call, answer) => {
      most = Math.max(most, ++inFlight);
      await new Promise((resolve) => setTimeout(resolve, 3));
      inFlight--;
      reply(answer, 200, call.url === '/base/login' ? { token: 't' } : {});
    });
    const calls = Array.from({ length: 40 }, () => sample.connection.calls().call(list));
    await Promise.all([...calls, sample.connection.ping(), sample.connection.ping()]);
    expect(most).toBe(3);
    expect(sample.connection.counters.maxInFlight).toBe(3);
  });

  it('exceeds the limit when the limiter lets everything through: the oracle above would notice', async () => {
    let inFlight = 0;
    let most = 0;
    const broken = {
      acquire: async () => ({ release: () => undefined }),
      pause: () => undefined,
      close: async () => undefined,
    };
    sample = await sampleConnection(
      async (_call, answer) => {
        most = Math.max(most, ++inFlight);
        await new Promise((resolve) => setTimeout(resolve, 5));
        inFlight--;
        reply(answer, 200, {});
      },
      { limiter: broken, config: { auth: 'key' } },
    );
    await Promise.all(Array.from({ length: 20 }, () => sample.connection.calls().call(list)));
    expect(most).toBeGreaterThan(3);
  });

  it('measures the server clock against ours at ping', async () => {
    const clock = jumpingClock();
    const theirs = new Date(clock.now().getTime() + 600_000).toUTCString();
    sample = await sampleConnection(
      signedIn((_call, answer) => reply(answer, 200, {}, { date: theirs })),
      { clock },
    );
    const report = await sample.connection.ping();
    expect(Math.abs((report.clockSkewMs ?? 0) - 600_000)).toBeLessThan(2_000);
  });

  it('signs out on close, once, and makes no call afterwards', async () => {
    sample = await sampleConnection(signedIn((_call, answer) => reply(answer, 200, {})));
    await sample.connection.calls().call(list);
    await sample.connection.close();
    for (const call of [list, create]) {
      const error = await failureOf(sample.connection.calls().call(call));
      expect(error).toMatchObject({ code: 'CONNECTION_CLOSED', recovery: 'retry' });
    }
    expect(sample.calls.map((call) => call.url)).toEqual(['/base/login', '/base/bills', '/base/logout']);
  });

  it('lets a write on its way finish when it closes', async () => {
    let finish = () => {};
    sample = await sampleConnection(
      signedIn((_call, answer) => {
        finish = () => reply(answer, 200, { id: 'b1' });
      }),
    );
    const writing = sample.connection.calls().call(create);
    await expect.poll(() => sample.calls.length).toBe(2);
    const closing = sample.connection.close();
    await new Promise((resolve) => setTimeout(resolve, 20));
    finish();
    expect((await writing).json).toEqual({ id: 'b1' });
    await closing;
  });

  it('stops waiting when its caller gives up', async () => {
    const clock = manualClock();
    sample = await sampleConnection((_call, answer) => reply(answer, 503, {}), {
      clock,
      config: { auth: 'key' },
    });
    const giving = new AbortController();
    const call = sample.connection.calls({ signal: giving.signal }).call(list);
    await expect.poll(() => clock.waits.length).toBe(1);
    giving.abort(new Error('deploy'));
    await expect(call).rejects.toThrow('deploy');
  });
});
