import type { JsonObject } from '../../../runtime/connector/json';
import type { OperationContext } from '../../../runtime/connector/system';
import { type Condition, equals } from '../conditions';
import type { EpicorConnection } from '../connection';
import { flagIn, integerIn, textIn } from '../dataset';
import { findRows } from '../find-rows';
import { orderLineTable, orderTable } from '../tables';
import type { Invoice, OrderReference } from './ap-invoice-document';

/** A line of a purchase order that an invoice line is matched with. */
export interface OrderLine {
  readonly poNum: number;
  readonly poLine: number;
  /** Any release when absent. */
  readonly poRelease: number | undefined;
  /** The receipt that goes before others of this line. */
  readonly packSlip: string | undefined;
  readonly packLine: number | undefined;
  /** Still waiting for goods or invoices; a closed one can only be matched with what was received. */
  readonly isOpen: boolean;
}

export interface KnownOrders {
  /** Undefined when there is no such order line of this vendor, or matching is switched off. */
  lineOf(reference: OrderReference): OrderLine | undefined;
  /** The one order that all references point at, when Epicor has it. */
  readonly only: number | undefined;
}

/** Whether a row, of receipts or of the invoice, is the receipt that the sender names. */
export function isNamedReceipt(row: JsonObject, { packSlip, packLine }: OrderLine): boolean {
  if (packSlip === undefined || textIn(row, 'PackSlip') !== packSlip) return false;
  return packLine === undefined || integerIn(row, 'PackLine') === packLine;
}

/**
 * Looks up the purchase orders that an invoice points at. A reference that Epicor does not have for this vendor
 * is no error: it travels on as text.
 * @throws SystemError
 */
export async function findOrders(
  connection: EpicorConnection,
  { vendorNum, lines, isDebitMemo }: Invoice,
  context: OperationContext,
): Promise<KnownOrders> {
  const references = lines.flatMap(({ order }) => order ?? []);
  const numbers = new Set(references.flatMap(({ poNum }) => orderNumber(poNum) ?? []));
  const known = new Map<string, Pick<OrderLine, 'poNum' | 'poLine' | 'isOpen'>>();
  const orders = new Set<number>();
  if (context.options['purchaseOrders'] === 'text') return { lineOf: () => undefined, only: undefined };
  for (const number of numbers) {
    if (!(await isOrderOf(connection, number, vendorNum, context))) continue;
    orders.add(number);
    // Memos are not matched: what went back is not received.
    if (isDebitMemo) continue;
    const named = references.filter(({ poNum }) => orderNumber(poNum) === number);
    const last = Math.max(...named.map(({ poLine = 0 }) => poLine));
    for (const row of await orderLines(connection, number, last, context)) {
      const poLine = integerIn(row, 'POLine');
      if (poLine === undefined || flagIn(row, 'VoidLine') === true) continue;
      const isOpen = flagIn(row, 'OpenLine') !== false;
      known.set(`${number} ${poLine}`, { poNum: number, poLine, isOpen });
    }
  }
  const [only] = orders;
  return {
    only: orders.size === 1 ? only : undefined,
    lineOf: ({ poNum, poLine, poRelease, packSlip, packLine }) => {
      const line = known.get(`${orderNumber(poNum)} ${poLine}`);
      return line && { ...line, poRelease, packSlip, packLine };
    },
  };
}

/** Orders are numbered; anything around the number is the sender's own. */
function orderNumber(text: string): number | undefined {
  const digits = /^(?:PO[-#: ]*)?0*(\d{1,9})$/i.exec(text)?.[1];
  return digits === undefined || Number(digits) === 0 ? undefined : Number(digits);
}

async function isOrderOf(
  connection: EpicorConnection,
  number: number,
  vendorNum: number,
  { calls }: OperationContext,
): Promise<boolean> {
  const [row] = await findRows(connection, calls, {
    name: 'find-purchase-order',
    table: orderTable,
    conditions: [equals('PONum', number)],
    columns: ['VendorNum', 'VoidOrder'],
  });
  return integerIn(row, 'VendorNum') === vendorNum && flagIn(row, 'VoidOrder') !== true;
}

/** Lines of an order, up to the last one that matters: some orders have more than a server gives at once. */
async function orderLines(
  connection: EpicorConnection,
  number: number,
  last: number,
  { calls }: OperationContext,
): Promise<readonly JsonObject[]> {
  const lines: JsonObject[] = [];
  for (let seen = 0; seen < last; ) {
    const after: Condition = { column: 'POLine', operator: 'gt', value: { number: String(seen) } };
    const rows = await findRows(connection, calls, {
      name: 'find-purchase-order-lines',
      table: orderLineTable,
      conditions: [equals('PONUM', number), ...(seen > 0 ? [after] : [])],
      columns: ['OpenLine', 'VoidLine'],
    });
    const newest = Math.max(0, ...rows.map((row) => integerIn(row, 'POLine') ?? 0));
    if (newest <= seen) break;
    lines.push(...rows);
    seen = newest;
  }
  return lines;
}
