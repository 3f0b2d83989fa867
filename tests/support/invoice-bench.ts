import type { Connection } from '../../runtime/connector/connection';
import type { JsonObject } from '../../runtime/connector/json';
import type { Effect, Operation } from '../../runtime/connector/system';
import { connectTo, operationContext, type TestContext } from './kinetic-connection';
import { SmallJournals } from './small-kinetic-journals';

export const entry = 'Erp.BO.APInvoiceSvc';
export const invoiceGroup = 'Erp.BO.APInvGrpSvc';

/** A process that is gone: no call goes out any more, nothing is remembered. */
export class Killed extends Error {
  override readonly name = 'Killed';
}

/** A small Kinetic with a vendor and a chart of accounts, and the operations on its invoices and journals. */
export class InvoiceBench {
  readonly server = new SmallJournals();
  readonly numbers = new Map<string, number>();
  connection!: Connection;

  async start(): Promise<void> {
    const { server } = this;
    await server.start();
    server.addVendor(12, "O'NEIL");
    for (const account of ['6100|10|200', '6200|10|200', '2150|00|000']) server.addAccount(account);
    this.open();
  }

  open(config: Record<string, unknown> = {}): void {
    this.connection = connectTo(this.server, config);
  }

  /** As after the start of a new process. */
  async reopen(config: Record<string, unknown> = {}): Promise<void> {
    await this.connection.close();
    this.open(config);
  }

  async stop(): Promise<void> {
    await this.connection.close();
    await this.server.stop();
  }

  operation(name = 'create-ap-invoice'): Operation {
    return this.connection.client.operations[name] as Operation;
  }

  context(options: JsonObject = {}, facts: JsonObject = {}): TestContext {
    return operationContext(this.connection, options, facts, this.numbers);
  }

  create(document: JsonObject, options: JsonObject = {}): Promise<Effect> {
    return this.operation().create(document, this.context(options));
  }

  /** What delivery does with a document: looks, completes what is partial, creates what is absent. */
  async settle(
    document: JsonObject,
    context: TestContext,
    name?: string,
  ): Promise<{ found: string; ref?: string }> {
    const operation = this.operation(name);
    const found = await operation.lookUp(document, context);
    if (found.found === 'partial') {
      const effect = await operation.resume?.(found, document, context);
      return { found: 'partial', ref: effect?.ref ?? '' };
    }
    if (found.found === 'absent') {
      return { found: 'absent', ref: (await operation.create(document, context)).ref };
    }
    return found.found === 'present' ? { found: 'present', ref: found.ref } : { found: found.found };
  }

  /** A context whose process dies at the nth call, before it goes out or before its answer is read. */
  dying(context: TestContext, nth: number, when: 'before' | 'after'): TestContext & { died(): boolean } {
    let made = 0;
    let dead = false;
    const die = (): never => {
      dead = true;
      throw new Killed();
    };
    return {
      ...context,
      died: () => dead,
      remember: (facts) => (dead ? die() : context.remember(facts)),
      calls: {
        call: async (request) => {
          made += 1;
          if (dead || (made === nth && when === 'before')) die();
          const answer = await context.calls.call(request);
          return dead || made >= nth ? die() : answer;
        },
      },
    };
  }
}

export function invoice(change: JsonObject = {}): JsonObject {
  return {
    documentId: '138e7d94997847aebe7432e521b30001',
    vendorNum: 12,
    invoiceNum: 'INV-1001',
    type: 'invoice',
    invoiceDate: '2026-02-01',
    dueDate: '2026-03-03',
    applyDate: '2026-02-02',
    currency: 'USD',
    amount: '1160.10',
    lines: [
      {
        description: 'Steel',
        amount: '1000.00',
        quantity: '4',
        distributions: [
          { amount: '600.00', glAccount: '6100|10|200' },
          { amount: '400.00', glAccount: '6200|10|200' },
        ],
      },
      {
        description: 'Freight',
        amount: '100.10',
        distributions: [{ amount: '100.10', glAccount: '6200-10-200' }],
      },
    ],
    taxes: [{ description: 'Sales tax', amount: '60.00', glAccount: 'MAIN|2150|00|000' }],
    ...change,
  };
}

/** What stands in Epicor when `invoice()` was entered rightly. */
export const rightCoding = [
  '1 600 6100|10|200',
  '1 400 6200|10|200',
  '2 100.1 6200|10|200',
  '3 60 2150|00|000',
];

/** One line, one account. */
export function simpleInvoice(change: JsonObject = {}): JsonObject {
  const distributions = [{ amount: '50', glAccount: '6100|10|200' }];
  const lines = [{ description: 'Bolts', amount: '50', distributions }];
  return invoice({ amount: '50', lines, taxes: [], ...change });
}
