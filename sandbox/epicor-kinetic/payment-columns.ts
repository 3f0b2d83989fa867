import type { TableDeclaration } from './schema';

const ALLOCATION = `HeadNum:int APTranNo:int InvoiceNum:text Voided:bool GroupID:text TranType:text VendorNum:int
  TranAmt:dec DocTranAmt:dec ScrDocTranAmt:dec~ DiscAmt:dec DocDiscAmt:dec TranDate:date BankAcctID:text CheckNum:int
  Posted:bool GLPosted:bool Description:text Comment:text CurrencyCode:text ExchangeRate:dec InvoiceBal:dec~
  DocInvoiceBal:dec~ NewBalance:dec~ DocNewBalance:dec~ FullyPaid:bool~ ChangedBy:text ChangeDate:date`;

const HEAD = `HeadNum:int GroupID:text Posted:bool BankAcctID:text CheckNum:int CheckDate:date ManualPrint:bool
  CheckSrc:int VendorNum:int VendorID:text~ Name:text Address1:text Address2:text Address3:text City:text State:text
  ZIP:text Country:text CurrencyCode:text ExchangeRate:dec CheckAmt:dec DocCheckAmt:dec PaymentTotal:dec
  DocPaymentTotal:dec IsEnterTotal:bool PMUID:int PMUIDName:text~ ElecPayment:bool VendorBankID:text
  VendorBankAcctNumber:text~ VendorBankIBANCode:text~ Voided:bool VoidDate:date VoidedReason:text ClearedCheck:bool
  ClearedDate:date ClearedAmt:dec PaymentStatus:text PaymentNumber:text OwnReference:text XRefCheckNum:text
  BankTranID:text Description:text LegalNumber:text ReadyToCalc:bool ChangedBy:text ChangeDate:date`;

/** Payment groups, payment heads and their allocations. Two services show the same heads and allocations. */
export const PAYMENT_TABLES: readonly TableDeclaration[] = [
  {
    name: 'APChkGrp',
    set: 'APChkGrps',
    service: 'Erp.BO.APChkGrpSvc',
    key: ['GroupID'],
    columns: `GroupID:text BankAcctID:text CheckDate:date CurrencyCode:text PMUID:int PayMethodType:int~ CreatedBy:text
      ActiveUserID:text PostErrorLog:text PostInProcess:bool EIPaymSent:bool TotalChecks:int~ TotalAmt:dec~`,
  },
  {
    name: 'CheckHed',
    set: 'PaymentEntries',
    service: 'Erp.BO.PaymentEntrySvc',
    key: ['HeadNum'],
    columns: HEAD,
  },
  {
    name: 'APTran',
    set: 'APTrans',
    service: 'Erp.BO.PaymentEntrySvc',
    key: ['HeadNum', 'APTranNo', 'InvoiceNum', 'Voided'],
    parent: 'CheckHed',
    columns: ALLOCATION,
  },
];

/** Sets of other services that read the payment tables: service, set, table. */
export const PAYMENT_VIEWS: readonly (readonly [service: string, set: string, table: string])[] = [
  ['Erp.BO.APTranSearchSvc', 'APTranSearches', 'APTran'],
  ['Erp.BO.VoidPaymentSvc', 'VoidPayments', 'CheckHed'],
];
