import { isObject, numberText, type Wire, type WireObject } from '../http/exact-json';
import { compared, rounded, sum, times } from '../money';
import {
  anything,
  checkBody,
  date,
  type Field,
  flag,
  list,
  number,
  object,
  partial,
  required,
  text,
} from './body-fields';
import type { Organization } from './organization';
import type { BillLine } from './records';
import { invalid, noData } from './refusal';

const DIMENSIONS = {
  chartOfAccountId: text(),
  accountingClassId: text(),
  departmentId: text(),
  employeeId: text(),
  jobId: text(),
  locationId: text(),
  itemId: text(),
  customerId: text(),
};

/** Families that hold the entries which a classification may name. */
const FAMILIES: Readonly<Record<string, string>> = {
  chartOfAccountId: 'chart-of-accounts',
  accountingClassId: 'accounting-classes',
  departmentId: 'departments',
  employeeId: 'employees',
  jobId: 'jobs',
  locationId: 'locations',
  itemId: 'items',
};

export const LINE: Readonly<Record<string, Field>> = {
  id: text(),
  amount: number(),
  quantity: number(),
  price: number(),
  description: text({ max: 4000 }),
  classifications: object(DIMENSIONS),
};

const CREDIT_USE = object({ id: required(text()), amount: required(number()) });

function billFields(knowsAllowDuplicate: boolean): Readonly<Record<string, Field>> {
  return {
    vendorId: required(text({ min: 1 })),
    dueDate: required(date()),
    invoice: required(
      object({ invoiceNumber: required(text({ min: 1, max: 21 })), invoiceDate: required(date()) }),
    ),
    billLineItems: required(list(object(LINE), 1)),
    description: text({ max: 4000 }),
    classifications: object(DIMENSIONS),
    payFromChartOfAccountId: text(),
    purchaseOrderNumber: text(),
    vendorCredits: list(CREDIT_USE),
    billApprovals: flag(),
    approvers: anything(),
    ...(knowsAllowDuplicate ? { allowDuplicateInvoiceNumber: flag() } : {}),
  };
}

/** A body that makes or replaces a bill, checked. */
export function checkBill(organization: Organization, body: Wire | undefined): WireObject {
  return checkBody(body, billFields(organization.switches.knowsAllowDuplicate), organization.switches);
}

/** A body that changes some members of a bill, checked. */
export function checkBillChange(organization: Organization, body: Wire | undefined): WireObject {
  const fields = billFields(organization.switches.knowsAllowDuplicate);
  const invoice = object({ invoiceNumber: text({ min: 1, max: 21 }), invoiceDate: date() });
  return checkBody(body, partial({ ...fields, invoice }), organization.switches);
}

/** No currency has more places, and they are counted as they are written: `100.0500` has four. */
const mostPlaces = 3;

/** A line's amount: as given, else quantity times price. */
function lineAmount(line: WireObject, path: string): string {
  const amount = numberText(line['amount']);
  if (amount !== undefined) {
    const places = amount.split('.')[1] ?? '';
    if (places.length > mostPlaces) throw invalid(`${path}.amount: at most ${mostPlaces} decimal places`);
    return rounded(amount);
  }
  const [quantity, price] = [numberText(line['quantity']), numberText(line['price'])];
  if (quantity === undefined || price === undefined) throw invalid(`${path}.amount: must not be null`);
  return times(quantity, price);
}

/** Refuses classifications that name nothing, or something archived. */
export function needClassifications(
  organization: Organization,
  classifications: Wire | undefined,
  path: string,
): void {
  if (!isObject(classifications)) return;
  for (const [name, id] of Object.entries(classifications)) {
    const family = FAMILIES[name];
    if (family === undefined || typeof id !== 'string' || id === '') continue;
    const entry = organization.family(family).get(id);
    if (entry === undefined) throw invalid(`${path}.${name}: ${id} does not exist`);
    if (entry.archived) throw invalid(`${path}.${name}: ${id} is archived`);
  }
}

/** Lines as stored. A line with an id that `known` does not hold is refused. */
export function linesOf(
  organization: Organization,
  sent: Wire | undefined,
  known: readonly BillLine[],
  name: string,
): BillLine[] {
  const lines = Array.isArray(sent) ? sent.filter(isObject) : [];
  return lines.map((line, index) => {
    const path = `${name}[${index}]`;
    const id = line['id'];
    if (id !== undefined && !known.some((each) => each.id === id)) throw noData(String(id));
    needClassifications(organization, line['classifications'], `${path}.classifications`);
    const stored: BillLine = {
      id: typeof id === 'string' ? id : organization.newId('bli'),
      amount: lineAmount(line, path),
    };
    const [quantity, price] = [numberText(line['quantity']), numberText(line['price'])];
    if (quantity !== undefined) stored.quantity = quantity;
    if (price !== undefined) stored.price = price;
    if (typeof line['description'] === 'string') stored.description = line['description'];
    if (isObject(line['classifications'])) stored.classifications = line['classifications'];
    return stored;
  });
}

/** The whole of the lines; a negative whole is refused. */
export function wholeOf(lines: readonly BillLine[], name: string): string {
  const whole = sum(lines.map((line) => line.amount));
  if (compared(whole, '0') < 0) throw invalid(`${name}: the amount must not be negative`);
  return whole;
}
