import { RecordOutcome } from '../../../runtime/connector/errors';
import type { JsonObject } from '../../../runtime/connector/json';
import type { Effect, OperationContext } from '../../../runtime/connector/system';
import { equal } from '../../../runtime/mapping/decimals';
import { shorten } from '../../../runtime/mapping/texts';
import { asRow, dateIn, decimalIn, flagIn, integerIn, rowsOf, textIn } from '../dataset';
import { asOutcome } from '../troubles';
import { gapsOf } from './ap-invoice-check';
import { effectOf } from './ap-invoice-completion';
import { type Invoice, invoiceKey } from './ap-invoice-document';
import { planOf } from './ap-invoice-plan';
import { reversalOf } from './ap-invoice-reversal';
import { signsOf, tables } from './ap-invoice-rows';
import { bothShown, type FoundInvoice, findByDocument, looksLike, readInvoice } from './ap-invoice-state';
import { createInvoice, type InvoiceEntry, isOurs, lookUpInvoice, resumeInvoice } from './create-ap-invoice';

/** How often one document may be posted, taken back and posted anew. */
const mostRounds = 50;
const longestNumber = 50;
const reversalSuffix = '-REV';

/**
 * Brings an invoice that was entered to what its document says now. One that is not posted is changed; a posted one
 * is parked, or taken back and entered anew, as the option `postedChange` says.
 */
export async function updateInvoice(
  entry: InvoiceEntry,
  ref: string,
  invoice: Invoice,
  previous: JsonObject,
  context: OperationContext,
): Promise<Effect> {
  if (context.options['postedChange'] === 'reverse') {
    return bookInvoiceAnew(entry, invoice, previous, context);
  }
  const { connection } = entry;
  const found = ref === invoiceKey(invoice) ? await readInvoice(connection, invoice, context) : undefined;
  const isChangeable = found && !found.posted && found.isDebitMemo === invoice.isDebitMemo;
  if (isChangeable && isOurs(invoice, found, context)) return resumeInvoice(entry, invoice, context);
  const message = found?.posted
    ? `Invoice ${ref} is posted in Epicor and cannot be changed: reverse it, and send it anew.`
    : `Invoice ${ref} cannot become ${invoiceKey(invoice)} in Epicor: delete it there, and replay.`;
  throw new RecordOutcome('park', 'changed-after-sent', { message, ref });
}

/**
 * Brings a posted invoice to what its document says now: a document that takes it back, then one that says it anew.
 * The invoices of a document are its first one, the reversal of it, the second one, and so on, each under a number
 * and an ID made from the document's. Everything is looked for before it is made, so an attempt that was cut short is
 * gone on with.
 * @param previous the document as it was entered last: vendor and number have to be the same
 * @throws RecordOutcome (park) `partly-paid` when money went out for it, `changed-after-sent` when it cannot be taken back
 */
async function bookInvoiceAnew(
  entry: InvoiceEntry,
  invoice: Invoice,
  previous: JsonObject,
  context: OperationContext,
): Promise<Effect> {
  try {
    refuseOtherNumber(invoice, previous);
    return await throughRounds(entry, invoice, context);
  } catch (error) {
    throw asOutcome(error);
  }
}

async function throughRounds(
  entry: InvoiceEntry,
  invoice: Invoice,
  context: OperationContext,
): Promise<Effect> {
  const { connection } = entry;
  // What cannot be entered anew is not taken back.
  await planOf(connection, invoice, context);
  for (let round = 1; round <= mostRounds; round++) {
    const own = inRound(invoice, round);
    const its = remembering(context, own);
    const found = await readInvoice(connection, own, context);
    if (!found) {
      await refuseRenamed(entry, own, context);
      return createInvoice(entry, own, its);
    }
    if (found.documentId === undefined && round === 1) {
      throw changedAfterSent(own, 'was entered in Epicor by somebody else: change it there');
    }
    if (found.documentId !== own.documentId) {
      const message = `Vendor ${own.vendorNum} has another invoice ${own.invoiceNum} in Epicor.`;
      throw new RecordOutcome('park', 'number-in-use', { message, ...bothShown(own, found) });
    }
    if (!found.posted && found.isDebitMemo === own.isDebitMemo) return resumeInvoice(entry, own, its);
    if (!found.posted) {
      throw changedAfterSent(own, 'is of another kind now: delete it in its group in Epicor, and replay');
    }
    const memo = takingBack(own, found);
    const memos = remembering(context, memo);
    const begun = await lookUpInvoice(entry, memo, memos);
    if (begun.found === 'conflict') throw new RecordOutcome('park', begun.reason, begun.detail);
    if (begun.found === 'present') continue;
    if (begun.found === 'partial') {
      await resumeInvoice(entry, memo, memos);
      continue;
    }
    if (await saysTheSame(entry, own, found, context)) return effectOf(own, found);
    refusePaid(own, found);
    await createInvoice(entry, memo, memos);
  }
  throw changedAfterSent(invoice, `was posted ${mostRounds} times, each time differently`);
}

