import { compared, isZero, scaleOf, sum, times } from '../money';
import { inBase, nextNumber, partsOf, turned } from './invoice-tree';
import type { CallContext } from './method';
import { duplicate } from './payment-group';
import { businessError } from './refusal';
import { amount, text } from './state';
import type { Row } from './table-rows';

type ChargeTable = 'APInvMsc' | 'APIHAPInvMsc';

function entered(head: Row, sent: Row, stored: Row, screen: string, document: string): string {
  const scale = scaleOf(text(head, 'CurrencyCode'));
  const typed = (name: string) =>
    sent[name] !== undefined && compared(amount(sent, name), amount(stored, name)) !== 0;
  if (typed(screen)) return turned(head, amount(sent, screen), scale);
  return typed(document) ? amount(sent, document) : amount(stored, document);
}

function chargeColumns(head: Row, sent: Row, stored: Row): Row {
  const value = entered(head, sent, stored, 'ScrDocMiscAmt', 'DocMiscAmt');
  return {
    DocMiscAmt: value,
    MiscAmt: inBase(head, value),
    ScrDocMiscAmt: turned(head, value, scaleOf(text(head, 'CurrencyCode'))),
    Description: text({ ...stored, ...sent }, 'Description'),
  };
}

/** Adds a miscellaneous charge of the head, or of a line. */
export function addCharge(call: CallContext, head: Row, parent: Row, table: ChargeTable, sent: Row): Row {
  const code = text(sent, 'MiscCode');
  if (code === '') throw businessError('Miscellaneous charge code is required.', table, 'MiscCode');
  const siblings = call.company.rows(table).childrenOf(parent);
  const given = Number(sent['MscNum'] ?? 0);
  if (siblings.some((row) => row['MscNum'] === given)) throw duplicate(table);
  const row: Row = {
    Company: call.company.code,
    VendorNum: head['VendorNum'] ?? 0,
    InvoiceNum: text(head, 'InvoiceNum'),
    ...(table === 'APInvMsc' ? { InvoiceLine: parent['InvoiceLine'] ?? 0 } : {}),
    MscNum: given === 0 ? nextNumber(siblings, 'MscNum') : given,
    MiscCode: code,
    SysRowID: text(sent, 'SysRowID'),
    ...chargeColumns(head, sent, {}),
    RowMod: '',
  };
  return call.state.insert(call.company, table, row, call.user);
}

export function changeCharge(call: CallContext, head: Row, table: ChargeTable, stored: Row, sent: Row): void {
  call.state.change(call.company, table, stored, chargeColumns(head, sent, stored), call.user);
}

function taxColumns(head: Row, sent: Row, stored: Row): Row {
  const value = entered(head, sent, stored, 'ScrDocTaxAmt', 'DocTaxAmt');
  const taxable = amount({ ...stored, ...sent }, 'DocTaxableAmt');
  return {
    DocTaxAmt: value,
    TaxAmt: inBase(head, value),
    ScrDocTaxAmt: turned(head, value, scaleOf(text(head, 'CurrencyCode'))),
    DocTaxableAmt: taxable,
    TaxableAmt: inBase(head, taxable),
    Percent: amount({ ...stored, ...sent }, 'Percent'),
    Manual: true,
  };
}

/** Adds a tax whose amount was typed in. */
export function addTax(call: CallContext, head: Row, sent: Row): Row {
  const code = text(sent, 'TaxCode');
  const tax = call.company.rows('SalesTax').find(code);
  if (tax === undefined || tax['Inactive'] === true)
    throw businessError('Tax code is not valid.', 'APInvTax', 'TaxCode');
  const rate = text(sent, 'RateCode') || text(rateRow(call, code) ?? {}, 'RateCode');
  const key = {
    VendorNum: head['VendorNum'] ?? 0,
    InvoiceNum: text(head, 'InvoiceNum'),
    TaxCode: code,
    RateCode: rate,
  };
  const siblings = call.company.rows('APInvTax').childrenOf(head);
  if (siblings.some((row) => text(row, 'TaxCode') === code && text(row, 'RateCode') === rate))
    throw duplicate('APInvTax');
  const row: Row = {
    ...key,
    Company: call.company.code,
    Description: text(tax, 'Description'),
    SysRowID: text(sent, 'SysRowID'),
    ...taxColumns(head, sent, {}),
    RowMod: '',
  };
  return call.state.insert(call.company, 'APInvTax', row, call.user);
}

export function changeTax(call: CallContext, head: Row, stored: Row, sent: Row): void {
  call.state.change(call.company, 'APInvTax', stored, taxColumns(head, sent, stored), call.user);
}

function rateRow(call: CallContext, code: string): Row | undefined {
  const tax = call.company.rows('SalesTax').find(code);
  const rates = tax === undefined ? [] : call.company.rows('SalesTRC').childrenOf(tax);
  return rates.find((row) => row['DefaultRate'] === true) ?? rates[0];
}

/** Calculates the taxes of the head's region anew, where the site does so. Taxes typed in stay. */
export function calculateTaxes(call: CallContext, head: Row): void {
  if (!call.state.switches.automaticTax) return;
  const store = call.company.rows('APInvTax');
  for (const row of [...store.childrenOf(head)]) {
    if (row['Manual'] !== true) call.state.remove(call.company, 'APInvTax', row);
  }
  const region = call.company.rows('TaxRgn').find(text(head, 'TaxRegionCode'));
  if (region === undefined) return;
  const scale = scaleOf(text(head, 'CurrencyCode'));
  const costs = partsOf(call, head, 'APInvDtl')
    .filter((line) => text(line, 'TaxExempt') === '')
    .map((line) => amount(line, 'DocExtCost'));
  const taxable = sum(costs, scale);
  for (const { TaxCode: code } of call.company.rows('TaxRgnSalesTax').childrenOf(region)) {
    const rate = rateRow(call, String(code));
    const byHand = store.childrenOf(head).some((row) => row['TaxCode'] === code);
    if (rate === undefined || byHand || isZero(taxable)) continue;
    const factor = times(amount(rate, 'TaxPercent'), '0.01', 8);
    const value =
      call.state.switches.taxRounding === 'line'
        ? sum(
            costs.map((cost) => times(cost, factor, scale)),
            scale,
          )
        : times(taxable, factor, scale);
    const row: Row = {
      Company: call.company.code,
      VendorNum: head['VendorNum'] ?? 0,
      InvoiceNum: text(head, 'InvoiceNum'),
      TaxCode: code ?? '',
      RateCode: text(rate, 'RateCode'),
      Description: text(call.company.rows('SalesTax').find(String(code)) ?? {}, 'Description'),
      Percent: amount(rate, 'TaxPercent'),
      DocTaxableAmt: taxable,
      TaxableAmt: inBase(head, taxable),
      DocTaxAmt: value,
      TaxAmt: inBase(head, value),
      ScrDocTaxAmt: turned(head, value, scale),
      Manual: false,
      RowMod: '',
    };
    call.state.insert(call.company, 'APInvTax', row, call.user);
  }
}
