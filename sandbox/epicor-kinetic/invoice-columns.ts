import type { TableDeclaration } from './schema';

const SERVICE = 'Erp.BO.APInvoiceSvc';
const SEGMENTS = Array.from({ length: 20 }, (_, i) => `SegValue${i + 1}:text`).join(' ');
const INVOICE = 'VendorNum:int InvoiceNum:text';

const DISTRIBUTION = `${INVOICE} InvoiceLine:int InvExpSeq:int ExpAmt:dec DocExpAmt:dec ScrExpAmt:dec~ DocScrExpAmt:dec~
  RefType:text RefCode:text Plant:text BookID:text COACode:text GLAccount:text GLAccountDesc:text~ ExpDispGLAcct:text~
  MultiCompany:bool ExtCompanyID:text NonDedTax:bool`;

const ACCOUNT = `${INVOICE} InvoiceLine:int InvExpSeq:int RelatedToFile:text Key1:text Key2:text Key3:text Key4:text
  Key5:text Key6:text TGLCTranNum:int GLAcctContext:text BookID:text COACode:text GLAccount:text ${SEGMENTS}
  GLAccountGLAcctDisp:text~ RecordType:text UserCanModify:bool IsModifiedByUser:bool IsExternalCompany:bool
  ExtCompanyID:text TranDate:date CreateDate:date APInvoiceNum:text DebitAmount:dec CreditAmount:dec`;

const CHARGE = `${INVOICE} InvoiceLine:int MscNum:int InvExpSeq:int MiscCode:text Description:text MiscAmt:dec DocMiscAmt:dec
  ScrDocMiscAmt:dec~ InclInInvoice:bool LCFlag:bool`;

