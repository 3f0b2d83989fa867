import { isObject } from '../http/exact-json';
import type { Batches } from './batches';
import { type AvidAnswer, type AvidCall, type AvidRoute, ok } from './handler';
import type { ImageHost } from './image-host';
import { imageError } from './images';
import { showContent, showInvoice } from './invoice-show';
import { listed, valuesOf, visible, windowOf } from './lists';
import type { InvoiceRecord } from './records';
import { exception, invalidRequest, notFound } from './refusal';
import type { AvidSite } from './site';

/** Invoices: their status, their images, and the batches that approval has closed. */
export class Invoices {
  constructor(
    private readonly site: AvidSite,
    private readonly batches: Batches,
    private readonly host: ImageHost,
  ) {}

  routes(): AvidRoute[] {
    const closed = '/v1/invoices/batches/closed/acctgSysId/:system';
    return [
      { method: 'get', path: closed, run: (call) => this.#closed(call) },
      { method: 'get', path: '/v1/invoices/batches/:guid/details', run: (call) => this.#details(call) },
      {
        method: 'post',
        path: '/v1/invoices/batches/exportHistories',
        run: (call) => this.#acknowledge(call),
      },
      { method: 'get', path: '/v1/invoices', run: (call) => this.#list(call) },
      { method: 'post', path: '/v1/invoices/:id/images', run: (call) => this.#addImage(call) },
      { method: 'get', path: '/v1/invoices/:id/images/:number', run: (call) => this.#image(call) },
    ];
  }

  #list(call: AvidCall): AvidAnswer {
    const [batchIds, externalIds] = [valuesOf(call, 'batchIds'), valuesOf(call, 'externalInvoiceIds')];
    const within = windowOf(this.site, call, 'lastModified');
    const rows = visible(this.site, this.site.invoices).filter(
      (invoice) =>
        (batchIds === undefined ||
          batchIds.has(invoice.batch?.guid ?? '') ||
          batchIds.has(invoice.batch?.externalId ?? '')) &&
        (externalIds === undefined || externalIds.has(invoice.externalId ?? '')) &&
        within(invoice.modified),
    );
    return listed(this.site, call, rows, (row) => showInvoice(this.site, row, this.#address(call)));
  }

  #closed(call: AvidCall): AvidAnswer {
    const { site } = this;
    const within = windowOf(site, call, 'closeDate');
    const rows = site.batches.flatMap((batch) => {
      const { closed } = batch;
      const isHere = String(batch.accountingSystemId) === call.params['system'] && batch.kind === 'invoices';
      if (closed === undefined || !isHere || !within(closed)) return [];
      return [{ id: batch.guid, modified: closed, batch }];
    });
    return listed(site, call, rows, ({ batch }) => ({
      ...this.batches.show(batch),
      Links: [{ Rel: 'full-details', Href: `/v1/invoices/batches/${batch.guid}/details` }],
    }));
  }

  #details(call: AvidCall): AvidAnswer {
    const batch = this.site.batches.find((each) => each.guid === call.params['guid']);
    if (batch === undefined) throw notFound('Batch');
    return listed(this.site, call, batch.invoices, (row) => showContent(this.site, row, this.#address(call)));
  }

  #acknowledge(call: AvidCall): AvidAnswer {
    const body = call.body();
    const guid = isObject(body) ? body['BatchId'] : undefined;
    const isKnown = this.site.batches.some((batch) => batch.guid === guid);
    if (typeof guid !== 'string' || !isKnown) throw invalidRequest('BatchId is not the id of a batch.');
    this.site.acknowledged.push(guid);
    return ok({ Results: [{ Successful: true, Item: { BatchId: guid }, Errors: [] }] });
  }

  async #addImage(call: AvidCall): Promise<AvidAnswer> {
    const invoice = this.#invoice(call);
    if (!call.contentType.startsWith('multipart/form-data')) {
      throw exception(415, 'UnsupportedMediaType', 'Images are sent as multipart/form-data.', 'images');
    }
    const file = await partNamed('file', call);
    const bytes = Buffer.from(await file.arrayBuffer());
    const error = imageError(this.site, file.name, file.type, bytes);
    if (error !== undefined) {
      throw exception(error.code === 'ImageTooLarge' ? 413 : 400, error.code, error.message, 'images');
    }
    invoice.images.push(this.site.image(file.name, file.type, bytes));
    this.site.touch(invoice);
    return ok({ ImageUrl: this.#address(call)(invoice) });
  }

  #image(call: AvidCall): AvidAnswer {
    const image = this.#invoice(call).images[Number(call.params['number']) - 1];
    if (image === undefined) throw notFound('Image');
    return { status: 200, file: { type: image.type, bytes: image.bytes } };
  }

  #invoice(call: AvidCall): InvoiceRecord {
    const invoice = this.site.invoices.find((each) => String(each.id) === call.params['id']);
    if (invoice === undefined) throw notFound('Invoice');
    return invoice;
  }

  #address(call: AvidCall): (invoice: InvoiceRecord) => string {
    const isOther = this.site.switches.imageHost === 'other';
    const origin = isOther ? this.host.address : call.origin;
    return (invoice) => `${origin}/v1/invoices/${invoice.id}/images/1`;
  }
}

async function partNamed(name: string, call: AvidCall): Promise<File> {
  const headers = { 'content-type': call.contentType };
  const form = await new Response(new Uint8Array(call.raw), { headers }).formData().catch(() => undefined);
  const part = form?.get(name);
  if (part instanceof File) return part;
  throw invalidRequest(`The part ${name} with a file is missing.`);
}
