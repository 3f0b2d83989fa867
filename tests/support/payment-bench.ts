import { expect } from 'vitest';
import type { Connection } from '../../runtime/connector/connection';
import type { RecordOutcome } from '../../runtime/connector/errors';
import type { JsonObject } from '../../runtime/connector/json';
import type { Operation, TallyRow } from '../../runtime/connector/system';
import { connectTo, operationContext, type TestContext } from './kinetic-connection';
import { SmallPayables } from './small-kinetic-payables';

export const entry = 'Erp.BO.PaymentEntrySvc';
export const group = 'Erp.BO.APChkGrpSvc';

/** A small Kinetic with a vendor, two invoices and a debit memo, and the operation that pays them. */
export class PaymentBench {
  readonly server = new SmallPayables();
  connection!: Connection;
  operation!: Operation;

  async start(): Promise<void> {
    const { server } = this;
    await server.start();
    server.addVendor(12, "O'NEIL");
    server.addInvoice(12, 'A-17', '1120.10');
    server.addInvoice(12, "B'18", '200.00');
    server.addInvoice(12, 'CM-1', '-50.05');
    this.open();
  }

  open(config: Record<string, unknown> = {}): void {
    this.connection = connectTo(this.server, config);
    this.operation = this.connection.client.operations['record-payment'] as Operation;
  }

  async stop(): Promise<void> {
    await this.connection.close();
    await this.server.stop();
  }

  /** Cuts the connection at the nth call of this method, before or after it was handled. */
  cutAt(path: string, when: 'before' | 'after', nth = 1): void {
    let seen = 0;
    this.server.fault = (call) => {
      if (call.path !== path) return undefined;
      seen += 1;
      return seen === nth ? { cut: true, afterwards: when === 'after' } : undefined;
    };
  }

  /** What delivery does after an unclear outcome: looks, completes what is partial, creates what is absent. */
  async settle(document: JsonObject, context: TestContext): Promise<{ found: string; ref?: string }> {
    const { operation } = this;
    const found = await operation.lookUp(document, context);
    if (found.found === 'partial') {
      const resume = (operation.resume as NonNullable<Operation['resume']>).bind(operation);
      return { found: 'partial', ref: (await resume(found, document, context)).ref };
    }
    if (found.found === 'absent') {
      return { found: 'absent', ref: (await operation.create(document, context)).ref };
    }
    return found.found === 'present' ? { found: 'present', ref: found.ref } : { found: found.found };
  }

  async tally(): Promise<TallyRow[]> {
    const rows: TallyRow[] = [];
    const tally = this.operation.tally as NonNullable<Operation['tally']>;
    for await (const row of tally(operationContext(this.connection))) rows.push(row);
    return rows;
  }
}

/** Pays both invoices, less the debit memo. */
export function payment(change: JsonObject = {}): JsonObject {
  return {
    paymentId: '0cu01XYZ',
    vendorNum: 12,
    date: '2026-02-20',
    amount: '1270.05',
    currency: 'USD',
    allocations: [
      { invoiceNum: 'A-17', amount: '1120.10', discount: '0' },
      { invoiceNum: "B'18", amount: '200.00' },
    ],
    credits: [{ invoiceNum: 'CM-1', amount: '50.05' }],
    ...change,
  };
}

/** Pays the first invoice. */
export function simple(change: JsonObject = {}): JsonObject {
  const allocations = [{ invoiceNum: 'A-17', amount: '1120.10' }];
  return payment({ amount: '1120.10', allocations, credits: [], ...change });
}

export async function parked(promise: Promise<unknown>): Promise<RecordOutcome> {
  const error = await promise.then(
    () => expect.fail('did not park'),
    (thrown: unknown) => thrown,
  );
  expect(error).toMatchObject({ name: 'RecordOutcome', outcome: 'park' });
  return error as RecordOutcome;
}
