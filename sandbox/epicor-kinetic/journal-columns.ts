import type { TableDeclaration } from './schema';

const SEGMENTS = Array.from({ length: 20 }, (_, i) => `SegValue${i + 1}:text`).join(' ');
const KEY =
  'BookID:text FiscalYear:int FiscalYearSuffix:text JournalCode:text JournalNum:int FiscalCalendarID:text';
const AMOUNTS = 'TransAmt:dec DocTransAmt:dec DebitAmount:dec CreditAmount:dec';

/** Groups of general-ledger journals, the journals being entered with their lines, and what was posted. */
export const JOURNAL_TABLES: readonly TableDeclaration[] = [
  {
    name: 'GLJrnGrp',
    set: 'GLJrnGrps',
    service: 'Erp.BO.GLJrnGrpSvc',
    key: ['GroupID'],
    columns: `GroupID:text BookID:text BookMode:text CurrencyCode:text RateGrpCode:text CreatedBy:text
      ActiveUserID:text PostErrorLog:text JEDate:date FiscalYear:int FiscalPeriod:int FiscalYearSuffix:text
      FiscalCalendarID:text FiscalPeriodType:text CloseFiscalPeriod:int JournalCode:text COACode:text Posted:bool
      HasDetails:bool~ LockStatus:text~`,
  },
  {
    name: 'GLJrnHed',
    set: 'GLJournalEntries',
    service: 'Erp.BO.GLJournalEntrySvc',
    key: ['BookID', 'FiscalYear', 'FiscalYearSuffix', 'JournalCode', 'JournalNum', 'FiscalCalendarID'],
    columns: `${KEY} FiscalPeriod:int GroupID:text Description:text CommentText:text JEDate:date CurrencyCode:text
      RateGrpCode:text ExchangeRate:dec TotDebit:dec TotCredit:dec Posted:bool JournalHeld:bool Reverse:bool
      ReverseDate:date Override:bool LegalNumber:text EnteredBy:text`,
  },
  {
    name: 'GLJrnDtlMnl',
    set: 'GLJrnDtlMnls',
    service: 'Erp.BO.GLJournalEntrySvc',
    key: [
      'BookID',
      'FiscalYear',
      'FiscalYearSuffix',
      'JournalCode',
      'JournalNum',
      'JournalLine',
      'FiscalCalendarID',
    ],
    parent: 'GLJrnHed',
    columns: `${KEY} JournalLine:int GroupID:text COACode:text GLAccount:text GLAccountGLAcctDisp:text~ Description:text
      CommentText:text JEDate:date CurrencyCode:text ${AMOUNTS} VendorNum:int ${SEGMENTS}`,
  },
  {
    name: 'GLJrnDtl',
    set: 'GLJrnDtls',
    service: 'Erp.BO.GLJrnDtlSvc',
    key: [
      'BookID',
      'FiscalYear',
      'FiscalYearSuffix',
      'JournalCode',
      'JournalNum',
      'JournalLine',
      'FiscalCalendarID',
    ],
    columns: `${KEY} JournalLine:int FiscalPeriod:int GroupID:text COACode:text GLAccount:text GLAccountGLAcctDisp:text~
      Description:text CommentText:text JEDate:date PostedDate:date Posted:bool CurrencyCode:text ${AMOUNTS}
      VendorNum:int APInvoiceNum:text SourceModule:text Reverse:bool ${SEGMENTS}`,
  },
];
