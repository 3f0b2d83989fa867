import { createHash } from 'node:crypto';
import type { Json, JsonObject } from '../../runtime/connector/json';
import { conform } from '../../runtime/connector/schema';
import { equal, sumOf } from '../../runtime/mapping/decimals';
import { classificationsWire, lineWire, mergedCodes, missingCodes, pairLines } from './lines';
import { dateAt, decimalAt, objectAt, objectsAt, textAt, withoutBlanks } from './members';

const text: JsonObject = { type: 'string' };

/** BILL refuses longer numbers on bills. */
export const longestNumber = 21;
const longestDescription = 4000;

/** The only members that are ever sent for a bill; the currency and the total are BILL's to know. */
export const billWire: JsonObject = {
  type: 'object',
  properties: {
    vendorId: text,
    invoice: { type: 'object', properties: { invoiceNumber: text, invoiceDate: text } },
    dueDate: text,
    billLineItems: { type: 'array', items: lineWire },
    description: text,
    classifications: classificationsWire,
    payFromChartOfAccountId: text,
    purchaseOrderNumber: text,
    allowDuplicateInvoiceNumber: { type: 'boolean' },
  },
};

/** Members that are compared and patched one by one; lines and invoice are compared apart. */
const plainMembers = ['vendorId', 'dueDate', 'purchaseOrderNumber', 'payFromChartOfAccountId', 'description'];

/** How the number is sent: as it is, or shortened to what BILL takes with a hash of the whole at its end. */
export function sentNumber(document: JsonObject, shorten: boolean): string {
  const number = fullNumber(document);
  if (!shorten || number.length <= longestNumber) return number;
  const hash = createHash('sha256').update(number).digest('hex').slice(0, 8).toUpperCase();
  return `${number.slice(0, longestNumber - hash.length - 1)}-${hash}`;
}

export function fullNumber(document: JsonObject): string {
  return textAt(objectAt(document, 'invoice'), 'invoiceNumber')?.trim() ?? '';
}

/** The body of the bill, with the number in the form it is sent in. */
export function wiredBill(document: JsonObject, number: string): JsonObject {
  const wired = withoutBlanks(conform(document, billWire));
  const full = fullNumber(document);
  const description = textAt(wired, 'description');
  const named = number === full || description?.includes(full) ? description : withNumber(full, description);
  return {
    ...wired,
    invoice: { ...objectAt(wired, 'invoice'), invoiceNumber: number },
    ...(named === undefined ? {} : { description: named }),
  };
}

/** Sum of the lines, decimal text. */
export function totalOf(bill: JsonObject): string {
  return sumOf(objectsAt(bill, 'billLineItems').map((line) => decimalAt(line, 'amount') ?? '0'));
}

/** What the bill in BILL amounts to. */
export function amountOf(bill: JsonObject): string {
  return decimalAt(bill, 'amount') ?? totalOf(bill);
}

export interface BillDifference {
  /** Field by field, as a person is shown it. */
  readonly changed: Record<string, Json>;
  /** What brings BILL's copy to ours; lines carry the ids of BILL's. */
  readonly patch: JsonObject;
  /** Lines were added or removed: only a full replacement can say that. */
  readonly replaces: boolean;
  /** Only words differ; no money, date, payee or account does. */
  readonly wordsOnly: boolean;
}

/** Compares what is wanted, as `wiredBill` made it, with the bill in BILL. */
export function compareBill(wanted: JsonObject, bill: JsonObject): BillDifference {
  const changed: Record<string, Json> = {};
  const patch: JsonObject = {};
  for (const name of plainMembers) {
    const value = textAt(wanted, name);
    const stored = name === 'dueDate' ? dateAt(bill, name) : textAt(bill, name)?.trim();
    if (value === undefined || value === stored) continue;
    changed[name] = { bill: stored ?? null, wanted: value };
    patch[name] = value;
  }
  compareInvoice(wanted, bill, changed, patch);
  const codes = { ours: { classifications: wanted['classifications'] ?? {} }, theirs: bill };
  if (missingCodes(codes).length > 0) {
    changed['classifications'] = {
      bill: bill['classifications'] ?? null,
      wanted: wanted['classifications'] ?? null,
    };
    patch['classifications'] = mergedCodes(codes);
  }
  const words = Object.keys(changed).every((name) => name === 'description');
  const lines = compareLines(wanted, bill);
  return {
    changed: { ...changed, ...lines.changed },
    patch: lines.lines ? { ...patch, billLineItems: lines.lines } : patch,
    replaces: lines.replaces,
    wordsOnly: words && lines.wordsOnly,
  };
}

