import type { OperationContext } from '../../../runtime/connector/system';
import { absolute } from '../../../runtime/mapping/decimals';
import type { EpicorConnection } from '../connection';
import { type Dataset, withColumns, withNewColumns } from '../dataset';
import { numberToken } from '../tokens';
import { type InvoiceCalls, invoiceCalls } from './ap-invoice-calls';
import type { InvoiceGaps } from './ap-invoice-check';
import type { Correction } from './ap-invoice-coding';
import type { InvoicePlan, PlannedLine } from './ap-invoice-plan';
import { matchLine } from './ap-invoice-receipts';
import {
  accountKey,
  costColumns,
  expenseColumns,
  lineColumns,
  ofOrder,
  type Signs,
  tables,
} from './ap-invoice-rows';
import { accountColumns } from './gl-accounts';

/**
 * Does the next thing that an invoice in Epicor lacks: enters the missing lines, or else corrects what is there.
 * What came of it shows when the invoice is read again.
 * @param dataset the invoice as it was just read
 * @throws SystemError
 */
export async function repair(
  connection: EpicorConnection,
  plan: InvoicePlan,
  gaps: InvoiceGaps,
  dataset: Dataset,
  signs: Signs,
  context: OperationContext,
): Promise<void> {
  const calls = invoiceCalls(connection, context);
  const [first] = gaps.missingLines;
  if (first?.match) return matchLine(connection, plan, first, dataset, signs, context);
  if (first) return enterLines(calls, plan, gaps.missingLines, dataset, signs);
  if (gaps.orderAmounts.length > 0) return correctOrderLine(calls, gaps, dataset, signs);
  let ds = gaps.corrections.reduce(corrected, dataset);
  const { invoice } = plan;
  const key = { vendorNum: invoice.vendorNum, invoiceNum: invoice.invoiceNum };
  for (const { line, coding } of gaps.missingExpenses) {
    ds = await calls.step('GetNewAPInvExp', { ...key, invoiceLine: line }, ds);
    ds = withNewColumns(ds, tables.expense, { ...expenseColumns(connection, coding, signs), RowMod: 'A' });
  }
  for (const { line, sequence, account } of gaps.missingAccounts) {
    const parameters = { ...key, invoiceLine: line, invExpSeq: sequence };
    ds = await calls.step('GetNewAPInvExpTGLC', parameters, ds);
    const columns = {
      ...accountKey(connection, invoice, line, sequence),
      ...accountColumns(account),
      RowMod: 'A',
    };
    ds = withNewColumns(ds, tables.account, columns);
  }
  await calls.save(ds);
}

/** Lines that are matched with nothing, one save each: Epicor numbers them, and codes them by default. */
async function enterLines(
  calls: InvoiceCalls,
  { invoice }: InvoicePlan,
  lines: readonly PlannedLine[],
  dataset: Dataset,
  signs: Signs,
): Promise<void> {
  const key = { iVendorNum: invoice.vendorNum, cInvoiceNum: invoice.invoiceNum };
  let ds = dataset;
  for (const line of lines) {
    if (line.match) return;
    ds = await calls.step('GetNewAPInvDtlMiscellaneous', key, ds);
    ds = await calls.save(withNewColumns(ds, tables.line, { ...lineColumns(line, signs), RowMod: 'A' }));
  }
}

/** Quantity and cost of a matched line are changed by the methods of the screen, one line at a time. */
async function correctOrderLine(
  calls: InvoiceCalls,
  { orderAmounts }: InvoiceGaps,
  dataset: Dataset,
  signs: Signs,
): Promise<void> {
  for (const { line, row } of orderAmounts.slice(0, 1)) {
    const columns = costColumns(ofOrder(line, row), signs);
    let ds = withColumns(dataset, tables.line, { RowMod: 'U' }, (each) => each === row);
    const quantity = { ProposedVendorQty: columns['ScrVendorQty'] ?? numberToken('1') };
    ds = await calls.step('ChangeVendorQty', quantity, ds);
    const cost = { ProposedUnitCost: columns['DocUnitCost'] ?? numberToken(absolute(line.amount)) };
    ds = await calls.step('ChangeUnitCost', cost, ds);
    await calls.save(withColumns(ds, tables.line, columns, (each) => each['RowMod'] === 'U'));
  }
}

function corrected(dataset: Dataset, { table, row, columns }: Correction): Dataset {
  const change = columns === 'delete' ? { RowMod: 'D' } : { ...columns, RowMod: 'U' };
  return withColumns(dataset, table, change, (each) => each === row);
}
