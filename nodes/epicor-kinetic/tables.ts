/** Where the rows of a business object are read. */
export interface Table {
  readonly service: string;
  /** Entity set: irregular plurals, taken literally. */
  readonly set: string;
  /** Table in datasets, where clauses and BAQ columns. */
  readonly table: string;
  /** Columns that make a row unique in its company, in order. */
  readonly key: readonly string[];
  /** Columns whose property in the entity set has another name than the column in the database. */
  readonly renamed?: Readonly<Record<string, string>>;
  /** All tables of the dataset: `GetRows` wants a where clause for each. */
  readonly tables: readonly string[];
}

export const vendorTable: Table = {
  service: 'Erp.BO.VendorSvc',
  set: 'Vendors',
  table: 'Vendor',
  key: ['VendorNum'],
  tables: [
    'Vendor',
    'VendorAttch',
    'EntityGLC',
    'TaxExempt',
    'Partner',
    'PEVendWhldHist',
    'VendRestriction',
    'VendBank',
    'VendBankAttch',
    'VendCntMain',
    'VenMFBill',
    'VendorPP',
    'VenPPMFBill',
    'VenPPUPSEmail',
    'VendPPRestriction',
    'VendCnt',
    'VendCntAttch',
    'VenUPSEmail',
    'VendRemitTo',
  ],
};

export const invoiceTable: Table = {
  service: 'Erp.BO.APInvoiceSvc',
  set: 'APInvoices',
  table: 'APInvHed',
  key: ['VendorNum', 'InvoiceNum'],
  tables: [
    'APInvHed',
    'APInvHedAttch',
    'APIHAPInvExp',
    'APIHAPInvExpTGLC',
    'APIHAPInvMsc',
    'RcvMisc',
    'APIHAPLnTax',
    'APInvDtl',
    'APInvDtlAttch',
    'APInvDtlDEASch',
    'APInvExp',
    'APInvExpTGLC',
    'GlbAPIETGLC',
    'APInvJob',
    'APInvMsc',
    'APInvLnMscTax',
    'APInvPB',
    'APLnTax',
    'APInvDtlTGLC',
    'APInvHedMscTax',
    'APInvSched',
    'APInvTax',
    'PESUNATDtl',
    'EntityGLC',
    'PEAPInvTax',
    'AdditionalForms_ParametersView',
    'LegalNumGenOpts',
    'SupplierXRef',
    'TaxConnectStatus',
  ],
};

export const paymentTable: Table = {
  service: 'Erp.BO.PaymentEntrySvc',
  set: 'PaymentEntries',
  table: 'CheckHed',
  key: ['HeadNum'],
  tables: [
    'CheckHed',
    'CheckHedAttch',
    'APTran',
    'APTranTGLC',
    'APTTaxDtl',
    'BankTran',
    'BankTranTaxDtl',
    'BankTranTGLC',
    'TaxDtl',
    'LegalNumGenOpts',
  ],
};

/** Posted payments that can be voided; a site whose payment entry hides posted payments shows them here. */
export const voidableTable: Table = {
  service: 'Erp.BO.VoidPaymentSvc',
  set: 'VoidPayments',
  table: 'CheckHed',
  key: ['HeadNum'],
  tables: ['CheckHed', 'LegalNumGenOpts'],
};

export const allocationTable: Table = {
  service: 'Erp.BO.APTranSearchSvc',
  set: 'APTranSearches',
  table: 'APTran',
  key: ['HeadNum', 'APTranNo', 'InvoiceNum', 'Voided'],
  tables: ['APTran'],
};

export const paymentGroupTable: Table = {
  service: 'Erp.BO.APChkGrpSvc',
  set: 'APChkGrps',
  table: 'APChkGrp',
  key: ['GroupID'],
  tables: ['APChkGrp', 'APChkGrpAttch'],
};

