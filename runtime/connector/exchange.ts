import { Agent, type Dispatcher } from 'undici';
import { type SentCode, sentCode, type UnsentCode, unsentCode } from './error-table';

/** One request as it goes over the wire. */
export interface WireRequest {
  readonly url: URL;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | undefined;
  /** From now until the last byte of the answer, milliseconds. */
  readonly timeoutMs: number;
  readonly maxBytes: number;
  readonly signal?: AbortSignal | undefined;
}

export interface WireAnswer {
  readonly status: number;
  /** Lower-case names; a header that came several times is joined by a comma. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** No whole answer came. `sent` says whether the server may have seen the request. */
export class TransportFailure extends Error {
  override readonly name = 'TransportFailure';

  constructor(
    readonly sent: boolean,
    readonly code: UnsentCode | SentCode,
    cause: unknown,
  ) {
    super(code, { cause });
  }
}

/** Sockets of one connection, kept open between calls. */
export function createAgent(): Agent {
  return new Agent({
    // A second stream on one HTTP/2 session may be sent again by the library when the session ends.
    allowH2: false,
    pipelining: 1,
    connect: { timeout: 10_000 },
    // The deadline of each call is kept here, to the millisecond and over all its phases.
    headersTimeout: 0,
    bodyTimeout: 0,
    maxHeaderSize: 64 * 1024,
  });
}

/**
 * Sends one request and reads the whole answer, without following redirects and without repeating anything.
 * @throws TransportFailure
 */
export function exchange(agent: Agent, request: WireRequest): Promise<WireAnswer> {
  return new Promise((resolve, reject) => {
    const handler = new ExchangeHandler(request, resolve, reject);
    if (request.signal?.aborted) return handler.giveUp();
    const hasBody = request.body !== undefined && request.body.length > 0;
    try {
      agent.dispatch(
        {
          origin: request.url.origin,
          path: request.url.pathname + request.url.search,
          method: request.method,
          headers: request.headers,
          body: hasBody ? request.body : null,
        },
        handler,
      );
    } catch (error) {
      handler.onResponseError(undefined, error as Error);
    }
  });
}

/**
 * Follows one exchange through its phases. The library calls `onRequestStart` just before it writes the request
 * to a connected socket: a failure before that call is proof that nothing was sent.
 */
class ExchangeHandler implements Dispatcher.DispatchHandler {
  private sent = false;
  private settled = false;
  private controller: Dispatcher.DispatchController | undefined;
  private status: number | undefined;
  private headers: Record<string, string> = {};
  private readonly chunks: Buffer[] = [];
  private bytes = 0;
  private readonly deadline: NodeJS.Timeout;
  private readonly onAbort = () => this.giveUp();

  constructor(
    private readonly request: WireRequest,
    private readonly resolve: (answer: WireAnswer) => void,
    private readonly reject: (failure: TransportFailure) => void,
  ) {
    this.deadline = setTimeout(() => {
      this.fail(this.sent ? 'NETWORK_TIMEOUT' : 'NETWORK_CONNECT_TIMEOUT', undefined);
    }, request.timeoutMs);
    request.signal?.addEventListener('abort', this.onAbort, { once: true });
  }

  giveUp(): void {
    this.fail('CALL_ABORTED', this.request.signal?.reason);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    // Given up while it waited for a socket, or handed out by the library a second time: not one byte of it leaves.
    if (this.settled || this.sent) {
      controller.abort(new Error('not to be sent'));
      return;
    }
    this.sent = true;
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    if (status < 200) return;
    this.status = status;
    this.headers = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [
        name.toLowerCase(),
        Array.isArray(value) ? value.join(', ') : (value ?? ''),
      ]),
    );
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.bytes += chunk.length;
    if (this.bytes > this.request.maxBytes) this.fail('ANSWER_TOO_LARGE', undefined);
    else this.chunks.push(chunk);
  }

  onResponseEnd(): void {
    if (this.settled) return;
    this.settle();
    this.resolve({ status: this.status ?? 0, headers: this.headers, body: Buffer.concat(this.chunks) });
  }

  onResponseError(_controller: unknown, error: Error): void {
    const code = (error as NodeJS.ErrnoException).code;
    this.fail(this.sent ? sentCode(error, this.status !== undefined) : unsentCode(code), error);
  }

  private fail(code: TransportFailure['code'], cause: unknown): void {
    if (this.settled) return;
    this.settle();
    this.reject(new TransportFailure(this.sent, code, cause));
    this.controller?.abort(new Error(code));
  }

  private settle(): void {
    this.settled = true;
    clearTimeout(this.deadline);
    this.request.signal?.removeEventListener('abort', this.onAbort);
  }
}