/** One intent enters several documents here: what is remembered of the posting of one says nothing about the next. */
function remembering(context: OperationContext, { documentId }: Invoice): OperationContext {
  const held = () => asRow(context.remembered[documentId]) ?? {};
  return {
    ...context,
    get remembered() {
      return held();
    },
    remember: (facts) => context.remember({ [documentId]: { ...held(), ...facts } }),
  };
}

/** The invoice as it is entered for the nth time: a number that a posted one has is not free again. */
function inRound(invoice: Invoice, round: number): Invoice {
  if (round === 1) return invoice;
  return {
    ...invoice,
    documentId: `${invoice.documentId}:${round}`,
    invoiceNum: withSuffix(invoice.invoiceNum, `-R${round}`),
  };
}

/** The document that takes a posted one back, in its period. Nobody is to pay less to the vendor because of it. */
function takingBack(own: Invoice, found: FoundInvoice): Invoice {
  const [head] = rowsOf(found.dataset, tables.head);
  const date = dateIn(head, 'ApplyDate') ?? found.date ?? own.applyDate;
  const reversal = reversalOf(own, found, {
    documentId: `${own.documentId}:reversal`,
    date,
    reason: undefined,
    suffix: reversalSuffix,
  });
  return {
    ...reversal,
    invoiceNum: withSuffix(own.invoiceNum, reversalSuffix),
    ...(flagIn(head, 'PayHold') === true ? { payHold: true } : {}),
  };
}

/** A hold that people or payments have lifted since is no change of the document. */
async function saysTheSame(
  { connection }: InvoiceEntry,
  own: Invoice,
  found: FoundInvoice,
  context: OperationContext,
): Promise<boolean> {
  if (!looksLike(own, found)) return false;
  const plan = await planOf(connection, { ...own, payHold: undefined }, context);
  return gapsOf(connection, plan, found.dataset, signsOf(own, context)).differences.length === 0;
}

/** The number of one invoice is the identity of the chain: under another one nothing would be found again. */
function refuseOtherNumber(invoice: Invoice, previous: JsonObject): void {
  const before = {
    vendorNum: integerIn(previous, 'vendorNum') ?? 0,
    invoiceNum: textIn(previous, 'invoiceNum') ?? '',
  };
  const isSame = before.vendorNum === invoice.vendorNum && before.invoiceNum === invoice.invoiceNum;
  if (isSame && textIn(previous, 'documentId') === invoice.documentId) return;
  throw changedAfterSent(
    before,
    `is to become ${invoiceKey(invoice)}: take it back in Epicor, release its link, and replay`,
  );
}

async function refuseRenamed(
  { connection }: InvoiceEntry,
  own: Invoice,
  context: OperationContext,
): Promise<void> {
  const [renamed] = await findByDocument(connection, own, context);
  if (renamed !== undefined) throw changedAfterSent(own, `stands as ${renamed} in Epicor now`);
}

/** Money that went out, or is about to, is not taken back by a memo. */
function refusePaid(own: Invoice, found: FoundInvoice): void {
  const [head] = rowsOf(found.dataset, tables.head);
  const total = decimalIn(head, 'DocInvoiceAmt') ?? '0';
  const open = decimalIn(head, 'DocUnpostedBal') ?? decimalIn(head, 'DocInvoiceBal') ?? total;
  if (equal(open, total)) return;
  throw new RecordOutcome('park', 'partly-paid', {
    message: `Invoice ${invoiceKey(own)} was changed at the source after it was posted, and of its ${total} only ${open} is open: correct it in Epicor by a journal, or void its payments and replay.`,
    ref: invoiceKey(own),
    total,
    open,
  });
}

function changedAfterSent(key: Pick<Invoice, 'vendorNum' | 'invoiceNum'>, what: string): RecordOutcome {
  const ref = invoiceKey(key);
  return new RecordOutcome('park', 'changed-after-sent', { message: `Invoice ${ref} ${what}.`, ref });
}

/** The suffix stays readable however long the number is. */
function withSuffix(number: string, suffix: string): string {
  return `${shorten(number, longestNumber - suffix.length) ?? number}${suffix}`;
}