/** The body of a full replacement: ours, and what BILL holds that we do not set. */
export function replacement(wanted: JsonObject, bill: JsonObject, difference: BillDifference): JsonObject {
  const kept = withoutBlanks(conform(bill, billWire));
  const lines = difference.patch['billLineItems'] ?? kept['billLineItems'] ?? [];
  return { ...kept, ...wanted, ...difference.patch, billLineItems: lines };
}

function compareInvoice(
  wanted: JsonObject,
  bill: JsonObject,
  changed: Record<string, Json>,
  patch: JsonObject,
): void {
  const ours = objectAt(wanted, 'invoice');
  const theirs = objectAt(bill, 'invoice');
  const number = [textAt(theirs, 'invoiceNumber')?.trim(), textAt(ours, 'invoiceNumber')];
  const date = [dateAt(theirs, 'invoiceDate'), textAt(ours, 'invoiceDate')];
  for (const [name, [stored, value]] of Object.entries({ invoiceNumber: number, invoiceDate: date })) {
    if (stored === value || value === undefined) continue;
    changed[name] = { bill: stored ?? null, wanted: value };
    patch['invoice'] = ours ?? {};
  }
}

function compareLines(
  wanted: JsonObject,
  bill: JsonObject,
): {
  readonly changed: Record<string, Json>;
  readonly lines: JsonObject[] | undefined;
  readonly replaces: boolean;
  readonly wordsOnly: boolean;
} {
  const ours = objectsAt(wanted, 'billLineItems');
  const theirs = objectsAt(bill, 'billLineItems');
  const { pairs, onlyOurs, onlyTheirs } = pairLines(ours, theirs);
  const recoded = pairs.some((pair) => missingCodes(pair).length > 0);
  const reworded = pairs.some((pair) => {
    const description = textAt(pair.ours, 'description');
    return description !== undefined && description !== textAt(pair.theirs, 'description')?.trim();
  });
  const moneyMoved = onlyOurs.length > 0 || onlyTheirs.length > 0;
  if (!moneyMoved && !recoded && !reworded) {
    return { changed: {}, lines: undefined, replaces: false, wordsOnly: true };
  }
  // Lines whose amount changed take the place, and so the id, of lines that are no longer wanted.
  const spare = [...onlyTheirs];
  const lines = ours.map((line) => {
    const stored = pairs.find((pair) => pair.ours === line)?.theirs ?? spare.shift();
    const id = textAt(stored, 'id');
    if (!stored || id === undefined) return line;
    return { ...line, id, classifications: mergedCodes({ ours: line, theirs: stored }) };
  });
  const replaces = ours.length !== theirs.length || lines.some((line) => textAt(line, 'id') === undefined);
  return {
    changed: { lines: { bill: theirs.map(describeLine), wanted: ours.map(describeLine) } },
    lines,
    replaces,
    wordsOnly: !moneyMoved && !recoded,
  };
}

function describeLine(line: JsonObject): JsonObject {
  const account = textAt(objectAt(line, 'classifications'), 'chartOfAccountId');
  return {
    amount: decimalAt(line, 'amount') ?? null,
    account: account ?? null,
    description: textAt(line, 'description') ?? null,
  };
}

function withNumber(number: string, description: string | undefined): string {
  const named = `Invoice ${number}`;
  return (description === undefined ? named : `${named}. ${description}`).slice(0, longestDescription);
}

/** Whether both have the same amount. */
export function hasAmount(bill: JsonObject, total: string): boolean {
  return equal(amountOf(bill), total);
}
