import { RecordOutcome } from '../../../runtime/connector/errors';
import type { JsonObject } from '../../../runtime/connector/json';
import type { Effect, LookUp, OperationContext } from '../../../runtime/connector/system';
import type { EpicorConnection } from '../connection';
import { rowsOf, textIn } from '../dataset';
import { asOutcome } from '../troubles';
import { gapsOf, lineDifferences } from './ap-invoice-check';
import { complete, effectOf, wantsPosting } from './ap-invoice-completion';
import { type Invoice, invoiceKey } from './ap-invoice-document';
import { enterInvoice, idle, mayBeRefusal, refusalOf, saidNothing } from './ap-invoice-entry';
import { inGroup } from './ap-invoice-groups';
import { planOf } from './ap-invoice-plan';
import { signsOf, tables } from './ap-invoice-rows';
import {
  bothShown,
  type FoundInvoice,
  findByDocument,
  findNumber,
  looksLike,
  readInvoice,
} from './ap-invoice-state';
import type { PostingRuns } from './posting-runs';

/** What entering an invoice needs besides the document. */
export interface InvoiceEntry {
  readonly connection: EpicorConnection;
  readonly runs: PostingRuns;
}

/** Looks for the invoice by its number, and by the ID of our document in case the number was changed. */
export async function lookUpInvoice(
  entry: InvoiceEntry,
  invoice: Invoice,
  context: OperationContext,
): Promise<LookUp> {
  const { connection } = entry;
  const number = await findNumber(connection, invoice, context);
  const found = number && (await readInvoice(connection, { ...invoice, invoiceNum: number }, context));
  // A vendor has a number once: where another document has it, what was sent under it is not there.
  const isRuledOut = found && context.resolving === true && isOfAnother(invoice, found);
  if (found && !isRuledOut) return judge(entry, { ...invoice, invoiceNum: number }, found, context);
  const [renamed] = await findByDocument(connection, invoice, context);
  if (renamed === undefined) return { found: 'absent' };
  const message = `The document was entered, and stands as ${renamed} in Epicor now, not as ${invoiceKey(invoice)}.`;
  return { found: 'conflict', reason: 'changed-after-sent', detail: { message, invoice: renamed } };
}

/** Enters the invoice and brings it to where it is right. */
export async function createInvoice(
  entry: InvoiceEntry,
  invoice: Invoice,
  context: OperationContext,
): Promise<Effect> {
  const { connection, runs } = entry;
  try {
    const plan = await planOf(connection, invoice, context);
    const signs = signsOf(invoice, context);
    const enter = async (groupId: string, isRepeated = false): Promise<FoundInvoice | undefined> => {
      try {
        await enterInvoice(connection, plan, groupId, signs, context);
        return undefined;
      } catch (error) {
        // A refusal may lie about a part of it, and a duplicate is somebody's: what is there decides.
        const found = mayBeRefusal(error) ? await readInvoice(connection, invoice, context) : undefined;
        if (found) return found;
        if (!saidNothing(error)) throw refusalOf(error);
        if (isRepeated) throw idle(error);
        return enter(groupId, true);
      }
    };
    const found = await inGroup(connection, runs, invoice, context, enter);
    if (found && !isOurs(invoice, found, context)) return adopt(invoice, found);
    return await complete(connection, plan, context);
  } catch (error) {
    throw asOutcome(error);
  }
}

/** Completes an invoice that is there in part, or not posted yet. */
export async function resumeInvoice(
  { connection }: InvoiceEntry,
  invoice: Invoice,
  context: OperationContext,
): Promise<Effect> {
  try {
    return await complete(connection, await planOf(connection, invoice, context), context);
  } catch (error) {
    throw asOutcome(error);
  }
}

async function judge(
  { connection }: InvoiceEntry,
  invoice: Invoice,
  found: FoundInvoice,
  context: OperationContext,
): Promise<LookUp> {
  const ref = invoiceKey(invoice);
  if (!isOurs(invoice, found, context)) {
    const isSame = found.documentId === undefined && looksLike(invoice, found);
    return isSame
      ? { found: 'present', ...effectOf(invoice, found), adopted: true }
      : { found: 'conflict', reason: 'number-in-use', detail: inUse(invoice, found) };
  }
  if (found.posted) {
    if (!looksLike(invoice, found)) {
      const message = `Invoice ${ref} is posted in Epicor with other values than those sent.`;
      return {
        found: 'conflict',
        reason: 'changed-after-sent',
        detail: { message, ...bothShown(invoice, found) },
      };
    }
    const wrong = await postedOtherwise(connection, invoice, found, context);
    if (wrong !== undefined) return { found: 'partial', ref, missing: wrong };
    return { found: 'present', ...effectOf(invoice, found) };
  }
  const missing = await missingIn(connection, invoice, found, context);
  if (missing !== undefined) return { found: 'partial', ref, missing };
  if (wantsPosting(context)) return { found: 'partial', ref, missing: 'the posting' };
  return { found: 'present', ...effectOf(invoice, found) };
}

/**
 * What is wrong with the lines of an invoice of ours that is posted: somebody may have posted it before they were coded
 * as they should be. Undefined when nothing is, or when Epicor shows no lines of it.
 */
async function postedOtherwise(
  connection: EpicorConnection,
  invoice: Invoice,
  found: FoundInvoice,
  context: OperationContext,
): Promise<string | undefined> {
  if (rowsOf(found.dataset, tables.line).length === 0) return undefined;
  try {
    const plan = await planOf(connection, invoice, context);
    const differences = lineDifferences(connection, plan, found.dataset, signsOf(invoice, context));
    return differences.length > 0 ? differences.join('; ') : undefined;
  } catch (error) {
    // What cannot be entered any more, because an account was closed since, says nothing about what is posted.
    if (error instanceof RecordOutcome) return undefined;
    throw error;
  }
}

/** What is wrong with an invoice of ours, in words; undefined when nothing is. */
async function missingIn(
  connection: EpicorConnection,
  invoice: Invoice,
  found: FoundInvoice,
  context: OperationContext,
): Promise<string | undefined> {
  try {
    const plan = await planOf(connection, invoice, context);
    const { differences } = gapsOf(connection, plan, found.dataset, signsOf(invoice, context));
    return differences.length > 0 ? differences.join('; ') : undefined;
  } catch (error) {
    // It parks when it is completed, not while it is looked for.
    if (error instanceof RecordOutcome) return `its lines could not be compared (${error.message})`;
    throw error;
  }
}

/** It carries our document's ID; or it carries none, and is what we sent into the group that was made for it. */
export function isOurs(invoice: Invoice, found: FoundInvoice, { remembered }: OperationContext): boolean {
  if (found.documentId !== undefined) return found.documentId === invoice.documentId;
  const group = textIn(remembered, 'group');
  return group !== undefined && group === found.groupId;
}

function isOfAnother(invoice: Invoice, found: FoundInvoice): boolean {
  return found.documentId !== undefined && found.documentId !== invoice.documentId;
}

function adopt(invoice: Invoice, found: FoundInvoice): Effect {
  if (found.documentId === undefined && looksLike(invoice, found)) {
    return { ...effectOf(invoice, found), adopted: true };
  }
  throw new RecordOutcome('park', 'number-in-use', inUse(invoice, found));
}

function inUse(invoice: Invoice, found: FoundInvoice): JsonObject {
  const message = `Vendor ${invoice.vendorNum} has another invoice ${invoice.invoiceNum} in Epicor.`;
  return { message, ...bothShown(invoice, found) };
}
