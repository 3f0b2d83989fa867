import type { FieldDeclaration } from '../../runtime/connector/manifest';

/**
 * What AvidXchange tells its partners only. Each value is what most installations are expected to use, and can be
 * changed when yours is told another one.
 */
const headerName = '[A-Za-z0-9-]+';
const pathText = '[A-Za-z0-9_.~{}-]+(/[A-Za-z0-9_.~{}-]+)*';
const memberName = '[A-Za-z_][A-Za-z0-9_.]*';
const isConvention = 'A convention: change it when AvidXchange tells you another one.';

type Convention = readonly [name: string, label: string, value: string, help?: string];

function group(
  title: string,
  pattern: string | undefined,
  ...fields: readonly Convention[]
): readonly FieldDeclaration[] {
  return fields.map(([name, label, value, help]) => ({
    name,
    type: 'text',
    label,
    help: help === undefined ? isConvention : `${help} ${isConvention}`,
    group: title,
    ...(value === '' ? {} : { default: value }),
    ...(pattern === undefined ? {} : { pattern }),
  }));
}

const headers = group(
  'Conventions: headers',
  headerName,
  ['companyHeader', 'Company header', 'X-Avid-Company-Token', 'Carries the company token.'],
  ['userHeader', 'User header', 'X-Avid-User-Token', 'Carries the user token.'],
  ['sessionHeader', 'Session header', 'AvidAuthorization', 'Carries the session of a user sign-in.'],
  ['companyIdHeader', 'Company ID header', 'X-Avid-Company-Id', 'Carries the company ID of a partner.'],
);

const signIn = [
  ...group(
    'Conventions: headers',
    undefined,
    [
      'companyPrefix',
      'Company prefix',
      '',
      'Word before the company token, for example Bearer; a space is put between.',
    ],
    [
      'userPrefix',
      'User prefix',
      '',
      'Word before the user token, for example Bearer; a space is put between.',
    ],
  ),
  ...group(
    'Conventions: paths',
    pathText,
    ['version', 'Version', 'v1', 'First part of every path.'],
    ['signInPath', 'Sign-in path', 'authorizations', 'Where a user signs in.'],
  ),
];

const paths = group(
  'Conventions: paths',
  pathText,
  ['accountingSystemsPath', 'Accounting systems', 'accountingSystems'],
  ['vendorsPath', 'Vendors', 'vendors'],
  ['vendorBatchesPath', 'Batches of vendors', 'vendors/batches'],
  ['codesPath', 'Codes', 'enterpriseCodes'],
  ['codeBatchesPath', 'Batches of codes', 'enterpriseCodes/batches'],
  ['purchaseOrdersPath', 'Purchase orders', 'purchaseOrders'],
  ['purchaseOrderBatchesPath', 'Batches of purchase orders', 'purchaseOrders/batches'],
  ['invoicesPath', 'Invoices', 'invoices'],
  ['invoiceBatchesPath', 'Batches of invoices', 'invoices/batches'],
  [
    'closedBatchesPath',
    'Closed batches',
    'invoices/batches/closed/acctgSysId/{id}',
    '{id} is the accounting system.',
  ],
  ['imagesPath', 'Images of an invoice', 'invoices/{id}/images', '{id} is the invoice.'],
  ['paymentsPath', 'Payments', 'payments'],
);

const names = group(
  'Conventions: names',
  memberName,
  ['signInMember', 'Member: token', 'access_token', 'Holds the token in the answer to a sign-in.'],
  ['itemsName', 'Rows of an answer', 'Items'],
  ['pagingName', 'Paging of an answer', 'Paging'],
  ['pageParameter', 'Parameter: page', 'pageNumber'],
  ['sizeParameter', 'Parameter: page size', 'pageSize'],
  ['modifiedFromParameter', 'Parameter: changed from', 'lastModifiedFrom'],
  ['modifiedToParameter', 'Parameter: changed to', 'lastModifiedTo'],
  ['closedFromParameter', 'Parameter: closed from', 'closeDateFrom'],
  ['closedToParameter', 'Parameter: closed to', 'closeDateTo'],
  ['batchParameter', 'Parameter: our batch IDs', 'externalBatchIds'],
  ['guidParameter', 'Parameter: their batch IDs', 'batchIds'],
  ['invoiceParameter', 'Parameter: our invoice IDs', 'externalInvoiceIds'],
  ['vendorParameter', 'Parameter: vendor codes', 'externalVendorCodes'],
  ['orderParameter', 'Parameter: order numbers', 'orderNumbers'],
  ['paymentParameter', 'Parameter: payment IDs', 'paymentIds'],
  ['groupParameter', 'Parameter: group of codes', 'groupName'],
  ['accountingSystemParameter', 'Parameter: accounting system', 'accountingSystemId'],
);

const meanings = [
  ...group('Conventions: codes and statuses', undefined, [
    'glGroup',
    'Group of GL accounts',
    'GL Account',
    'Name of the code group that GL accounts are in.',
  ]),
  ...group(
    'Conventions: codes and statuses',
    '[^=,]+=[^=,]+(,[^=,]+=[^=,]+)*',
    [
      'codeGroups',
      'Groups of dimensions',
      '',
      'Names of code groups where they differ from those that documents use: Department=Cost Centers, Project=Jobs.',
    ],
    [
      'methodNames',
      'Payment methods',
      'AvidPay Check=check,AvidPay Direct=ach,Virtual Credit Card=virtual-card,e-Payment=e-payment',
      'What the methods are: check, ach, virtual-card, e-payment. A method that is not listed is other.',
    ],
    [
      'fieldNames',
      'Other names of fields',
      '',
      'Where your installation names a field differently: payment.AchTraceNumber=TraceNumber. The objects are vendor, code, purchaseOrder, invoice, invoiceStatus, capturedInvoice, payment and batch.',
    ],
  ),
  ...group(
    'Conventions: codes and statuses',
    undefined,
    [
      'settledStatuses',
      'Settled payments',
      'Cleared',
      'Statuses, by description or number, in which a payment is settled. The wider choice is Cleared,Issued to Supplier,ACH Credit Issued,VCC Issued.',
    ],
    [
      'voidStatuses',
      'Void payments',
      'Void,Voided,Returned',
      'Statuses in which a payment or invoice is void.',
    ],
    ['approvedStatuses', 'Approved invoices', 'Approved,Paid', 'Statuses in which an invoice is approved.'],
    ['rejectedStatuses', 'Rejected invoices', 'Rejected', 'Statuses in which an invoice is rejected.'],
    [
      'vendorJoiner',
      'Joiner of vendor codes',
      '',
      'Character between vendor and address in one code, for example |. Empty: codes are plain.',
    ],
  ),
];

export const conventionFields: readonly FieldDeclaration[] = [
  ...headers,
  ...signIn,
  {
    name: 'sessionMinutes',
    type: 'integer',
    label: 'Session (minutes)',
    help: `How long the session of a user sign-in is used. ${isConvention}`,
    group: 'Conventions: headers',
    default: 25,
    minimum: 1,
    maximum: 720,
  },
  ...paths,
  ...names,
  ...meanings,
];
