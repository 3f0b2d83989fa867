import type { AddressInfo } from 'node:net';
import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createAgent, exchange, TransportFailure, type WireRequest } from './exchange';

const open: { agent?: ReturnType<typeof createAgent>; server?: Server; sockets: Set<Socket> } = {
  sockets: new Set(),
};

afterEach(async () => {
  await open.agent?.destroy();
  for (const socket of open.sockets) socket.destroy();
  open.server?.close();
});

/** A server that speaks raw TCP, to misbehave in ways an HTTP server would not. */
async function raw(onData: (socket: Socket, data: string, nth: number) => void): Promise<URL> {
  let requests = 0;
  open.agent = createAgent();
  open.server = createServer((socket) => {
    open.sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', (data) => onData(socket, data.toString(), ++requests));
  });
  await new Promise<void>((resolve) => open.server?.listen(0, '127.0.0.1', resolve));
  return new URL(`http://127.0.0.1:${(open.server.address() as AddressInfo).port}/`);
}

function post(url: URL, more: Partial<WireRequest> = {}): Promise<unknown> {
  return exchange(open.agent as ReturnType<typeof createAgent>, {
    url,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: Buffer.from('{"amount":1}'),
    timeoutMs: 2_000,
    maxBytes: 1_000,
    ...more,
  });
}

async function failureOf(promise: Promise<unknown>): Promise<TransportFailure> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(TransportFailure);
  return error as TransportFailure;
}

const ok = (body: string) => `HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n${body}`;

describe('one exchange', () => {
  it('proves that nothing was sent when the port is closed (B2)', async () => {
    const url = await raw(() => undefined);
    await new Promise((resolve) => open.server?.close(resolve));
    const failure = await failureOf(post(url));
    expect(failure).toMatchObject({ sent: false, code: 'NETWORK_REFUSED' });
  });

  it('proves that nothing was sent when the host has no address', async () => {
    open.agent = createAgent();
    const failure = await failureOf(post(new URL('http://no-such-host.invalid/')));
    expect(failure).toMatchObject({ sent: false, code: 'NETWORK_DNS' });
  });

  it('proves that nothing was sent when TLS fails', async () => {
    const url = await raw((socket) => socket.end('no TLS here'));
    const failure = await failureOf(post(new URL(`https://127.0.0.1:${url.port}/`)));
    expect(failure).toMatchObject({ sent: false, code: 'NETWORK_TLS' });
  });

  it('says that a request may have been handled when the connection breaks after it (B1)', async () => {
    const url = await raw((socket) => socket.resetAndDestroy());
    const failure = await failureOf(post(url));
    expect(failure).toMatchObject({ sent: true, code: 'NETWORK_RESET' });
  });

  it('says the same when the server closes a kept-open socket instead of answering on it', async () => {
    const url = await raw((socket, _data, nth) => {
      if (nth === 1) socket.write(ok('{}'));
      else socket.destroy();
    });
    await post(url);
    const failure = await failureOf(post(url));
    expect(failure).toMatchObject({ sent: true, code: 'NETWORK_RESET' });
  });

  it('never sends a request a second time by itself', async () => {
    let requests = 0;
    const url = await raw((socket) => {
      requests++;
      socket.destroy();
    });
    for (let round = 0; round < 10; round++) await failureOf(post(url));
    expect(requests).toBe(10);
  });

  it('ends a call that hangs, before and after the headers, at its deadline', async () => {
    const silent = await raw(() => undefined);
    const before = performance.now();
    expect(await failureOf(post(silent, { timeoutMs: 60 }))).toMatchObject({
      sent: true,
      code: 'NETWORK_TIMEOUT',
    });
    expect(performance.now() - before).toBeLessThan(10_000);
  });

  it('ends a body that hangs at the deadline', async () => {
    const url = await raw((socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n{"a"'));
    expect(await failureOf(post(url, { timeoutMs: 60 }))).toMatchObject({
      sent: true,
      code: 'NETWORK_TIMEOUT',
    });
  });

  it('notices a truncated body, with a length and in chunks', async () => {
    for (const head of [
      'content-length: 50\r\n\r\n{"a":',
      'transfer-encoding: chunked\r\n\r\n5\r\n{"a":\r\n',
    ]) {
      const url = await raw((socket) => socket.end(`HTTP/1.1 200 OK\r\n${head}`));
      expect(await failureOf(post(url))).toMatchObject({ sent: true, code: 'NETWORK_TRUNCATED' });
      await open.agent?.destroy();
    }
  });

  it('names an answer that is not HTTP', async () => {
    const url = await raw((socket) => socket.end('220 smtp.example.com ESMTP\r\n'));
    expect(await failureOf(post(url))).toMatchObject({ sent: true, code: 'NETWORK_PROTOCOL' });
  });

  it('takes no answer above the size that is allowed', async () => {
    const url = await raw((socket) => socket.write(ok('x'.repeat(2_000))));
    expect(await failureOf(post(url))).toMatchObject({ sent: true, code: 'ANSWER_TOO_LARGE' });
  });

  it('lets no byte out for a call that was given up while it waited for a socket', async () => {
    let requests = 0;
    const url = await raw(() => requests++);
    const giving = new AbortController();
    const before = post(url, { signal: AbortSignal.abort() });
    const meanwhile = post(url, { signal: giving.signal });
    giving.abort();
    for (const call of [before, meanwhile]) {
      expect(await failureOf(call)).toMatchObject({ sent: false, code: 'CALL_ABORTED' });
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(requests).toBe(0);
  });

  it('names a header that HTTP cannot carry, before anything is sent', async () => {
    const url = await raw(() => undefined);
    const failure = await failureOf(post(url, { headers: { 'x-name': 'line\r\nbreak' } }));
    expect(failure).toMatchObject({ sent: false, code: 'REQUEST_INVALID' });
  });
});
