import type { WireObject } from '../http/exact-json';
import { checkBody, type Field, flag, number, object, partial, required, text } from './body-fields';
import { type BillCall, type BillRoute, created, listed, ok } from './handler';
import { commonFields, EQUALITY, type ListSpec, readPage } from './list-query';
import type { Organization } from './organization';
import type { ClassificationRecord } from './records';
import { invalid, noData } from './refusal';
import { showClassification } from './show';
import { merged } from './vendors';

const ACCOUNT_TYPES = [
  'UNSPECIFIED',
  'ACCOUNTS_PAYABLE',
  'ACCOUNTS_RECEIVABLE',
  'BANK',
  'COST_OF_GOODS_SOLD',
  'CREDIT_CARD',
  'EQUITY',
  'EXPENSE',
  'FIXED_ASSET',
  'INCOME',
  'LONG_TERM_LIABILITY',
  'OTHER_ASSET',
  'OTHER_CURRENT_ASSET',
  'OTHER_CURRENT_LIABILITY',
  'OTHER_EXPENSE',
  'OTHER_INCOME',
  'NON_POSTING',
];

const NAMED: Readonly<Record<string, Field>> = {
  name: required(text({ min: 1 })),
  shortName: text(),
  description: text(),
  parentId: text(),
};

interface Family {
  readonly prefix: string;
  /** Member that wraps the answers to bulk calls. */
  readonly plural: string;
  readonly fields: Readonly<Record<string, Field>>;
}

/** The seven families of classifications. */
export const FAMILIES: Readonly<Record<string, Family>> = {
  'chart-of-accounts': {
    prefix: '0ca',
    plural: 'chartOfAccounts',
    fields: {
      name: required(text({ min: 1 })),
      description: text(),
      parentId: text(),
      account: object({ type: text({ values: ACCOUNT_TYPES }), number: text() }),
    },
  },
  departments: { prefix: '0de', plural: 'departments', fields: NAMED },
  locations: { prefix: 'loc', plural: 'locations', fields: NAMED },
  'accounting-classes': { prefix: 'cls', plural: 'accountingClasses', fields: NAMED },
  jobs: { prefix: 'job', plural: 'jobs', fields: NAMED },
  items: {
    prefix: 'itm',
    plural: 'items',
    fields: {
      name: required(text({ min: 1 })),
      type: text(),
      price: number(),
      chartOfAccountId: text(),
      taxable: flag(),
    },
  },
  employees: {
    prefix: 'emp',
    plural: 'employees',
    fields: { firstName: required(text()), lastName: required(text()), shortName: text(), parentId: text() },
  },
};

function specOf(family: string): ListSpec<ClassificationRecord> {
  return {
    name: family,
    fields: {
      ...commonFields<ClassificationRecord>(),
      name: { type: 'text', ops: [...EQUALITY, 'sw'], read: (row) => String(row.data['name'] ?? '') },
    },
    sortable: ['createdTime', 'updatedTime', 'name', 'id'],
  };
}

/** Stores an entry of a family. */
export function addClassification(
  organization: Organization,
  family: string,
  data: WireObject,
): ClassificationRecord {
  const prefix = FAMILIES[family]?.prefix;
  if (prefix === undefined) throw new Error(`no classification family ${family}`);
  return organization.family(family).add({ ...organization.begin(prefix), family, data });
}

function entryOf(call: BillCall, family: string): ClassificationRecord {
  const row = call.organization.family(family).get(call.id);
  if (row === undefined) throw noData(call.id);
  return row;
}

function routesOf(family: string, { plural, fields }: Family): BillRoute[] {
  const path = `/v3/classifications/${family}`;
  const setArchived =
    (archived: boolean): BillRoute['run'] =>
    (call) => {
      const row = entryOf(call, family);
      row.archived = archived;
      call.organization.touch(call.organization.family(family), row);
      return ok(showClassification(row));
    };
  return [
    {
      method: 'get',
      path,
      run: ({ organization, query }) => {
        const { switches, clock } = organization;
        const page = readPage(specOf(family), organization.family(family), query, switches, clock.now());
        return listed({ ...page, rows: page.rows.map(showClassification) });
      },
    },
    {
      method: 'post',
      path,
      run: ({ organization, body }) =>
        created(
          showClassification(
            addClassification(organization, family, checkBody(body, fields, organization.switches)),
          ),
        ),
    },
    {
      method: 'post',
      path: `${path}/bulk`,
      run: ({ organization, body }) => {
        if (!Array.isArray(body) || body.length > 50)
          throw invalid('body: must be a list of at most 50 entries');
        const checked = body.map((each) => checkBody(each, fields, organization.switches));
        const rows = checked.map((data) => showClassification(addClassification(organization, family, data)));
        return created({ [plural]: rows });
      },
    },
    { method: 'get', path: `${path}/:id`, run: (call) => ok(showClassification(entryOf(call, family))) },
    {
      method: 'patch',
      path: `${path}/:id`,
      run: (call) => {
        const row = entryOf(call, family);
        row.data = merged(row.data, checkBody(call.body, partial(fields), call.organization.switches));
        call.organization.touch(call.organization.family(family), row);
        return ok(showClassification(row));
      },
    },
    { method: 'post', path: `${path}/:id/archive`, run: setArchived(true) },
    { method: 'post', path: `${path}/:id/restore`, run: setArchived(false) },
  ];
}

export const CLASSIFICATION_ROUTES: readonly BillRoute[] = Object.entries(FAMILIES).flatMap(
  ([name, family]) => routesOf(name, family),
);
