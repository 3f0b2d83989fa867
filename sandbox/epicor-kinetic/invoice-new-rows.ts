import type { Dataset } from './dataset';
import { needFreeGroup } from './invoice-group';
import { openInvoice, screenSign, storedInvoice } from './invoice-tree';
import { defaultAccount } from './ledger-accounts';
import { type Method, type MethodCall, type MethodReply, writes } from './method';
import { noSuchRecord } from './refusal';
import { text } from './state';
import type { Row } from './table-rows';

function reply(ds: Dataset): MethodReply {
  return { parameters: { ds: ds.toWire() } };
}

function newHead(debitMemo: boolean): Method {
  return writes((call) => {
    const group = needFreeGroup(call, call.text('cGroupID'));
    const ds = call.dataset();
    ds.rows('APInvHed').push({
      Company: call.company.code,
      GroupID: text(group, 'GroupID'),
      InvoiceType: 'S',
      DebitMemo: debitMemo,
      InvoiceDate: group['ApplyDate'] ?? null,
      ApplyDate: group['ApplyDate'] ?? null,
      CurrencyCode: call.company.baseCurrency,
      ExchangeRate: '1',
      RateGrpCode: 'MAIN',
      EntryPerson: call.user,
      RowMod: 'A',
    });
    return reply(ds);
  });
}

/** The head that a new row belongs to: stored and open, or being entered in the same dataset. */
function headFor(call: MethodCall, ds: Dataset, vendorNum: number, invoiceNum: string): Row {
  const key: Row = { VendorNum: vendorNum, InvoiceNum: invoiceNum };
  if (storedInvoice(call, key) !== undefined) return openInvoice(call, key, 'APInvHed');
  const entered = ds
    .rows('APInvHed')
    .find((row) => row['VendorNum'] === vendorNum && text(row, 'InvoiceNum') === invoiceNum);
  if (entered === undefined) throw noSuchRecord();
  return entered;
}

/** A method that puts a new row below an invoice into the dataset. */
function newPart(
  table: string,
  vendor: string,
  invoice: string,
  columns: (call: MethodCall, head: Row) => Row,
): Method {
  return writes((call) => {
    const ds = call.dataset();
    const head = headFor(call, ds, call.whole(vendor), call.text(invoice));
    const key = { VendorNum: head['VendorNum'] ?? 0, InvoiceNum: text(head, 'InvoiceNum') };
    ds.rows(table).push({ Company: call.company.code, ...key, ...columns(call, head), RowMod: 'A' });
    return reply(ds);
  });
}

function newLine(type: string): Method {
  return newPart('APInvDtl', 'iVendorNum', 'cInvoiceNum', (_call, head) => ({
    InvoiceLine: 0,
    LineType: type,
    ScrVendorQty: '1',
    VendorQty: screenSign(head),
    PUM: 'EA',
    IUM: 'EA',
    CostPerCode: 'E',
    DocUnitCost: '0',
    ScrDocExtCost: '0',
  }));
}

const underLine = (call: MethodCall): Row => ({ InvoiceLine: call.whole('invoiceLine') });

/** Methods that give a new row with its defaults; nothing of it is saved. */
export const INVOICE_NEW_ROWS: Readonly<Record<string, Method>> = {
  GetNewAPInvHedInvoice: newHead(false),
  GetNewAPInvHedDebitMemo: newHead(true),
  GetNewAPInvDtlMiscellaneous: newLine('M'),
  GetNewAPInvDtlUnreceived: newLine('U'),
  GetNewAPInvExp: newPart('APInvExp', 'vendorNum', 'invoiceNum', underLine),
  GetNewAPInvExpTGLC: newPart('APInvExpTGLC', 'vendorNum', 'invoiceNum', (call) => {
    const account = defaultAccount(call);
    return {
      ...underLine(call),
      InvExpSeq: call.whole('invExpSeq'),
      BookID: text(account, 'BookID'),
      COACode: text(account, 'COACode'),
      RecordType: 'A',
    };
  }),
  GetNewAPInvMsc: newPart('APInvMsc', 'vendorNum', 'invoiceNum', underLine),
  GetNewAPIHAPInvMsc: newPart('APIHAPInvMsc', 'vendorNum', 'invoiceNum', () => ({ MscNum: 0 })),
  GetNewAPInvTax: newPart('APInvTax', 'vendorNum', 'invoiceNum', (call) => ({
    TaxCode: call.text('taxCode'),
    RateCode: call.text('rateCode'),
    Manual: true,
  })),
  GetNewAPInvHedAttch: writes((call) => {
    const key: Row = { VendorNum: call.whole('vendorNum'), InvoiceNum: call.text('invoiceNum') };
    const head = storedInvoice(call, key);
    if (head === undefined) throw noSuchRecord();
    const ds = call.dataset();
    const columns = { DrawingSeq: 0, ForeignSysRowID: text(head, 'SysRowID') };
    ds.rows('APInvHedAttch').push({ Company: call.company.code, ...key, ...columns, RowMod: 'A' });
    return reply(ds);
  }),
};
