import { RecordOutcome } from '../../../runtime/connector/errors';
import type { JsonObject } from '../../../runtime/connector/json';
import type { OperationDeclaration } from '../../../runtime/connector/manifest';
import type { Effect, LookUp, Operation, OperationContext } from '../../../runtime/connector/system';
import { equal } from '../../../runtime/mapping/decimals';
import type { EpicorConnection } from '../connection';
import { dateIn, decimalIn, integerIn, rowsOf, textIn } from '../dataset';
import { callMethod } from '../methods';
import { invoiceTable } from '../tables';
import { asOutcome } from '../troubles';
import { entryOptions } from './ap-invoice-declaration';
import { type Invoice, invoiceKey } from './ap-invoice-document';
import { deleteEmptyGroup } from './ap-invoice-groups';
import { reversalOf } from './ap-invoice-reversal';
import { tables } from './ap-invoice-rows';
import { type FoundInvoice, readInvoice } from './ap-invoice-state';
import { createInvoice, type InvoiceEntry, lookUpInvoice, resumeInvoice } from './create-ap-invoice';
import { PostingRuns } from './posting-runs';

export const cancelApInvoice: OperationDeclaration = {
  title: 'Cancel an AP invoice',
  help: 'Takes an entered invoice back: one that is not posted is deleted, a posted one gets a debit memo with the same lines. An invoice that is paid, or about to be, parks.',
  document: {
    type: 'object',
    additionalProperties: false,
    required: ['documentId', 'vendorNum', 'invoiceNum', 'date'],
    properties: {
      documentId: {
        type: 'string',
        minLength: 1,
        maxLength: 100,
        description: 'As the invoice was entered.',
      },
      vendorNum: { type: 'integer', minimum: 1 },
      invoiceNum: { type: 'string', minLength: 1, maxLength: 50 },
      date: { type: 'string', format: 'date', description: 'Date of the debit memo, where one is needed.' },
      reason: { type: ['string', 'null'] },
    },
  },
  effect: 'close',
  material: ['documentId', 'vendorNum', 'invoiceNum'],
  businessKey: 'vendor number and invoice number; the ID of the document must be the one it was entered for',
  options: [
    {
      name: 'memoSuffix',
      type: 'text',
      label: 'Suffix of debit memos',
      help: 'The debit memo of a posted invoice has the number of the invoice and this behind it.',
      default: '-REV',
      maxLength: 10,
    },
    ...entryOptions,
  ],
};

/** Takes an entered invoice back. */
export function cancelApInvoiceOperation(connection: EpicorConnection): Operation {
  const entry = { connection, runs: new PostingRuns() };
  const run = async (document: JsonObject, context: OperationContext) => {
    try {
      return await takeBack(entry, document, context);
    } catch (error) {
      throw asOutcome(error);
    }
  };
  return {
    businessKey: (document) => `cancellation of invoice ${invoiceKey(keyOf(document))}`,
    lookUp: (document, context) => lookUp(entry, document, context),
    create: run,
    resume: (_partial, document, context) => run(document, context),
  };
}

async function lookUp(entry: InvoiceEntry, document: JsonObject, context: OperationContext): Promise<LookUp> {
  const { connection } = entry;
  const key = keyOf(document);
  const found = await readInvoice(connection, key, context);
  if (!found) {
    // What we were about to delete, and is not there any more, is deleted.
    const deleted = textIn(context.remembered, 'deleted');
    if (deleted !== undefined) return { found: 'present', ref: deleted };
    const message = `There is no invoice ${invoiceKey(key)} in company ${connection.company}.`;
    return { found: 'conflict', reason: 'not-ours', detail: { message } };
  }
  if (found.documentId !== undefined && found.documentId !== textIn(document, 'documentId')) {
    const message = `Invoice ${invoiceKey(key)} was entered for the document ${found.documentId}.`;
    return { found: 'conflict', reason: 'not-ours', detail: { message } };
  }
  if (!found.posted) return { found: 'absent' };
  const [head] = rowsOf(found.dataset, tables.head);
  const cancelledBy = textIn(head, 'RefCancelledby');
  if (cancelledBy !== undefined) return { found: 'present', ref: `${key.vendorNum}|${cancelledBy}` };
  const memo = await lookUpInvoice(entry, memoOf(document, found, context), context);
  if (memo.found !== 'absent') return memo;
  return paid(key, head) ?? memo;
}

async function takeBack(
  entry: InvoiceEntry,
  document: JsonObject,
  context: OperationContext,
): Promise<Effect> {
  const { connection } = entry;
  const key = keyOf(document);
  const ref = invoiceKey(key);
  const found = await readInvoice(connection, key, context);
  if (!found) return { ref: textIn(context.remembered, 'deleted') ?? ref };
  if (!found.posted) {
    await context.remember({ deleted: ref });
    await callMethod(connection, context.calls, {
      service: invoiceTable.service,
      method: 'DeleteByID',
      parameters: key,
      effect: 'once',
    });
    if (found.groupId !== undefined) await deleteEmptyGroup(connection, context, found.groupId);
    return { ref };
  }
  const memo = memoOf(document, found, context);
  const begun = await lookUpInvoice(entry, memo, context);
  if (begun.found === 'partial') return resumeInvoice(entry, memo, context);
  if (begun.found === 'present') return begun;
  if (begun.found === 'conflict') throw new RecordOutcome('park', begun.reason, begun.detail);
  return createInvoice(entry, memo, context);
}

function memoOf(document: JsonObject, found: FoundInvoice, { options }: OperationContext): Invoice {
  const suffix = typeof options['memoSuffix'] === 'string' ? options['memoSuffix'] : '-REV';
  return reversalOf(keyOf(document), found, {
    documentId: `${textIn(document, 'documentId') ?? ''}:reversal`,
    date: dateIn(document, 'date') ?? '',
    reason: textIn(document, 'reason'),
    suffix,
  });
}

function keyOf(document: JsonObject) {
  return {
    vendorNum: integerIn(document, 'vendorNum') ?? 0,
    invoiceNum: textIn(document, 'invoiceNum') ?? '',
  };
}

/** Money that went out, or is about to, is not taken back by a memo. */
function paid(key: Pick<Invoice, 'vendorNum' | 'invoiceNum'>, head: JsonObject | undefined) {
  const total = decimalIn(head, 'DocInvoiceAmt') ?? '0';
  const open = decimalIn(head, 'DocUnpostedBal') ?? decimalIn(head, 'DocInvoiceBal') ?? total;
  if (equal(open, total)) return undefined;
  const message = `Of invoice ${invoiceKey(key)} over ${total} only ${open} is open: void its payments first.`;
  return {
    found: 'conflict',
    reason: 'partly-paid',
    detail: { message, total, open },
    absent: true,
  } as const;
}
