import type { EntryContent } from './records';
import { type Airbase, type AirbaseOptions, startAirbase } from './start';

/** An answer as a test looks at it. */
export interface Answered {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
  /** The body as JSON; undefined when it is none. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of any shape
  readonly json: any;
}

/** A plain caller of a simulated Airbase, for tests. */
export class AirbaseCaller {
  authorization = 'Bearer first';

  constructor(private readonly url: string) {}

  async send(method: string, path: string, body?: unknown): Promise<Answered> {
    const headers = { authorization: this.authorization, 'content-type': 'application/json' };
    const answer = await fetch(`${this.url}${path}`, {
      method,
      headers,
      body: body === undefined ? null : JSON.stringify(body),
      redirect: 'manual',
    });
    const text = await answer.text();
    return { status: answer.status, text, headers: answer.headers, json: jsonOf(text) };
  }

  get(path: string): Promise<Answered> {
    return this.send('GET', path);
  }

  post(path: string, body: unknown): Promise<Answered> {
    return this.send('POST', path, body);
  }

  patch(path: string, body: unknown): Promise<Answered> {
    return this.send('PATCH', path, body);
  }

  /** Ids of all entries of a list, page by page. */
  async ids(query: string): Promise<string[]> {
    const found: string[] = [];
    for (let page = 1; page < 100; page += 1) {
      const { json } = await this.get(`/v1/accounting/ledger_entries/?${query}&page=${page}`);
      if (json.data.length === 0) return found;
      found.push(...json.data.map((row: { airbase_id: string }) => row.airbase_id));
    }
    throw new Error('the list never ends');
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Starts a small tenant: one subsidiary, one currency, a supplier, an account. */
export async function startSmall(options: Partial<AirbaseOptions> = {}): Promise<Airbase> {
  const airbase = await startAirbase({
    tokens: ['first', 'second'],
    webhookSecret: 'tenant secret',
    ...options,
  });
  const { tenant } = airbase;
  tenant.addMaster('currencies', { reference: 'USD', data: { iso_code: 'USD' } });
  const own = tenant.addMaster('subsidiaries', { reference: 'MAIN', data: { name: 'Main Co' } });
  const subsidiaries = [own.id];
  tenant.addMaster('vendors', { reference: 'ACME', data: { name: 'Acme' }, subsidiaries });
  tenant.addMaster('accounts', { reference: '6100', data: { name: 'Supplies' }, subsidiaries });
  return airbase;
}

/** A bill of one line. */
export function someBill({ tenant }: Airbase, differing: Partial<EntryContent> = {}): EntryContent {
  return {
    kind: 'bill',
    type: 'bill',
    subsidiary: 'MAIN',
    payee: tenant.byReference('vendors', 'ACME')?.id ?? null,
    invoiceNumber: 'INV-1',
    apAccount: '2000',
    bankAccount: null,
    appliedTo: [],
    date: '2026-10-01',
    currency: 'USD',
    total: '125.5',
    inBase: '125.5',
    settled: false,
    lines: [
      {
        account: '6100',
        amount: '125.5',
        tags: [{ label: 'Department', reference: '10' }],
        description: 'Steel',
      },
    ],
    notes: '',
    ...differing,
  };
}
