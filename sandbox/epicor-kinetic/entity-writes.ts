import { isObject, type Wire, type WireObject } from '../http/exact-json';
import { Dataset } from './dataset';
import { addInvoiceGroup } from './invoice-group';
import { saveInvoices } from './invoice-save';
import { INVOICE_TREE } from './invoice-tree';
import type { CallContext } from './method';
import { noSuchRoute, odataError } from './refusal';
import type { Table } from './schema';
import type { Row } from './table-rows';
import { addVendor, changeVendor } from './vendor-save';
import { decodeValue, encodeRow } from './wire-rows';

const PARTS: ReadonlySet<string> = new Set(INVOICE_TREE);
/** Sets below an invoice that lose the accounts of what is added. */
const LOSING: ReadonlySet<string> = new Set(['APInvDtl', 'APInvExp', 'APInvExpTGLC']);

/** A row of a request body; a column that the table does not have is refused. */
function bodyRow(sent: Wire | undefined, table: Table): Row {
  if (!isObject(sent)) throw odataError('The body must be a JSON object.');
  const row: Row = {};
  for (const [name, value] of Object.entries(sent)) {
    const column = table.columns.get(name);
    if (column === undefined)
      throw odataError(`The property '${name}' does not exist on type 'Erp.Tablesets.${table.name}Row'.`);
    row[name] = decodeValue(value, column, table.name);
  }
  return row;
}

function saveOne(call: CallContext, table: Table, row: Row, added: boolean): void {
  const ds = Dataset.empty(call.state);
  ds.replace(table.name, [row]);
  const loses = added && LOSING.has(table.name) && call.state.switches.perLineAccounts === 'blank';
  saveInvoices(call, ds, { decide: 'existence', blankAccounts: loses });
}

/** `POST <set>`: gives the row as it was stored. */
export function postEntity(call: CallContext, table: Table, sent: Wire | undefined): WireObject {
  const row = bodyRow(sent, table);
  const store = call.company.rows(table.name);
  const shown = (stored: Row) => encodeRow(stored, table.columns.values(), call.state.switches);
  if (table.name === 'APInvGrp') return shown(addInvoiceGroup(call, row));
  if (table.name === 'Vendor') return shown(addVendor(call, row));
  if (!PARTS.has(table.name)) throw noSuchRoute(`${table.set} does not answer POST.`);
  const before = new Set(store.all);
  // An id of its own makes the row a new one, so that a second one of its key is refused and not merged.
  const fresh: Row =
    store.find(...table.key.map((name) => row[name] ?? '')) === undefined ? row : { ...row, RowMod: 'A' };
  if (fresh['RowMod'] === 'A') addOnly(call, table, fresh);
  else saveOne(call, table, fresh, true);
  const made = store.all.find((candidate) => !before.has(candidate)) ?? row;
  return shown(made);
}

/** A row whose key is taken goes the way of every added row, and is refused there. */
function addOnly(call: CallContext, table: Table, row: Row): void {
  const ds = Dataset.empty(call.state);
  ds.replace(table.name, [row]);
  saveInvoices(call, ds, { decide: 'row-mod' });
}

/** `PATCH <set>(<key>)`. An unknown column is refused. */
export function patchEntity(call: CallContext, table: Table, stored: Row, sent: Wire | undefined): void {
  if (table.name === 'Vendor') {
    changeVendor(call, stored, bodyRow(sent, table));
    return;
  }
  if (!PARTS.has(table.name)) throw noSuchRoute(`${table.set} does not answer PATCH.`);
  const key: Row = {};
  for (const name of table.key) key[name] = stored[name] ?? '';
  saveOne(call, table, { ...bodyRow(sent, table), ...key }, false);
}

/** `DELETE <set>(<key>)`. */
export function deleteEntity(call: CallContext, table: Table, stored: Row): void {
  if (!PARTS.has(table.name)) throw noSuchRoute(`${table.set} does not answer DELETE.`);
  saveOne(call, table, { ...stored, RowMod: 'D' }, false);
}
