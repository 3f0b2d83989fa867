import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../clock';
import { type Served, serve } from '../http/serve';
import type { BaswareSwitches } from './switches';

const LINK_LIFE_MS = 15 * 60_000;

interface Stored {
  readonly bytes: Buffer;
  readonly headers: Readonly<Record<string, string>>;
  readonly until: number;
}

/** The object storage at another host, which hands out downloads for pre-signed links and wants no credentials. */
export class Storage {
  /** Headers that callers should have kept to themselves, such as `authorization`. */
  readonly leaked: string[] = [];
  downloads = 0;
  /** Where links point to; a proxy may stand before the storage. */
  address = '';
  readonly #objects = new Map<string, Stored>();
  #links = 0;
  #served: Served | undefined;

  constructor(
    private readonly switches: BaswareSwitches,
    private readonly clock: Clock,
  ) {}

  async start(): Promise<void> {
    this.#served = await serve((request, response) => this.#answer(request, response));
    this.address = this.#served.url;
  }

  async stop(): Promise<void> {
    await this.#served?.close();
  }

  /** Stores bytes and gives the link to them, which lives a quarter of an hour. */
  put(bytes: Buffer, headers: Readonly<Record<string, string>>): string {
    this.#links += 1;
    const stale = this.switches.staleLinkEvery > 0 && this.#links % this.switches.staleLinkEvery === 0;
    const now = this.clock.now();
    const key = randomBytes(12).toString('hex');
    for (const [known, { until }] of this.#objects)
      if (until + LINK_LIFE_MS < now) this.#objects.delete(known);
    this.#objects.set(key, { bytes, headers, until: stale ? now : now + LINK_LIFE_MS });
    const signature = randomBytes(16).toString('hex');
    const query = `X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Expires=900&X-Amz-Signature=${signature}`;
    return `${this.address}/openapi-payloads/${key}?${query}`;
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const given = Object.keys(request.headers).filter(
      (name) => name === 'authorization' || name === 'cookie' || name.startsWith('x-amz-'),
    );
    this.leaked.push(...given);
    const refuse = (status: number, code: string, message: string) =>
      response
        .writeHead(status, { 'content-type': 'application/xml' })
        .end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`);
    if (given.includes('authorization')) {
      refuse(400, 'InvalidArgument', 'Only one auth mechanism allowed');
      return;
    }
    if (given.length > 0) {
      refuse(403, 'SignatureDoesNotMatch', 'There were headers present which were not signed');
      return;
    }
    const url = new URL(request.url ?? '/', 'http://storage');
    const found = this.#objects.get(url.pathname.split('/').at(-1) ?? '');
    if (found === undefined || !url.searchParams.has('X-Amz-Signature')) {
      refuse(403, 'AccessDenied', 'Access Denied');
      return;
    }
    if (this.clock.now() >= found.until) {
      refuse(403, 'AccessDenied', 'Request has expired');
      return;
    }
    this.downloads += 1;
    response.writeHead(200, { ...found.headers, 'content-length': found.bytes.length }).end(found.bytes);
  }
}
