import { type Served, serve } from '../http/serve';
import type { AvidSite } from './site';

const CREDENTIALS = ['authorization', 'avidauthorization', 'x-avid-company-id'];

/** Another host that hands out images to everyone who knows their address, and wants no credentials. */
export class ImageHost {
  /** Headers that callers should have kept to themselves. */
  readonly leaked: string[] = [];
  #served: Served | undefined;

  constructor(private readonly site: AvidSite) {}

  get address(): string {
    return this.#served?.url ?? '';
  }

  async start(): Promise<void> {
    this.#served = await serve((request, response) => {
      const { companyHeader, userHeader } = this.site.switches;
      const secret = [...CREDENTIALS, companyHeader.toLowerCase(), userHeader.toLowerCase()];
      this.leaked.push(...new Set(secret.filter((name) => request.headers[name] !== undefined)));
      const [, id, number] = /^\/v1\/invoices\/(\d+)\/images\/(\d+)$/.exec(request.url ?? '') ?? [];
      const invoice = this.site.invoices.find((each) => String(each.id) === id);
      const image = invoice?.images[Number(number) - 1];
      if (image === undefined) response.writeHead(404).end();
      else response.writeHead(200, { 'content-type': image.type }).end(image.bytes);
    });
  }

  async stop(): Promise<void> {
    await this.#served?.close();
  }
}
