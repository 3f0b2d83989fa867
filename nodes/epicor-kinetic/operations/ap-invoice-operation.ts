import type { Operation } from '../../../runtime/connector/system';
import type { EpicorConnection } from '../connection';
import { textIn } from '../dataset';
import { updateInvoice } from './ap-invoice-changes';
import { invoiceOf } from './ap-invoice-document';
import { tallyInvoices } from './ap-invoice-tally';
import { createInvoice, lookUpInvoice, resumeInvoice } from './create-ap-invoice';
import { PostingRuns } from './posting-runs';

/** Enters AP invoices and debit memos of another system. */
export function createApInvoiceOperation(connection: EpicorConnection): Operation {
  const entry = { connection, runs: new PostingRuns() };
  return {
    businessKey: (document) => `invoice ${textIn(document, 'vendorNum')}|${textIn(document, 'invoiceNum')}`,
    lookUp: async (document, context) => lookUpInvoice(entry, invoiceOf(document), context),
    create: async (document, context) => createInvoice(entry, invoiceOf(document), context),
    resume: async (_partial, document, context) => resumeInvoice(entry, invoiceOf(document), context),
    update: async (ref, document, previous, context) =>
      updateInvoice(entry, ref, invoiceOf(document), previous, context),
    tally: (context, adopted) => tallyInvoices(connection, context, adopted),
  };
}
