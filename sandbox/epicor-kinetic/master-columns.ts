import type { TableDeclaration } from './schema';

const SEGMENTS = Array.from({ length: 20 }, (_, i) => `SegValue${i + 1}:text`).join(' ');

/** Vendors, accounts, terms, bank accounts: what invoices and payments refer to. */
export const MASTER_TABLES: readonly TableDeclaration[] = [
  {
    name: 'Vendor',
    set: 'Vendors',
    service: 'Erp.BO.VendorSvc',
    key: ['VendorNum'],
    columns: `VendorNum:int VendorID:text Name:text LegalName:text Address1:text Address2:text Address3:text
      City:text State:text ZIP:text Country:text CountryNum:int CountryNumISOCode:text~ PhoneNum:text FaxNum:text
      EMailAddress:text VendURL:text TaxPayerID:text TIN:text TINType:text OrgRegCode:text Print1099:bool
      Code1099ID:text FormTypeID:text TermsCode:text TermsCodeDescription:text~ CurrencyCode:text GroupCode:text
      PMUID:int PayMethodName:text~ PrimaryBankID:text ElecPayment:bool PurPoint:text AccountRef:text Comment:text
      Inactive:bool Approved:bool PayHold:bool OneCheck:bool TaxRegionCode:text ExternalId:text`,
  },
  {
    name: 'VendBank',
    set: 'VendBanks',
    service: 'Erp.BO.VendorSvc',
    key: ['VendorNum', 'BankID'],
    parent: 'Vendor',
    columns: `VendorNum:int BankID:text BankName:text NameOnAccount:text BankAcctNumber:text DFIIdentification:text
      SwiftNum:text IBANCode:text LocalBIC:text BankBranchCode:text PMUID:int`,
  },
  {
    name: 'VendRemitTo',
    set: 'VendRemitToes',
    service: 'Erp.BO.VendorSvc',
    key: ['VendorNum', 'RemitToSeq'],
    parent: 'Vendor',
    columns: `VendorNum:int RemitToSeq:int RemitToName:text RemitToAddress1:text RemitToAddress2:text
      RemitToAddress3:text RemitToCity:text RemitToState:text RemitToZip:text DefaultRemitTo:bool Inactive:bool
      TermsCode:text CurrencyCode:text PMUID:int`,
  },
  {
    name: 'GLAccount',
    set: 'GLAccounts',
    service: 'Erp.BO.GLAccountSvc',
    key: ['COACode', 'GLAccount1'],
    columns: `COACode:text GLAccount1:text AccountDesc:text Active:bool EffFrom:date EffTo:date MultiCompany:bool
      GLAcctDispGLAcctDisp:text~ GLAcctDispGLShortAcct:text~ ${SEGMENTS}`,
  },
  {
    name: 'GLAcctDisp',
    set: 'GLAcctDisps',
    service: 'Erp.BO.GLAcctDispSvc',
    key: ['COACode', 'GLAccount'],
    columns: `COACode:text GLAccount:text GLAcctDisp1:text AccountDesc:text GLShortAcct:text Active:bool EffFrom:date
      EffTo:date CatType:text IsGLAccount:bool IsBalanceAcct:bool ${SEGMENTS}`,
  },
  {
    name: 'COA',
    set: 'COAs',
    service: 'Erp.BO.COASvc',
    key: ['COACode'],
    columns: 'COACode:text Description:text SeparatorChar:text',
  },
  {
    name: 'COASegment',
    set: 'COASegments',
    service: 'Erp.BO.COASvc',
    key: ['COACode', 'SegmentNbr'],
    parent: 'COA',
    columns: `COACode:text SegmentNbr:int SegmentName:text DisplayOrder:int MinLength:int MaxLength:int Dynamic:bool
      EntryControl:text UseRefEntity:bool RefEntity:text SiteSegment:bool`,
  },
  {
    name: 'COASegValues',
    set: 'COASegValues',
    service: 'Erp.BO.COASegValuesSvc',
    key: ['COACode', 'SegmentNbr', 'SegmentCode'],
    columns: `COACode:text SegmentNbr:int SegmentCode:text SegmentName:text SegmentDesc:text SegmentAbbrev:text
      ActiveFlag:bool EffectiveFrom:date EffectiveTo:date Category:text NormalBalance:text RefEntityType:text`,
  },
  {
    name: 'PurTerms',
    set: 'PurTerms',
    service: 'Erp.BO.PurTermsSvc',
    key: ['TermsCode'],
    columns: `TermsCode:text Description:text TermsType:text DueDays:int DiscountDays:int DiscountPercent:dec
      NumberOfPayments:int Monthly:bool DueOnDay:int NumberOfMonths:int NumberOfDays:int MinimumDays:int`,
  },
  {
    name: 'PayMethod',
    set: 'PayMethods',
    service: 'Erp.BO.PayMethodSvc',
    key: ['PMUID'],
    columns: 'PMUID:int Name:text Type:int PMSource:int Inactive:bool',
  },
  {
    name: 'BankAcct',
    set: 'BankAccts',
    service: 'Erp.BO.BankAcctSvc',
    key: ['BankAcctID'],
    columns:
      'BankAcctID:text Description:text BankName:text CheckingAccount:text CurrencyCode:text Inactive:bool',
  },
  {
    name: 'Company',
    set: 'Companies',
    service: 'Erp.BO.CompanySvc',
    key: ['Company1'],
    columns: 'Company1:text Name:text BaseCurrencyCode:text',
  },
];
