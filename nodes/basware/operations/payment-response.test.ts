import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Connection } from '../../../runtime/connector/connection';
import type { JsonObject } from '../../../runtime/connector/json';
import type { Operation } from '../../../runtime/connector/system';
import { connectTo, operationContext } from '../../../tests/support/basware-connection';
import { type Row, SmallBasware } from '../../../tests/support/small-basware';

let server: SmallBasware;
let connection: Connection;
let report: Operation;
let invoices: Row[];

beforeEach(async () => {
  server = await new SmallBasware().start();
  connection = connectTo(server.url);
  report = connection.client.operations['payment-response'] ?? expect.fail();
  invoices = [1, 2].map(() => server.addDocument({ processingStatus: 'Transferred' }));
});
afterEach(async () => {
  await connection.close();
  await server.stop();
});

const idOf = (at: number) => String(invoices[at]?.['invoiceId']);
const responses = (at: number) => invoices[at]?.['paymentResponses'] as Row[];

function payment(totals: readonly string[], change: JsonObject = {}): JsonObject {
  return {
    paymentNumber: 'P-77',
    paymentDate: '2026-10-30',
    paymentMethod: 'Check',
    checkNumber: '12345',
    responseMessage: 'Paid in ERP',
    invoices: totals.map((paidTotal, at) => ({ invoiceId: idOf(at), paidTotal })),
    ...change,
  };
}

async function update(document: JsonObject, previous: JsonObject) {
  return report.update?.('ref', document, previous, operationContext(connection));
}

