import { accountObstacle } from './ledger-accounts';
import { type Method, reads } from './method';
import { getByKey, getList, getRows } from './method-reads';
import { businessError } from './refusal';
import { text } from './state';

const exists = reads((call) => ({
  returnObj:
    call.company.rows('GLAccount').find(call.text('ipCOACode'), call.text('ipGLAccount')) !== undefined,
}));

/** Answers nothing when an account may be used on the date, and says why not otherwise. */
const validate = reads((call) => {
  for (const name of ['ExtCompanyID', 'RestrictID']) call.text(name);
  call.flag('ValidateDynamicSegment');
  const wrong = accountObstacle(
    call,
    call.text('COACode'),
    call.text('GLAccount'),
    call.parameters['EffectiveDate'] === null ? call.state.today() : call.date('EffectiveDate'),
  );
  if (wrong !== undefined) throw businessError(wrong, 'GLAccount', 'GLAccount');
  return {};
});

const display = reads((call) => {
  const row = call.company.rows('GLAccount').find(call.text('COACode'), call.text('GLAccount')) ?? {};
  return {
    parameters: { GLAcctDisp: text(row, 'GLAcctDispGLAcctDisp'), AccountDesc: text(row, 'AccountDesc') },
  };
});

const TERMS_LIST = ['Company', 'TermsCode', 'Description', 'TermsType', 'DueDays', 'SysRowID'];
const SEGMENT_LIST = [
  'Company',
  'COACode',
  'SegmentNbr',
  'SegmentCode',
  'SegmentName',
  'ActiveFlag',
  'SysRowID',
];
const ORDER_LIST = [
  'Company',
  'PONum',
  'OpenOrder',
  'VoidOrder',
  'OrderDate',
  'VendorNum',
  'VendorVendorID',
  'ApprovalStatus',
  'DocTotalOrder',
  'SysRowID',
];

/** Methods that read master data and purchase orders, by service. */
export const MASTER_METHODS: Readonly<Record<string, Readonly<Record<string, Method>>>> = {
  'Erp.BO.GLAccountSvc': {
    GetRows: getRows('GLAccount', ['GLAccount']),
    GetByID: getByKey('GLAccount', (call) => [call.text('coaCode'), call.text('glAccount')]),
    GlAccountExists: exists,
    ValidateGLAccount: validate,
    GetGLAcctDispAndDesc: display,
  },
  'Erp.BO.GLAcctDispSvc': { GetRows: getRows('GLAcctDisp', ['GLAcctDisp']) },
  'Erp.BO.COASvc': {
    GetByID: getByKey('COA', (call) => [call.onlyText()]),
    GetRows: getRows('COA', ['COA']),
  },
  'Erp.BO.COASegValuesSvc': {
    GetRows: getRows('COASegValues', ['COASegValues']),
    GetList: getList('COASegValues', SEGMENT_LIST),
    GetByID: getByKey('COASegValues', (call) => [
      call.text('coaCode'),
      call.whole('segmentNbr'),
      call.text('segmentCode'),
    ]),
  },
  'Erp.BO.PurTermsSvc': {
    GetRows: getRows('PurTerms', ['PurTerms']),
    GetList: getList('PurTerms', TERMS_LIST),
    GetByID: getByKey('PurTerms', (call) => [call.onlyText()]),
  },
  'Erp.BO.SalesTaxSvc': {
    GetRows: getRows('SalesTax', ['SalesTax']),
    GetByID: getByKey('SalesTax', (call) => [call.onlyText()]),
  },
  'Erp.BO.TaxRgnSvc': {
    GetRows: getRows('TaxRgn', ['TaxRgn']),
    GetByID: getByKey('TaxRgn', (call) => [call.onlyText()]),
  },
  'Erp.BO.PayMethodSvc': { GetRows: getRows('PayMethod', ['PayMethod']) },
  'Erp.BO.BankAcctSvc': { GetRows: getRows('BankAcct', ['BankAcct']) },
  'Erp.BO.POSvc': {
    GetRows: getRows('POHeader', ['POHeader']),
    GetList: getList('POHeader', ORDER_LIST),
    GetByID: getByKey('POHeader', (call) => [call.whole('poNum')]),
  },
};
