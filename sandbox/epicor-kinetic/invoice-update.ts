import { isObject, type Wire } from '../http/exact-json';
import { compared } from '../money';
import type { Dataset } from './dataset';
import { type CallContext, type Method, type MethodReply, writes } from './method';
import { needFresh } from './payment-group';
import { businessError, EpicorRefusal, noSuchRecord } from './refusal';
import { type Column, type Table, tableOf } from './schema';
import { columnValue, type Row, type Value } from './table-rows';
import { decodeValue } from './wire-rows';

const OWN_COLUMNS = new Set(['Company', 'SysRevID', 'SysRowID', 'RowMod', 'UpdatedOn', 'UD_SysRevID']);

/** Whether a value that travelled out and back still says the same: `100` is `100.00`, and a date has no time. */
function isSame(column: Column, before: Value, after: Value): boolean {
  if (column.type === 'dec') return compared(String(before), String(after)) === 0;
  const plain = (value: Value) =>
    typeof value === 'string' && column.type === 'date' ? value.slice(0, 10) : value;
  return plain(before) === plain(after);
}

function differing(stored: Row, sent: Row, table: Table): Row {
  const changes: Row = {};
  for (const [name, value] of Object.entries(sent)) {
    const column = table.columns.get(name);
    if (column === undefined || column.linked || OWN_COLUMNS.has(name)) continue;
    if (!isSame(column, columnValue(stored, column), value)) changes[name] = value;
  }
  return changes;
}

/** Only custom columns of a posted invoice may change. */
function needChangeable(invoice: Row, changes: Row): void {
  const own = Object.keys(changes).filter((name) => !name.endsWith('_c'));
  if (own.length === 0) return;
  if (invoice['Posted'] === true) {
    throw businessError('Invoice is posted and cannot be changed.', 'APInvHed', own[0]);
  }
  throw businessError('This column cannot be changed here.', 'APInvHed', own[0]);
}

function updateHead(call: CallContext, sent: Row): Row {
  const invoice = call.company.rows('APInvHed').find(sent['VendorNum'] ?? 0, sent['InvoiceNum'] ?? '');
  if (invoice === undefined) throw noSuchRecord();
  if (sent['SysRevID'] !== undefined && sent['SysRevID'] !== 0) needFresh(call, sent, invoice, 'APInvHed');
  const changes = differing(invoice, sent, tableOf(call.state.schema, 'APInvHed'));
  needChangeable(invoice, changes);
  if (Object.keys(changes).length > 0)
    call.state.change(call.company, 'APInvHed', invoice, changes, call.user);
  return { ...invoice, RowMod: '' };
}

function updateMarked(call: CallContext, ds: Dataset): void {
  ds.replace(
    'APInvHed',
    ds.rows('APInvHed').map((sent) => {
      if (sent['RowMod'] === 'A' || sent['RowMod'] === 'D') {
        throw businessError('Invoices are entered on their own screen here.', 'APInvHed');
      }
      return sent['RowMod'] === 'U' ? updateHead(call, sent) : sent;
    }),
  );
}

/** `PATCH APInvoices(<key>)`. An unknown column is refused; the answer has no body. */
export function patchInvoice(call: CallContext, key: Row, sent: Wire | undefined): void {
  if (!isObject(sent))
    throw new EpicorRefusal(400, 'Microsoft.OData.ODataException', 'The body must be a JSON object.');
  const table = tableOf(call.state.schema, 'APInvHed');
  const row: Row = { ...key };
  for (const [name, value] of Object.entries(sent)) {
    const column = table.columns.get(name);
    if (column === undefined) {
      throw new EpicorRefusal(
        400,
        'Microsoft.OData.ODataException',
        `The property '${name}' does not exist on type 'Erp.Tablesets.APInvHedRow'.`,
      );
    }
    row[name] = decodeValue(value, column, table.name);
  }
  updateHead(call, row);
}

/** Methods that change invoices. Only custom columns can be changed so far. */
export const INVOICE_UPDATES: Readonly<Record<string, Method>> = {
  Update: writes((call): MethodReply => {
    const ds = call.dataset();
    updateMarked(call, ds);
    return { parameters: { ds: ds.toWire() } };
  }),
  UpdateExt: writes((call): MethodReply => {
    call.flag('continueProcessingOnError');
    call.flag('rollbackParentOnChildError');
    const ds = call.dataset();
    for (const row of ds.rows('APInvHed')) {
      row['RowMod'] = 'U';
      // This method fetches the row itself, so the version sent does not matter.
      delete row['SysRevID'];
    }
    try {
      updateMarked(call, ds);
      return { returnObj: { BOUpdError: [] }, parameters: { ds: ds.toWire(), errorsOccurred: false } };
    } catch (error) {
      if (!(error instanceof EpicorRefusal)) throw error;
      const refused = {
        TableName: 'APInvHed',
        ErrorLevel: 'Error',
        ErrorType: error.errorType,
        ErrorText: error.message,
      };
      return { returnObj: { BOUpdError: [refused] }, parameters: { ds: {}, errorsOccurred: true } };
    }
  }),
};
