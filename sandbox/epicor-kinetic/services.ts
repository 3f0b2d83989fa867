import { ATTACHMENT_METHODS } from './attachments';
import { INVOICE_CANCELLATION } from './invoice-cancellation';
import { INVOICE_CHANGES } from './invoice-changes';
import { INVOICE_GROUP_METHODS } from './invoice-group';
import { INVOICE_NEW_ROWS } from './invoice-new-rows';
import { INVOICE_POSTING } from './invoice-posting';
import { INVOICE_RECEIPTS } from './invoice-receipts';
import { INVOICE_UPDATES } from './invoice-update';
import { JOURNAL_ENTRY_METHODS } from './journal-entry';
import { JOURNAL_GROUP_METHODS } from './journal-group';
import { MASTER_METHODS } from './master-methods';
import type { Method } from './method';
import { getByColumn, getByKey, getList, getRows } from './method-reads';
import { PAYMENT_VIEWS } from './payment-columns';
import { ENTRY_METHODS, SEARCH_METHODS } from './payment-entry';
import { GROUP_METHODS } from './payment-group';
import { POSTING_METHODS } from './payment-posting';
import { isVoidable, VOID_METHODS } from './payment-void';
import { type Table, tableOf } from './schema';
import type { EpicorState } from './state';
import type { Row } from './table-rows';
import { VENDOR_UPDATES } from './vendor-save';

export interface EntitySet {
  readonly table: Table;
  /** Rows that this set shows; absent: all. */
  readonly within?: (row: Row) => boolean;
}

export interface Service {
  readonly sets: Map<string, EntitySet>;
  readonly methods: Readonly<Record<string, Method>>;
}

const words = (list: string) => list.split(/\s+/);

const INVOICE_DATASET = words(
  `APInvHed APInvHedAttch APIHAPInvExp APIHAPInvExpTGLC APIHAPInvMsc RcvMisc APIHAPLnTax APInvDtl APInvDtlAttch
  APInvDtlDEASch APInvExp APInvExpTGLC GlbAPIETGLC APInvJob APInvMsc APInvLnMscTax APInvPB APLnTax APInvDtlTGLC
  APInvHedMscTax APInvSched APInvTax PESUNATDtl EntityGLC PEAPInvTax AdditionalForms_ParametersView LegalNumGenOpts
  SupplierXRef TaxConnectStatus`,
);
const VENDOR_DATASET = words(
  `Vendor VendorAttch EntityGLC TaxExempt Partner PEVendWhldHist VendRestriction VendBank VendBankAttch VendCntMain
  VenMFBill VendorPP VenPPMFBill VenPPUPSEmail VendPPRestriction VendCnt VendCntAttch VenUPSEmail VendRemitTo`,
);
const INVOICE_LIST = words(
  `Company OpenPayable VendorNum InvoiceNum DebitMemo InvoiceDate TaxAmt DueDate GroupID Posted InvoiceRef InvoiceAmt
  DocInvoiceAmt InvoiceHeld PayHold Description CurrencyCode LegalNumber ApplyDate InvoiceType VendorNumName
  VendorNumVendorID SysRowID`,
);
const VENDOR_LIST = words(
  `Inactive Company VendorID Name VendorNum Address1 Address2 Address3 City State ZIP Country TaxPayerID GroupCode
  PhoneNum PayHold CurrencyCode SysRowID`,
);

const METHODS: Readonly<Record<string, Readonly<Record<string, Method>>>> = {
  'Erp.BO.VendorSvc': {
    GetByID: getByKey('Vendor', (call) => [call.whole('vendorNum')]),
    GetByVendID: getByColumn('Vendor', 'VendorID', 'vendorID'),
    GetRows: getRows('Vendor', VENDOR_DATASET),
    GetList: getList('Vendor', VENDOR_LIST),
    ...VENDOR_UPDATES,
  },
  ...MASTER_METHODS,
  'Erp.BO.APInvoiceSvc': {
    GetByID: getByKey('APInvHed', (call) => [call.whole('vendorNum'), call.text('invoiceNum')]),
    GetRows: getRows('APInvHed', INVOICE_DATASET),
    GetList: getList('APInvHed', INVOICE_LIST),
    ...INVOICE_NEW_ROWS,
    ...INVOICE_CHANGES,
    ...INVOICE_RECEIPTS,
    ...INVOICE_UPDATES,
    ...INVOICE_CANCELLATION,
  },
  'Erp.BO.APInvGrpSvc': INVOICE_GROUP_METHODS,
  'Erp.PROC.APInvoicePostSvc': INVOICE_POSTING,
  'Erp.BO.GLJrnGrpSvc': JOURNAL_GROUP_METHODS,
  'Erp.BO.GLJournalEntrySvc': JOURNAL_ENTRY_METHODS,
  'Erp.BO.GLJrnDtlSvc': { GetRows: getRows('GLJrnDtl', ['GLJrnDtl']) },
  'Ice.BO.AttachmentSvc': ATTACHMENT_METHODS,
  'Erp.BO.APChkGrpSvc': GROUP_METHODS,
  'Erp.BO.PaymentEntrySvc': ENTRY_METHODS,
  'Erp.BO.APTranSearchSvc': SEARCH_METHODS,
  'Erp.BO.VoidPaymentSvc': VOID_METHODS,
  'Erp.PROC.APPaymentPostSvc': POSTING_METHODS,
};

/** The services by their exact name: entity sets and methods. */
export function buildServices(state: EpicorState): ReadonlyMap<string, Service> {
  const services = new Map<string, Service>();
  const service = (name: string): Service => {
    const known = services.get(name) ?? { sets: new Map(), methods: METHODS[name] ?? {} };
    services.set(name, known);
    return known;
  };
  for (const name of Object.keys(METHODS)) service(name);
  for (const table of state.schema.values()) service(table.service).sets.set(table.set, { table });
  for (const [name, set, table] of PAYMENT_VIEWS) {
    const view = tableOf(state.schema, table);
    service(name).sets.set(set, table === 'CheckHed' ? { table: view, within: isVoidable } : { table: view });
  }
  const unposted = (row: Row) => state.switches.paymentEntriesShowPosted || row['Posted'] !== true;
  const entries = service('Erp.BO.PaymentEntrySvc').sets;
  for (const [set, shown] of entries) entries.set(set, { ...shown, within: unposted });
  return services;
}
