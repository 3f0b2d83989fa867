import { compared, isZero, scaleOf, times } from '../money';
import { addDefaultDistribution, changeDistribution } from './invoice-distributions';
import { inBase, nextNumber, turned } from './invoice-tree';
import type { CallContext } from './method';
import { duplicate } from './payment-group';
import { checkedOrderReference, receiptLineOf } from './purchase-matching';
import { businessError } from './refusal';
import { amount, text } from './state';
import type { Row, Value } from './table-rows';

/** Columns of a line that are typed in. */
export const ENTERED_ON_LINE: ReadonlySet<string> = new Set([
  'Code1099ID',
  'CommodityCode',
  'CostPerCode',
  'Description',
  'DocUnitCost',
  'FinalInvoice',
  'IUM',
  'LineComment',
  'POLine',
  'PONum',
  'PORelNum',
  'PUM',
  'PackLine',
  'PackSlip',
  'PartNum',
  'PurPoint',
  'TaxCatID',
  'TaxExempt',
  'TaxRegionCode',
  'VenPartNum',
]);
const TYPES = new Set(['M', 'U', 'R', 'A', 'J', 'S']);
const PER: Readonly<Record<string, string>> = { E: '1', C: '0.01', M: '0.001' };

/** How a line gets its first distribution. */
export type FirstDistribution = 'default' | 'blank' | 'none';

/** Adds a line; without a number it gets the next one. */
export function addLine(call: CallContext, head: Row, sent: Row, first: FirstDistribution): Row {
  const siblings = call.company.rows('APInvDtl').childrenOf(head);
  const given = Number(sent['InvoiceLine'] ?? 0);
  if (siblings.some((row) => row['InvoiceLine'] === given)) throw duplicate('APInvDtl');
  const type = text(sent, 'LineType') || 'M';
  if (!TYPES.has(type)) throw businessError('Line type is not valid.', 'APInvDtl', 'LineType');
  const columns: Row = {};
  for (const name of Object.keys(sent)) {
    if (ENTERED_ON_LINE.has(name) || name.endsWith('_c')) columns[name] = sent[name] ?? null;
  }
  const row: Row = {
    PUM: 'EA',
    IUM: 'EA',
    CostPerCode: 'E',
    ...columns,
    ...checkedOrderReference(call, head['VendorNum'] ?? 0, { ...sent, LineType: type }),
    Company: call.company.code,
    VendorNum: head['VendorNum'] ?? 0,
    InvoiceNum: text(head, 'InvoiceNum'),
    InvoiceLine: given === 0 ? nextNumber(siblings, 'InvoiceLine') : given,
    LineType: type,
    SysRowID: text(sent, 'SysRowID'),
    RowMod: '',
  };
  Object.assign(row, costOf(call, head, sent, undefined));
  call.state.insert(call.company, 'APInvDtl', row, call.user);
  if (type === 'R') settleReceipt(call, head, row);
  if (first !== 'none') addDefaultDistribution(call, head, row, first === 'blank');
  return row;
}

/** Changes a line that is stored. */
export function changeLine(call: CallContext, head: Row, stored: Row, sent: Row, changes: Row): void {
  const next = { ...stored, ...changes };
  const reference = checkedOrderReference(call, head['VendorNum'] ?? 0, next);
  const columns = { ...changes, ...reference, ...costOf(call, head, sent, stored) };
  const before = amount(stored, 'DocExtCost');
  call.state.change(call.company, 'APInvDtl', stored, columns, call.user);
  followCost(call, head, stored, before);
}

/** One distribution of the whole line keeps to its cost. */
function followCost(call: CallContext, head: Row, line: Row, before: string): void {
  const [only, ...others] = call.company.rows('APInvExp').childrenOf(line);
  if (only === undefined || others.length > 0 || compared(amount(only, 'DocExpAmt'), before) !== 0) return;
  changeDistribution(call, head, only, { DocExpAmt: amount(line, 'DocExtCost') });
}

function settleReceipt(call: CallContext, head: Row, line: Row): void {
  const receipt = receiptLineOf(call, line);
  const settled = { Invoiced: true, InvoiceNum: text(head, 'InvoiceNum') };
  call.state.change(call.company, 'RcvDtl', receipt, settled, call.user);
}

/** Quantity, unit cost and extended cost: of what was typed in, the rest is calculated. */
function costOf(call: CallContext, head: Row, sent: Row, stored: Row | undefined): Row {
  const scale = scaleOf(text(head, 'CurrencyCode'));
  const typed = (name: string) =>
    sent[name] !== undefined && compared(amount(sent, name), amount(stored ?? {}, name)) !== 0;
  const before = stored === undefined ? turned(head, '1', 5) : amount(stored, 'VendorQty');
  const quantity = typed('ScrVendorQty')
    ? turned(head, amount(sent, 'ScrVendorQty'), 5)
    : typed('VendorQty')
      ? amount(sent, 'VendorQty')
      : before;
  const unit =
    sent['DocUnitCost'] === undefined ? amount(stored ?? {}, 'DocUnitCost') : amount(sent, 'DocUnitCost');
  if (compared(unit, '0') < 0 && call.state.switches.negativeUnitCost === 'refuse')
    throw businessError('Unit cost cannot be negative.', 'APInvDtl', 'DocUnitCost');
  const per = PER[text(sent, 'CostPerCode') || text(stored ?? {}, 'CostPerCode') || 'E'] ?? '1';
  const calculated = times(times(quantity, unit, 10), per, scale);
  const untouched =
    stored !== undefined &&
    compared(quantity, amount(stored, 'VendorQty')) === 0 &&
    compared(unit, amount(stored, 'DocUnitCost')) === 0;
  const entered = typed('ScrDocExtCost') && call.state.switches.extendedCost === 'entered';
  const extended = entered
    ? turned(head, amount(sent, 'ScrDocExtCost'), scale)
    : untouched && !typed('ScrDocExtCost')
      ? amount(stored, 'DocExtCost')
      : calculated;
  // A cost typed in without a unit cost is the cost of the whole quantity.
  const each = isZero(unit) && entered && compared(quantity, '1') === 0 ? extended : unit;
  return {
    VendorQty: quantity,
    ScrVendorQty: turned(head, quantity, 5),
    OurQty: quantity,
    DocUnitCost: each,
    UnitCost: times(each, amount(head, 'ExchangeRate'), 5),
    DocExtCost: extended,
    ExtCost: inBase(head, extended),
    ScrDocExtCost: turned(head, extended, scale),
  } satisfies Record<string, Value>;
}
