import type { CallContext } from './method';
import { businessError } from './refusal';
import { text } from './state';
import type { Row, Value } from './table-rows';

const refuse = (message: string, field: string) => businessError(message, 'APInvDtl', field);

/** The order of a supplier, refused unless it is approved and open. */
export function orderOf(call: CallContext, vendorNum: Value, number: Value): Row {
  const order = call.company.rows('POHeader').find(number);
  const usable = order !== undefined && order['VendorNum'] === vendorNum && order['VoidOrder'] !== true;
  if (!usable) throw refuse('PO number is not valid for this supplier.', 'PONum');
  if (text(order, 'ApprovalStatus') !== 'A') throw refuse('PO is not approved.', 'PONum');
  return order;
}

/** The line of an order, refused unless it is open. */
export function orderLineOf(call: CallContext, number: Value, line: Value): Row {
  const found = call.company.rows('PODetail').find(number, line);
  if (found === undefined || found['VoidLine'] === true) throw refuse('PO line is not valid.', 'POLine');
  if (found['OpenLine'] === false) throw refuse('PO line is closed.', 'POLine');
  return found;
}

/** The release of an order line; number 0: its first one. */
export function releaseOf(call: CallContext, number: Value, line: Value, release: Value): Row {
  const found =
    release === 0 || release === null
      ? call.company.rows('PORel').all.find((row) => row['PONum'] === number && row['POLine'] === line)
      : call.company.rows('PORel').find(number, line, release);
  if (found === undefined || found['VoidRelease'] === true)
    throw refuse('PO release is not valid.', 'PORelNum');
  return found;
}

/**
 * Checks what a line says of an order: all three numbers or none, of this supplier, open.
 * Gives the columns as stored.
 */
export function checkedOrderReference(call: CallContext, vendorNum: Value, sent: Row): Row {
  const [order, line, release] = [sent['PONum'] ?? 0, sent['POLine'] ?? 0, sent['PORelNum'] ?? 0];
  const type = text(sent, 'LineType');
  if (order === 0 && line === 0 && release === 0) {
    if (type === 'U' || type === 'R') throw refuse('PO number is required.', 'PONum');
    return {};
  }
  if (order === 0 || line === 0 || release === 0)
    throw refuse('PO number, line and release are needed together.', 'PORelNum');
  orderOf(call, vendorNum, order);
  orderLineOf(call, order, line);
  releaseOf(call, order, line, release);
  if (type === 'R') receiptLineOf(call, { ...sent, VendorNum: vendorNum });
  return { PONum: order, POLine: line, PORelNum: release };
}

/** The receipt line that a line of type R settles. */
export function receiptLineOf(call: CallContext, row: Row): Row {
  const found = call.company
    .rows('RcvDtl')
    .find(row['VendorNum'] ?? 0, text(row, 'PurPoint'), text(row, 'PackSlip'), row['PackLine'] ?? 0);
  if (found === undefined) throw refuse('Receipt is not valid.', 'PackSlip');
  if (found['Invoiced'] === true && text(found, 'InvoiceNum') !== text(row, 'InvoiceNum'))
    throw refuse('Receipt is already invoiced.', 'PackSlip');
  return found;
}

/** The account of an order release, where it has one. */
export function releaseAccount(call: CallContext, line: Row): Row | undefined {
  const release = call.company
    .rows('PORel')
    .find(line['PONum'] ?? 0, line['POLine'] ?? 0, line['PORelNum'] ?? 0);
  return release === undefined ? undefined : call.company.rows('PORelTGLC').childrenOf(release)[0];
}