export const paymentMethodTable: Table = {
  service: 'Erp.BO.PayMethodSvc',
  set: 'PayMethods',
  table: 'PayMethod',
  key: ['PMUID'],
  tables: ['PayMethod', 'PayMethodProp'],
};

export const accountTable: Table = {
  service: 'Erp.BO.GLAccountSvc',
  set: 'GLAccounts',
  table: 'GLAccount',
  key: ['COACode', 'GLAccount1'],
  // A property may not be called like its type.
  renamed: { GLAccount1: 'GLAccount' },
  tables: ['GLAccount'],
};

/** Accounts in the form that people see. */
export const shownAccountTable: Table = {
  service: 'Erp.BO.GLAcctDispSvc',
  set: 'GLAcctDisps',
  table: 'GLAcctDisp',
  key: ['COACode', 'GLAccount'],
  renamed: { GLAcctDisp1: 'GLAcctDisp' },
  tables: ['GLAcctDisp'],
};

export const invoiceGroupTable: Table = {
  service: 'Erp.BO.APInvGrpSvc',
  set: 'APInvGrps',
  table: 'APInvGrp',
  key: ['GroupID'],
  tables: ['APInvGrp', 'APInvGrpAttch'],
};

const orderTables = [
  'POHeader',
  'POHeaderAttch',
  'POHeadMisc',
  'PODetail',
  'PODetailAttch',
  'PODetailMisc',
  'PORel',
  'PORelAttch',
  'PORelTGLC',
];

export const orderTable: Table = {
  service: 'Erp.BO.POSvc',
  set: 'POes',
  table: 'POHeader',
  key: ['PONum'],
  tables: orderTables,
};

export const orderLineTable: Table = {
  service: 'Erp.BO.POSvc',
  set: 'PODetails',
  table: 'PODetail',
  // All capitals here, and nowhere else.
  key: ['PONUM', 'POLine'],
  tables: orderTables,
};

export const segmentValueTable: Table = {
  service: 'Erp.BO.COASegValuesSvc',
  set: 'COASegValues',
  table: 'COASegValues',
  key: ['COACode', 'SegmentNbr', 'SegmentCode'],
  tables: ['COASegValues'],
};

export const termsTable: Table = {
  service: 'Erp.BO.PurTermsSvc',
  set: 'PurTerms',
  table: 'PurTerms',
  key: ['TermsCode'],
  tables: ['PurTerms', 'PurTermsDtl'],
};

export const taxTable: Table = {
  service: 'Erp.BO.SalesTaxSvc',
  set: 'SalesTaxes',
  table: 'SalesTax',
  key: ['TaxCode'],
  tables: ['SalesTax', 'SalesTRC', 'LangDesc'],
};

export const journalGroupTable: Table = {
  service: 'Erp.BO.GLJrnGrpSvc',
  set: 'GLJrnGrps',
  table: 'GLJrnGrp',
  key: ['GroupID'],
  tables: ['GLJrnGrp'],
};

const journalKey = [
  'BookID',
  'FiscalYear',
  'FiscalYearSuffix',
  'JournalCode',
  'JournalNum',
  'FiscalCalendarID',
];

export const journalTable: Table = {
  service: 'Erp.BO.GLJournalEntrySvc',
  set: 'GLJournalEntries',
  table: 'GLJrnHed',
  key: journalKey,
  tables: [
    'GLJrnHed',
    'GLJrnHedAttch',
    'GLJrnDtlMnl',
    'GLJrnDtlMnlAttch',
    'GLJrnDtlMnlDEASch',
    'GLJrnDtlMnlTranGLC',
    'GlAllocations',
    'LegalNumGenOpts',
  ],
};

/** Lines of posted journals; a site may take posted journals out of the entry service. */
export const postedJournalTable: Table = {
  service: 'Erp.BO.GLJrnDtlSvc',
  set: 'GLJrnDtls',
  table: 'GLJrnDtl',
  key: [...journalKey, 'JournalLine'],
  tables: ['GLJrnDtl'],
};
