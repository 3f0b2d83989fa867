import { RecordOutcome } from '../../../runtime/connector/errors';
import type { Json, JsonObject } from '../../../runtime/connector/json';
import { compare, equal, sumOf } from '../../../runtime/mapping/decimals';
import { asRow, dateIn, decimalIn, flagIn, integerIn, textIn } from '../dataset';
import type { AccountName } from './gl-accounts';

/** A share of a line, and the account it is charged to. Amounts here are positive as on paper, memos too. */
export interface Distribution extends AccountName {
  readonly amount: string;
}

/** Where a line points at a purchase order, as the sender writes it. */
export interface OrderReference {
  readonly poNum: string;
  readonly poLine: number | undefined;
  readonly poRelease: number | undefined;
  /** The receipt that is invoiced, where the sender names it. */
  readonly packSlip: string | undefined;
  readonly packLine: number | undefined;
}

export interface InvoiceLine {
  readonly description: string;
  readonly amount: string;
  readonly quantity: string | undefined;
  readonly order: OrderReference | undefined;
  readonly distributions: readonly Distribution[];
}

/** The document of `create-ap-invoice`, checked. */
export interface Invoice {
  readonly vendorNum: number;
  readonly invoiceNum: string;
  readonly isDebitMemo: boolean;
  readonly documentId: string;
  readonly invoiceDate: string;
  readonly dueDate: string | undefined;
  /** Date in the general ledger; the invoice's own when absent. */
  readonly applyDate: string;
  readonly currency: string;
  readonly amount: string;
  /** Left as Epicor has it for the vendor when undefined. */
  readonly payHold: boolean | undefined;
  readonly termsCode: string | undefined;
  readonly description: string | undefined;
  readonly comment: string | undefined;
  /** Invoice that a debit memo relates to. */
  readonly invoiceRef: string | undefined;
  readonly lines: readonly InvoiceLine[];
}

/**
 * Reads a document of `create-ap-invoice`. Taxes and charges become lines of their own.
 * @throws RecordOutcome (park) `amounts-differ` when the parts do not add up, `schema-failed` for a negative total
 */
export function invoiceOf(document: JsonObject): Invoice {
  const lines = [
    ...listIn(document['lines']).map(lineOf),
    ...listIn(document['charges']).map(extraLine),
    ...listIn(document['taxes']).map(extraLine),
  ];
  const amount = decimalIn(document, 'amount') ?? '0';
  const invoiceDate = dateIn(document, 'invoiceDate') ?? '';
  assertSums(amount, lines);
  return {
    vendorNum: integerIn(document, 'vendorNum') ?? 0,
    invoiceNum: textIn(document, 'invoiceNum') ?? '',
    isDebitMemo: textIn(document, 'type') === 'debit-memo',
    documentId: textIn(document, 'documentId') ?? '',
    invoiceDate,
    dueDate: dateIn(document, 'dueDate'),
    applyDate: dateIn(document, 'applyDate') ?? invoiceDate,
    currency: textIn(document, 'currency') ?? '',
    amount,
    payHold: flagIn(document, 'payHold'),
    termsCode: textIn(document, 'termsCode'),
    description: textIn(document, 'description'),
    comment: textIn(document, 'comment'),
    invoiceRef: textIn(document, 'invoiceRef'),
    lines,
  };
}

/** Key of the invoice in Epicor, as the stream of AP invoices has it. */
export function invoiceKey({ vendorNum, invoiceNum }: Pick<Invoice, 'vendorNum' | 'invoiceNum'>): string {
  return `${vendorNum}|${invoiceNum}`;
}

/** The reference as text, for where there is no such order to match with. */
export function orderText({ poNum, poLine, poRelease }: OrderReference): string {
  const line = poLine === undefined ? '' : ` line ${poLine}`;
  return `PO ${poNum}${line}${poRelease === undefined ? '' : ` release ${poRelease}`}`;
}

function lineOf(line: JsonObject): InvoiceLine {
  const poNum = textIn(line, 'poNum')?.trim();
  const reference = {
    poNum: poNum ?? '',
    poLine: integerIn(line, 'poLine'),
    poRelease: integerIn(line, 'poRelease'),
    packSlip: textIn(line, 'packSlip')?.trim() || undefined,
    packLine: integerIn(line, 'packLine'),
  };
  return {
    description: textIn(line, 'description') ?? '',
    amount: decimalIn(line, 'amount') ?? '0',
    quantity: decimalIn(line, 'quantity'),
    order: poNum ? reference : undefined,
    distributions: listIn(line['distributions']).map(distributionOf),
  };
}

function extraLine(extra: JsonObject): InvoiceLine {
  return {
    description: textIn(extra, 'description') ?? '',
    amount: decimalIn(extra, 'amount') ?? '0',
    quantity: undefined,
    order: undefined,
    distributions: [distributionOf(extra)],
  };
}

function distributionOf(each: JsonObject): Distribution {
  return {
    amount: decimalIn(each, 'amount') ?? '0',
    glAccount: textIn(each, 'glAccount') ?? '',
    coa: textIn(each, 'coa'),
  };
}

function assertSums(amount: string, lines: readonly InvoiceLine[]): void {
  if (compare(amount, '0') < 0) {
    const message = 'The total is negative. What a vendor owes is a debit memo, with positive amounts.';
    throw new RecordOutcome('park', 'schema-failed', { field: 'amount', message });
  }
  const total = sumOf(lines.map((line) => line.amount));
  if (!equal(total, amount)) {
    throw new RecordOutcome('park', 'amounts-differ', {
      message: `The invoice is ${amount}, its lines, charges and taxes come to ${total}.`,
      amount,
      parts: total,
    });
  }
  for (const { amount: ofLine, distributions, description } of lines) {
    const parts = sumOf(distributions.map((each) => each.amount));
    if (distributions.length === 0 || equal(parts, ofLine)) continue;
    throw new RecordOutcome('park', 'amounts-differ', {
      message: `The line "${description}" is ${ofLine}, its distributions come to ${parts}.`,
      amount: ofLine,
      parts,
    });
  }
}

function listIn(value: Json | undefined): JsonObject[] {
  return Array.isArray(value) ? value.map(asRow).filter((each) => each !== undefined) : [];
}
