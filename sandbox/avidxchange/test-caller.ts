import { setTimeout as sleep } from 'node:timers/promises';
import { parseExact, type Wire } from '../http/exact-json';
import { type AvidOptions, type Avidxchange, startAvidxchange } from './start';
import type { AvidSwitches } from './switches';

export const TOKENS = { 'x-avid-company-token': 'company', 'x-avid-user-token': 'user' };

/** An answer as a test looks at it. */
export interface Answered {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
  /** The body as JSON; undefined when it is none. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of any shape
  readonly json: any;
}

/** A plain caller of a simulated AvidXchange, for tests. */
export class AvidCaller {
  headers: Record<string, string> = { ...TOKENS };

  constructor(private readonly url: string) {}

  async send(method: string, path: string, body?: unknown): Promise<Answered> {
    const json = body === undefined ? {} : { 'content-type': 'application/json' };
    const text = body === undefined ? null : JSON.stringify(body);
    return answered(
      await fetch(`${this.url}${path}`, { method, headers: { ...this.headers, ...json }, body: text }),
    );
  }

  get(path: string): Promise<Answered> {
    return this.send('GET', path);
  }

  /** POST of a form, with the given headers only. */
  async form(
    path: string,
    fields: Record<string, string>,
    headers: Record<string, string>,
  ): Promise<Answered> {
    const body = new URLSearchParams(fields);
    return answered(await fetch(`${this.url}${path}`, { method: 'POST', headers, body }));
  }

  /** POST of a file. */
  async upload(path: string, name: string, type: string, content: Uint8Array): Promise<Answered> {
    const form = new FormData();
    form.set('file', new File([new Uint8Array(content)], name, { type }));
    return answered(await fetch(`${this.url}${path}`, { method: 'POST', headers: this.headers, body: form }));
  }

  /** POST of a batch. */
  submit(kind: string, id: string, items: readonly object[], differing: object = {}): Promise<Answered> {
    const batch = { ExternalBatchId: id, AccountingSystemId: 4811, BatchName: id, Items: items };
    return this.send('POST', `/v1/${kind}/batches`, { ...batch, ...differing });
  }

  /** Submits a batch and gives it once it has been worked on. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into batches of any shape
  async work(kind: string, id: string, items: readonly object[]): Promise<any> {
    const answer = await this.submit(kind, id, items);
    const guid = answer.json.Results[0].Item.BatchGUID;
    for (let turn = 0; turn < 400; turn += 1) {
      const { json } = await this.get(`/v1/${kind}/batches/${guid}`);
      if (!['Received', 'Processing'].includes(json.Status.Description)) return json;
      await sleep(5);
    }
    throw new Error('the batch never ended');
  }
}

async function answered(response: Response): Promise<Answered> {
  const text = await response.text();
  return { status: response.status, text, headers: response.headers, json: jsonOf(text) };
}

function jsonOf(text: string): Wire | undefined {
  try {
    return parseExact(text);
  } catch {
    return undefined;
  }
}

/** Starts a small customer with two accounting systems; batches take no time. */
export function startSmall(
  switches: Partial<AvidSwitches> = {},
  options: Partial<AvidOptions> = {},
): Promise<Avidxchange> {
  return startAvidxchange({
    accountingSystems: [
      { id: 4811, name: 'EPIC06' },
      { id: 4812, name: 'EPIC07' },
    ],
    access: {
      companyToken: 'company',
      userToken: 'user',
      gatewayKey: 'gateway',
      users: [{ name: 'someone', password: 'pass&word' }],
      clients: [{ id: 'client', secret: 'secret', companyId: 'C1' }],
    },
    switches: { receivedMs: 0, processingMs: 0, callsPerMinute: 10_000, ...switches },
    ...options,
  });
}

export const PDF = Buffer.from('%PDF-1.4 one page');

/** A vendor and an account, as items. */
export const VENDOR = { ExternalVendorCode: '101', Name: 'Acme Steel', Active: true };
export const CODE = {
  CodeValue: '6100-00-10',
  Description: 'Supplies',
  GroupName: 'GL Account',
  IsActive: true,
};

/** An invoice of one line and one image, as an item. */
export function someInvoice(number: string, differing: object = {}): object {
  return {
    ExternalInvoiceId: `EPIC06-101-${number}`,
    Number: number,
    InvoiceDate: '2026-01-02',
    InvoiceDueDate: '2026-02-01',
    VendorExternalCode: '101',
    VendorName: 'Acme Steel',
    GrossAmount: 125.5,
    Distributions: [
      {
        LineNumber: 1,
        Amount: 125.5,
        Description: 'Steel',
        EnterpriseCodes: [
          { EnterpriseCodeValue: '6100-00-10', EnterpriseCodeGroups: [{ CodeGroupName: 'GL Account' }] },
        ],
      },
    ],
    Images: [{ FileName: `${number}.pdf`, ContentType: 'application/pdf', Image: PDF.toString('base64') }],
    ...differing,
  };
}

/** Brings the vendor and the account over. */
export async function bringMasters(caller: AvidCaller): Promise<void> {
  await caller.work('vendors', 'V1', [VENDOR]);
  await caller.work('enterpriseCodes', 'C1', [CODE]);
}
