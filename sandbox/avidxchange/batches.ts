import { dateOf } from '../clock';
import { isObject, type WireObject } from '../http/exact-json';
import { sum } from '../money';
import { type AvidAnswer, type AvidCall, type AvidRoute, ok } from './handler';
import { applyInvoice } from './invoice-items';
import { listed, valuesOf, visible } from './lists';
import { applyCode, applyOrder, applyVendor } from './master-items';
import { BATCH_KINDS, type BatchKind, type BatchRecord, type ItemError, type ItemResult } from './records';
import { exception, invalidRequest, notFound } from './refusal';
import type { AvidSite } from './site';
import { amountToken, dateText, named, several, truth } from './wire-style';

type Apply = (site: AvidSite, batch: BatchRecord, item: WireObject) => Omit<ItemResult, 'key'>;

interface KindRules {
  readonly most: number;
  /** Members of an item that name it. */
  readonly key: readonly string[];
  readonly apply: Apply;
}

const KINDS: Readonly<Record<BatchKind, KindRules>> = {
  vendors: { most: 200, key: ['ExternalVendorCode'], apply: applyVendor },
  enterpriseCodes: { most: 500, key: ['GroupName', 'CodeValue'], apply: applyCode },
  purchaseOrders: { most: 100, key: ['OrderNumber', 'ExternalCode'], apply: applyOrder },
  invoices: { most: 50, key: ['ExternalInvoiceId'], apply: applyInvoice },
};
const STATUS_IDS = {
  Received: 1,
  Processing: 2,
  Success: 3,
  'Processing with Exceptions': 4,
  Error: 5,
  Open: 6,
  Closed: 7,
} as const;

/** Whether a batch has been worked on, well or badly. */
export function isDone(batch: BatchRecord): boolean {
  return batch.status !== 'Received' && batch.status !== 'Processing';
}

/** Batches: taken in, worked on in the background, looked up. */
export class Batches {
  readonly #seen = new Map<BatchKind, number>();

  constructor(private readonly site: AvidSite) {}