describe('a payment', () => {
  it('leaves out invoices that were removed in Basware, and is ignored when none is left', async () => {
    const document = payment(['500.10', '1160']);
    const context = operationContext(connection);
    Object.assign(invoices[1] ?? {}, { processingStatus: 'Removed' });
    await report.create(document, context);
    expect([responses(0).length, responses(1).length]).toEqual([1, 0]);
    expect(await report.lookUp(document, context)).toMatchObject({ found: 'present' });
    Object.assign(invoices[0] ?? {}, { processingStatus: 'Removed' });
    expect(await report.lookUp(document, context)).toEqual({ found: 'absent' });
    await expect(report.create(document, context)).rejects.toMatchObject({ outcome: 'ignore' });
  });

  it('waits as a whole while an invoice of it is not accepted, and parks when it was taken back', async () => {
    Object.assign(invoices[1] ?? {}, { processingStatus: 'TransferInProgress' });
    const tell = () => report.create(payment(['500.10', '1160']), operationContext(connection));
    await expect(tell()).rejects.toMatchObject({ recovery: 'retry', code: 'BASWARE_NOT_ACCEPTED_YET' });
    Object.assign(invoices[1] ?? {}, { processingStatus: 'New' });
    await expect(tell()).rejects.toMatchObject({
      outcome: 'park',
      reason: 'not-approved',
      detail: { invoices: [idOf(1)] },
    });
    expect([...responses(0), ...responses(1)]).toEqual([]);
  });

  it('is a whole snapshot on each of its invoices, totals exact', async () => {
    const document = payment(['500.10', '1160']);
    const context = operationContext(connection);
    expect(await report.lookUp(document, context)).toEqual({ found: 'absent' });
    expect(await report.create(document, context)).toEqual({ ref: `${idOf(0)},${idOf(1)}` });
    expect(responses(0)).toEqual([
      {
        externalCode: expect.any(String),
        success: true,
        paymentBlock: false,
        paymentNumber: 'P-77',
        paymentDate: '2026-10-30',
        paymentMethod: 'Check',
        checkNumber: '12345',
        responseMessage: 'Paid in ERP',
        paidTotal: 500.1,
      },
    ]);
    const [posted] = server.seen(`POST /accountingDocuments/${idOf(0)}/paymentResponses`);
    expect(posted?.text).toContain('"paidTotal":500.10');
    expect(await report.lookUp(document, context)).toMatchObject({ found: 'present' });
  });

  it('that was cut off between two invoices is completed', async () => {
    const document = payment(['500', '1160']);
    let cut = true;
    server.fault = ({ method, path }) => {
      if (!cut || method !== 'POST' || !path.includes(idOf(1))) return undefined;
      cut = false;
      return { status: 500 };
    };
    const first = operationContext(connection);
    await expect(report.create(document, first)).rejects.toMatchObject({ recovery: 'ambiguous' });
    const later = operationContext(connection, {}, { resolving: true, remembered: first.facts.at(-1) ?? {} });
    const partial = await report.lookUp(document, later);
    expect(partial).toMatchObject({ found: 'partial', missing: expect.stringContaining(idOf(1)) });
    if (partial.found === 'partial') await report.resume?.(partial, document, later);
    expect([responses(0).length, responses(1).length]).toEqual([1, 1]);
  });

  it('grows by further responses, and is void with a lower total and what reversed it', async () => {
    const half = payment(['500']);
    const whole = payment(['1160'], { paymentNumber: 'P-78' });
    const voided = payment(['500'], { paymentNumber: 'P-78', paymentReversalDocument: 'V-1' });
    await report.create(half, operationContext(connection));
    await update(whole, half);
    await update(voided, whole);
    expect(responses(0).map(({ paidTotal }) => paidTotal)).toEqual([500, 1160, 500]);
    expect(responses(0).at(-1)).toMatchObject({ paymentReversalDocument: 'V-1', paymentMethod: 'Check' });
    expect(new Set(responses(0).map(({ externalCode }) => externalCode)).size).toBe(3);
  });

  it('may come back to what it was, under a code of its own, and is not said twice', async () => {
    const [one, other] = [payment(['500']), payment(['0'])];
    await report.create(one, operationContext(connection));
    await update(other, one);
    await update(one, other);
    await update(one, other);
    expect(responses(0).map(({ paidTotal }) => paidTotal)).toEqual([500, 0, 500]);
  });

  it('posted together with another is told once: the total is the same', async () => {
    const one = payment(['810']);
    const other = payment(['810.00'], { paymentNumber: 'P-78' });
    await report.create(one, operationContext(connection));
    expect(await report.lookUp(other, operationContext(connection))).toMatchObject({ found: 'present' });
    await report.create(other, operationContext(connection));
    await update(payment(['810'], { checkNumber: '12399' }), one);
    expect(responses(0).map(({ checkNumber }) => checkNumber)).toEqual(['12345', '12399']);
  });

  it('is not told again by others when it was taken back and theirs is what is left', async () => {
    const one = payment(['500']);
    const both = payment(['1160'], { paymentNumber: 'P-78' });
    const left = payment(['660'], { paymentNumber: 'P-78' });
    await report.create(one, operationContext(connection));
    await report.create(both, operationContext(connection));
    await update(payment(['660'], { paymentReversalDocument: 'P-77' }), one);
    await update(left, both);
    expect(responses(0).map(({ paidTotal }) => paidTotal)).toEqual([500, 1160, 660]);
  });

  it('is told void also where Basware lists the newest response first', async () => {
    const [first, second] = [payment(['500']), payment(['1160'], { paymentNumber: 'P-78' })];
    await report.create(first, operationContext(connection));
    await report.create(second, operationContext(connection));
    responses(0).reverse();
    await update(payment(['500'], { paymentNumber: 'P-78', paymentReversalDocument: 'P-78' }), second);
    expect(responses(0).at(-1)).toMatchObject({ paidTotal: 500, paymentReversalDocument: 'P-78' });
    expect(responses(0)).toHaveLength(3);
  });

  it('E8: names the payment that stands for one that was taken back, whatever the totals', async () => {
    const lost = payment(['500']);
    await report.create(lost, operationContext(connection));
    await update(payment(['500'], { paymentReversalDocument: 'P-77' }), lost);
    const again = payment(['500'], { paymentNumber: 'P-78', checkNumber: '777' });
    expect(await report.lookUp(again, operationContext(connection))).toEqual({ found: 'absent' });
    await report.create(again, operationContext(connection));
    expect(responses(0).at(-1)).toMatchObject({ paidTotal: 500, paymentNumber: 'P-78', checkNumber: '777' });
  });

  it('counts as told by another only where Basware did not refuse that one afterwards', async () => {
    server.secondPhase = () => ({ status: 'Error', message: 'already cleared' });
    await expect(report.create(payment(['500']), operationContext(connection))).rejects.toThrow();
    const [refused] = server.seen(`POST /accountingDocuments/${idOf(0)}/paymentResponses`);
    responses(0).push(JSON.parse(refused?.text ?? '{}') as Row);
    const other = payment(['500'], { paymentNumber: 'P-78' });
    expect(await report.lookUp(other, operationContext(connection))).toEqual({ found: 'absent' });
  });

  it('that leaves out an invoice it has covered parks: nobody would correct its total', async () => {
    const both = payment(['500', '1160']);
    await report.create(both, operationContext(connection));
    await expect(update(payment(['500']), both)).rejects.toMatchObject({
      reason: 'changed-after-sent',
      detail: { invoices: [idOf(1)] },
    });
  });

  it('of an invoice that Basware does not have is not ours', async () => {
    const document = payment([], { invoices: [{ invoiceId: 'unknown', paidTotal: '1' }] });
    expect(await report.lookUp(document, operationContext(connection))).toMatchObject({
      found: 'conflict',
      reason: 'not-ours',
    });
  });

  it('that the second phase refuses parks with its words', async () => {
    server.secondPhase = () => ({ status: 'Error', message: 'already cleared' });
    await expect(report.create(payment(['500']), operationContext(connection))).rejects.toMatchObject({
      reason: 'rejected-by-target',
      detail: { message: expect.stringContaining('already cleared') },
    });
  });

  it('that Basware has not taken over yet is looked at until it has, for it may refuse it', async () => {
    server.secondPhase = () => ({ status: 'InProgress' });
    const document = payment(['500']);
    const options = { followSeconds: 0 };
    const unclear = { recovery: 'ambiguous', code: 'BASWARE_STILL_PROCESSING' };
    await expect(report.create(document, operationContext(connection, options))).rejects.toMatchObject(
      unclear,
    );
    const look = () => report.lookUp(document, operationContext(connection, options, { resolving: true }));
    await expect(look()).rejects.toMatchObject(unclear);
    await expect(update(document, document)).rejects.toMatchObject(unclear);
    const [request] = [...server.requests.values()];
    const ended = (status: string) => ({ externalCode: responses(0)[0]?.['externalCode'], status });
    Object.assign(request ?? {}, { requestStatus: 'Success', systems: [{ items: [ended('Success')] }] });
    expect(await look()).toMatchObject({ found: 'present' });
    Object.assign(request ?? {}, { requestStatus: 'Error', systems: [{ items: [ended('Error')] }] });
    expect(await look()).toEqual({ found: 'absent' });
    expect(responses(0)).toHaveLength(1);
  });
});
