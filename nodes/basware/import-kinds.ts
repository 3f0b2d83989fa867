import type { JsonObject } from '../../runtime/connector/json';
import {
  companiesOf,
  type ImportKind,
  isActive,
  namesOf,
  type Options,
  pick,
  problem,
  touchNames,
  touchText,
} from './imports';
import { textAt } from './members';
import { decimal, object } from './schema-parts';

/** Accounts, tax codes and payment terms say for each company whether units below it have them too. */
const inherited = (document: JsonObject) => (company: JsonObject) => ({
  active: isActive(document, company),
  inherit: (company['inherit'] ?? document['inherit']) !== false,
});

const fixed = (text: string) => () => text;

export const accounts: ImportKind = {
  one: 'account',
  entityType: fixed('Account'),
  path: () => ['accounts'],
  codeOf: (document) => textAt(document, 'accountCode') ?? '',
  record: (document, basware, options) => ({
    ...pick(document, 'accountCode taxCode text1 text2 text3 text4 text5'),
    accountNames: namesOf(document, textAt(document, 'accountCode') ?? '', options),
    companies: companiesOf(document, basware, inherited(document)),
  }),
  touched: (record) => touchNames(record, 'accountNames'),
  schema: object({}),
};

export const taxCodes: ImportKind = {
  one: 'tax-code',
  entityType: fixed('TaxCode'),
  path: () => ['taxCodes'],
  codeOf: (document) => textAt(document, 'taxCode') ?? '',
  record: (document, basware, options) => ({
    ...pick(document, 'taxCode taxPercentage taxPercentage2 taxGroup'),
    taxCodeNames: namesOf(document, textAt(document, 'taxCode') ?? '', options),
    companies: companiesOf(document, basware, inherited(document)),
  }),
  touched: (record) => touchNames(record, 'taxCodeNames'),
  schema: object({ taxPercentage: decimal, taxPercentage2: decimal }),
};

export const paymentTerms: ImportKind = {
  one: 'payment-term',
  entityType: fixed('PaymentTerm'),
  path: () => ['paymentTerms'],
  codeOf: (document) => textAt(document, 'paymentTermCode') ?? '',
  record: (document, basware, options) => ({
    validFrom: options['validFrom'] ?? null,
    validTo: options['validTo'] ?? null,
    ...pick(
      document,
      'paymentTermCode validFrom validTo dueDateDays dueDateCalc dueDateEom dueDateDays2 moveDueDatesTo',
      'cashDueDateCalc cashDueDateDays cashDiscount sortOrder',
    ),
    paymentTermNames: namesOf(document, textAt(document, 'paymentTermCode') ?? '', options),
    companies: companiesOf(document, basware, inherited(document)),
  }),
  touched: (record) => touchNames(record, 'paymentTermNames'),
  schema: object({ cashDiscount: decimal }),
};

/** Cost centres, and the generic lists that a customer keeps other dimensions in. */
export const dimensions: ImportKind = {
  one: 'dimension',
  entityType: (document, options) =>
    listKeyOf(document, options) === undefined ? 'CostCenter' : 'GenericList',
  path: (document, options) => {
    const listKey = listKeyOf(document, options);
    return listKey === undefined ? ['costCenters'] : ['lists', listKey];
  },
  codeOf: (document) => textAt(document, 'code') ?? '',
  record: (document, basware, options) => {
    const listKey = listKeyOf(document, options);
    const code = textAt(document, 'code') ?? '';
    const companies = companiesOf(document, basware, (company) => ({ active: isActive(document, company) }));
    if (listKey !== undefined) return { ...listColumns(document, listKey, code, options), companies };
    if (code.length > 25) throw problem('code', 'the code of a cost center has at most 25 characters');
    return { costCenterCode: code, costCenterNames: namesOf(document, code, options), companies };
  },
  touched: (record, options) => {
    if ('costCenterNames' in record) return touchNames(record, 'costCenterNames');
    const column = columnsOf(options).name;
    return { ...record, [column]: touchText(textAt(record, column) ?? '') };
  },
  schema: object({}),
};

function listColumns(document: JsonObject, listKey: string, code: string, options: Options): JsonObject {
  const columns = columnsOf(options);
  const longest = /^ACC_LIST_1[1-9]$|^ACC_LIST_20$/.test(listKey) ? 50 : 250;
  const name = textAt(document, 'name')?.trim() ?? code;
  for (const [field, text] of Object.entries({ code, name })) {
    if (text.length > longest) throw problem(field, `${listKey} takes texts of ${longest} characters`);
  }
  return { [columns.code]: code, [columns.name]: name };
}

function columnsOf(options: Options): { readonly code: string; readonly name: string } {
  return {
    code: textAt(options, 'codeColumn') ?? 'text_1',
    name: textAt(options, 'nameColumn') ?? 'text_2',
  };
}

/** Undefined for cost centres. */
function listKeyOf(document: JsonObject, options: Options): string | undefined {
  const listKey = textAt(document, 'listKey') ?? textAt(options, 'listKey');
  return listKey === 'COST_CENTERS' ? undefined : listKey;
}
