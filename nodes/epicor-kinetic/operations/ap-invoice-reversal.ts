import { RecordOutcome } from '../../../runtime/connector/errors';
import type { JsonObject } from '../../../runtime/connector/json';
import { equal, negate, sumOf } from '../../../runtime/mapping/decimals';
import { shorten } from '../../../runtime/mapping/texts';
import { decimalIn, integerIn, rowsOf, textIn } from '../dataset';
import { type Invoice, type InvoiceLine, invoiceKey } from './ap-invoice-document';
import { accountsOf, expensesOf, numberOf } from './ap-invoice-lines';
import { tables } from './ap-invoice-rows';
import type { FoundInvoice } from './ap-invoice-state';

const longestNumber = 50;

export interface Reversal {
  readonly documentId: string;
  readonly date: string;
  readonly reason: string | undefined;
  /** Behind the number of the invoice. */
  readonly suffix: string;
}

/**
 * The document that takes a posted one back: a debit memo for an invoice, an invoice for a debit memo, with the
 * same lines on the same accounts.
 * @throws RecordOutcome (park, `amounts-differ`) when the total has parts that are no lines
 */
export function reversalOf(
  key: Pick<Invoice, 'vendorNum' | 'invoiceNum'>,
  found: FoundInvoice,
  { documentId, date, reason, suffix }: Reversal,
): Invoice {
  const onPaper = (amount: string | undefined) =>
    found.isDebitMemo ? negate(amount ?? '0') : (amount ?? '0');
  const lines = rowsOf(found.dataset, tables.line).map((row) => lineOf(row, found, onPaper));
  const amount = onPaper(found.amount);
  const parts = sumOf(lines.map((line) => line.amount));
  if (!equal(parts, amount)) {
    throw new RecordOutcome('park', 'amounts-differ', {
      message: `Invoice ${invoiceKey(key)} is ${amount}, its lines come to ${parts}: charges or taxes that Epicor added have to be reversed by hand.`,
      amount,
      parts,
    });
  }
  return {
    vendorNum: key.vendorNum,
    invoiceNum: shorten(`${key.invoiceNum}${suffix}`, longestNumber) ?? key.invoiceNum,
    isDebitMemo: !found.isDebitMemo,
    documentId,
    invoiceDate: date,
    dueDate: undefined,
    applyDate: date,
    currency: found.currency ?? '',
    amount,
    payHold: undefined,
    termsCode: undefined,
    description: reason ?? `Reversal of ${key.invoiceNum}`,
    comment: undefined,
    invoiceRef: found.isDebitMemo ? undefined : key.invoiceNum,
    lines,
  };
}

function lineOf(
  row: JsonObject,
  { dataset }: FoundInvoice,
  onPaper: (amount: string | undefined) => string,
): InvoiceLine {
  const number = numberOf(row);
  const distributions = expensesOf(dataset, number).flatMap((expense) => {
    const [account] = accountsOf(dataset, number, integerIn(expense, 'InvExpSeq'));
    const glAccount = textIn(account, 'GLAccount');
    if (glAccount === undefined) return [];
    return [{ amount: onPaper(decimalIn(expense, 'DocExpAmt')), glAccount, coa: textIn(account, 'COACode') }];
  });
  return {
    description: textIn(row, 'Description') ?? `Line ${number}`,
    amount: onPaper(decimalIn(row, 'DocExtCost')),
    quantity: undefined,
    order: undefined,
    distributions,
  };
}