  routes(): AvidRoute[] {
    return BATCH_KINDS.flatMap((kind): AvidRoute[] => {
      const path = `/v1/${kind}/batches`;
      return [
        { method: 'post', path, run: (call) => this.#submit(kind, call) },
        { method: 'get', path, run: (call) => this.#list(kind, call) },
        { method: 'get', path: `${path}/:guid`, run: (call) => this.#get(kind, call) },
      ];
    });
  }

  /** Lets every batch that was held up in processing go on. */
  release(): void {
    for (const batch of this.site.batches) if (batch.status === 'Processing') this.#finish(batch);
  }

  #submit(kind: BatchKind, call: AvidCall): AvidAnswer {
    const body = call.body();
    if (!isObject(body)) throw invalidRequest('The body must be an object.');
    const given = body['Items'];
    const wrong = this.#problem(kind, body);
    if (wrong !== undefined) {
      if (this.site.switches.refusedBatch === '400') throw exception(400, 'InvalidBatch', wrong, kind);
      return ok(this.#refusal(wrong));
    }
    const externalId = String(body['ExternalBatchId']);
    const accountingSystemId = Number(body['AccountingSystemId']);
    const known = this.site.batches.some(
      (each) =>
        each.kind === kind &&
        each.externalId === externalId &&
        each.accountingSystemId === accountingSystemId,
    );
    if (known) this.site.sentAgain.push(externalId);
    if (known && this.site.switches.duplicateBatch === 'refuse') {
      throw exception(409, 'DuplicateBatch', `Batch ${externalId} exists.`, kind);
    }
    const items = given as WireObject[];
    const batch: BatchRecord = {
      guid: this.site.newGuid(),
      kind,
      externalId,
      name: typeof body['BatchName'] === 'string' ? body['BatchName'] : '',
      accountingSystemId,
      created: this.site.clock.now(),
      items,
      itemCount: items.length,
      names: items.map((item) => `${String(item['VendorExternalCode'])}|${String(item['Number'])}`),
      status: 'Received',
      failed: false,
      results: [],
      invoices: [],
      closed: undefined,
    };
    this.site.batches.push(batch);
    this.#begin(batch);
    const status = isDone(batch) ? 200 : 202;
    return { status, body: { Results: several([this.#result(batch)], this.site.switches) } };
  }

  /** What is wrong with a batch as a whole. */
  #problem(kind: BatchKind, body: WireObject): string | undefined {
    const { ExternalBatchId: id, AccountingSystemId: system, Items: items } = body;
    const { most } = KINDS[kind];
    if (typeof id !== 'string' || id === '' || id.length > 100) return 'ExternalBatchId is required.';
    if (!this.site.systems.some((each) => each.id === system)) {
      return 'AccountingSystemId is not one of this customer.';
    }
    if (!Array.isArray(items) || items.length === 0) return 'Items are required.';
    if (items.length > most) return `A batch must not have more than ${most} items.`;
    return items.every((each) => isObject(each)) ? undefined : 'Items must be objects.';
  }

  #refusal(message: string): WireObject {
    const { switches } = this.site;
    const errors = several([{ Message: message }], switches);
    return {
      Results: several([{ Successful: truth(false, switches), Item: null, Errors: errors }], switches),
    };
  }

  #begin(batch: BatchRecord): void {
    const { site } = this;
    const { receivedMs, processingMs, masterBatches, stuckEvery } = site.switches;
    if (batch.kind !== 'invoices' && masterBatches === 'at-once') {
      this.#finish(batch);
      return;
    }
    const number = (this.#seen.get(batch.kind) ?? 0) + 1;
    this.#seen.set(batch.kind, number);
    const isStuck = batch.kind === 'invoices' && stuckEvery > 0 && number % stuckEvery === 0;
    site.later(receivedMs, () => {
      batch.status = 'Processing';
      if (!isStuck) site.later(processingMs, () => this.#finish(batch, number));
    });
  }

  #finish(batch: BatchRecord, number = 0): void {
    const { site } = this;
    const { failEvery, spoilingNumber, allRefused, openAfterMs } = site.switches;
    const { apply, key } = KINDS[batch.kind];
    const items = batch.items;
    batch.items = [];
    const isSpoiled = items.some((item) => item['Number'] === spoilingNumber);
    const fails = isSpoiled || (failEvery > 0 && number > 0 && number % failEvery === 0);
    if (batch.kind === 'invoices' && fails) {
      batch.failed = true;
      batch.status = 'Error';
      return;
    }
    batch.results = items.map((item) => ({
      key: Object.fromEntries(key.map((name) => [name, item[name] ?? null])),
      ...apply(site, batch, item),
    }));
    const bad = batch.results.filter((result) => result.errors.length > 0).length;
    const all = batch.results.every((result) => result.outcome === 'error');
    batch.status = bad === 0 ? 'Success' : all ? allRefused : 'Processing with Exceptions';
    if (batch.invoices.length === 0) return;
    site.later(openAfterMs, () => {
      if (batch.status !== 'Closed') batch.status = 'Open';
    });
  }

  #list(kind: BatchKind, call: AvidCall): AvidAnswer {
    const { site } = this;
    const wanted = valuesOf(call, 'externalBatchIds');
    const all = site.batches.map((batch) => ({ id: batch.guid, modified: batch.created, batch }));
    const rows = visible(site, all).filter(
      ({ batch }) => batch.kind === kind && (wanted === undefined || wanted.has(batch.externalId)),
    );
    return listed(site, call, rows, ({ batch }) => this.show(batch));
  }

  #get(kind: BatchKind, call: AvidCall): AvidAnswer {
    const batch = this.site.batches.find((each) => each.kind === kind && each.guid === call.params['guid']);
    if (batch === undefined) throw notFound('Batch');
    return ok(this.show(batch));
  }

  #result(batch: BatchRecord): WireObject {
    const { switches } = this.site;
    return { Successful: truth(true, switches), Item: this.show(batch), Errors: [] };
  }

  /** A batch as the system shows it; results only once it has been worked on. */
  show(batch: BatchRecord): WireObject {
    const { switches } = this.site;
    const shown: WireObject = {
      BatchGUID: batch.guid,
      BatchName: batch.name,
      ExternalIdentifier: { Value: batch.externalId },
      Status: named(STATUS_IDS[batch.status], batch.status, switches),
    };
    if (batch.kind === 'invoices') {
      const total = sum(batch.invoices.map((invoice) => invoice.gross));
      shown['InvoiceCount'] = isDone(batch) ? batch.invoices.length : batch.itemCount;
      shown['BatchTotal'] = amountToken(total, switches);
      shown['DateClosed'] = batch.closed === undefined ? null : dateText(dateOf(batch.closed), switches);
    }
    if (!isDone(batch)) return shown;
    const count = (outcome: ItemResult['outcome']) =>
      batch.results.filter((result) => result.outcome === outcome).length;
    const errors: ItemError[] = batch.failed
      ? [{ code: 'BatchFailed', message: 'The batch could not be processed.' }]
      : [];
    return {
      ...shown,
      Counts: {
        Inserts: count('insert'),
        Updates: count('update'),
        NoUpdates: count('same'),
        Deletes: 0,
        Errors: count('error'),
      },
      Results: several(
        batch.results.map((result) => this.#showResult(result)),
        switches,
      ),
      Errors: this.#showErrors(errors),
    };
  }

  #showResult({ key, id, outcome, errors }: ItemResult): WireObject {
    const isGood = truth(outcome !== 'error', this.site.switches);
    return { ...key, Id: id ?? null, Successful: isGood, Errors: this.#showErrors(errors) };
  }

  #showErrors(errors: readonly ItemError[]): WireObject[] | WireObject {
    const { switches } = this.site;
    const shown = errors.map(
      ({ code, message, id }): WireObject => ({
        ...(switches.errorCodes ? { Code: code } : {}),
        Message: message,
        ...(id === undefined ? {} : { Id: id }),
      }),
    );
    return several(shown, switches) as WireObject[] | WireObject;
  }
}
