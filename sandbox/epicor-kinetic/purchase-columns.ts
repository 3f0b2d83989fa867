import type { TableDeclaration } from './schema';

const SEGMENTS = Array.from({ length: 20 }, (_, i) => `SegValue${i + 1}:text`).join(' ');

/** Purchase orders with lines and releases, and the lines of receipts. The key of a line is `PONUM`, in capitals. */
export const PURCHASE_TABLES: readonly TableDeclaration[] = [
  {
    name: 'POHeader',
    set: 'POes',
    service: 'Erp.BO.POSvc',
    key: ['PONum'],
    columns: `PONum:int OpenOrder:bool VoidOrder:bool OrderHeld:bool OrderDate:date DueDate:date PromiseDate:date
      VendorNum:int VendorVendorID:text~ VendorName:text~ PurPoint:text TermsCode:text CurrencyCode:text BuyerID:text
      ApprovalStatus:text Approve:bool Confirmed:bool POType:text TotalOrder:dec DocTotalOrder:dec TotalTax:dec
      DocTotalTax:dec ShipName:text CommentText:text ChangedBy:text ChangeDate:date`,
  },
  {
    name: 'PODetail',
    set: 'PODetails',
    service: 'Erp.BO.POSvc',
    key: ['PONUM', 'POLine'],
    parent: 'POHeader',
    parentKey: ['PONUM'],
    columns: `PONUM:int POLine:int OpenLine:bool VoidLine:bool PartNum:text VenPartNum:text LineDesc:text OrderQty:dec
      PUM:text XOrderQty:dec IUM:text UnitCost:dec DocUnitCost:dec CostPerCode:text ExtCost:dec DocExtCost:dec
      TaxCatID:text DueDate:date ChangedBy:text ChangeDate:date`,
  },
  {
    name: 'PORel',
    set: 'PORels',
    service: 'Erp.BO.POSvc',
    key: ['PONum', 'POLine', 'PORelNum'],
    parent: 'PODetail',
    parentKey: ['PONum', 'POLine'],
    columns: `PONum:int POLine:int PORelNum:int RelQty:dec XRelQty:dec ReceivedQty:dec ArrivedQty:dec InvoicedQty:dec
      DueDate:date TranType:text Status:text JobNum:text Plant:text WarehouseCode:text OpenRelease:bool
      VoidRelease:bool`,
  },
  {
    name: 'PORelTGLC',
    set: 'PORelTGLCs',
    service: 'Erp.BO.POSvc',
    key: ['PONum', 'POLine', 'PORelNum', 'SysRowID'],
    parent: 'PORel',
    columns: `PONum:int POLine:int PORelNum:int BookID:text COACode:text GLAccount:text GLAccountGLAcctDisp:text~
      RecordType:text GLAcctContext:text ${SEGMENTS}`,
  },
  {
    name: 'RcvDtl',
    set: 'RcvDtls',
    service: 'Erp.BO.ReceiptSvc',
    key: ['VendorNum', 'PurPoint', 'PackSlip', 'PackLine'],
    columns: `VendorNum:int PurPoint:text PackSlip:text PackLine:int PONum:int POLine:int PORelNum:int PartNum:text
      PartDescription:text VendorQty:dec PUM:text OurQty:dec IUM:text DocUnitCost:dec ReceiptDate:date Received:bool
      Invoiced:bool InvoiceNum:text`,
  },
];

/** Rows that travel while receipts are chosen for an invoice; nothing of them is stored. */
export const RECEIPT_CHOICE_TABLES: readonly TableDeclaration[] = [
  {
    name: 'APUninvoicedReceipts',
    set: 'APUninvoicedReceipts',
    service: 'Erp.BO.APInvoiceSvc',
    key: ['VendorNum', 'PurPoint', 'PONum', 'PackSlip'],
    columns:
      'VendorNum:int PurPoint:text PONum:int PackSlip:text ReceiptDate:date InvoiceNum:text SelectLine:bool',
  },
  {
    name: 'APUninvoicedRcptLines',
    set: 'APUninvoicedRcptLines',
    service: 'Erp.BO.APInvoiceSvc',
    key: ['VendorNum', 'PurPoint', 'PackSlip', 'PackLine'],
    columns: `VendorNum:int PurPoint:text PONum:int POLine:int PORelNum:int PackSlip:text PackLine:int PartNum:text
      PartDescription:text VendorQty:dec PUM:text DocUnitCost:dec DocExtCost:dec InvoiceNum:text SelectLine:bool
      Selected:bool`,
  },
];
