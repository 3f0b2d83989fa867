import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { listen, shut } from '../http/serve';
import { Traffic } from '../http/traffic';
import { calm, type Fault, type FaultKind, type FaultPlan } from './plan';

/** A proxy in front of one system that lets its plan go wrong and passes everything else on byte for byte. */
export interface FaultProxy {
  /** `http://127.0.0.1:<port>`: point the runtime here. */
  readonly url: string;
  /** What was injected so far. */
  readonly injected: ReadonlyMap<FaultKind | 'down', number>;
  /** Requests that reached the proxy. */
  readonly seen: number;
  /** Calls as the runtime makes them, overlaps included. */
  readonly traffic: Traffic;
  /** Changes what goes wrong from the next request on. */
  follow(plan: FaultPlan): void;
  /** Cuts every connection, open and new, until it is called with false. */
  setDown(down: boolean): void;
  /** Stops listening, so that connections are refused; the port stays the same for `listenAgain`. */
  refuseConnections(): Promise<void>;
  listenAgain(): Promise<void>;
  stop(): Promise<void>;
}

/** An address at a system, through the proxy in front of it where there is one. */
export function behindProxy(url: string, proxy: FaultProxy | undefined): string {
  return proxy === undefined ? url : `${proxy.url}${new URL(url).pathname.replace(/\/$/, '')}`;
}

export async function startFaultProxy(options: {
  /** The system's own address, without a path. */
  readonly target: string;
  readonly plan?: FaultPlan;
  readonly port?: number;
}): Promise<FaultProxy> {
  const agent = new Agent({ keepAlive: true });
  const injected = new Map<FaultKind | 'down', number>();
  const open = new Set<IncomingMessage>();
  let plan = options.plan ?? calm;
  let seen = 0;
  let down = false;

  const note = (kind: FaultKind | 'down') => injected.set(kind, (injected.get(kind) ?? 0) + 1);

  const traffic = new Traffic();
  const server = createServer({ keepAliveTimeout: 60_000 }, (incoming, outgoing) => {
    seen += 1;
    traffic.watch(incoming, outgoing, Date.now());
    open.add(incoming);
    outgoing.once('close', () => open.delete(incoming));
    if (down) {
      note('down');
      incoming.socket.destroy();
      return;
    }
    const fault = plan({ number: seen, method: incoming.method ?? '', url: incoming.url ?? '' });
    if (fault) note(fault.kind);
    const pass = () => forward(options.target, agent, incoming, outgoing, fault);
    if (fault?.kind === 'delay') setTimeout(pass, fault.ms);
    else if (fault?.kind === 'drop-before') incoming.socket.destroy();
    else if (fault?.kind === 'too-many') refuseRate(incoming, outgoing, fault.retryAfterSeconds);
    else if (fault?.kind === 'bad-gateway-before') whenRead(incoming, () => badGateway(outgoing));
    else if (fault?.kind === 'answer') {
      whenRead(incoming, () => outgoing.writeHead(fault.status, fault.headers).end(fault.body));
    } else if (fault?.kind !== 'hang') pass();
  });
  const port = await listen(server, options.port ?? 0);

  return {
    url: `http://127.0.0.1:${port}`,
    injected,
    traffic,
    get seen() {
      return seen;
    },
    follow(next) {
      plan = next;
    },
    setDown(next) {
      down = next;
      if (down) for (const incoming of open) incoming.socket.destroy();
    },
    refuseConnections: () => shut(server),
    async listenAgain() {
      if (!server.listening) await listen(server, port);
    },
    async stop() {
      agent.destroy();
      if (server.listening) await shut(server);
    },
  };
}

function forward(
  target: string,
  agent: Agent,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  fault: Fault | undefined,
): void {
  const { hostname, port } = new URL(target);
  const onward = request(
    {
      hostname,
      port,
      agent,
      method: incoming.method ?? 'GET',
      path: incoming.url ?? '/',
      headers: incoming.rawHeaders,
    },
    (answer) => {
      const parts: Buffer[] = [];
      answer.on('data', (part: Buffer) => parts.push(part));
      answer.on('error', () => incoming.socket.destroy());
      answer.on('end', () => deliver(Buffer.concat(parts), answer, incoming, outgoing, fault));
    },
  );
  // The system itself is not there: the caller sees what it would see without the proxy.
  onward.on('error', () => incoming.socket.destroy());
  incoming.pipe(onward);
}

function deliver(
  body: Buffer,
  answer: IncomingMessage,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  fault: Fault | undefined,
): void {
  if (fault?.kind === 'drop-after') {
    incoming.socket.destroy();
    return;
  }
  if (fault?.kind === 'hang-after') return;
  if (fault?.kind === 'bad-gateway-after') {
    badGateway(outgoing);
    return;
  }
  outgoing.writeHead(answer.statusCode ?? 502, [...answer.rawHeaders]);
  if (fault?.kind === 'truncate') {
    outgoing.write(body.subarray(0, body.length >> 1), () => incoming.socket.destroy());
    return;
  }
  outgoing.end(body);
}

/** The body is read to its end first, so that the caller reads the refusal instead of a broken pipe. */
function refuseRate(incoming: IncomingMessage, outgoing: ServerResponse, seconds: number | undefined): void {
  whenRead(incoming, () => {
    outgoing
      .writeHead(429, {
        'content-type': 'text/plain',
        ...(seconds === undefined ? {} : { 'retry-after': String(seconds) }),
      })
      .end('Too Many Requests');
  });
}

function whenRead(incoming: IncomingMessage, answer: () => void): void {
  incoming.resume().once('end', answer);
}

function badGateway(outgoing: ServerResponse): void {
  outgoing
    .writeHead(502, { 'content-type': 'text/html' })
    .end('<html><body><h1>502 Bad Gateway</h1></body></html>');
}