/** The tree of an AP invoice: head, lines, distributions with their accounts, charges, taxes, schedule. */
export const INVOICE_TABLES: readonly TableDeclaration[] = [
  {
    name: 'APInvHed',
    set: 'APInvoices',
    service: SERVICE,
    key: ['VendorNum', 'InvoiceNum'],
    columns: `VendorNum:int VendorNumVendorID:text~ VendorNumName:text~ InvoiceNum:text InvoiceType:text DebitMemo:bool
      InvoiceRef:text GroupID:text InvoiceDate:date ApplyDate:date DueDate:date PayDates:text PayAmounts:text
      DocPayAmounts:text DiscountDate:date DiscountAmt:dec DocDiscountAmt:dec TermsCode:text CurrencyCode:text
      ExchangeRate:dec LockRate:bool RateGrpCode:text InvoiceAmt:dec DocInvoiceAmt:dec DocInvoiceVendorAmt:dec
      ScrDocInvoiceVendorAmt:dec~ DocInvoiceVariance:dec~ TaxAmt:dec DocTaxAmt:dec InvoiceBal:dec DocInvoiceBal:dec
      UnpostedBal:dec DocUnpostedBal:dec InvoiceHeld:bool PayHold:bool Posted:bool OpenPayable:bool Description:text
      InvoiceComment:text REFPONum:int PMUID:int BankID:text TaxRegionCode:text ReadyToCalc:bool ExternalID:text
      XRefInvoiceNum:text EntryPerson:text EmpID:text ClaimRef:text FiscalYear:int FiscalPeriod:int JournalNum:int
      LegalNumber:text LockStatus:text InBankFile:bool PIPayment:bool CorrectionInv:bool CancellationInv:bool
      RefCancelledby:text ChangedBy:text ChangeDate:date`,
  },
  {
    name: 'APInvDtl',
    set: 'APInvDtls',
    service: SERVICE,
    key: ['VendorNum', 'InvoiceNum', 'InvoiceLine'],
    parent: 'APInvHed',
    columns: `${INVOICE} InvoiceLine:int LineType:text PartNum:text VenPartNum:text Description:text LineComment:text
      VendorQty:dec ScrVendorQty:dec~ PUM:text OurQty:dec IUM:text UnitCost:dec DocUnitCost:dec CostPerCode:text
      ExtCost:dec DocExtCost:dec ScrDocExtCost:dec~ LineDiscAmt:dec TotalMiscChrg:dec DocTotalMiscChrg:dec PONum:int
      POLine:int PORelNum:int PackSlip:text PackLine:int PurPoint:text JobNum:text AssemblySeq:int JobSeqType:text
      JobSeq:int TaxCatID:text TaxRegionCode:text TaxExempt:text Code1099ID:text CommodityCode:text FinalInvoice:bool
      UpdateExtCreateLineGL:bool~ UpdateExtOverrideRcpts:bool~ GLAccount:text~ ChangedBy:text ChangeDate:date`,
  },
  {
    name: 'APInvExp',
    set: 'APInvExps',
    service: SERVICE,
    key: ['VendorNum', 'InvoiceNum', 'InvoiceLine', 'InvExpSeq'],
    parent: 'APInvDtl',
    columns: DISTRIBUTION,
  },
  {
    name: 'APInvExpTGLC',
    set: 'APInvExpTGLCs',
    service: SERVICE,
    key: ['VendorNum', 'InvoiceNum', 'InvoiceLine', 'InvExpSeq', 'SysRowID'],
    parent: 'APInvExp',
    columns: ACCOUNT,
  },
  {
    name: 'APInvMsc',
    set: 'APInvMscs',
    service: SERVICE,
    key: ['VendorNum', 'InvoiceNum', 'InvoiceLine', 'MscNum'],
    parent: 'APInvDtl',
    columns: CHARGE,
  },
  {
    name: 'APIHAPInvExp',
    set: 'APIHAPInvExps',
    service: SERVICE,
    key: ['VendorNum', 'InvoiceNum', 'InvExpSeq'],
    parent: 'APInvHed',
    columns: DISTRIBUTION,
  },
  {
    name: 'APIHAPInvExpTGLC',
    set: 'APIHAPInvExpTGLCs',
    service: SERVICE,
    key: ['VendorNum', 'InvoiceNum', 'InvExpSeq', 'SysRowID'],
    parent: 'APIHAPInvExp',
    columns: ACCOUNT,
  },
  {
    name: 'APIHAPInvMsc',
    set: 'APIHAPInvMscs',
    service: SERVICE,
    key: ['VendorNum', 'InvoiceNum', 'MscNum'],
    parent: 'APInvHed',
    columns: CHARGE,
  },
  {
    name: 'APInvTax',
    set: 'APInvTaxes',
    service: SERVICE,
    key: ['VendorNum', 'InvoiceNum', 'TaxCode', 'RateCode'],
    parent: 'APInvHed',
    columns: `${INVOICE} TaxCode:text RateCode:text Description:text~ TaxableAmt:dec DocTaxableAmt:dec Percent:dec
      TaxAmt:dec DocTaxAmt:dec ScrDocTaxAmt:dec~ ReverseCharge:bool Manual:bool`,
  },
  {
    name: 'APInvSched',
    set: 'APInvScheds',
    service: SERVICE,
    key: ['VendorNum', 'InvoiceNum', 'PaySeq'],
    parent: 'APInvHed',
    columns: `${INVOICE} PaySeq:int PayDueDate:date PayAmt:dec DocPayAmt:dec ChangedOn:date`,
  },
  {
    name: 'APInvHedAttch',
    set: 'APInvHedAttches',
    service: SERVICE,
    key: ['VendorNum', 'InvoiceNum', 'DrawingSeq'],
    parent: 'APInvHed',
    columns: `${INVOICE} DrawingSeq:int XFileRefNum:int DrawDesc:text FileName:text DocTypeID:text PDMDocID:int
      ForeignSysRowID:guid`,
  },
  {
    name: 'APInvGrp',
    set: 'APInvGrps',
    service: 'Erp.BO.APInvGrpSvc',
    key: ['GroupID'],
    columns: `GroupID:text CreatedBy:text ActiveUserID:text ApplyDate:date FiscalYear:int FiscalPeriod:int
      FiscalYearSuffix:text FiscalCalendarID:text PostErrorLog:text PostInProcess:bool LockStatus:text BaseTotal:dec
      IsBOE:bool`,
  },
];
